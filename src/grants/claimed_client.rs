//! Whether the event of a refused request may show the `client_id` that was sent. Sooner or later somebody puts the secret
//! into its place, most often by changing the two, and no secret stands in an event.
//!
//! Shown is the id of a Client that there is; that of an assertion, which sends no secret; and one that consists of words,
//! beside a secret that does not and is no Client's id.

use alloc::string::String;
use alloc::vec::Vec;

use crate::call::Call;
use crate::client_auth;
use crate::directory::Wanted;
use crate::host::Host;
use crate::jose::{base64url, sha256};
use crate::parameters::Parameters;
use crate::resource::key;

/// The id that was sent, if it may be shown. `authenticated`: whether it was proven.
///
/// The work is the same whether there is such a Client or not: the answer waits for it.
pub(super) async fn shown_id<H: Host>(
    call: Call<'_, H>,
    authorization: Option<&str>,
    parameters: &Parameters<'_>,
    authenticated: bool,
) -> Option<String> {
    let id = client_auth::presented_id(authorization, parameters)?;
    let by_assertion = parameters.get("client_secret").is_none() && authorization.is_none();
    let by_assertion = by_assertion && parameters.get("client_assertion").is_some();
    if authenticated || (by_assertion && (parameters.get("client_id").is_none() || is_of_words(&id))) {
        return Some(id);
    }
    let mut secrets: Vec<String> = parameters.get("client_secret").map(String::from).into_iter().collect();
    secrets.extend(authorization.map(client_auth::presented_secrets).unwrap_or_default());
    // The header as it came is one of them, too.
    let header = || authorization.unwrap_or_default().split_ascii_whitespace();
    secrets.retain(|secret| !header().any(|word| word == secret));
    let found = call.find(Vec::from([Wanted::Client(&id)])).await.ok()?;
    let is_known = !matches!(found.client(Some(&id)), Ok(None));
    let ids = secrets.iter().filter(|secret| key::is_id(secret));
    // Of a Client that there is the secret is not shown to the store: an id that nobody has is asked for in its place.
    let asked = |secret: &String| if is_known { base64url::encode(&sha256(secret.as_bytes())) } else { secret.clone() };
    let asked: Vec<String> = ids.map(asked).collect();
    let found = call.find(asked.iter().map(|id| Wanted::Client(id)).collect()).await.ok()?;
    let is_swapped = asked.iter().any(|id| !matches!(found.client(Some(id)), Ok(None)));
    let is_name = !secrets.is_empty() && is_of_words(&id) && !secrets.iter().any(|secret| is_of_words(secret));
    (is_known || (is_name && !is_swapped)).then_some(id)
}

/// Whether a text consists of words and small numbers, as names do and random secrets do not.
pub(super) fn is_of_words(text: &str) -> bool {
    text.split([':', '/', '-', '.', '_']).all(|word| {
        let letters = word.trim_end_matches(|end: char| end.is_ascii_digit());
        let digits = word.len().saturating_sub(letters.len());
        let humps = letters.bytes().skip(1).filter(u8::is_ascii_uppercase).count();
        letters.bytes().all(|byte| byte.is_ascii_alphabetic())
            && letters.len() <= LETTERS
            && digits <= DIGITS
            && (humps <= HUMPS || humps == letters.len().saturating_sub(1))
    })
}

/// Letters of one word, at most: "authentication" has 14.
const LETTERS: usize = 20;
/// Digits at its end: a year.
const DIGITS: usize = 4;
/// Capital letters within it, as in `OrdersBillingApi`; or all are capital.
const HUMPS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_words_and_random_secrets_are_not() {
        for name in [
            "c1",
            "new-app",
            "my_service.v2",
            "OrdersApi",
            "billing-2026",
            "tokenexchange",
            "jwt",
            "access_token",
            "ID_TOKEN",
            "urn:ietf:params:oauth:token-type:saml2",
            "https://tokens.example/types/own",
        ] {
            assert!(is_of_words(name), "{name}");
        }
        for secret in [
            "2YotnFZFEjr1zCsicMWpAA",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
            "0123456789abcdef0123456789abcdef",
            "xKqPzRtWbLmNvCdF",
            "qpwoeirutyalskdjfhgzmxncbv",
            "8841903771",
            "p@ss w0rd",
            "gX1fBat3bV",
        ] {
            assert!(!is_of_words(secret), "{secret}");
        }
    }
}
