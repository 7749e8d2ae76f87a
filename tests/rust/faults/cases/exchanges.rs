//! Exchanges: each kind of subject, actor and issued token, and each way to the keys.

use serde_json::json;

use crate::common::*;
use crate::faults::ask::{exchange, of_issuer};
use crate::faults::case::{Case, session_lives};
use crate::faults::world::{C1, DISCOVERED, FETCHED, OPAQUE, Setup};

pub fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "a JWT for a JWT",
            |_| vec![subject_token(&json!({"scope": "read"}))],
            |_, t| exchange(C1, &t[0], JWT, &[]),
        ),
        Case::new(
            "a JWT for an opaque token",
            |_| vec![subject_token(&json!({}))],
            |_, t| exchange(OPAQUE, &t[0], JWT, &[("scope", "read")]),
        ),
        Case::new(
            "a JWT for a refresh token",
            |_| vec![subject_token(&json!({}))],
            |_, t| {
                let requested = "urn:ietf:params:oauth:token-type:refresh_token";
                exchange(C1, &t[0], JWT, &[("requested_token_type", requested)])
            },
        ),
        Case {
            setup: Setup::EC,
            ..Case::new(
                "a JWT for one that the host signs",
                |_| vec![subject_token(&json!({}))],
                |_, t| exchange(C1, &t[0], JWT, &[]),
            )
        },
        Case::new(
            "an own JWT",
            |w| vec![w.exchanged(C1).text("access_token")],
            |_, t| exchange(C1, &t[0], ACCESS_TOKEN, &[]),
        ),
        Case {
            setup: Setup::EC,
            ..Case::new(
                "an own JWT that the host verifies",
                |w| vec![w.exchanged(C1).text("access_token")],
                |_, t| exchange(C1, &t[0], ACCESS_TOKEN, &[]),
            )
        },
        Case::new(
            "an own opaque token that carries its grant",
            |w| vec![w.exchanged(OPAQUE).text("access_token")],
            |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]),
        ),
        Case::new(
            "an own opaque token of a stored grant",
            |w| {
                w.exchanged(C1);
                vec![w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok().text("access_token")]
            },
            |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]),
        ),
        Case::new(
            "with an actor",
            |_| vec![subject_token(&json!({})), subject_token(&json!({"sub": "00u1"}))],
            |_, t| exchange(C1, &t[0], JWT, &[("actor_token", &t[1]), ("actor_token_type", JWT)]),
        ),
        Case::new(
            "with an own token as actor",
            |w| vec![subject_token(&json!({"sub": "00u1"})), w.exchanged(OPAQUE).text("access_token")],
            |_, t| exchange(OPAQUE, &t[0], JWT, &[("actor_token", &t[1]), ("actor_token_type", ACCESS_TOKEN)]),
        ),
        Case {
            again: &[200, 400],
            settled: |w, t| {
                w.fixture.advance(61);
                w.reply(&exchange(C1, &t[0], JWT, &[])).ok();
            },
            ..Case::new("keys of a jwks_uri", |_| vec![of_issuer(FETCHED)], |_, t| exchange(C1, &t[0], JWT, &[]))
        },
        Case {
            again: &[200, 400],
            settled: |w, t| {
                w.fixture.advance(61);
                w.reply(&exchange(C1, &t[0], JWT, &[])).ok();
            },
            ..Case::new("keys by discovery", |_| vec![of_issuer(DISCOVERED)], |_, t| exchange(C1, &t[0], JWT, &[]))
        },
        Case {
            again: &[200, 400],
            settled: |w, t| {
                w.fixture.advance(61);
                let reply = w.reply(&exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[])).ok();
                session_lives(w, &[reply.text("refresh_token")], OPAQUE);
            },
            ..Case::new(
                "an opaque token of an issuer, whose grant is stored",
                |_| vec!["planted/opaque+token".to_owned()],
                |_, t| exchange(OPAQUE, &t[0], ACCESS_TOKEN, &[]),
            )
        },
        Case {
            good: 401,
            refused: &[401, 429],
            again: &[401],
            ..Case::new(
                "with a wrong secret",
                |_| vec![subject_token(&json!({}))],
                |_, t| exchange(Some(("c1", "wrong")), &t[0], JWT, &[]),
            )
        },
        Case::new(
            "from a page of another origin",
            |_| vec![subject_token(&json!({}))],
            |_, t| {
                let mut ask = exchange(C1, &t[0], JWT, &[]);
                ask.headers.push(("origin", "https://app.example".to_owned()));
                ask
            },
        ),
    ]
}
