//! The resources of the faults' world: those of the other tests, and who else takes part.

use serde_json::{Value, json};

use super::world::{DISCOVERED, FEDERATION, FETCHED, GRACE, JWT_BEARER, MCP, PROVIDER, TARGET_AS, VOUCHING, WORKLOAD};
use crate::common::*;
use crate::rfc7523;

/// Everything that is there.
pub fn all() -> Value {
    let mut all = resources();
    let issuers = json!([EXTERNAL, FETCHED, DISCOVERED, VOUCHING]);
    for place in [0, 3] {
        let more = json!({
            "allowedIssuers": issuers, "scope": ["openid", "read", "write"],
            "grant_types": [TOKEN_EXCHANGE, "refresh_token", JWT_BEARER],
        });
        merge(&mut all[place], &more);
        merge(&mut all[place]["auth"]["token_exchange"], &json!({"delegation": "any", "refresh_token_grace": GRACE}));
        merge(&mut all[place]["auth"], &json!({"id_jag": id_jag(), "jwt_bearer": {"audience": [MCP]}}));
    }
    all[0]["allowed_origins"] = json!(["https://app.example"]);
    merge(&mut all[5], &json!({"id_jag": true}));
    let more = [clients(&all), introspectors()].concat();
    all.as_array_mut().unwrap().extend(more);
    all
}

fn id_jag() -> Value {
    json!({"subject_audience": ["app-at-idp"], "targets": [{"audience": TARGET_AS, "client_id": "x", "scope": ["read"]}]})
}

/// Audiences so long that no token carries its grant: it is stored.
pub fn long_audiences() -> Vec<String> {
    (0..8).map(|number| format!("https://{number}.example/{}", "a".repeat(300))).collect()
}

fn clients(all: &Value) -> Vec<Value> {
    let like_c1 = |id: &str, changes: Value| {
        let mut client = all[0].clone();
        merge(&mut client, &json!({"id": id, "secret": null, "allowed_origins": null}));
        merge(&mut client, &changes);
        client
    };
    let mut rebind = like_c1("rebind", json!({"secret": "secret-of-rebind"}));
    rebind["auth"]["token_exchange"]["accept_bound"] = json!("rebind");
    let mut long = like_c1("long", json!({"secret": "secret-of-long"}));
    merge(&mut long["auth"]["jwt_bearer"], &json!({"audience": long_audiences()}));
    merge(&mut long["auth"]["token_exchange"], &json!({"token_format": null}));
    let resource = [vec!["orders".to_owned(), "https://api.example/".to_owned(), MCP.to_owned()], long_audiences()];
    let public = |id: &str, format: Value| {
        let mut exchange = json!({"audience": ["orders"], "provider": format!("{PROVIDER}/{id}")});
        exchange["token_format"] = format;
        json!({
            "resourceType": "Client", "id": id, "public": true, "grant_types": [TOKEN_EXCHANGE],
            "allowedIssuers": [FEDERATION], "scope": ["read"], "auth": {"token_exchange": exchange},
        })
    };
    let mut opaque = public("ci-opaque", Value::Null);
    opaque["auth"]["token_exchange"].as_object_mut().unwrap().remove("token_format");
    vec![
        like_c1("cj", json!({"jwks": [rfc7523::key()]})),
        like_c1("ck", json!({"jwks_uri": "https://client.example/keys"})),
        like_c1("gateway", json!({"federated": [{"iss": FETCHED, "sub": WORKLOAD}]})),
        like_c1("rs", json!({"secret": "secret-of-rs", "resource": resource.concat(), "auth": null})),
        rebind,
        long,
        public("ci", json!("jwt")),
        opaque,
    ]
}

fn introspectors() -> Vec<Value> {
    let issuer = |id: &str, iss: &str, more: Value| {
        let mut one = json!({"resourceType": "TokenIntrospector", "id": id, "type": "jwt", "jwt": {"iss": iss}});
        merge(&mut one, &more);
        one
    };
    let endpoint =
        json!({"url": "https://vouching.example/introspect", "authorization": "Bearer planted-authorization"});
    let federation = json!({
        "jwt": {"iss": FEDERATION, "secret": SECRET}, "user": "none", "audience": [ISSUER],
        "claims": {"repository": "octo/shop"},
    });
    vec![
        issuer("fetched", FETCHED, json!({"jwks_uri": "https://fetched.example/keys", "id_jag": true})),
        issuer("discovered", DISCOVERED, json!({"discovery": true})),
        issuer("vouching", VOUCHING, json!({"type": "opaque", "introspection_endpoint": endpoint})),
        issuer("federation", FEDERATION, federation),
    ]
}
