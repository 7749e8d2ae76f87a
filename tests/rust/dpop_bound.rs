//! Tokens that are bound to a key, as subject, as actor, at a refresh: a binding is never taken away (issue 13, part 4, rows
//! 31 to 48).

use serde_json::{Value, json};

use crate::common::*;
use crate::dpop::{K1, K2, K3, Key, exchange, introspect, send};

const C1: (&str, &str) = ("c1", "p@ss:w+rd %1");
const OPAQUE: (&str, &str) = ("opaque", "secret-of-opaque");
const REBIND: (&str, &str) = ("rebind", "secret-of-rebind");

/// With a client `rebind` that is trusted to have seen a token's proof, and any actor for both.
fn fixture() -> Fixture {
    let mut resources = resources();
    resources[0]["auth"]["token_exchange"]["delegation"] = json!("any");
    let mut rebind = resources[0].clone();
    merge(&mut rebind, &json!({"id": "rebind", "secret": REBIND.1}));
    rebind["auth"]["token_exchange"]["accept_bound"] = json!("rebind");
    resources.as_array_mut().unwrap().push(rebind);
    Fixture::with(&resources, OCT_KEYS)
}

fn bound_to(key: &Key) -> String {
    subject_token(&json!({"cnf": {"jkt": key.jkt}}))
}

fn offer(fixture: &Fixture, client: (&str, &str), token: &str, proof: Option<&Key>) -> Reply {
    let proof = proof.map(Key::proof);
    send(fixture, client, &good(token), proof.as_deref().as_slice())
}

#[track_caller]
fn not_proved(fixture: &Fixture, reply: &Reply, role: &str) {
    let sentence = format!("The {role} is not accepted: it is bound to a key that this request does not prove");
    reply.refused(400, "invalid_request", &sentence);
    assert_eq!(fixture.last_event()["reason"], format!("{role}.key_not_proved"));
}

#[track_caller]
fn is_bound(reply: Reply, key: &Key) {
    let reply = reply.ok();
    assert_eq!(reply.text("token_type"), "DPoP");
    assert_eq!(reply.claims()["cnf"], json!({"jkt": key.jkt}));
}

/// Rows 31 to 35.
#[test]
fn a_bound_subject_token_needs_its_key() {
    let fixture = fixture();
    let token = bound_to(&K1);
    is_bound(offer(&fixture, C1, &token, Some(&K1)), &K1);
    not_proved(&fixture, &offer(&fixture, C1, &token, None), "subject_token");
    let reply = offer(&fixture, C1, &token, Some(&K2));
    not_proved(&fixture, &reply, "subject_token");
    // The audit shows whose key it was.
    let event = fixture.last_event();
    assert_eq!((&event["dpop_jkt"], &event["subject"]["sub"]), (&json!(K2.jkt), &json!("alice")));
    is_bound(offer(&fixture, REBIND, &token, Some(&K2)), &K2);
    is_bound(offer(&fixture, REBIND, &token, Some(&K1)), &K1);
    not_proved(&fixture, &offer(&fixture, REBIND, &token, None), "subject_token");
    // Without HTTP there is no proof.
    let parameters = json!({
        "client_id": "rebind", "client_secret": REBIND.1, "subject_token": token, "subject_token_type": JWT,
    });
    let refused = run(fixture.sts.exchange(&fixture.host, &parameters.to_string())).err().unwrap();
    assert_eq!(refused.code(), "subject_token.key_not_proved");
}

