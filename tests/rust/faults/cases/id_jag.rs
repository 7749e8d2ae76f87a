//! Identity assertions (ID-JAG): issued by exchange, and redeemed once.

use serde_json::{Value, json};

use crate::common::*;
use crate::dpop::K1;
use crate::faults::ask::{Ask, asserting, assertions, es256_typed, exchange, form_ask, proofs};
use crate::faults::case::{Asking, Case, Preparation, Settlement};
use crate::faults::resources::long_audiences;
use crate::faults::world::{C1, FETCHED, JWT_BEARER, LONG, MCP, OPAQUE, Setup, TARGET_AS};

pub const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
pub const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const TYP: &str = "oauth-id-jag+jwt";

pub fn cases() -> Vec<Case> {
    [issued(), redeemed()].into_iter().flatten().collect()
}

/// An ID token of the client.
pub fn id_token(changes: &Value) -> String {
    let mut claims = json!({"aud": "app-at-idp", "iat": NOW});
    merge(&mut claims, changes);
    subject_token(&claims)
}

fn issued() -> Vec<Case> {
    fn ask(t: &[String]) -> Ask {
        let wanted = [("requested_token_type", ID_JAG), ("audience", TARGET_AS), ("scope", "read")];
        exchange(C1, &t[0], ID_TOKEN, &wanted)
    }
    vec![
        Case { setup: Setup::EC, ..Case::new("issued", |_| vec![id_token(&json!({}))], |_, t| ask(t)) },
        Case {
            setup: Setup { ec: true, ..Setup::ONCE },
            settled: |w, t| {
                let reply = w.reply(&ask(t).proving(&t[2])).ok();
                assert_eq!(claims(&reply.text("access_token"))["cnf"]["jkt"], K1.jkt);
            },
            ..Case::new(
                "issued with a proof",
                |_| [vec![id_token(&json!({}))], proofs(&K1, 2)].concat(),
                |_, t| ask(t).proving(&t[1]),
            )
            .once(&[200, 400])
        },
        // Nothing that the service signs with could be verified by others.
        Case {
            good: 503,
            again: &[503],
            ..Case::new("issued without a key", |_| vec![id_token(&json!({}))], |_, t| ask(t))
        },
    ]
}

fn assertion_claims(jti: &str, client_id: &str, changes: &Value) -> Value {
    let mut claims = json!({
        "iss": EXTERNAL, "sub": "alice", "aud": ISSUER, "client_id": client_id, "jti": jti, "iat": NOW,
        "exp": NOW + 300, "resource": MCP, "scope": "read",
    });
    merge(&mut claims, changes);
    claims
}

/// An assertion of the issuer whose secret is known here.
pub fn assertion(jti: &str, client_id: &str, changes: &Value) -> String {
    let header = json!({"alg": "HS256", "typ": TYP});
    sign_text(&header.to_string(), &assertion_claims(jti, client_id, changes).to_string())
}

fn two(client_id: &str, changes: &Value) -> Vec<String> {
    ["1", "2"].map(|jti| assertion(jti, client_id, changes)).to_vec()
}

fn redeem(client: Option<(&str, &str)>, assertion: &str, more: &[(&str, &str)]) -> Ask {
    form_ask(client, "/auth/token", &[&[("grant_type", JWT_BEARER), ("assertion", assertion)], more].concat())
}

fn redeemed() -> Vec<Case> {
    /// At most one token for an assertion; another one serves.
    fn case(name: &'static str, prepare: Preparation, ask: Asking, settled: Settlement) -> Case {
        Case { settled, ..Case::new(name, prepare, ask).once(&[200, 400]) }
    }
    fn fetched() -> Vec<String> {
        let claims = |jti| assertion_claims(jti, "c1", &json!({"iss": FETCHED}));
        ["1", "2"].map(|jti| es256_typed(Some(TYP), &claims(jti))).to_vec()
    }
    fn of_a_key() -> Value {
        json!({"cnf": {"jkt": K1.jkt}})
    }
    fn by_assertion(t: &[String], number: usize) -> Ask {
        redeem(None, &t[number], &asserting(&t[2 + number])).proving(&t[4 + number])
    }
    vec![
        case(
            "redeemed for a JWT",
            |_| two("c1", &json!({})),
            |_, t| redeem(C1, &t[0], &[]),
            |w, t| {
                w.reply(&redeem(C1, &t[1], &[])).ok();
            },
        ),
        case(
            "redeemed for an opaque token",
            |_| two("opaque", &json!({})),
            |_, t| redeem(OPAQUE, &t[0], &[("scope", "read")]),
            |w, t| {
                w.reply(&redeem(OPAQUE, &t[1], &[])).ok();
            },
        ),
        case(
            "redeemed for a grant that is stored",
            |_| two("long", &json!({"resource": long_audiences()})),
            |_, t| redeem(LONG, &t[0], &[]),
            |w, t| {
                w.reply(&redeem(LONG, &t[1], &[])).ok();
            },
        ),
        case(
            "redeemed, of an issuer whose keys are fetched",
            |_| fetched(),
            |_, t| redeem(C1, &t[0], &[]),
            |w, t| {
                w.fixture.advance(61);
                w.reply(&redeem(C1, &t[1], &[])).ok();
            },
        ),
        Case {
            setup: Setup::ONCE,
            bound: Some(K1.jkt),
            ..case(
                "redeemed with a proof of its key",
                |_| [two("c1", &of_a_key()), proofs(&K1, 2)].concat(),
                |_, t| redeem(C1, &t[0], &[]).proving(&t[2]),
                |w, t| {
                    w.reply(&redeem(C1, &t[1], &[]).proving(&t[3])).ok();
                },
            )
        },
        case(
            "redeemed without a proof of its key",
            |_| two("c1", &of_a_key()),
            |_, t| redeem(C1, &t[0], &[]),
            |_, _| {},
        )
        .refuses(&[400]),
        Case {
            setup: Setup::ONCE,
            bound: Some(K1.jkt),
            again: &[200, 400, 401],
            // Three things serve once here: of each there is another one.
            ..case(
                "redeemed by private_key_jwt with a proof",
                |_| [two("cj", &of_a_key()), assertions("cj")[..2].to_vec(), proofs(&K1, 2)].concat(),
                |_, t| by_assertion(t, 0),
                |w, t| {
                    w.reply(&by_assertion(t, 1)).ok();
                },
            )
        },
        case(
            "redeemed again",
            |w| {
                let tokens = two("c1", &json!({}));
                w.reply(&redeem(C1, &tokens[0], &[])).ok();
                tokens
            },
            |_, t| redeem(C1, &t[0], &[]),
            |w, t| {
                w.reply(&redeem(C1, &t[1], &[])).ok();
            },
        )
        .refuses(&[400]),
    ]
}
