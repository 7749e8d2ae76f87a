//! Clients that send no secret: by an assertion of their own, by a token of another issuer, or public.

use serde_json::json;

use crate::common::*;
use crate::dpop::K1;
use crate::faults::ask::{Ask, asserting, assertions, by_assertion, es256, exchange, form_ask, proofs, refresh};
use crate::faults::case::{Asking, Case, Preparation, second_serves};
use crate::faults::world::{C1, FEDERATION, FETCHED, PROVIDER, Setup, WORKLOAD, World};

pub fn cases() -> Vec<Case> {
    [by_assertion_of_its_own(), by_token_of_another_issuer(), public()].into_iter().flatten().collect()
}

fn by_assertion_of_its_own() -> Vec<Case> {
    fn refreshes(_: &World, t: &[String]) -> Ask {
        refresh(None, &t[2], &asserting(&t[0]))
    }
    fn asks(_: &World, t: &[String]) -> Ask {
        form_ask(None, "/auth/introspect", &[&[("token", t[2].as_str())], &asserting(&t[0])[..]].concat())
    }
    fn revokes(_: &World, t: &[String]) -> Ask {
        form_ask(None, "/auth/revoke", &[&[("token", t[2].as_str())], &asserting(&t[0])[..]].concat())
    }
    /// Two assertions, and what a third one got.
    fn issued(w: &World, token: &str) -> Vec<String> {
        let mut tokens = assertions("cj");
        let third = tokens.pop().unwrap();
        tokens.push(w.reply(&by_assertion(&third)).ok().text(token));
        tokens
    }
    let exchanges = |name, prepare: Preparation| {
        let case = Case::new(name, prepare, |_, t| by_assertion(&t[0])).once(&[200, 401]);
        Case { settled: second_serves, ..case }
    };
    vec![
        exchanges("by private_key_jwt", |_| assertions("cj")),
        exchanges("by private_key_jwt with a jwks_uri", |_| assertions("ck")),
        Case::new("by private_key_jwt of nobody", |_| assertions("nobody"), |_, t| by_assertion(&t[0])).refuses(&[401]),
        Case::new(
            "by private_key_jwt that was used",
            |w| {
                let tokens = assertions("cj");
                w.reply(&by_assertion(&tokens[0])).ok();
                tokens
            },
            |_, t| by_assertion(&t[0]),
        )
        .refuses(&[401]),
        Case {
            timed: true,
            settled: |w, t| {
                // Whatever became of the first assertion, the session goes on with another one.
                let again = w.reply(&refresh(None, &t[2], &asserting(&t[1]))).ok();
                assert!(w.active(&again.text("access_token")));
            },
            ..Case::new("refresh by private_key_jwt", |w| issued(w, "refresh_token"), refreshes).once(&[200, 401])
        },
        Case {
            settled: |w, t| assert!(w.active(&t[2])),
            ..Case::new("introspection by private_key_jwt", |w| issued(w, "access_token"), asks).once(&[200, 401])
        },
        Case {
            settled: |w, t| {
                let parameters = [&[("token", t[2].as_str())], &asserting(&t[1])[..]].concat();
                w.reply(&form_ask(None, "/auth/revoke", &parameters)).ok();
                assert!(!w.active(&t[2]));
            },
            ..Case::new("revocation by private_key_jwt", |w| issued(w, "access_token"), revokes).once(&[200, 401])
        },
    ]
}

/// The parameters of the client that this workload is.
fn workload(token: &str) -> [(&str, &str); 3] {
    let [of_type, assertion] = asserting(token);
    [("client_id", "gateway"), of_type, assertion]
}

fn by_token_of_another_issuer() -> Vec<Case> {
    fn token() -> String {
        es256(&json!({"iss": FETCHED, "sub": WORKLOAD, "aud": ISSUER, "exp": NOW + 900, "iat": NOW}))
    }
    fn exchanges(_: &World, t: &[String]) -> Ask {
        exchange(None, &subject_token(&json!({})), JWT, &workload(&t[0]))
    }
    fn refreshes(_: &World, t: &[String]) -> Ask {
        refresh(None, &t[1], &workload(&t[0]))
    }
    vec![
        Case {
            again: &[200, 401],
            settled: |w, t| {
                w.fixture.advance(61);
                w.reply(&exchanges(w, t)).ok();
            },
            ..Case::new("by a workload's token", |_| vec![token()], exchanges)
        },
        Case {
            again: &[200, 401],
            timed: true,
            settled: |w, t| {
                w.fixture.advance(61);
                let again = w.reply(&refreshes(w, t)).ok();
                let next = w.reply(&refresh(None, &again.text("refresh_token"), &workload(&t[0]))).ok();
                assert!(w.active(&next.text("access_token")));
            },
            ..Case::new(
                "refresh by a workload's token",
                |w| vec![token(), w.reply(&exchanges(w, &[token()])).ok().text("refresh_token")],
                refreshes,
            )
        },
    ]
}

/// A token that the conditions let in, or not.
fn ci_token(repository: &str) -> String {
    subject_token(&json!({"iss": FEDERATION, "sub": "repo:shop", "aud": ISSUER, "repository": repository}))
}

fn public() -> Vec<Case> {
    fn good(_: &World) -> Vec<String> {
        vec![ci_token("octo/shop")]
    }
    fn named(_: &World, t: &[String]) -> Ask {
        exchange(None, &t[0], JWT, &[("client_id", "ci")])
    }
    fn from_an_address(ask: Ask) -> Ask {
        ask.with(edge_sts::http::SOURCE_ADDRESS, "192.0.2.1")
    }
    fn serves_on(w: &World, _: &[String]) {
        w.reply(&named(w, &good(w))).ok();
    }
    let provided = |name, id: &'static str| {
        let ask: Asking = match id {
            "ci" => |_, t| exchange(None, &t[0], JWT, &[("audience", &format!("{PROVIDER}/ci"))]),
            _ => |_, t| exchange(None, &t[0], JWT, &[("audience", &format!("{PROVIDER}/ci-opaque"))]),
        };
        Case::new(name, good, ask)
    };
    vec![
        Case::new("public, by its id", good, named),
        Case::new("public, from an address", good, |w, t| from_an_address(named(w, t))),
        provided("public, by its provider", "ci"),
        provided("public, by its provider, for an opaque token", "ci-opaque"),
        Case {
            bound: Some(K1.jkt),
            settled: |w, t| {
                w.reply(&named(w, t).proving(&t[2])).ok();
            },
            setup: Setup::ONCE,
            ..Case::new(
                "public, with a proof",
                |w| [good(w), proofs(&K1, 2)].concat(),
                |w, t| named(w, t).proving(&t[1]),
            )
            .once(&[200, 400])
        },
        Case {
            settled: serves_on,
            ..Case::new(
                "public, whose token is not let in",
                |_| vec![ci_token("octo/other")],
                |w, t| from_an_address(named(w, t)),
            )
            .refuses(&[400])
        },
        Case {
            settled: serves_on,
            ..Case::new("public, and nobody", good, |_, t| {
                from_an_address(exchange(None, &t[0], JWT, &[("client_id", "nobody")]))
            })
            .refuses(&[401])
        },
        Case {
            settled: serves_on,
            ..Case::new(
                "a public client that refreshes",
                |w| vec![w.exchanged(C1).text("refresh_token")],
                |_, t| refresh(None, &t[0], &[("client_id", "ci")]),
            )
            .refuses(&[400])
        },
    ]
}
