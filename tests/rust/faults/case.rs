//! A request that the faults are tried on, and what must hold whatever goes wrong with it.

use super::ask::{Ask, by_assertion};
use super::world::{C1, Setup, World};

/// What is issued before a request.
pub type Preparation = fn(&World) -> Vec<String>;

/// The request, with the tokens that were issued before.
pub type Asking = fn(&World, &[String]) -> Ask;

/// What holds after it, with the same tokens.
pub type Settlement = fn(&World, &[String]);

/// A request that is good, and what must hold after it was tried with a fault.
pub struct Case {
    pub name: &'static str,
    pub setup: Setup,
    /// What is issued before; the tokens are handed on.
    pub prepare: Preparation,
    pub ask: Asking,
    /// Its status.
    pub good: u16,
    /// The statuses of a proper refusal, where a fault makes one.
    pub refused: &'static [u16],
    /// The statuses of the same request once more.
    pub again: &'static [u16],
    /// Whether something in it serves once: of the request and the same one once more at most one gets a token.
    pub once: bool,
    /// The key that its access token is bound to, by its thumbprint.
    pub bound: Option<&'static str>,
    /// Whether it depends on when something was done before: a clock that is wrong ends it.
    pub timed: bool,
    /// What it changes in the directory, as `Type/id`.
    pub changes: &'static [&'static str],
    /// What holds in the end, after the same request was sent again.
    pub settled: Settlement,
}

impl Case {
    /// A request that gives something, and gives it again.
    pub const fn new(name: &'static str, prepare: Preparation, ask: Asking) -> Self {
        Self {
            name,
            setup: Setup::PLAIN,
            prepare,
            ask,
            good: 200,
            refused: &[400, 401],
            again: &[200],
            once: false,
            bound: None,
            timed: false,
            changes: &[],
            settled: nothing_more,
        }
    }

    /// A request that is refused with this status, and refused again.
    pub fn refuses(self, status: &'static [u16; 1]) -> Self {
        Self { good: status[0], again: status, refused: &[400, 401, 429], ..self }
    }

    /// A request of which something serves once.
    pub fn once(self, again: &'static [u16]) -> Self {
        Self { once: true, again, ..self }
    }
}

fn nothing_more(_: &World, _: &[String]) {}

/// A new assertion serves, whatever became of the first; a minute later, if keys could not be had.
pub fn second_serves(world: &World, tokens: &[String]) {
    world.fixture.advance(61);
    world.reply(&by_assertion(&tokens[1])).ok();
}

/// The first refresh token, within the grace, gives the session back.
pub fn session_lives(world: &World, tokens: &[String], client: Option<(&str, &str)>) {
    let again = world.refreshed(client, &tokens[0]).ok();
    assert!(world.active(&again.text("access_token")));
    let next = world.refreshed(client, &again.text("refresh_token")).ok();
    assert!(world.active(&next.text("access_token")) && world.active(&next.text("refresh_token")));
}

pub fn nothing_lives(world: &World, tokens: &[String]) {
    for token in tokens {
        assert!(!world.active(token), "a token of a grant that has ended is active");
    }
    world.exchanged(C1);
}
