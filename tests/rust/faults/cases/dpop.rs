//! Proofs of a key (RFC 9449): what is issued is bound to it, a binding is never taken away, and a proof serves once where
//! the service remembers those that it has seen.

use serde_json::json;

use crate::common::*;
use crate::dpop::{K1, K2, ath};
use crate::faults::ask::{Ask, asserting, assertions, exchange, form_ask, get, proof, proofs};
use crate::faults::case::{Asking, Case, Preparation};
use crate::faults::world::{C1, OPAQUE, REBIND, RS, Setup, World};

pub fn cases() -> Vec<Case> {
    [exchanges(), presented(), nonces(), questions()].into_iter().flatten().collect()
}

/// Another proof of K1 serves, whatever became of the first; what it gets is bound.
fn another_serves(w: &World, t: &[String]) {
    let reply = w.exchanged_proving(C1, t.last().unwrap());
    assert_eq!(w.said(&reply.text("access_token"))["cnf"]["jkt"], K1.jkt);
}

fn bound(name: &'static str, prepare: Preparation, ask: Asking) -> Case {
    let case = Case::new(name, prepare, ask).once(&[200, 400]);
    Case { setup: Setup::ONCE, bound: Some(K1.jkt), settled: another_serves, ..case }
}

fn exchanges() -> Vec<Case> {
    fn prepare(_: &World) -> Vec<String> {
        [vec![subject_token(&json!({}))], proofs(&K1, 2)].concat()
    }
    fn requested(t: &[String], requested: &str) -> Ask {
        exchange(C1, &t[0], JWT, &[("requested_token_type", requested)]).proving(&t[1])
    }
    vec![
        bound("a JWT", prepare, |_, t| exchange(C1, &t[0], JWT, &[]).proving(&t[1])),
        bound("an opaque token", prepare, |_, t| exchange(OPAQUE, &t[0], JWT, &[]).proving(&t[1])),
        Case {
            bound: None,
            ..bound("a refresh token alone", prepare, |_, t| {
                requested(t, "urn:ietf:params:oauth:token-type:refresh_token")
            })
        },
        Case {
            setup: Setup { ec: true, ..Setup::ONCE },
            ..bound("a JWT that the host signs", prepare, |_, t| requested(t, JWT))
        },
        Case {
            setup: Setup::PLAIN,
            once: false,
            again: &[200],
            ..bound("where proofs serve again", prepare, |_, t| exchange(C1, &t[0], JWT, &[]).proving(&t[1]))
        },
        bound(
            "a grant that is stored",
            |_| [vec!["planted/opaque+token".to_owned()], proofs(&K1, 2)].concat(),
            |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]).proving(&t[1]),
        ),
        Case {
            settled: another_serves,
            ..bound(
                "a proof that was used",
                |w| {
                    let tokens = prepare(w);
                    w.exchanged_proving(C1, &tokens[1]);
                    tokens
                },
                |_, t| exchange(C1, &t[0], JWT, &[]).proving(&t[1]),
            )
            .refuses(&[400])
        },
    ]
}

/// Tokens that are bound to a key themselves.
fn presented() -> Vec<Case> {
    fn own(w: &World, client: Option<(&str, &str)>) -> Vec<String> {
        let mut proofs = proofs(&K1, 3);
        let token = w.exchanged_proving(client, &proofs.remove(0)).text("access_token");
        [vec![token], proofs].concat()
    }
    fn foreign(changes: serde_json::Value) -> Vec<String> {
        let mut claims = json!({"cnf": {"jkt": K1.jkt}});
        merge(&mut claims, &changes);
        vec![subject_token(&claims)]
    }
    vec![
        bound("an own bound JWT", |w| own(w, C1), |_, t| exchange(C1, &t[0], ACCESS_TOKEN, &[]).proving(&t[1])),
        bound(
            "an own bound opaque token",
            |w| own(w, OPAQUE),
            |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]).proving(&t[1]),
        ),
        bound(
            "a bound token of an issuer",
            |_| [foreign(json!({})), proofs(&K1, 2)].concat(),
            |_, t| exchange(C1, &t[0], JWT, &[]).proving(&t[1]),
        ),
        Case {
            bound: Some(K2.jkt),
            ..bound(
                "a bound token that is bound anew",
                |_| [foreign(json!({})), proofs(&K2, 1), proofs(&K1, 1)].concat(),
                |_, t| exchange(REBIND, &t[0], JWT, &[]).proving(&t[1]),
            )
        },
        bound(
            "a bound actor token",
            |_| [vec![subject_token(&json!({}))], foreign(json!({"sub": "00u1"})), proofs(&K1, 2)].concat(),
            |_, t| {
                let actor = [("actor_token", t[1].as_str()), ("actor_token_type", JWT)];
                exchange(C1, &t[0], JWT, &actor).proving(&t[2])
            },
        ),
        bound("an own bound token without its proof", |w| own(w, C1), |_, t| exchange(C1, &t[0], ACCESS_TOKEN, &[]))
            .refuses(&[400]),
        bound(
            "an own bound token with a proof of another key",
            |w| [own(w, OPAQUE), proofs(&K2, 1), proofs(&K1, 3)].concat(),
            |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]).proving(&t[3]),
        )
        .refuses(&[400]),
    ]
}

