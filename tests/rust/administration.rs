//! The administrator's interface (contract 3.6) over a directory in memory, and what a replica that lags behind it can do.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::common::memory_directory::{DELAY, DelayedReplica, MemoryDirectory};
use crate::common::*;
use edge_sts::host::Waiting;
use edge_sts::{Config, Sts};
use serde_json::{Value, json};

fn introspector(iss: &str) -> Value {
    json!({"type": "jwt", "jwt": {"iss": iss, "secret": SECRET}, "user": "none"})
}

fn ids(list: &Value) -> Vec<&str> {
    list["entry"].as_array().unwrap().iter().map(|entry| entry["resource"]["id"].as_str().unwrap()).collect()
}

#[test]
fn lists_are_pages() {
    let fixture = Fixture::with(&json!([]), OCT_KEYS);
    for number in 0..7 {
        let user = json!({"userName": format!("name {}", number % 2)});
        fixture.admin(&format!("PUT /User/u{number}"), &[], &user);
    }
    let first = fixture.admin("GET /User?_count=3", &[], &Value::Null).ok().json();
    assert_eq!((&first["total"], ids(&first)), (&json!(7), vec!["u0", "u1", "u2"]));
    let link = |relation: &str, url: &str| json!({"relation": relation, "url": format!("{ISSUER}/User?{url}")});
    assert_eq!(first["link"], json!([link("self", "_count=3&_page=1"), link("next", "_count=3&_page=2")]));
    let last = fixture.admin("GET /User?_count=3&_page=3", &[], &Value::Null).ok().json();
    assert_eq!(ids(&last), ["u6"]);
    assert_eq!(last["link"], json!([link("self", "_count=3&_page=3"), link("previous", "_count=3&_page=2")]));
    let named = fixture.admin("GET /User?name=name+1&_count=2", &[], &Value::Null).ok().json();
    assert_eq!((&named["total"], ids(&named)), (&json!(3), vec!["u1", "u3"]));
    assert_eq!(named["link"][1], link("next", "_count=2&_page=2&name=name%201"));
    assert_eq!(fixture.admin("GET /User", &[], &Value::Null).ok().json()["entry"].as_array().unwrap().len(), 7);
}

#[test]
fn filters_find_what_they_name() {
    let fixture = Fixture::new();
    let found = |path: &str| {
        let list = fixture.admin(&format!("GET {path}"), &[], &Value::Null).ok().json();
        ids(&list).iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("/Client?_id=c2"), ["c2"]);
    assert_eq!(found("/TokenIntrospector?iss=https%3A%2F%2Fissuer.example"), ["external"]);
    assert_eq!(found("/TokenIntrospector?iss=https://issuer.example/"), [""; 0]);
    assert_eq!(found("/User?identifier=https://issuer.example|00u1"), ["carol"]);
    assert_eq!(found("/User?identifier=https://issuer.example%7C00u1&_id=alice"), [""; 0]);
}

/// A filter that is misspelt must not give everybody.
#[test]
fn nothing_in_a_query_is_ignored() {
    let fixture = Fixture::new();
    for query in [
        "email=a@example.com",
        "_sort=id",
        "Name=a",
        "_count=0",
        "_count=1001",
        "_count=1&_count=1",
        "_count=x",
        "_count=",
        "_count=%2B1",
        "_page=0",
        "_page=-1",
        "_id=%ff",
        "_id=%00",
        "iss=a",
        "identifier=a",
    ] {
        let reply = fixture.admin(&format!("GET /User?{query}"), &[], &Value::Null);
        assert_eq!((reply.status(), &reply.json()["issue"][0]["code"]), (400, &json!("invalid")), "{query}");
        assert!(!reply.0.body.contains("email"), "the input is repeated: {query}");
    }
    assert_eq!(fixture.admin("GET /Client?identifier=a|b", &[], &Value::Null).status(), 400);
    assert_eq!(fixture.admin("GET /User?_count=1000", &[], &Value::Null).status(), 200);
}