/// Rows 36 to 39.
#[test]
fn rfc7800_3_1_other_confirmations() {
    let fixture = fixture();
    let refused = |fixture: &Fixture, cnf: Value, reason: &str| {
        let token = subject_token(&json!({"cnf": cnf}));
        for client in [C1, REBIND] {
            for proof in [None, Some(&K1)] {
                let reply = offer(fixture, client, &token, proof);
                reply.refused(400, "invalid_request", "The subject_token is not accepted: ");
                assert_eq!(fixture.last_event()["reason"], reason, "{cnf}");
            }
        }
    };
    for cnf in [
        json!({"x5t#S256": K1.jkt}),
        json!({"jwk": K1.jwk()}),
        json!({"kid": "1"}),
        json!({"jkt": K1.jkt, "x5t#S256": K1.jkt}),
        json!({"jkt": K1.jkt, "kid": "1"}),
        json!({}),
        json!({"jkt": 1}),
        json!({"jkt": [K1.jkt]}),
        json!({"jkt": &K1.jkt[..42]}),
        json!({"jkt": format!("{}A", K1.jkt)}),
        json!({"jkt": format!("{}=", &K1.jkt[..42])}),
        json!({"jkt": "*".repeat(43)}),
        json!({"JKT": K1.jkt}),
    ] {
        refused(&fixture, cnf, "subject_token.sender_constrained");
    }
    for cnf in [json!("x"), json!([{"jkt": K1.jkt}]), json!(1)] {
        refused(&fixture, cnf, "subject_token.claim_malformed");
    }
    let mut introspector = resources()[5].clone();
    introspector["bound"] = json!("refuse");
    fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
    refused(&fixture, json!({"jkt": K1.jkt}), "subject_token.sender_constrained");
    fixture.exchange().ok();
    introspector["bound"] = json!("proof");
    fixture.admin("PUT /TokenIntrospector/external", &[], &introspector).ok();
    is_bound(offer(&fixture, C1, &bound_to(&K1), Some(&K1)), &K1);
}