fn nonces() -> Vec<Case> {
    const SETUP: Setup = Setup { nonces: true, ..Setup::ONCE };
    /// Proofs of K1 with a nonce of the service.
    fn with_nonce(w: &World) -> Vec<String> {
        let reply = w.reply(&exchange(C1, &subject_token(&json!({})), JWT, &[]).proving(&proofs(&K1, 1)[0]));
        let nonce = reply.header("dpop-nonce").expect("a nonce").to_owned();
        (0..2).map(|jti| proof(&K1, &json!({"jti": format!("n{jti}"), "nonce": nonce}))).collect()
    }
    fn by_assertion(t: &[String], assertion: &str, proof: &str) -> Ask {
        exchange(None, &t[0], JWT, &asserting(assertion)).proving(proof)
    }
    vec![
        Case {
            setup: SETUP,
            ..bound(
                "with a nonce",
                |w| [vec![subject_token(&json!({}))], with_nonce(w)].concat(),
                |_, t| exchange(C1, &t[0], JWT, &[]).proving(&t[1]),
            )
        },
        Case {
            setup: SETUP,
            // The same assertion serves with the nonce that the answer brings: it was not spent.
            settled: |w, t| {
                w.reply(&by_assertion(t, &t[1], &with_nonce(w)[0])).ok();
            },
            ..bound(
                "without a nonce, by private_key_jwt",
                |_| [vec![subject_token(&json!({})), assertions("cj").remove(0)], proofs(&K1, 1)].concat(),
                |_, t| by_assertion(t, &t[1], &t[2]),
            )
            .refuses(&[400])
        },
        Case {
            setup: SETUP,
            again: &[200, 400, 401],
            settled: |w, t| {
                w.reply(&by_assertion(t, &t[2], &t[4])).ok();
            },
            ..bound(
                "with a nonce, by private_key_jwt",
                |w| [vec![subject_token(&json!({}))], assertions("cj")[..2].to_vec(), with_nonce(w)].concat(),
                |_, t| by_assertion(t, &t[1], &t[3]),
            )
        },
    ]
}

fn questions() -> Vec<Case> {
    fn userinfo_proof(token: &str, jti: &str) -> String {
        let claims = json!({
            "jti": jti, "htm": "GET", "htu": format!("{ISSUER}/auth/userinfo"), "ath": ath(token),
        });
        proof(&K1, &claims)
    }
    fn ask_userinfo(t: &[String], proof: &str) -> Ask {
        get("/auth/userinfo", Some(&format!("DPoP {}", t[0]))).proving(proof)
    }
    fn issued(w: &World, client: Option<(&str, &str)>) -> Vec<String> {
        let token = w.exchanged_proving(client, &proofs(&K1, 1)[0]).text("access_token");
        let proofs = ["u1", "u2"].map(|jti| userinfo_proof(&token, jti));
        [vec![token], proofs.to_vec()].concat()
    }
    let show = |name, prepare: Preparation| Case {
        setup: Setup::ONCE,
        settled: |w, t| {
            w.reply(&ask_userinfo(t, &t[2])).ok();
        },
        ..Case::new(name, prepare, |_, t| ask_userinfo(t, &t[1])).once(&[200, 401])
    };
    let introspect = |name, prepare: Preparation| Case {
        setup: Setup::ONCE,
        settled: |w, t| assert_eq!(w.said(&t[0])["cnf"]["jkt"], K1.jkt),
        ..Case::new(name, prepare, |_, t| form_ask(RS, "/auth/introspect", &[("token", &t[0])]))
    };
    vec![
        show("userinfo of a bound JWT", |w| issued(w, C1)),
        show("userinfo of a bound opaque token", |w| issued(w, OPAQUE)),
        Case::new(
            "userinfo of a bound token as a bearer's",
            |w| issued(w, C1),
            |_, t| get("/auth/userinfo", Some(&format!("Bearer {}", t[0]))),
        )
        .refuses(&[401]),
        introspect("introspection of a bound JWT", |w| issued(w, C1)),
        introspect("introspection of a bound opaque token", |w| issued(w, OPAQUE)),
    ]
}
