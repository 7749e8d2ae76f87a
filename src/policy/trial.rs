//! What each expression of resources gives for given claims, for people who write expressions: `edge-sts eval`.

use alloc::string::String;
use alloc::vec::Vec;

use super::rules::{Facts, numbered};
use crate::jose::json::{self, Object, Value};
use crate::jose::{ObjectWriter, array};
use crate::resource::{Client, Resource, ResourceType, TokenIntrospector, read};

/// `request`: JSON of `introspector` and `claims`, and, where they are wanted, `client`, `actor` (claims) and `targets`.
/// Gives an array of `{path, value}`, or `{path, failed, at}`, in the order in which an exchange evaluates them.
///
/// # Errors
/// What is wrong with the request: every fault of a resource, one a line.
pub fn trial(request: &str) -> Result<String, String> {
    const FAULT: &str = "The claims must be one JSON object.";
    let request = json::parse_object(request).map_err(|_| FAULT)?;
    let object = |name| request.get(name).and_then(Value::as_object);
    let (claims, actor) = (object("claims").ok_or(FAULT)?, object("actor"));
    let targets = request.get("targets").and_then(Value::as_array).unwrap_or_default();
    let targets: Vec<String> = targets.iter().filter_map(Value::as_str).map(String::from).collect();
    let introspector = resource(ResourceType::TokenIntrospector, object("introspector"))?;
    let client = resource(ResourceType::Client, object("client"))?;
    let introspector = match &introspector {
        Some(Resource::TokenIntrospector(introspector)) => Some(&**introspector),
        _ => None,
    };
    let client = match &client {
        Some(Resource::Client(client)) => Some(&**client),
        _ => None,
    };
    Ok(results(introspector, client, claims, actor, &targets))
}

fn resource(resource_type: ResourceType, document: Option<&Object<'_>>) -> Result<Option<Resource>, String> {
    let read = document.map(|document| read(resource_type, document)).transpose();
    read.map_err(|faults| {
        let lines = faults.iter().map(|fault| [&*fault.expression, &*fault.diagnostics].join(": "));
        lines.collect::<Vec<_>>().join("\n")
    })
}

fn results(
    introspector: Option<&TokenIntrospector>,
    client: Option<&Client>,
    claims: &Object<'_>,
    actor: Option<&Object<'_>>,
    targets: &[String],
) -> String {
    let client_id = client.map_or("", |client| &client.id);
    let facts = Facts::of_trial(introspector, claims, actor, client_id, targets);
    let mut expressions = Vec::new();
    if let Some(introspector) = introspector {
        let rules = &introspector.rules;
        let mappings = rules.attributes.iter().map(|mapping| ("TokenIntrospector.attributes.", mapping));
        expressions.extend(mappings.map(|(path, mapping)| ([path, &mapping.name].concat(), &mapping.expression)));
        for (index, rule) in rules.condition.iter().enumerate() {
            expressions.push((numbered("TokenIntrospector.condition", index, ""), &rule.expression));
        }
        expressions.extend(rules.subject.iter().map(|subject| (String::from("TokenIntrospector.subject"), subject)));
    }
    if let Some(client) = client {
        for (index, rule) in client.rules.condition.iter().enumerate() {
            expressions.push((numbered("Client.condition", index, ""), &rule.expression));
        }
        for (index, rule) in client.rules.scope_rules.iter().flatten().enumerate() {
            expressions.push((numbered("Client.scope_rules", index, ".when"), &rule.when));
        }
    }
    for mapping in introspector.iter().flat_map(|introspector| &introspector.rules.emit) {
        expressions.push((["TokenIntrospector.emit.", &mapping.name].concat(), &mapping.expression));
    }
    let results = expressions.iter().map(|(path, expression)| {
        let mut result = ObjectWriter::new();
        result.text("path", path);
        match facts.evaluate(expression) {
            Ok(value) => match value.to_json() {
                Some(value) => result.json("value", &value.to_json()),
                None => result.text("failed", "computed"),
            },
            Err(failure) => {
                result.text("failed", failure.kind.name());
                result.integer("at", failure.at as u64);
            }
        }
        result.finish()
    });
    array(&results.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::trial;

    const REQUEST: &str = r#"{
        "claims": {"iss": "https://i.example", "sub": "s", "team": "a"},
        "introspector": {"resourceType": "TokenIntrospector", "id": "i", "type": "jwt",
            "jwt": {"iss": "https://i.example", "secret": "0123456789abcdef0123456789abcdef"},
            "attributes": {"team": "claims.team"}, "condition": "attribute.team == 'a'", "emit": {"of": "claims.missing"}},
        "client": {"resourceType": "Client", "id": "c", "secret": "0123456789abcdef",
            "grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"], "scope": ["read"],
            "condition": "claims.team == 'b'", "scope_rules": [{"scope": ["read"], "when": "true"}]}
    }"#;

    #[test]
    fn the_expressions_of_both_resources_in_their_order() {
        let expected = [
            r#"[{"path":"TokenIntrospector.attributes.team","value":"a"},"#,
            r#"{"path":"TokenIntrospector.condition[0]","value":true},"#,
            r#"{"path":"Client.condition[0]","value":false},"#,
            r#"{"path":"Client.scope_rules[0].when","value":true},"#,
            r#"{"path":"TokenIntrospector.emit.of","failed":"error","at":8}]"#,
        ];
        assert_eq!(trial(REQUEST).unwrap(), expected.concat());
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(trial("[]").unwrap_err(), "The claims must be one JSON object.");
        assert_eq!(trial("{}").unwrap_err(), "The claims must be one JSON object.");
        let wrong = REQUEST.replace("claims.team ==", "claims.team =");
        assert!(trial(&wrong).unwrap_err().starts_with("Client.condition: "));
    }
}