#[test]
fn versions_are_kept_without_secrets() {
    let fixture = Fixture::new();
    let mut client = json!({"secret": "planted-secret-of-the-client", "name": "first"});
    fixture.admin("PUT /Client/new", &[], &client);
    client["name"] = json!("second");
    fixture.advance(1);
    fixture.admin("PUT /Client/new", &[], &client);
    fixture.admin("DELETE /Client/new", &[], &Value::Null);
    let reply = fixture.admin("GET /Client/new/_history", &[], &Value::Null).ok();
    assert!(!reply.0.body.contains("planted") && !reply.0.body.contains("__sha256"), "{}", reply.0.body);
    let history = reply.json();
    assert_eq!((&history["type"], &history["total"]), (&json!("history"), &json!(3)));
    let entries = history["entry"].as_array().unwrap();
    assert_eq!(entries[0]["request"], json!({"method": "DELETE", "url": "Client/new"}));
    assert_eq!(entries[0].get("resource"), None);
    assert_eq!((&entries[1]["resource"]["name"], &entries[2]["resource"]["name"]), (&json!("second"), &json!("first")));
    assert_eq!(entries[1]["response"], json!({"etag": "W/\"2\"", "lastModified": "2027-01-15T08:00:01Z"}));
    assert_eq!(entries[1]["administrator"], "administrator");
    let page = fixture.admin("GET /Client/new/_history?_count=1&_page=3", &[], &Value::Null).ok().json();
    assert_eq!(page["entry"][0]["resource"]["name"], "first");
    assert_eq!(fixture.admin("GET /Client/nobody/_history", &[], &Value::Null).status(), 404);
    assert_eq!(fixture.admin("DELETE /Client/new/_history", &[], &Value::Null).header("allow"), Some("GET, HEAD"));
    // Made anew it goes on counting: no version is given twice.
    let made = fixture.admin("PUT /Client/new", &[], &client);
    assert_eq!((made.status(), made.header("etag")), (201, Some("W/\"4\"")));
}

#[test]
fn every_creation_is_another_instance() {
    let fixture = Fixture::new();
    let instance = |reply: &Reply| reply.json()["meta"]["instance"].as_str().unwrap().to_owned();
    let made = fixture.admin("PUT /User/dave", &[], &json!({}));
    let first = instance(&made);
    assert_eq!(first.len(), 16);
    let taken = json!({"meta": {"instance": "planted", "versionId": "9"}});
    assert_eq!(instance(&fixture.admin("PUT /User/dave", &[], &taken).ok()), first);
    fixture.admin("DELETE /User/dave", &[], &Value::Null).ok();
    let again = instance(&fixture.admin("PUT /User/dave", &[], &taken));
    assert!(again != first && again != "planted");
    // What came in a file has none, and gets none: tokens that were issued for it go on.
    assert_eq!(fixture.admin("PUT /User/alice", &[], &json!({})).ok().json()["meta"].get("instance"), None);
}

#[test]
fn rfc9110_13_1_conditions() {
    let fixture = Fixture::new();
    let put = |headers: &[(&str, &str)]| fixture.admin("PUT /User/dave", headers, &json!({})).status();
    assert_eq!(put(&[("if-match", "*")]), 412);
    assert_eq!(put(&[("if-none-match", "*")]), 201);
    assert_eq!(put(&[("if-none-match", "*")]), 412);
    assert_eq!(put(&[("if-none-match", "W/\"1\"")]), 412);
    assert_eq!(put(&[("if-none-match", "W/\"2\"")]), 200);
    assert_eq!(put(&[("if-match", "W/\"1\", W/\"2\"")]), 200);
    let delete = |tag: &str| fixture.admin("DELETE /User/dave", &[("if-match", tag)], &Value::Null).status();
    assert_eq!((delete("W/\"2\""), delete("W/\"3\"")), (412, 200));
}

fn put(url: &str, resource: &Value) -> Value {
    json!({"resource": resource, "request": {"method": "PUT", "url": url}})
}

fn transaction(entries: &[Value]) -> Value {
    json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
}

