//! A subject token, and perhaps an actor token, of any header and payload, signed with the issuer's secret: line 1 is the
//! header, line 2 the subject's payload, line 3 the actor's. Nothing is issued but to a known user, for what the client may
//! have, for no longer than the subject token lives, and with an actor only where `may_act` names him. A dry run says before
//! what comes of it.

use serde_json::Value;

use crate::common::tried::Tried;
use crate::common::{EXTERNAL, Fixture, ISSUER, JWT, NOW, claims, form, good, sign_bytes};
use crate::oracle;

const C1: (&str, &str) = ("c1", "p@ss:w+rd %1");

pub fn run(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let (Some(header), Some(payload)) = (lines.next(), lines.next()) else { return };
    let subject = sign_bytes(header, payload);
    let actor = lines.next().map(|payload| (sign_bytes(header, payload), payload));
    let mut parameters = good(&subject);
    if let Some((token, _)) = &actor {
        parameters.extend([("actor_token", token.as_str()), ("actor_token_type", JWT)]);
    }
    let fixture = Fixture::new();
    let tried = Tried::new(&fixture, C1.0, &parameters);
    let reply = fixture.form_as(Some(C1), "/auth/token", &parameters);
    if reply.status() == 413 {
        assert!(form(&parameters).len() > edge_sts::limits::BODY);
        return;
    }
    tried.agrees(&fixture, C1, &reply);
    let actor_token = actor.as_ref().map_or("", |(token, _)| token);
    oracle::hides(&fixture, &reply, &[&subject, actor_token], "");
    let body = oracle::well_formed(&reply).unwrap();
    if reply.status() == 200 {
        let header: Value = serde_json::from_slice(header).unwrap();
        assert_eq!(header["alg"], "HS256");
        let subject: Option<Value> = serde_json::from_slice(payload).ok();
        let actor = actor.map(|(_, payload)| serde_json::from_slice::<Value>(payload).ok());
        // A number that no f64 can hold, in a claim that means nothing here, is JSON all the same.
        if let Some(subject) = subject {
            issued(&subject, actor.flatten().as_ref(), &claims(body["access_token"].as_str().unwrap()));
        }
    } else {
        assert_eq!((reply.status(), body["error"].as_str()), (400, Some("invalid_request")));
        assert!(fixture.host.grants.borrow().is_empty(), "stored for a refused request");
    }
    oracle::still_works(&fixture);
}

fn issued(subject: &Value, actor: Option<&Value>, claims: &Value) {
    assert_eq!(subject["iss"], EXTERNAL);
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!((&claims["aud"], &claims["client_id"]), (&Value::from("orders"), &Value::from("c1")));
    assert_eq!(claims["scope"], "read");
    assert!(claims["sub"] == "alice" || claims["sub"] == "carol", "issued to somebody unknown");
    let (exp, subject_exp) = (claims["exp"].as_u64().unwrap(), subject["exp"].as_f64().unwrap() as u64);
    // What is accepted for the leeway only ends with the leeway.
    let end = if subject_exp > NOW { subject_exp } else { subject_exp + 60 };
    assert!(end > NOW && exp <= end && exp <= NOW + 360, "it outlives its subject token");
    assert!(subject.get("nbf").is_none_or(|nbf| nbf.as_f64().unwrap() < (NOW + 61) as f64));
    if let Some(aud) = subject.get("aud") {
        let endpoint = format!("{ISSUER}/auth/token");
        let names = |value: &Value| *value == ISSUER || *value == endpoint.as_str();
        assert!(names(aud) || aud.as_array().is_some_and(|values| values.iter().any(names)), "for somebody else");
    }
    assert!(subject.get("cnf").is_none(), "bound to a key");
    match actor {
        Some(actor) => {
            assert_eq!((&claims["act"]["iss"], &claims["act"]["sub"]), (&actor["iss"], &actor["sub"]));
            let may_act = subject["may_act"].as_object().unwrap();
            assert!(may_act.iter().all(|(name, value)| actor.get(name) == Some(value)), "another actor");
            assert!(may_act.keys().any(|name| name != "iss"));
            assert!(actor.get("act").is_none());
            assert_eq!(claims["act"].get("act").map(|act| &act["sub"]), subject.get("act").map(|act| &act["sub"]));
        }
        None => {
            assert_eq!(claims.get("act").map(|act| &act["sub"]), subject.get("act").map(|act| &act["sub"]));
            assert!(subject.get("may_act").is_none_or(|who| who["sub"] == "c1" || who["client_id"] == "c1"));
        }
    }
    assert!(claims.get("may_act").is_none());
}
