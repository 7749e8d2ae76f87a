use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;

use super::{KeySet, Source, Step, Wanted};
use crate::limits;

const WANTED: Wanted<'_> = Wanted { ttl: 300, kid: None, doubted: None, proven: true, at_first: None };

/// A set with one key of this `kid`.
fn set(kid: &str) -> KeySet {
    let jwk = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    KeySet::parse(&format!(r#"{{"keys":[{{{jwk},"kid":"{kid}"}}]}}"#)).ok().unwrap()
}

/// A source that was fetched at this time.
fn fetched(at: u64) -> Source {
    let mut source = Source::default();
    let fetch = source.begin(&WANTED, at);
    source.succeed(fetch, (set("k1"), None), &WANTED, at);
    source
}

fn is(step: &Step) -> String {
    String::from(match step {
        Step::Use(_) => "use",
        Step::Fetch => "fetch",
        Step::Wait => "wait",
        Step::GiveUp => "give up",
    })
}

/// What a request does that came a moment ago.
fn step(source: &Source, wanted: &Wanted<'_>, now: u64) -> String {
    let wanted = Wanted { at_first: source.fetch_of_set(), ..*wanted };
    is(&source.step(&wanted, 0, now))
}

/// The table at the top of `source.rs`.
#[test]
fn every_state() {
    let other = Wanted { kid: Some("k2"), ..WANTED };
    for (title, wanted, prepare, idle, under_way, failed) in [
        ("none", &WANTED, (|_| ()) as fn(&mut Source), "fetch", "wait", "give up"),
        (
            "too old",
            &WANTED,
            |source| *source = fetched(1_000_000 - 300 - limits::KEYS_STALE),
            "fetch",
            "wait",
            "give up",
        ),
        ("fresh", &WANTED, |source| *source = fetched(1_000_000 - 299), "use", "use", "use"),
        ("just past its freshness", &WANTED, |source| *source = fetched(1_000_000 - 359), "fetch", "use", "use"),
        ("past its freshness", &WANTED, |source| *source = fetched(1_000_000 - 360), "fetch", "wait", "use"),
        (
            "outdated",
            &WANTED,
            |source| {
                *source = fetched(1_000_000 - 1);
                source.outdate();
            },
            "fetch",
            "wait",
            "use",
        ),
        ("another key", &other, |source| *source = fetched(1_000_000 - 1), "fetch", "wait", "use"),
    ] {
        let mut source = Source::default();
        prepare(&mut source);
        assert_eq!(step(&source, wanted, 1_000_000), idle, "{title}");
        let fetch = source.begin(&Wanted { at_first: source.fetch_of_set(), ..*wanted }, 1_000_000);
        assert_eq!(step(&source, wanted, 1_000_000), under_way, "{title}, under way");
        source.fail(fetch, 1_000_000);
        assert_eq!(step(&source, wanted, 1_000_000 + limits::FETCH_RETRY - 1), failed, "{title}, left alone");
        // For a key that is not there once a minute, whatever became of the fetch.
        let again = if title == "another key" { limits::KID_MISS } else { limits::FETCH_RETRY };
        let expected = if title == "fresh" { "fetch" } else { idle };
        assert_eq!(step(&source, wanted, 1_000_000 + again), expected, "{title}, afterwards");
    }
}

#[test]
fn whoever_waits_long_is_served_by_good_old_keys_and_by_nothing_else() {
    let mut source = fetched(1000);
    source.begin(&WANTED, 2000);
    let wanted = Wanted { at_first: source.fetch_of_set(), ..WANTED };
    assert_eq!(is(&source.step(&wanted, limits::FETCH_PATIENCE - 1, 2000)), "wait");
    assert_eq!(is(&source.step(&wanted, limits::FETCH_PATIENCE, 2000)), "use");
    // They have not the key that is wanted, or an administrator does not want them any more.
    let other = Wanted { kid: Some("k2"), ..wanted };
    assert_eq!(is(&source.step(&other, limits::FETCH_PATIENCE, 2000)), "wait");
    assert_eq!(is(&source.step(&other, limits::FETCH_LOOKS, 2000)), "use");
    source.outdate();
    source.begin(&WANTED, 2000);
    assert_eq!(is(&source.step(&wanted, limits::FETCH_PATIENCE, 2000)), "wait");
    let mut none = Source::default();
    none.begin(&WANTED, 2000);
    assert_eq!(is(&none.step(&WANTED, limits::FETCH_LOOKS - 1, 2000)), "wait");
    assert_eq!(is(&none.step(&WANTED, limits::FETCH_LOOKS, 2000)), "give up");
}

#[test]
fn a_fetch_is_taken_over_when_it_is_dead() {
    let mut source = Source::default();
    source.begin(&WANTED, 1000);
    assert_eq!(step(&source, &WANTED, 1000 + limits::FETCH_DEAD - 1), "wait");
    assert_eq!(step(&source, &WANTED, 1000 + limits::FETCH_DEAD), "fetch");
    // Not by somebody who has proven nothing: he waits for the minute to be over.
    let nobody = Wanted { proven: false, ..WANTED };
    assert_eq!(step(&source, &nobody, 1000 + limits::FETCH_DEAD), "give up");
    assert_eq!(step(&source, &nobody, 1000 + limits::KID_MISS), "fetch");
    // A clock that was set back.
    assert_eq!(step(&source, &WANTED, 1), "fetch");
}

#[test]
fn what_comes_late_is_kept_unless_something_newer_is_there() {
    let mut source = Source::default();
    let slow = source.begin(&WANTED, 1000);
    let fast = source.begin(&WANTED, 1007);
    // Nothing newer is there yet: it serves everybody, and the one that is under way may still bring a newer one.
    source.succeed(slow, (set("slow"), None), &WANTED, 1008);
    assert_eq!(source.fetch_of_set(), Some(slow));
    assert_eq!(step(&source, &WANTED, 1008), "use");
    source.succeed(fast, (set("fast"), None), &WANTED, 1009);
    assert_eq!(source.fetch_of_set(), Some(fast));
    // The other way round.
    let slow = source.begin(&WANTED, 2000);
    let fast = source.begin(&WANTED, 2007);
    source.succeed(fast, (set("fast"), Some(60)), &WANTED, 2008);
    source.succeed(slow, (set("slow"), Some(86_400)), &WANTED, 2009);
    source.fail(slow, 2009);
    assert_eq!(source.fetch_of_set(), Some(fast));
    assert_eq!(step(&source, &WANTED, 2008 + 59), "use");
    assert_eq!(step(&source, &WANTED, 2008 + 60), "fetch");
    // The newer one fails, and the older one comes late and good.
    let slow = source.begin(&WANTED, 3000);
    let fast = source.begin(&WANTED, 3007);
    source.fail(fast, 3008);
    source.succeed(slow, (set("slow"), None), &WANTED, 3009);
    assert_eq!(source.fetch_of_set(), Some(slow));
    assert_eq!(step(&source, &WANTED, 3009), "use");
}

#[test]
fn what_was_fetched_before_an_administrators_change_is_not_kept() {
    let mut source = fetched(1000);
    let before = source.fetch_of_set();
    let fetch = source.begin(&WANTED, 2000);
    source.outdate();
    assert_eq!(step(&source, &WANTED, 2001), "fetch"); // nobody waits for what is not wanted any more
    source.succeed(fetch, (set("k2"), None), &WANTED, 2002);
    assert_eq!(source.fetch_of_set(), before);
    assert_eq!(step(&source, &WANTED, 2002), "fetch");
    // Nor does its failure leave the source alone.
    let fetch = source.begin(&WANTED, 2003);
    source.outdate();
    source.fail(fetch, 2004);
    assert_eq!(step(&source, &WANTED, 2004), "fetch");
    let fetch = source.begin(&WANTED, 2005);
    source.succeed(fetch, (set("k2"), None), &WANTED, 2006);
    assert_eq!(source.fetch_of_set(), Some(fetch));
    assert_eq!(step(&source, &WANTED, 2006), "use");
}

/// Whoever has proven nothing causes one fetch a minute, for whatever reason.
#[test]
fn one_fetch_a_minute_for_nobody() {
    let nobody = Wanted { proven: false, ..WANTED };
    let mut source = Source::default();
    let fetch = source.begin(&nobody, 1000);
    source.fail(fetch, 1001);
    assert_eq!(step(&source, &nobody, 1059), "give up");
    assert_eq!(step(&source, &WANTED, 1059), "fetch");
    assert_eq!(step(&source, &nobody, 1060), "fetch");
    let fetch = source.begin(&nobody, 1060);
    source.succeed(fetch, (set("k1"), Some(60)), &nobody, 1061);
    let other = Wanted { kid: Some("k2"), ..nobody };
    assert_eq!(step(&source, &other, 1119), "use");
    assert_eq!(step(&source, &other, 1120), "fetch");
    let kept = Rc::clone(&source.set.as_ref().unwrap().set);
    let doubting = Wanted { doubted: Some(&kept), ..nobody };
    assert_eq!(step(&source, &doubting, 1120), "use");
    assert_eq!(step(&source, &doubting, 1121), "fetch");
}

/// A source that was forgotten while it was fetched, for lack of room, begins to count anew.
#[test]
fn a_forgotten_source_keeps_what_comes() {
    let mut source = Source::default();
    source.succeed(7, (set("k1"), None), &WANTED, 1000);
    assert_eq!(source.fetch_of_set(), Some(7));
    let fetch = source.begin(&WANTED, 2000);
    source.succeed(fetch, (set("k1"), None), &WANTED, 2000);
    assert_eq!(source.fetch_of_set(), Some(fetch));
}