#[test]
fn a_bundle_is_done_whole_or_not_at_all() {
    let fixture = Fixture::new();
    let a = introspector("https://a.example");
    let b = introspector("https://b.example");
    let reply = fixture.admin(
        "POST /",
        &[],
        &transaction(&[put("TokenIntrospector/a", &a), put("TokenIntrospector/b", &b), put("User/u", &json!({}))]),
    );
    let statuses: Vec<Value> = reply.ok().json()["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["response"]["status"].clone())
        .collect();
    assert_eq!(statuses, ["201", "201", "201"]);
    assert_eq!(fixture.last_event()["event"], "admin.put");
    assert_eq!((&fixture.last_event()["resource"], &fixture.last_event()["version"]), (&json!("User/u"), &json!(1)));
    // Two resources exchange what each alone may have.
    let swapped = transaction(&[put("TokenIntrospector/a", &b), put("TokenIntrospector/b", &a)]);
    fixture.admin("POST /", &[], &swapped).ok();
    // A fault anywhere leaves everything as it is, and says where.
    for (entries, status, expression) in [
        (vec![put("User/new", &json!({})), put("User/u", &json!({"unheard": 1}))], 422, "[1].User.unheard"),
        (vec![put("User/new", &json!({})), put("TokenIntrospector/c", &a)], 409, "[1].TokenIntrospector.jwt.iss"),
        (vec![put("User/new", &json!({})), put("User/new", &json!({}))], 422, "[1]"),
        (vec![put("User/new", &json!({})), json!({"request": {"method": "PATCH", "url": "User/u"}})], 422, "[1]"),
        (vec![put("User/new", &json!({})), put("Group/g", &json!({}))], 422, "[1]"),
        (vec![put("User/new", &json!({})), json!({"request": {"method": "PUT", "url": "User/u"}})], 422, "[1]"),
        (
            vec![
                put("User/new", &json!({})),
                json!({"request": {"method": "DELETE", "url": "User/u", "ifMatch": "W/\"9\""}}),
            ],
            412,
            "",
        ),
    ] {
        let reply = fixture.admin("POST /", &[], &transaction(&entries));
        let found = reply.json()["issue"][0]["expression"][0].as_str().unwrap_or_default().to_owned();
        assert_eq!((reply.status(), found.as_str()), (status, expression), "{}", reply.0.body);
        assert_eq!(fixture.admin("GET /User/new", &[], &Value::Null).status(), 404);
    }
    for body in [
        json!({}),
        json!({"resourceType": "Bundle", "type": "batch", "entry": []}),
        transaction(&vec![put("User/u", &json!({})); 101]),
    ] {
        assert_eq!(fixture.admin("POST /", &[], &body).status(), 422);
    }
    let deletion = json!({"request": {"method": "DELETE", "url": "User/u", "ifMatch": "W/\"1\""}});
    fixture.admin("POST /", &[], &transaction(&[deletion])).ok();
    assert_eq!(fixture.last_event()["event"], "admin.delete");
    assert_eq!(fixture.admin("GET /User/u", &[], &Value::Null).status(), 404);
    assert_eq!(fixture.send("GET /", &[], b"").status(), 404, "the page's, where there is one");
}

#[test]
fn a_backup_brings_the_same_exchange_back() {
    let before = Fixture::new();
    before.admin("PUT /User/dave", &[], &json!({}));
    before.admin("PUT /Client/c1", &[], &{
        let mut client = resources()[0].clone();
        client["secret"] = json!("secret-of-c1-from-now-on");
        client
    });
    let instance = before.admin("GET /User/dave", &[], &Value::Null).json()["meta"]["instance"].clone();
    let after = Fixture::with(&json!([]), OCT_KEYS);
    let mut pages = 0;
    loop {
        pages += 1;
        let page = before.admin(&format!("GET /$export?secrets=shared&_count=4&_page={pages}"), &[], &Value::Null).ok();
        assert!(!page.0.body.contains("secret-of-c1"), "a Client's secret is a digest");
        after.admin("POST /$import", &[], &page.json()).ok();
        if !page.0.body.contains(r#""relation":"next""#) {
            break;
        }
    }
    assert!(pages > 2);
    let subject = subject_token(&json!({}));
    after.form_as(Some(("c1", "secret-of-c1-from-now-on")), "/auth/token", &good(&subject)).ok();
    assert_eq!(after.admin("GET /User/dave", &[], &Value::Null).json()["meta"]["instance"], instance);
    let total = |fixture: &Fixture| fixture.admin("GET /$export", &[], &Value::Null).ok().json()["total"].clone();
    assert_eq!(total(&before), total(&after));
    // Without the secrets that others share, it restores what is still there and refuses the rest.
    let without = before.admin("GET /$export", &[], &Value::Null).ok();
    assert!(!without.0.body.contains(SECRET));
    after.admin("POST /$import", &[], &without.json()).ok();
    let reply = Fixture::with(&json!([]), OCT_KEYS).admin("POST /$import", &[], &without.json());
    assert_eq!(reply.status(), 422);
    assert!(reply.json()["issue"][0]["expression"][0].as_str().unwrap().ends_with("TokenIntrospector.jwt.secret"));
}

fn with_config(config: Config<'_>) -> Fixture {
    let Fixture { host, .. } = Fixture::new();
    Fixture { host, sts: Sts::new(&config).unwrap() }
}

#[test]
fn administrators_have_names() {
    let tokens = r#"{"ann":"token-of-ann-0123456","bob":"token-of-bob-0123456"}"#;
    let config = Config { admin_tokens: Some(tokens), writable: true, ..Config::new(ISSUER, OCT_KEYS) };
    let fixture = with_config(config);
    let put = |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        fixture.send("PUT /User/dave", &headers, b"{}").status()
    };
    assert_eq!(put("token-of-ann-0123456"), 201);
    let event = fixture.last_event();
    for (member, value) in [("administrator", json!("ann")), ("version_before", json!(0)), ("version", json!(1))] {
        assert_eq!(event[member], value, "{event}");
    }
    assert_eq!(put("token-of-bob-0123456"), 200);
    assert_eq!(fixture.last_event()["administrator"], "bob");
    assert_eq!(put(ADMIN), 401);
    assert_eq!(fixture.last_event().get("administrator"), None);
}

