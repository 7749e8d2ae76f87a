//! Requests, and what is signed for them by others: each signature is made once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::common::*;
use crate::dpop::Key;
use crate::rfc7523::{self, signed};

/// A request.
#[derive(Clone)]
pub struct Ask {
    pub line: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Ask {
    /// The same with a proof of a key (RFC 9449).
    pub fn proving(self, proof: &str) -> Self {
        self.with("dpop", proof)
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

pub fn form_ask(client: Option<(&str, &str)>, path: &str, parameters: &[(&str, &str)]) -> Ask {
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    headers.extend(client.map(|(id, secret)| ("authorization", basic(id, secret))));
    Ask { line: format!("POST {path}"), headers, body: form(parameters) }
}

pub fn exchange(client: Option<(&str, &str)>, token: &str, of_type: &str, more: &[(&str, &str)]) -> Ask {
    let mut parameters =
        vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", token), ("subject_token_type", of_type)];
    parameters.extend(more);
    form_ask(client, "/auth/token", &parameters)
}

pub fn refresh(client: Option<(&str, &str)>, token: &str, more: &[(&str, &str)]) -> Ask {
    let mut parameters = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    parameters.extend(more);
    form_ask(client, "/auth/token", &parameters)
}

pub fn admin(line: &str, body: &Value) -> Ask {
    let headers = vec![("authorization", format!("Bearer {ADMIN}")), ("content-type", "application/json".to_owned())];
    Ask { line: line.to_owned(), headers, body: if body.is_null() { String::new() } else { body.to_string() } }
}

pub fn get(path: &str, authorization: Option<&str>) -> Ask {
    let headers = authorization.map(|text| ("authorization", text.to_owned())).into_iter().collect();
    Ask { line: format!("GET {path}"), headers, body: String::new() }
}

thread_local! {
    static SIGNED: RefCell<BTreeMap<String, String>> = RefCell::default();
}

fn once(name: String, make: impl FnOnce() -> String) -> String {
    SIGNED.with_borrow_mut(|all| all.entry(name).or_insert_with(make).clone())
}

/// A token of the key of `rfc7523`.
pub fn es256(claims: &Value) -> String {
    es256_typed(None, claims)
}

pub fn es256_typed(typ: Option<&str>, claims: &Value) -> String {
    let mut header = json!({"alg": "ES256", "kid": "cj-1"});
    if let Some(typ) = typ {
        header["typ"] = json!(typ);
    }
    once(format!("{header} {claims}"), || signed(&header, claims, rfc7523::D))
}

/// A proof for the token endpoint.
pub fn proof(key: &Key, claims: &Value) -> String {
    once(format!("{} {claims}", key.jkt), || key.changed(&json!({}), claims))
}

/// So many proofs of a key for the token endpoint, each of which serves once where the service remembers them.
pub fn proofs(key: &Key, count: usize) -> Vec<String> {
    (0..count).map(|number| proof(key, &json!({"jti": format!("proof-{number}")}))).collect()
}

pub fn of_issuer(iss: &str) -> String {
    es256(&json!({"iss": iss, "sub": "alice", "exp": NOW + 3600}))
}

/// Assertions of a client, each of which serves once.
pub fn assertions(client: &str) -> Vec<String> {
    let one = |jti| es256(&json!({"iss": client, "sub": client, "aud": ISSUER, "exp": NOW + 900, "jti": jti}));
    vec![one("1"), one("2"), one("3")]
}

/// The parameters by which a client authenticates with an assertion.
pub fn asserting(assertion: &str) -> [(&str, &str); 2] {
    [("client_assertion_type", rfc7523::TYPE), ("client_assertion", assertion)]
}

pub fn by_assertion(assertion: &str) -> Ask {
    exchange(None, &subject_token(&json!({})), JWT, &asserting(assertion))
}
