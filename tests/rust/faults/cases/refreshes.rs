//! Refreshes: the first of a grant, later ones, retries and reuse.

use crate::faults::ask::{Ask, refresh};
use crate::faults::case::{Asking, Case, Preparation, Settlement, nothing_lives, session_lives};
use crate::faults::world::{C1, GRACE, OPAQUE, Setup, World};

pub fn cases() -> Vec<Case> {
    fn case(name: &'static str, prepare: Preparation, ask: Asking, settled: Settlement) -> Case {
        Case { settled, timed: true, ..Case::new(name, prepare, ask) }
    }
    fn c1(_: &World, t: &[String]) -> Ask {
        refresh(C1, &t[0], &[])
    }
    fn opaque(_: &World, t: &[String]) -> Ask {
        refresh(OPAQUE, &t[0], &[("scope", "read")])
    }
    fn c1_lives(w: &World, t: &[String]) {
        session_lives(w, t, C1);
    }
    fn opaque_lives(w: &World, t: &[String]) {
        session_lives(w, t, OPAQUE);
    }
    /// A grant whose first refresh token is presented once more after the grace.
    fn used(w: &World, client: Option<(&str, &str)>) -> Vec<String> {
        let first = w.exchanged(client);
        let second = w.refreshed(client, &first.text("refresh_token")).ok();
        w.fixture.advance(GRACE);
        let tokens = [&first, &second].map(|reply| [reply.text("refresh_token"), reply.text("access_token")]);
        tokens.into_iter().flatten().collect()
    }
    fn ended(w: &World, t: &[String]) {
        nothing_lives(w, t);
    }
    vec![
        case("the first, JWT", |w| vec![w.exchanged(C1).text("refresh_token")], c1, c1_lives),
        case("the first, opaque", |w| vec![w.exchanged(OPAQUE).text("refresh_token")], opaque, opaque_lives),
        Case {
            setup: Setup::EC,
            ..case("the first, signed by the host", |w| vec![w.exchanged(C1).text("refresh_token")], c1, c1_lives)
        },
        case(
            "of a stored grant, JWT",
            |w| {
                w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok();
                vec![w.refreshed(C1, &w.exchanged(C1).text("refresh_token")).ok().text("refresh_token")]
            },
            c1,
            c1_lives,
        ),
        case(
            "of a stored grant, opaque",
            |w| vec![w.refreshed(OPAQUE, &w.exchanged(OPAQUE).text("refresh_token")).ok().text("refresh_token")],
            opaque,
            opaque_lives,
        ),
        case(
            "again within the grace, JWT",
            |w| {
                let token = w.exchanged(C1).text("refresh_token");
                w.refreshed(C1, &token).ok();
                vec![token]
            },
            c1,
            c1_lives,
        ),
        case(
            "again within the grace, opaque",
            |w| {
                let token = w.exchanged(OPAQUE).text("refresh_token");
                w.refreshed(OPAQUE, &token).ok();
                vec![token]
            },
            opaque,
            opaque_lives,
        ),
        case("reuse, JWT", |w| used(w, C1), c1, ended).refuses(&[400]),
        case("reuse, opaque", |w| used(w, OPAQUE), opaque, ended).refuses(&[400]),
    ]
}
