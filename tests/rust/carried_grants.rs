//! Opaque tokens and refresh tokens that carry their grant: nothing is written until one of them is used (contract 3.5).

use edge_sts::jose::base64url;
use edge_sts::token::Handle;
use serde_json::{Value, json};

use crate::common::*;
use crate::rfc7662_7009_6749::OPAQUE;

const C1: Option<(&str, &str)> = Some(("c1", "p@ss:w+rd %1"));
const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const INVALID: &str = "The refresh token is not valid";

fn exchange_as(fixture: &Fixture, client: Option<(&str, &str)>, more: &[(&str, &str)]) -> Reply {
    let subject = subject_token(&json!({}));
    let mut parameters = good(&subject);
    parameters.extend(more);
    fixture.form_as(client, "/auth/token", &parameters)
}

fn refresh(fixture: &Fixture, client: Option<(&str, &str)>, token: &str) -> Reply {
    fixture.form_as(client, "/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

fn introspect(fixture: &Fixture, client: Option<(&str, &str)>, token: &str) -> Value {
    fixture.form_as(client, "/auth/introspect", &[("token", token)]).ok().json()
}

/// All that a log can show of two tokens.
const SHOWN: &str = "Some(Handle(Access, ***)) Some(Handle(Refresh, ***))";

/// What a token carries.
fn payload(token: &str) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// A token with another payload, or another part of it.
fn with_part(token: &str, part: usize, value: &str) -> String {
    let mut parts: Vec<&str> = token.split('.').collect();
    parts[part] = value;
    parts.join(".")
}

/// Issue 10, item 5: an exchange makes no call of the grant store whatever it issues; a refresh reads once and writes
/// once; to know whether a token is alive takes one look.
#[test]
fn calls_of_the_grant_store() {
    let mut resources = resources();
    for client in [0, 3] {
        resources[client]["scope"] = json!(["openid", "read"]);
    }
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let calls = |what: &str, reads, writes| assert_eq!(fixture.grant_calls(), (reads, writes), "{what}");
    for client in [C1, OPAQUE] {
        let issued = exchange_as(&fixture, client, &[]).ok();
        calls("exchange", 0, 0);
        exchange_as(&fixture, client, &[("requested_token_type", REFRESH_TOKEN)]).ok();
        exchange_as(&fixture, client, &[("requested_token_type", JWT)]).ok();
        calls("exchange for one type", 0, 0);
        let (access, first) = (issued.text("access_token"), issued.text("refresh_token"));
        for token in [&access, &first] {
            assert_eq!(introspect(&fixture, client, token)["active"], true);
            calls("introspection", 1, 0);
        }
        let own = changed(good(&access), "subject_token_type", Some(ACCESS_TOKEN));
        fixture.form_as(client, "/auth/token", &own).ok();
        calls("exchange of an own token", 1, 0);
        fixture.send("GET /auth/userinfo", &[("authorization", &format!("Bearer {access}"))], b"");
        calls("userinfo", 1, 0);
        let mut token = first;
        for _ in 0..3 {
            let next = refresh(&fixture, client, &token).ok();
            calls("refresh", 1, 1);
            assert_eq!(introspect(&fixture, client, &next.text("access_token"))["active"], true);
            calls("introspection", 1, 0);
            token = next.text("refresh_token");
        }
        assert_eq!(introspect(&fixture, client, &access)["active"], true, "the first one lives on");
        fixture.grant_calls();
    }
    assert_eq!(fixture.host.grants.borrow().len(), 2, "one record for each grant that was refreshed");
}

/// Attack 26: an invented token calls no object into being.
#[test]
fn an_invented_token_dies_at_its_mac() {
    let fixture = Fixture::new();
    let issued = exchange_as(&fixture, OPAQUE, &[]).ok();
    let tokens = [issued.text("access_token"), issued.text("refresh_token")];
    let elsewhere = |issuer: &str, keys: &str| {
        let other = Fixture::of(issuer, &resources(), keys);
        exchange_as(&other, OPAQUE, &[]).ok().text("refresh_token")
    };
    let other_keys = OCT_KEYS.replace("c3Rz", "d3Rz");
    let mut forged = vec![elsewhere("https://staging.example", OCT_KEYS), elsewhere(ISSUER, &other_keys)];
    // In the form of a grant that is stored: invented, and a good one of other keys, of another grant, of another kind.
    let stored = |keys: &str| {
        let other = Fixture::with(&resources(), keys);
        let first = exchange_as(&other, OPAQUE, &[]).ok().text("refresh_token");
        refresh(&other, OPAQUE, &first).ok().text("refresh_token")
    };
    let good_one = stored(OCT_KEYS);
    let ids = [&tokens[1][7..29], "AAAAAAAAAAAAAAAAAAAAAA"];
    forged.extend(ids.map(|id| format!("sts_rt_{id}{}", base64url::encode(&[7; 64]))));
    let of_another_grant = format!("sts_rt_{}{}", ids[1], &good_one[29..]);
    forged.extend([of_another_grant, stored(&other_keys), good_one.replace("sts_rt_", "sts_at_")]);
    for token in &tokens {
        let mut richer = payload(token);
        richer["scp"] = json!(["read", "write"]);
        let richer = base64url::encode(richer.to_string().as_bytes());
        let other_kind = if token.starts_with("sts_at_") { ("sts_at_", "sts_rt_") } else { ("sts_rt_", "sts_at_") };
        forged.extend([
            with_part(token, 1, &richer),
            with_part(token, 1, ""),
            with_part(token, 2, ""),
            with_part(token, 2, &"A".repeat(43)),
            token.replace(other_kind.0, other_kind.1),
            format!("{}{}{}", &token[..7], "A".repeat(22), &token[29..]),
            format!("{token}.x"),
            format!("{token}="),
        ]);
    }
    for token in forged {
        assert_eq!(introspect(&fixture, OPAQUE, &token), json!({"active": false}), "{token}");
        refresh(&fixture, OPAQUE, &token).refused(400, "invalid_grant", INVALID);
        let own = changed(good(&token), "subject_token_type", Some(ACCESS_TOKEN));
        assert_eq!(fixture.form_as(OPAQUE, "/auth/token", &own).status(), 400, "{token}");
        assert_eq!(
            fixture.send("GET /auth/userinfo", &[("authorization", &format!("Bearer {token}"))], b"").status(),
            401
        );
        fixture.form_as(OPAQUE, "/auth/revoke", &[("token", &token)]).ok();
        assert_eq!(fixture.grant_calls(), (0, 0), "{token}");
    }
    for token in tokens {
        assert_eq!(introspect(&fixture, OPAQUE, &token)["active"], true);
    }
}

/// What a client can read of its grant is what it has seen: no claim that an issuer said of an opaque token.
#[test]
fn what_the_client_has_not_seen_is_stored() {
    let fixture = crate::issuers::fixture(&json!({
        "type": "opaque", "introspection_endpoint": {"url": "https://issuer.example/introspect"},
        "claims": {"tenant": "t1"},
    }));
    let answer = json!({"active": true, "sub": "alice", "exp": NOW + 900, "tenant": "t1"});
    crate::issuers::serve(&fixture, "https://issuer.example/introspect", 200, None, &answer.to_string());
    for client in [C1, OPAQUE] {
        let parameters = changed(good("foreign-opaque-token"), "subject_token_type", Some(ACCESS_TOKEN));
        let issued = fixture.form_as(client, "/auth/token", &parameters).ok();
        assert_eq!(fixture.grant_calls(), (0, 1));
        let refresh_token = issued.text("refresh_token");
        assert!(refresh_token.len() == 115 && !refresh_token.contains('.'));
        assert_eq!(introspect(&fixture, client, &issued.text("access_token"))["active"], true);
        fixture.grant_calls();
        refresh(&fixture, client, &refresh_token).ok();
        assert_eq!(fixture.grant_calls(), (1, 1));
    }
}

/// Whoever an access token is for reads in it what introspection tells him, and nothing that only a refresh looks at.
#[test]
fn an_access_token_carries_no_claim_that_only_conditions_read() {
    let mut resources = resources();
    merge(
        &mut resources[5],
        &json!({"condition": "has(claims.box_user) ? claims.salary > 0 : claims.planted.endsWith('.example')",
            "claims": {"dept": "planted-hr"}, "copy_claims": ["note"]}),
    );
    resources[3]["auth"]["token_exchange"]["delegation"] = json!("any");
    resources.as_array_mut().unwrap().push(json!({"resourceType": "User", "id": "operator"}));
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let claims = json!({"sub": "planted-sub", "box_user": "alice", "salary": 123_456, "note": "n",
        "dept": ["planted-hr", "x"], "aud": [ISSUER, "planted-aud"]});
    let actor = json!({"sub": "operator", "planted": "planted.example", "dept": "planted-hr"});
    let (subject, actor) = (subject_token(&claims), subject_token(&actor));
    let mut parameters = good(&subject);
    parameters.extend([("actor_token", actor.as_str()), ("actor_token_type", JWT)]);
    let issued = fixture.form_as(OPAQUE, "/auth/token", &parameters).ok();
    let (access, refresh_token) = (issued.text("access_token"), issued.text("refresh_token"));
    let has = |token: &str, text: &str| payload(token).to_string().contains(text);
    for kept in ["planted-sub", "planted-hr", "planted-aud", "planted.example", "123456"] {
        assert!(!has(&access, kept), "{kept} in {}", payload(&access));
        assert!(has(&refresh_token, kept), "{kept} in {}", payload(&refresh_token));
    }
    for member in ["by", "dlg"] {
        assert!(payload(&access).get(member).is_none() && payload(&refresh_token).get(member).is_some(), "{member}");
    }
    assert_eq!(format!("{:?} {:?}", Handle::parse(&access), Handle::parse(&refresh_token)), SHOWN);

    // What it carries is enough for everything that an access token is for, and takes nothing from its grant.
    let introspected = introspect(&fixture, OPAQUE, &access);
    let act = json!({"iss": EXTERNAL, "sub": "operator"});
    assert_eq!(
        (&introspected["sub"], &introspected["note"], &introspected["act"]),
        (&json!("alice"), &json!("n"), &act)
    );
    let own = changed(good(&access), "subject_token_type", Some(ACCESS_TOKEN));
    fixture.form_as(OPAQUE, "/auth/token", &own).ok();
    let next = refresh(&fixture, OPAQUE, &refresh_token).ok();
    assert_eq!(introspect(&fixture, OPAQUE, &next.text("access_token"))["note"], "n");
    assert_eq!(introspect(&fixture, OPAQUE, &access)["active"], true);
    fixture.form_as(OPAQUE, "/auth/revoke", &[("token", &access)]).ok();
    for token in [&access, &next.text("access_token"), &next.text("refresh_token")] {
        assert_eq!(introspect(&fixture, OPAQUE, token), json!({"active": false}));
    }
}

#[test]
fn a_grant_that_is_too_long_is_stored() {
    for (length, carried) in [(200, true), (900, true), (2000, false)] {
        let mut resources = resources();
        resources[5]["copy_claims"] = json!(["note"]);
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let subject = subject_token(&json!({"note": "x".repeat(length)}));
        let issued = fixture.form_as(OPAQUE, "/auth/token", &good(&subject)).ok();
        assert_eq!(fixture.grant_calls(), (0, usize::from(!carried)), "{length}");
        for name in ["access_token", "refresh_token"] {
            let token = issued.text(name);
            assert!(token.len() <= 2048 && token.contains('.') == carried, "{length} {}", token.len());
            assert_eq!(introspect(&fixture, OPAQUE, &token)["active"], true);
        }
        let next = refresh(&fixture, OPAQUE, &issued.text("refresh_token")).ok();
        assert_eq!(introspect(&fixture, OPAQUE, &next.text("access_token"))["note"], json!("x".repeat(length)));
        for name in ["access_token", "refresh_token"] {
            fixture.form_as(OPAQUE, "/auth/revoke", &[("token", &next.text(name))]).ok();
            assert_eq!(introspect(&fixture, OPAQUE, &next.text(name)), json!({"active": false}));
        }
        assert_eq!(
            introspect(&fixture, OPAQUE, &issued.text("access_token")),
            json!({"active": false}),
            "revoked with it"
        );
    }
}

/// Every key of the set verifies, the first one makes; a key that is taken away takes with it what it made.
#[test]
fn keys_of_the_set() {
    let old = OCT_KEYS;
    let new =
        r#"{"keys":[{"kty":"oct","kid":"k2","alg":"HS256","k":"YW5vdGhlciBrZXkgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE"}]}"#;
    let both = format!("{},{}", &new[..new.len() - 2], &old[9..]);
    let at = |keys: &str, of: Option<&Fixture>| {
        let fixture = Fixture::with(&resources(), keys);
        if let Some(of) = of {
            *fixture.host.grants.borrow_mut() = of.host.grants.borrow().clone();
        }
        fixture
    };
    let before = at(old, None);
    let issued = exchange_as(&before, OPAQUE, &[]).ok();
    let (access, refresh_token) = (issued.text("access_token"), issued.text("refresh_token"));
    let rotated = at(&both, Some(&before));
    assert_eq!(introspect(&rotated, OPAQUE, &access)["active"], true);
    let next = refresh(&rotated, OPAQUE, &refresh_token).ok();
    let fresh = exchange_as(&rotated, OPAQUE, &[]).ok().text("refresh_token");
    let without = at(new, Some(&rotated));
    assert_eq!(introspect(&without, OPAQUE, &access), json!({"active": false}));
    refresh(&without, OPAQUE, &refresh_token).refused(400, "invalid_grant", INVALID);
    refresh(&without, OPAQUE, &fresh).ok(); // the new key made it
    assert_eq!(introspect(&without, OPAQUE, &next.text("access_token"))["active"], true); // stored: no key is needed
    refresh(&without, OPAQUE, &next.text("refresh_token")).ok();
}

/// A grant is revoked for as long as the last of its tokens, by whichever of them it is revoked.
#[test]
fn a_revocation_outlives_every_token() {
    for (client, name) in
        [(C1, "access_token"), (C1, "refresh_token"), (OPAQUE, "access_token"), (OPAQUE, "refresh_token")]
    {
        let fixture = Fixture::new();
        let issued = exchange_as(&fixture, client, &[]).ok();
        fixture.form_as(client, "/auth/revoke", &[("token", &issued.text(name))]).ok();
        let kept: Vec<u64> = fixture.host.grants.borrow().values().map(|(_, _, expires)| *expires).collect();
        assert_eq!(kept, [NOW + 864_000 + 60 + 3600], "{name}");
        refresh(&fixture, client, &issued.text("refresh_token")).refused(400, "invalid_grant", INVALID);
        assert_eq!(fixture.last_event()["reason"], "refresh_token_revoked");
        for name in ["access_token", "refresh_token"] {
            assert_eq!(introspect(&fixture, client, &issued.text(name)), json!({"active": false}));
        }
    }
}

/// Two requests that use a carried refresh token at the same time make one record.
#[test]
fn the_first_use_is_a_race_with_one_winner() {
    let mut resources = resources();
    for (grace, wins) in [(0, false), (30, true)] {
        resources[0]["auth"]["token_exchange"]["refresh_token_grace"] = json!(grace);
        let fixture = Fixture::with(&resources, OCT_KEYS);
        let token = fixture.exchange().ok().text("refresh_token");
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let mut first = None;
        let second = fixture.form_meanwhile(C1, "/auth/token", &parameters, At::AfterReadGrant, || {
            first = Some(refresh(&fixture, C1, &token).ok());
        });
        let first = first.unwrap();
        if wins {
            assert_eq!(second.ok().text("refresh_token"), first.text("refresh_token"));
        } else {
            second.refused(400, "invalid_grant", INVALID);
            assert_eq!(introspect(&fixture, C1, &first.text("access_token")), json!({"active": false}));
        }
        // A revocation that comes between wins, too.
        let token = fixture.exchange().ok().text("refresh_token");
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let refreshed = fixture.form_meanwhile(C1, "/auth/token", &parameters, At::AfterReadGrant, || {
            fixture.form("/auth/revoke", &[("token", &token)]).ok();
        });
        refreshed.refused(400, "invalid_grant", INVALID);
    }
}

/// A store that forgets cannot say whether a token from before was used or revoked: what carries its grant ends with it.
#[test]
fn a_store_that_forgot_vouches_for_nothing_from_before() {
    for (since, holds) in [(NOW, true), (NOW + 1, false)] {
        let mut fixture = Fixture::new();
        let issue = |fixture: &Fixture| {
            let issued = exchange_as(fixture, OPAQUE, &[]).ok();
            (issued.text("access_token"), issued.text("refresh_token"))
        };
        let (access, token) = issue(&fixture);
        let (_, remembered) = issue(&fixture);
        let remembered = refresh(&fixture, OPAQUE, &remembered).ok().text("refresh_token");
        let config = edge_sts::Config { grants_since: since, ..edge_sts::Config::new(ISSUER, OCT_KEYS) };
        fixture.sts = edge_sts::Sts::new(&config).unwrap();
        for token in [&access, &token] {
            assert_eq!(introspect(&fixture, OPAQUE, token)["active"], holds);
        }
        let reply = refresh(&fixture, OPAQUE, &token);
        if holds {
            reply.ok();
        } else {
            reply.refused(400, "invalid_grant", INVALID);
            assert_eq!(fixture.last_event()["reason"], "refresh_token_unknown");
        }
        refresh(&fixture, OPAQUE, &remembered).ok();
        fixture.advance(1);
        refresh(&fixture, OPAQUE, &issue(&fixture).1).ok();
    }
}
