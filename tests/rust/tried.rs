//! A request, tried by `POST /$dry-run` first: what that says must be what the real request then gets.

use serde_json::{Value, json};

use super::{Fixture, Reply, claims};

/// What a dry run said.
pub struct Tried(pub Value);

/// The body of a dry run: the parameters of a token request and its client.
pub fn body(client: &str, parameters: &[(&str, &str)]) -> Value {
    let mut body = json!({"client_id": client});
    for (name, value) in parameters {
        match &mut body[*name] {
            Value::Null => body[*name] = json!(value),
            Value::Array(values) => values.push(json!(value)),
            one => *one = json!([one.clone(), value]),
        }
    }
    body
}

/// Sends a dry run, with the name of the request given, so that no randomness is drawn for that either.
pub fn dry(fixture: &Fixture, body: &Value) -> Reply {
    fixture.admin("POST /$dry-run", &[("cf-ray", "8f00000000000001-FRA")], body)
}

/// The claims without what only a token has, and without what introspection adds.
pub fn without_jti(mut claims: Value) -> Value {
    for name in ["jti", "active", "token_type"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    claims
}

impl Tried {
    /// Tries a request that has not been made yet.
    pub fn new(fixture: &Fixture, client: &str, parameters: &[(&str, &str)]) -> Self {
        Self(dry(fixture, &body(client, parameters)).ok().json())
    }

    /// Compares with the answer of the real request, made by `client` right after it.
    #[track_caller]
    pub fn agrees(&self, fixture: &Fixture, client: (&str, &str), real: &Reply) {
        let (tried, event) = (&self.0, fixture.last_event());
        if real.status() != 200 {
            let said = &tried["refused"];
            assert_eq!((&tried["outcome"], &said["reason"]), (&json!("refused"), &event["reason"]));
            let mut told = real.json();
            told["status"] = json!(real.status());
            assert_eq!(said["answer"], told);
            assert_eq!(tried["event"]["reason"], event["reason"]);
            return;
        }
        let (answer, said) = (real.json(), &tried["would_issue"]);
        assert_eq!(tried["outcome"], "success", "{tried}");
        for name in ["issued_token_type", "token_type", "expires_in", "scope"] {
            assert_eq!(said[name], answer[name], "{name}");
        }
        assert_eq!(said["refresh_token"], answer.get("refresh_token").is_some());
        for name in ["subject", "actor", "aud", "scope", "act", "client_id"] {
            assert_eq!(tried["event"][name], event[name], "{name}");
        }
        let token = answer["access_token"].as_str().unwrap();
        let real = match said["form"].as_str().unwrap() {
            "jwt" => claims(token),
            _ => fixture.form_as(Some(client), "/auth/introspect", &[("token", token)]).ok().json(),
        };
        let mut expected = said["claims"].clone();
        if said["form"] == "refresh_token" {
            expected.as_object_mut().unwrap().remove("iat"); // introspection gives a refresh token none
        }
        assert_eq!(without_jti(real), without_jti(expected));
    }
}
