//! Introspection, userinfo and revocation of each kind of token.

use crate::common::*;
use crate::faults::ask::{Ask, form_ask, get};
use crate::faults::case::{Asking, Case, Preparation, nothing_lives};
use crate::faults::world::{C1, OPAQUE, RS, Setup, World};

pub fn cases() -> Vec<Case> {
    fn ask(name: &'static str, setup: Setup, prepare: Preparation) -> Case {
        let question = |_: &World, t: &[String]| form_ask(RS, "/auth/introspect", &[("token", &t[0])]);
        let settled = |w: &World, t: &[String]| assert!(w.active(&t[0]));
        Case { setup, settled, ..Case::new(name, prepare, question) }
    }
    fn stored(w: &World) -> Reply {
        w.exchanged(C1);
        w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok()
    }
    fn show(name: &'static str, prepare: Preparation) -> Case {
        Case {
            refused: &[401],
            ..Case::new(name, prepare, |_, t| get("/auth/userinfo", Some(&format!("Bearer {}", t[0]))))
        }
    }
    fn end(name: &'static str, client: Asking, prepare: Preparation) -> Case {
        let settled = |w: &World, t: &[String]| nothing_lives(w, t);
        Case { settled, ..Case::new(name, prepare, client) }
    }
    fn both(reply: &Reply) -> Vec<String> {
        vec![reply.text("access_token"), reply.text("refresh_token")]
    }
    fn revoke_c1(_: &World, t: &[String]) -> Ask {
        form_ask(C1, "/auth/revoke", &[("token", &t[0])])
    }
    fn revoke_opaque(_: &World, t: &[String]) -> Ask {
        form_ask(OPAQUE, "/auth/revoke", &[("token", &t[0])])
    }
    fn reversed(mut tokens: Vec<String>) -> Vec<String> {
        tokens.reverse();
        tokens
    }
    vec![
        ask("introspection of a JWT", Setup::PLAIN, |w| vec![w.exchanged(C1).text("access_token")]),
        ask("introspection of a JWT that the host verifies", Setup::EC, |w| vec![w.exchanged(C1).text("access_token")]),
        ask("introspection of a carried token", Setup::PLAIN, |w| vec![w.exchanged(OPAQUE).text("access_token")]),
        ask("introspection of a carried refresh token", Setup::PLAIN, |w| vec![w.exchanged(C1).text("refresh_token")]),
        ask("introspection of a stored token", Setup::PLAIN, |w| vec![stored(w).text("access_token")]),
        ask("introspection of a stored refresh token", Setup::PLAIN, |w| vec![stored(w).text("refresh_token")]),
        show("userinfo of a JWT", |w| vec![w.exchanged(C1).text("access_token")]),
        show("userinfo of a carried token", |w| vec![w.exchanged(OPAQUE).text("access_token")]),
        show("userinfo of a stored token", |w| {
            w.exchanged(C1);
            vec![w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok().text("access_token")]
        }),
        end("revocation of a JWT", revoke_c1, |w| both(&w.exchanged(C1))),
        end("revocation of a refresh token", revoke_c1, |w| reversed(both(&w.exchanged(C1)))),
        end("revocation of a carried token", revoke_opaque, |w| both(&w.exchanged(OPAQUE))),
        end("revocation of a stored token", revoke_opaque, |w| both(&stored(w))),
        end("revocation of a stored refresh token", revoke_opaque, |w| reversed(both(&stored(w)))),
        end("revocation of a refresh token that was used", revoke_c1, |w| {
            let first = w.exchanged(C1);
            let second = w.refreshed(C1, &first.text("refresh_token")).ok();
            [reversed(both(&first)), both(&second)].concat()
        }),
    ]
}