/// Row 40.
#[test]
fn an_opaque_token_whose_issuer_says_that_it_is_bound() {
    const ENDPOINT: &str = "https://issuer.example/introspect";
    let mut resources = resources();
    resources[5] = json!({
        "resourceType": "TokenIntrospector", "id": "external", "type": "opaque", "jwt": {"iss": EXTERNAL},
        "introspection_endpoint": {"url": ENDPOINT, "authorization": "Basic planted"},
    });
    let fixture = Fixture::with(&resources, OCT_KEYS);
    let vouch = |changes: Value| {
        let mut answer = json!({"active": true, "sub": "alice", "exp": NOW + 900});
        merge(&mut answer, &changes);
        let served = Served { status: 200, cache_control: None, body: answer.to_string() };
        fixture.host.servers.borrow_mut().insert(ENDPOINT.to_owned(), served);
    };
    let offer = |token: &str, proof: Option<&Key>| {
        let parameters = changed(good(token), "subject_token_type", Some(ACCESS_TOKEN));
        let proof = proof.map(Key::proof);
        send(&fixture, C1, &parameters, proof.as_deref().as_slice())
    };
    for (number, kind) in ["DPoP", "dpop", "Bearer"].into_iter().enumerate() {
        vouch(json!({"cnf": {"jkt": K1.jkt}, "token_type": kind}));
        let token = format!("opaque{number}");
        for _ in 0..2 {
            // the second time from what is remembered
            is_bound(offer(&token, Some(&K1)), &K1);
            not_proved(&fixture, &offer(&token, None), "subject_token");
            not_proved(&fixture, &offer(&token, Some(&K2)), "subject_token");
        }
    }
    // What is kept of it is bound, too: this grant is stored, since its client must not read what the issuer said.
    let refresh_token = offer("opaque0", Some(&K1)).ok().text("refresh_token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str())];
    send(&fixture, C1, &refresh, &[]).refused(400, "invalid_dpop_proof", "A DPoP proof is required.");
    // Bound, and to nobody knows which key.
    vouch(json!({"token_type": "DPoP"}));
    offer("other", Some(&K1)).refused(400, "invalid_request", "The subject_token is not accepted: its typ");
}

/// Rows 41 and 42, and the key of two bound tokens.
#[test]
fn a_bound_actor_token_needs_its_key() {
    let fixture = fixture();
    let actor = |key: &Key| subject_token(&json!({"sub": "00u1", "cnf": {"jkt": key.jkt}}));
    let offer = |client: (&str, &str), subject: &str, actor: &str, proof: Option<&Key>| {
        let mut parameters = good(subject);
        parameters.extend([("actor_token", actor), ("actor_token_type", JWT)]);
        let proof = proof.map(Key::proof);
        send(&fixture, client, &parameters, proof.as_deref().as_slice())
    };
    let unbound = subject_token(&json!({}));
    let reply = offer(C1, &unbound, &actor(&K2), Some(&K2)).ok();
    assert_eq!(reply.claims()["act"]["sub"], "00u1");
    is_bound(reply, &K2);
    not_proved(&fixture, &offer(C1, &unbound, &actor(&K2), None), "actor_token");
    not_proved(&fixture, &offer(C1, &unbound, &actor(&K2), Some(&K1)), "actor_token");
    not_proved(&fixture, &offer(REBIND, &unbound, &actor(&K2), None), "actor_token");
    is_bound(offer(REBIND, &unbound, &actor(&K2), Some(&K1)), &K1);

    not_proved(&fixture, &offer(C1, &bound_to(&K1), &actor(&K2), Some(&K2)), "subject_token");
    not_proved(&fixture, &offer(C1, &bound_to(&K1), &actor(&K2), Some(&K1)), "actor_token");
    is_bound(offer(REBIND, &bound_to(&K1), &actor(&K2), Some(&K2)), &K2);
    not_proved(&fixture, &offer(REBIND, &bound_to(&K1), &actor(&K2), Some(&K1)), "actor_token");
    not_proved(&fixture, &offer(REBIND, &bound_to(&K1), &actor(&K2), Some(&K3)), "actor_token");
    not_proved(&fixture, &offer(REBIND, &bound_to(&K1), &actor(&K2), None), "subject_token");
    is_bound(offer(C1, &bound_to(&K1), &actor(&K1), Some(&K1)), &K1);

    // Tokens of this service as actors.
    let own = exchange(&fixture, &K2.proof()).ok().text("access_token");
    let carol = subject_token(&json!({"sub": "00u1"}));
    let mut parameters = good(&carol);
    parameters.extend([("actor_token", own.as_str()), ("actor_token_type", ACCESS_TOKEN)]);
    not_proved(&fixture, &send(&fixture, C1, &parameters, &[]), "actor_token");
    not_proved(&fixture, &send(&fixture, C1, &parameters, &[&K1.proof()]), "actor_token");
    is_bound(send(&fixture, C1, &parameters, &[&K2.proof()]), &K2);
}

/// Rows 43 and 44: by whichever type it is declared, and whatever is asked for, nothing comes out that is not bound.
#[test]
fn a_bound_token_of_this_service_stays_bound() {
    let fixture = fixture();
    let issued = |client, proof: &Key| offer(&fixture, client, &subject_token(&json!({})), Some(proof)).ok();
    for client in [C1, OPAQUE] {
        let first = issued(client, &K1);
        // One of the first exchange, one of a refresh, one that a refresh narrowed to another key.
        let refresh = |token: &str, scope: &str, key: &Key| {
            let parameters = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
            send(&fixture, client, &parameters, &[&key.proof()]).ok()
        };
        let second = refresh(&first.text("refresh_token"), "read", &K1);
        let third = refresh(&second.text("refresh_token"), "read", &K2);
        for (token, key, other) in [(&first, &K1, &K2), (&second, &K1, &K2), (&third, &K2, &K1)] {
            let token = token.text("access_token");
            assert_eq!(introspect(&fixture, client, &token)["cnf"], json!({"jkt": key.jkt}));
            for requested in [None, Some(ACCESS_TOKEN), Some(JWT)] {
                let parameters = changed(good(&token), "subject_token_type", Some(ACCESS_TOKEN));
                let parameters = changed(parameters, "requested_token_type", requested);
                not_proved(&fixture, &send(&fixture, client, &parameters, &[]), "subject_token");
                not_proved(&fixture, &send(&fixture, client, &parameters, &[&other.proof()]), "subject_token");
                let reply = send(&fixture, client, &parameters, &[&key.proof()]).ok();
                assert_eq!((reply.text("token_type").as_str(), reply.json().get("refresh_token")), ("DPoP", None));
                let answer = introspect(&fixture, client, &reply.text("access_token"));
                assert_eq!(answer["cnf"], json!({"jkt": key.jkt}));
            }
            for declared in [JWT, "urn:ietf:params:oauth:token-type:id_token"] {
                for proof in [&[][..], &[key.proof().as_str()], &[other.proof().as_str()]] {
                    let parameters = changed(good(&token), "subject_token_type", Some(declared));
                    let reply = send(&fixture, client, &parameters, proof);
                    reply.refused(400, "invalid_request", "The subject_token is not accepted: ");
                }
            }
            let parameters = changed(good(&token), "subject_token_type", Some(ACCESS_TOKEN));
            let wanted = "urn:ietf:params:oauth:token-type:refresh_token";
            let parameters = changed(parameters, "requested_token_type", Some(wanted));
            send(&fixture, client, &parameters, &[&key.proof()]).refused(400, "invalid_request", "This client");
        }
    }
}

/// Rows 45 to 47.
#[test]
fn rfc9449_5_refresh() {
    let fixture = fixture();
    for client in [C1, OPAQUE] {
        let refresh = |token: &str, proofs: &[&str]| {
            send(&fixture, client, &[("grant_type", "refresh_token"), ("refresh_token", token)], proofs)
        };
        let bound_to = |reply: &Reply| introspect(&fixture, client, &reply.text("access_token"))["cnf"]["jkt"].clone();
        let first = offer(&fixture, client, &subject_token(&json!({})), Some(&K1)).ok();
        let mut token = first.text("refresh_token");
        for key in [&K2, &K1, &K3] {
            refresh(&token, &[]).refused(400, "invalid_dpop_proof", "A DPoP proof is required.");
            assert_eq!(fixture.last_event()["reason"], "dpop.missing");
            refresh(&token, &["x"]).refused(400, "invalid_dpop_proof", "Send the DPoP header");
            let reply = refresh(&token, &[&key.proof()]).ok();
            let event = fixture.last_event();
            assert_eq!((&event["event"], &event["dpop_jkt"]), (&json!("token.refresh"), &json!(key.jkt)));
            assert_eq!((reply.text("token_type").as_str(), bound_to(&reply)), ("DPoP", json!(key.jkt)));
            token = reply.text("refresh_token");
        }
        // Each token keeps the key of its own request.
        assert_eq!(bound_to(&first), K1.jkt);
        // A retry without a proof gets nothing either.
        let again = token.clone();
        refresh(&token, &[&K1.proof()]).ok();
        refresh(&again, &[]).refused(400, "invalid_dpop_proof", "A DPoP proof is required.");
        assert_eq!(bound_to(&refresh(&again, &[&K2.proof()]).ok()), K2.jkt);

        let mut token = offer(&fixture, client, &subject_token(&json!({})), None).ok().text("refresh_token");
        for key in [None, Some(&K1), None, Some(&K2)] {
            let proof = key.map(Key::proof);
            let reply = refresh(&token, proof.as_deref().as_slice()).ok();
            let expected = if key.is_some() { "DPoP" } else { "Bearer" };
            assert_eq!(reply.text("token_type"), expected);
            assert_eq!(bound_to(&reply), key.map_or(json!(null), |key| json!(key.jkt)));
            token = reply.text("refresh_token");
        }
    }
}

/// Row 48.
#[test]
fn rfc8693_2_2_1_a_refresh_token_that_was_asked_for_with_a_proof() {
    let fixture = fixture();
    let subject = subject_token(&json!({}));
    let wanted = "urn:ietf:params:oauth:token-type:refresh_token";
    let parameters = changed(good(&subject), "requested_token_type", Some(wanted));
    for client in [C1, OPAQUE] {
        let reply = send(&fixture, client, &parameters, &[&K1.proof()]).ok();
        assert_eq!(reply.text("token_type"), "N_A");
        let token = reply.text("access_token");
        assert!(introspect(&fixture, client, &token).get("token_type").is_none());
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        send(&fixture, client, &refresh, &[]).refused(400, "invalid_dpop_proof", "A DPoP proof is required.");
        assert_eq!(send(&fixture, client, &refresh, &[&K1.proof()]).ok().text("token_type"), "DPoP");
    }
}

/// Who may refresh lately, and what changed since the grant began: a grant ends with the right that began it.
#[test]
fn what_let_a_bound_token_in_is_looked_at_again() {
    let rebinding = |accept: &str| {
        let mut client = resources()[0].clone();
        merge(&mut client, &json!({"id": "rebind", "secret": REBIND.1}));
        client["auth"]["token_exchange"]["delegation"] = json!("any");
        client["auth"]["token_exchange"]["accept_bound"] = json!(accept);
        client
    };
    let issuer = |bound: &str| {
        let mut introspector = resources()[5].clone();
        introspector["bound"] = json!(bound);
        introspector
    };
    const CLIENT: &str = "PUT /Client/rebind";
    const ISSUER: &str = "PUT /TokenIntrospector/external";
    // The keys of subject and actor token; who proves one then; what changes, what the refresh says, and by whose key.
    for (subject, actor, proved, path, changed, holds) in [
        (Some(&K1), None, &K2, CLIENT, rebinding("proof"), false),
        (Some(&K1), None, &K1, CLIENT, rebinding("proof"), true),
        (None, None, &K2, CLIENT, rebinding("proof"), true),
        (None, Some(&K1), &K2, CLIENT, rebinding("proof"), false),
        (None, Some(&K2), &K2, CLIENT, rebinding("proof"), true),
        (Some(&K1), Some(&K2), &K2, CLIENT, rebinding("proof"), false),
        (Some(&K1), None, &K2, ISSUER, issuer("refuse"), false),
        (Some(&K1), None, &K1, ISSUER, issuer("refuse"), false),
        (None, Some(&K2), &K2, ISSUER, issuer("refuse"), false),
        (None, None, &K2, ISSUER, issuer("refuse"), true),
    ] {
        let case = format!("{:?} {:?} {} {path}", subject.map(|key| &key.jkt), actor.map(|key| &key.jkt), proved.jkt);
        let fixture = fixture();
        let with = |key: Option<&Key>, sub: &str| match key {
            Some(key) => subject_token(&json!({"sub": sub, "cnf": {"jkt": key.jkt}})),
            None => subject_token(&json!({"sub": sub})),
        };
        let (subject, acting) = (with(subject, "alice"), with(actor, "00u1"));
        let mut parameters = good(&subject);
        if actor.is_some() {
            parameters.extend([("actor_token", acting.as_str()), ("actor_token_type", JWT)]);
        }
        let refresh = |token: &str| {
            let parameters = [("grant_type", "refresh_token"), ("refresh_token", token)];
            send(&fixture, REBIND, &parameters, &[&K3.proof()])
        };
        // One that carries its grant, and one whose grant is stored since it was refreshed.
        let begin = || send(&fixture, REBIND, &parameters, &[&proved.proof()]).ok().text("refresh_token");
        let (carried, used) = (begin(), refresh(&begin()).ok().text("refresh_token"));
        let before = match path {
            CLIENT => rebinding("rebind"),
            _ => issuer("proof"),
        };
        fixture.admin(path, &[], &changed).ok();
        for token in [&carried, &used] {
            let reply = refresh(token);
            if holds {
                assert_eq!(reply.ok().text("token_type"), "DPoP", "{case}");
            } else {
                reply.refused(400, "invalid_grant", "The refresh token is not valid");
                assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed", "{case}");
            }
        }
        fixture.admin(path, &[], &before).ok();
        let last = refresh(&carried);
        assert_eq!(last.status(), 200, "{case}: with the right it is good again");
    }
}

/// Of a grant that an earlier version began nobody knows whether its tokens were bound: it is taken for one that was, to a
/// key that was not proved.
#[test]
fn a_bound_grant_of_an_earlier_version_needs_what_it_may_have_begun_by() {
    let fixture = fixture();
    let refresh = |client: (&str, &str), token: &str| {
        send(&fixture, client, &[("grant_type", "refresh_token"), ("refresh_token", token)], &[&K3.proof()])
    };
    for (client, key, holds) in
        [(OPAQUE, None, true), (OPAQUE, Some(&K1), false), (REBIND, None, true), (REBIND, Some(&K1), true)]
    {
        fixture.host.grants.borrow_mut().clear();
        let proof = key.map(Key::proof);
        let begun = send(&fixture, client, &good(&subject_token(&json!({}))), proof.as_deref().as_slice()).ok();
        let token = refresh(client, &begun.text("refresh_token")).ok().text("refresh_token");
        for (_, value, _) in fixture.host.grants.borrow_mut().values_mut() {
            let mut record: Value = serde_json::from_str(value).unwrap();
            let origin = record["for"].as_object_mut().unwrap();
            assert_eq!(origin.remove("bnd"), key.map(|_| json!(false)));
            *value = record.to_string();
        }
        let reply = refresh(client, &token);
        if holds {
            // Read and written anew, it is still not known.
            let next = reply.ok().text("refresh_token");
            assert!(!fixture.host.grants.borrow().values().any(|(_, value, _)| value.contains("\"bnd\"")));
            refresh(client, &next).ok();
        } else {
            reply.refused(400, "invalid_grant", "The refresh token is not valid");
            assert_eq!(fixture.last_event()["reason"], "refresh_no_longer_allowed");
        }
    }
}

/// What no version writes is read as nothing: neither as bound nor as unbound, neither as old nor as new.
#[test]
fn a_record_that_no_version_writes_gives_nothing() {
    let none = json!(null);
    for (key, name, value, reason) in [
        (Some(&K1), "bnd", json!(false), None),
        (Some(&K1), "bnd", json!(K1.jkt), None),
        (Some(&K1), "bnd", json!(K2.jkt), Some("refresh_no_longer_allowed")),
        (Some(&K1), "bnd", json!(true), Some("store_unavailable")),
        (Some(&K1), "bnd", json!(""), Some("store_unavailable")),
        (Some(&K1), "bnd", none.clone(), Some("store_unavailable")),
        (Some(&K1), "bnd", json!([K1.jkt]), Some("store_unavailable")),
        (Some(&K1), "bnd", json!(&K1.jkt[1..]), Some("store_unavailable")),
        (None, "bnd", json!(false), Some("store_unavailable")),
        (None, "bnd", json!(K1.jkt), Some("store_unavailable")),
        (None, "iat", json!(0), None),
        (None, "iat", json!("0"), Some("store_unavailable")),
        (None, "iat", json!(-1), Some("store_unavailable")),
        (None, "iat", json!(0.5), Some("store_unavailable")),
        (None, "iat", none, Some("store_unavailable")),
    ] {
        let fixture = fixture();
        let proof = key.map(Key::proof);
        let refresh = |token: &str| {
            let parameters = [("grant_type", "refresh_token"), ("refresh_token", token)];
            send(&fixture, OPAQUE, &parameters, key.map(|_| K3.proof()).as_deref().as_slice())
        };
        let begun = send(&fixture, OPAQUE, &good(&subject_token(&json!({}))), proof.as_deref().as_slice()).ok();
        let token = refresh(&begun.text("refresh_token")).ok().text("refresh_token");
        for (_, text, _) in fixture.host.grants.borrow_mut().values_mut() {
            let mut record: Value = serde_json::from_str(text).unwrap();
            if let Some(origin) = record.get_mut("for") {
                origin[name] = value.clone();
                *text = record.to_string();
            }
        }
        let status = refresh(&token).status();
        let said = fixture.last_event()["reason"].clone();
        assert_eq!(
            (status == 200, &said),
            (reason.is_none(), &json!(reason)),
            "{key} {name} {value}",
            key = key.is_some()
        );
    }
}

/// A program that knows nothing of bound tokens must not take a record of one for unbound: the version tells it.
#[test]
fn records_of_what_is_bound_have_a_version_of_their_own() {
    let fixture = fixture();
    let refresh = |token: &str, proofs: &[&str]| {
        send(&fixture, OPAQUE, &[("grant_type", "refresh_token"), ("refresh_token", token)], proofs).ok()
    };
    let versions = || {
        let grants = fixture.host.grants.borrow();
        let mut versions: Vec<String> = grants.values().map(|(_, value, _)| value[..6].to_owned()).collect();
        versions.sort();
        versions
    };
    let bound = offer(&fixture, OPAQUE, &subject_token(&json!({})), Some(&K1)).ok();
    let payload = |token: &str| {
        let payload = edge_sts::jose::base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&payload).unwrap()
    };
    for name in ["access_token", "refresh_token"] {
        let payload = payload(&bound.text(name));
        assert_eq!((&payload["v"], &payload["jkt"]), (&json!(3), &json!(K1.jkt)));
    }
    let unbound = offer(&fixture, OPAQUE, &subject_token(&json!({})), None).ok();
    assert_eq!(payload(&unbound.text("access_token"))["v"], 2);
    let next = refresh(&unbound.text("refresh_token"), &[]);
    assert_eq!(versions(), [r#"{"v":2"#]);
    refresh(&next.text("refresh_token"), &[&K1.proof()]);
    assert_eq!(versions(), [r#"{"v":3"#]);
    refresh(&bound.text("refresh_token"), &[&K2.proof()]);
    assert_eq!(versions(), [r#"{"v":3"#, r#"{"v":3"#]);
}

/// What an administrator writes.
#[test]
fn members_that_concern_proofs() {
    let fixture = fixture();
    let client = |changes: Value| {
        let mut client = resources()[0].clone();
        merge(&mut client, &changes);
        fixture.admin("PUT /Client/c1", &[], &client)
    };
    let with = |accept_bound: Value| {
        let mut auth = resources()[0]["auth"].clone();
        auth["token_exchange"]["accept_bound"] = accept_bound;
        client(json!({"auth": auth}))
    };
    for dpop in ["optional", "required", "off"] {
        assert_eq!(client(json!({"dpop": dpop})).ok().json()["dpop"], dpop);
    }
    for accept in ["proof", "rebind"] {
        with(json!(accept)).ok();
    }
    let introspector = |bound: Value| {
        let mut introspector = resources()[5].clone();
        introspector["bound"] = bound;
        fixture.admin("PUT /TokenIntrospector/external", &[], &introspector)
    };
    for bound in ["proof", "refuse"] {
        introspector(json!(bound)).ok();
    }
    for (reply, path) in [
        (client(json!({"dpop": "planted"})), "Client.dpop"),
        (client(json!({"dpop": true})), "Client.dpop"),
        (with(json!("planted")), "Client.auth.token_exchange.accept_bound"),
        (with(json!(["rebind"])), "Client.auth.token_exchange.accept_bound"),
        (introspector(json!("rebind")), "TokenIntrospector.bound"),
        (introspector(json!(false)), "TokenIntrospector.bound"),
    ] {
        assert_eq!(reply.status(), 422);
        let issue = &reply.json()["issue"][0];
        assert_eq!(issue["expression"], json!([path]));
        assert!(issue["diagnostics"].as_str().unwrap().starts_with("It must be one of: "), "{issue}");
    }
}