#[test]
fn wrong_administrators_tokens_are_counted() {
    let fixture = Fixture::new();
    let get = |token: &str| fixture.send("GET /User/alice", &[("authorization", &format!("Bearer {token}"))], b"");
    for _ in 0..100 {
        assert_eq!(get("wrong").status(), 401);
    }
    let limited = get("wrong");
    assert_eq!((limited.status(), limited.header("retry-after")), (429, Some("60")));
    assert_eq!(limited.json()["resourceType"], "OperationOutcome");
    assert_eq!(get(ADMIN).status(), 200, "the right one is not locked out");
    fixture.advance(60);
    assert_eq!(get("wrong").status(), 401);
}

#[test]
fn secrets_are_stored_under_a_pepper() {
    let pepper = Some("pepper-of-at-least-thirty-two-bytes!");
    let config =
        Config { secret_pepper: pepper, admin_token: Some(ADMIN), writable: true, ..Config::new(ISSUER, OCT_KEYS) };
    let fixture = with_config(config);
    fixture.exchange().ok(); // a digest from before
    let mut client = resources()[0].clone();
    client["secret"] = json!("another-secret-of-c1");
    fixture.admin("PUT /Client/c1", &[], &client).ok();
    let stored = fixture.host.directory.borrow().value("Client/c1").unwrap();
    assert!(stored.contains(r#""secret":"__hmac-sha256:"#) && !stored.contains("another-secret"));
    let subject = subject_token(&json!({}));
    fixture.form_as(Some(("c1", "another-secret-of-c1")), "/auth/token", &good(&subject)).ok();
    let reply = fixture.form_as(Some(("c1", "p@ss:w+rd %1")), "/auth/token", &good(&subject));
    reply.refused(401, "invalid_client", "Client authentication failed");
    assert!(Sts::new(&Config { secret_pepper: Some("short"), ..Config::new(ISSUER, OCT_KEYS) }).is_err());
}

#[test]
fn what_is_read_only_is_not_written() {
    let config = Config { admin_token: Some(ADMIN), ..Config::new(ISSUER, OCT_KEYS) };
    let fixture = with_config(config);
    for line in ["PUT /User/dave", "DELETE /User/alice", "POST /User", "POST /"] {
        let reply = fixture.admin(line, &[], &if line == "POST /" { transaction(&[]) } else { json!({}) });
        assert_eq!((reply.status(), reply.header("allow")), (405, Some("GET, HEAD")), "{line}");
    }
    fixture.admin("GET /User/alice", &[], &Value::Null).ok();
}

/// Several places of one service: each has its own memory and its own view of the replica.
struct Places {
    places: Vec<Fixture>,
    directory: Rc<std::cell::RefCell<MemoryDirectory>>,
    replica: DelayedReplica,
}

impl Places {
    fn new(count: usize) -> Self {
        let directory = Rc::default();
        let replica = DelayedReplica::default();
        let places = (0..count).map(|_| {
            let host = MemoryHost {
                directory: Rc::clone(&directory),
                replica: Some(replica.elsewhere()),
                ..MemoryHost::default()
            };
            host.now.set(NOW);
            let config =
                Config { admin_token: Some(ADMIN), writable: true, replicated: true, ..Config::new(ISSUER, OCT_KEYS) };
            Fixture { host, sts: Sts::new(&config).unwrap() }
        });
        Self { places: places.collect(), directory, replica }
    }

    fn advance(&self, seconds: u64) {
        self.places.iter().for_each(|place| place.advance(seconds));
    }

    /// Exchanges a token of an issuer at a place: the status.
    fn exchange(&self, place: usize, iss: &str) -> u16 {
        let now = self.places[place].host.now.get();
        let token = subject_token(&json!({"iss": iss, "sub": "machine", "exp": now + 300}));
        self.places[place].form_as(Some(("c", "secret-of-c")), "/auth/token", &good(&token)).status()
    }
}

/// Attack 8: a look-up must not outlive its resource because a replica showed what was before.
#[test]
fn attack_8_a_look_up_ends_with_its_resource() {
    let places = Places::new(2);
    let [a, b] = [&places.places[0], &places.places[1]];
    let client = json!({
        "secret": "secret-of-c", "grant_types": [TOKEN_EXCHANGE], "allowedIssuers": ["https://x.example"],
        "scope": ["read"], "auth": {"token_exchange": {"token_format": "jwt"}},
    });
    a.admin("PUT /Client/c", &[], &client);
    a.admin("PUT /TokenIntrospector/old", &[], &introspector("https://x.example"));
    assert_eq!(places.exchange(1, "https://x.example"), 200);
    a.admin("DELETE /TokenIntrospector/old", &[], &Value::Null).ok();
    assert_eq!(a.admin("PUT /TokenIntrospector/new", &[], &introspector("https://x.example")).status(), 201);
    places.advance(5);
    b.admin("DELETE /TokenIntrospector/new", &[], &Value::Null).ok();
    places.advance(3600);
    for place in [0, 1] {
        assert_eq!(places.exchange(place, "https://x.example"), 400);
    }
    assert_eq!(a.admin("PUT /TokenIntrospector/another", &[], &introspector("https://x.example")).status(), 201);
}

/// Attacks 9 and 19: what a place has seen of the replica decides nothing about a change.
#[test]
fn attack_9_and_19_changes_are_made_on_what_is_there() {
    let places = Places::new(2);
    let [a, b] = [&places.places[0], &places.places[1]];
    assert_eq!(places.exchange(1, "https://x.example"), 401); // remembers that there is no such client
    assert_eq!(a.admin("PUT /Client/c", &[], &json!({"secret": "secret-of-c"})).status(), 201);
    places.advance(5);
    assert_eq!(b.admin("POST /Client", &[], &json!({"id": "c", "secret": "x"})).status(), 409);
    let instance = a.admin("GET /Client/c", &[], &Value::Null).json()["meta"]["instance"].clone();
    let put = b.admin("PUT /Client/c", &[], &json!({"secret": "secret-of-c", "name": "other"}));
    assert_eq!((put.status(), &put.json()["meta"]["instance"]), (200, &instance));
    assert_eq!(b.admin("DELETE /Client/c", &[], &Value::Null).status(), 200);
    assert_eq!(a.admin("GET /Client/c", &[], &Value::Null).status(), 404);
}

/// What an administrator changed counts at his place at once, whatever the replica shows there.
#[test]
fn a_place_remembers_what_was_changed_there() {
    let places = Places::new(1);
    let here = &places.places[0];
    let client = |scope: &str| {
        json!({
            "secret": "secret-of-c", "grant_types": [TOKEN_EXCHANGE], "allowedIssuers": ["https://x.example"],
            "scope": [scope], "auth": {"token_exchange": {"token_format": "jwt"}},
        })
    };
    here.admin("PUT /Client/c", &[], &client("read"));
    here.admin("PUT /TokenIntrospector/x", &[], &introspector("https://x.example"));
    assert_eq!(places.exchange(0, "https://x.example"), 200);
    here.admin("PUT /Client/c", &[], &client("write")).ok();
    assert_eq!(places.exchange(0, "https://x.example"), 400, "the scope that was asked for is not allowed any more");
    places.advance(DELAY - 1); // longer than things are remembered, and still within the delay
    assert_eq!(places.exchange(0, "https://x.example"), 400);
    here.admin("DELETE /TokenIntrospector/x", &[], &Value::Null).ok();
    here.admin("PUT /Client/c", &[], &client("read")).ok();
    assert_eq!(places.exchange(0, "https://x.example"), 400);
    places.advance(DELAY - 1);
    assert_eq!(places.exchange(0, "https://x.example"), 400);
}

/// Random changes at three places over a replica that lags behind: no look-up outlives its resource, and no issuer is trusted
/// that nobody lists.
#[test]
fn random_changes_at_three_places_leave_nothing_behind() {
    let state = Cell::new(0x9E37_79B9_7F4A_7C15_u64);
    let below = |bound: u64| {
        state.set(state.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        (state.get() >> 33) % bound
    };
    let issuers = ["https://x.example", "https://y.example", "https://z.example"];
    let places = Places::new(3);
    let client = json!({
        "secret": "secret-of-c", "grant_types": [TOKEN_EXCHANGE], "allowedIssuers": issuers,
        "scope": ["read"], "auth": {"token_exchange": {"token_format": "jwt"}},
    });
    places.places[0].admin("PUT /Client/c", &[], &client);
    places.advance(DELAY);
    for round in 0..1000 {
        for _ in 0..10 {
            let place = &places.places[below(3) as usize];
            let (kind, id) = (below(2), below(3));
            let line = |method: &str| match kind {
                0 => format!("{method} /TokenIntrospector/i{id}"),
                _ => format!("{method} /User/u{id}"),
            };
            let body = match kind {
                0 => introspector(issuers[below(3) as usize]),
                _ => json!({"identifier": [{"system": issuers[below(3) as usize], "value": below(2).to_string()}]}),
            };
            match below(4) {
                0 => place.admin(&line("DELETE"), &[], &Value::Null),
                1 => {
                    places.exchange(below(3) as usize, issuers[below(3) as usize]);
                    continue;
                }
                _ => place.admin(&line("PUT"), &[], &body),
            };
            places.advance(below(20));
        }
        // Long enough for every replica and every memory.
        places.advance(3 * DELAY);
        let directory = places.directory.borrow();
        let published = places.replica.stored.borrow();
        let found: BTreeSet<&String> = published.keys().filter(|key| key.contains('?')).collect();
        let expected = directory.keys();
        assert_eq!(found, expected.keys().collect(), "look-ups in round {round}");
        drop(published);
        let trusted: BTreeSet<_> =
            expected.keys().filter_map(|key| key.strip_prefix("TokenIntrospector?iss=")).collect();
        for iss in issuers {
            for place in 0..3 {
                let expected = if trusted.contains(iss) { 200 } else { 400 };
                assert_eq!(places.exchange(place, iss), expected, "{iss} at {place} in round {round}");
            }
        }
    }
}

#[test]
fn health_tells_what_is_not_published() {
    let places = Places::new(1);
    let here = &places.places[0];
    let health = || here.send("GET /health", &[], b"").ok().json();
    assert_eq!(health(), json!({"status": "ok"}));
    here.host.waiting.set(Some(Waiting { keys: 3, since: Some(NOW) }));
    assert_eq!(health(), json!({"status": "ok"}), "it is asked once in some seconds");
    places.advance(5);
    assert_eq!(health(), json!({"status": "ok", "directory": {"waiting": 3, "since": NOW}}));
    here.host.broken.set(true);
    places.advance(5);
    assert_eq!(health(), json!({"status": "ok", "directory": {"status": "unavailable"}}));
}
