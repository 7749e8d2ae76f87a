//! Refreshes of grants that are bound to a key: the session goes on with another proof, whatever became of the first one, and
//! each access token is bound.

use crate::dpop::K1;
use crate::faults::ask::{Ask, proofs, refresh};
use crate::faults::case::{Asking, Case, Preparation, Settlement, nothing_lives};
use crate::faults::world::{C1, GRACE, OPAQUE, Setup, World};

type Client = Option<(&'static str, &'static str)>;

/// A refresh token, and proofs that were not used.
fn first(w: &World, client: Client) -> Vec<String> {
    let mut proofs = proofs(&K1, 6);
    let token = w.exchanged_proving(client, &proofs.remove(0)).text("refresh_token");
    [vec![token], proofs].concat()
}

/// The second refresh token of a grant, which is stored.
fn stored(w: &World, client: Client) -> Vec<String> {
    let mut tokens = first(w, client);
    let proof = tokens.pop().unwrap();
    tokens[0] = w.refreshed_proving(client, &tokens[0], &proof).ok().text("refresh_token");
    tokens
}

/// The first refresh token, which was used just now.
fn used(w: &World, client: Client) -> Vec<String> {
    let mut tokens = first(w, client);
    let proof = tokens.pop().unwrap();
    w.refreshed_proving(client, &tokens[0], &proof).ok();
    tokens
}

fn lives(w: &World, t: &[String], client: Client) {
    let again = w.refreshed_proving(client, &t[0], &t[2]).ok();
    let next = w.refreshed_proving(client, &again.text("refresh_token"), &t[3]).ok();
    for reply in [again, next] {
        assert_eq!(w.said(&reply.text("access_token"))["cnf"]["jkt"], K1.jkt);
    }
}

pub fn cases() -> Vec<Case> {
    fn case(name: &'static str, prepare: Preparation, ask: Asking, settled: Settlement) -> Case {
        let case = Case::new(name, prepare, ask).once(&[200, 400]);
        Case { setup: Setup::ONCE, bound: Some(K1.jkt), timed: true, settled, ..case }
    }
    fn c1(_: &World, t: &[String]) -> Ask {
        refresh(C1, &t[0], &[]).proving(&t[1])
    }
    fn opaque(_: &World, t: &[String]) -> Ask {
        refresh(OPAQUE, &t[0], &[("scope", "read")]).proving(&t[1])
    }
    let c1_lives: Settlement = |w, t| lives(w, t, C1);
    let opaque_lives: Settlement = |w, t| lives(w, t, OPAQUE);
    vec![
        case("the first, JWT", |w| first(w, C1), c1, c1_lives),
        case("the first, opaque", |w| first(w, OPAQUE), opaque, opaque_lives),
        case("of a stored grant, JWT", |w| stored(w, C1), c1, c1_lives),
        case("of a stored grant, opaque", |w| stored(w, OPAQUE), opaque, opaque_lives),
        case("again within the grace, JWT", |w| used(w, C1), c1, c1_lives),
        case("again within the grace, opaque", |w| used(w, OPAQUE), opaque, opaque_lives),
        case("without a proof", |w| first(w, C1), |_, t| refresh(C1, &t[0], &[]), c1_lives).refuses(&[400]),
        case(
            "with a proof that was used",
            |w| {
                let tokens = first(w, C1);
                w.exchanged_proving(C1, &tokens[1]);
                tokens
            },
            c1,
            c1_lives,
        )
        .refuses(&[400]),
        case(
            "reuse",
            |w| {
                let tokens = used(w, C1);
                w.fixture.advance(GRACE);
                tokens
            },
            c1,
            |w, t| nothing_lives(w, &t[..1]),
        )
        .refuses(&[400]),
    ]
}
