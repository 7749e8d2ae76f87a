//! Reads a service's metadata with the crate `openidconnect`. The documents come in on the standard input, so that this
//! program needs no HTTP: the issuer, then for each document a line with its address and one with its text.

use std::collections::HashMap;
use std::io::{Error, read_to_string, stdin};

use openidconnect::core::{CoreJsonWebKey, CoreProviderMetadata};
use openidconnect::http::Response;
use openidconnect::{HttpRequest, HttpResponse, IssuerUrl, JsonWebKey};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let input = read_to_string(stdin())?;
    let mut lines = input.lines();
    let issuer = IssuerUrl::new(lines.next().unwrap_or_default().to_owned())?;
    let mut documents = HashMap::new();
    while let (Some(address), Some(text)) = (lines.next(), lines.next()) {
        documents.insert(address.to_owned(), text.to_owned());
    }
    let fetch = |request: HttpRequest| -> Result<HttpResponse, Error> {
        let text = documents.get(&request.uri().to_string()).ok_or_else(|| Error::other(request.uri().to_string()))?;
        let response = Response::builder().header("content-type", "application/json").body(text.clone().into_bytes());
        response.map_err(Error::other)
    };

    let metadata = CoreProviderMetadata::discover(&issuer, &fetch)?;
    println!("{}", metadata.issuer().as_str());
    println!("{}", metadata.authorization_endpoint().as_str());
    println!("{}", metadata.token_endpoint().map_or("none", |url| url.as_str()));
    println!("{:?}", metadata.id_token_signing_alg_values_supported());
    let keys = metadata.jwks().keys().iter().filter_map(|key: &CoreJsonWebKey| key.key_id());
    println!("{}", keys.map(|kid| kid.as_str()).collect::<Vec<_>>().join(" "));
    Ok(())
}
