//! What anybody may ask for.

use crate::faults::ask::{Ask, get};
use crate::faults::case::{Asking, Case};

pub fn cases() -> Vec<Case> {
    fn case(name: &'static str, ask: Asking) -> Case {
        Case { refused: &[], ..Case::new(name, |_| Vec::new(), ask) }
    }
    vec![
        case("health", |_, _| get("/health", None)),
        case("metadata", |_, _| get("/.well-known/oauth-authorization-server", None)),
        case("keys", |_, _| get("/.well-known/jwks.json", None)),
        case("description", |_, _| get("/openapi.json", None)),
        Case {
            good: 204,
            again: &[204],
            ..case("preflight", |_, _| Ask {
                line: "OPTIONS /auth/token".to_owned(),
                headers: vec![("origin", "https://app.example".to_owned())],
                body: String::new(),
            })
        },
        Case { good: 404, again: &[404], ..case("nothing", |_, _| get("/nothing", None)) },
    ]
}
