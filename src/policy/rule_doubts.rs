//! What is right in a resource's expressions and probably not meant: `edge-sts check` prints it. Nothing is refused for it.

use alloc::string::String;
use alloc::vec::Vec;

use super::rules::numbered;
use crate::expression::{Doubt, Expression, Variable};
use crate::jose::json::{self, Value};
use crate::jose::{ObjectWriter, array};
use crate::resource::{Resource, ResourceType, Rule, read};

/// Of a resource, given as JSON: an array of `{path, message}`, without the type in the path. A resource that keeps not
/// all rules has none.
#[must_use]
pub fn rule_doubts(document: &str) -> String {
    let Ok(document) = json::parse_object(document) else { return array::<String>(&[]) };
    let resource_type = document.get("resourceType").and_then(Value::as_str).and_then(ResourceType::from_name);
    let mut found = Vec::new();
    match resource_type.and_then(|resource_type| read(resource_type, &document).ok()) {
        Some(Resource::TokenIntrospector(introspector)) => {
            let rules = &introspector.rules;
            conditions(&rules.condition, introspector.iss == GITHUB, &mut found);
            for (member, mappings) in [("attributes.", &rules.attributes), ("emit.", &rules.emit)] {
                for mapping in mappings {
                    look([member, &mapping.name].concat(), &mapping.expression, &mut found);
                }
            }
            rules.subject.iter().for_each(|subject| look(String::from("subject"), subject, &mut found));
        }
        Some(Resource::Client(client)) => {
            conditions(&client.rules.condition, client.allowed_issuers.iter().any(|iss| iss == GITHUB), &mut found);
            for (index, rule) in client.rules.scope_rules.iter().flatten().enumerate() {
                let path = numbered("scope_rules", index, ".when");
                if rule.when.is_true() {
                    found.push((path.clone(), String::from("It is true for every token.")));
                }
                look(path, &rule.when, &mut found);
            }
        }
        _ => {}
    }
    let found = found.iter().map(|(path, message)| {
        let mut doubt = ObjectWriter::new();
        doubt.text("path", path);
        doubt.text("message", message);
        doubt.finish()
    });
    array(&found.collect::<Vec<_>>())
}

const GITHUB: &str = "https://token.actions.githubusercontent.com";

/// `github`: GitHub's tokens are meant, too.
fn conditions(rules: &[Rule], github: bool, found: &mut Vec<(String, String)>) {
    for (index, rule) in rules.iter().enumerate() {
        let path = numbered("condition", index, "");
        let names = rule.expression.names(Variable::Claims);
        let reads = |name: &str| names.names.iter().any(|own| own == name);
        if github && reads("sub") && !reads("repository_id") {
            let message =
                "sub of GitHub has the name of a repository, which somebody else may take later. Use repository_id.";
            found.push((path.clone(), String::from(message)));
        }
        if !names.all && names.names.len() == 1 && reads("iss") {
            found.push((path.clone(), String::from("It reads only iss, so every token of this issuer meets it.")));
        }
        look(path, &rule.expression, found);
    }
}

fn look(path: String, expression: &Expression, found: &mut Vec<(String, String)>) {
    for Doubt { at, sentence } in expression.doubts() {
        let mut message = String::from("At ");
        json::write_integer(at as u64, &mut message);
        message.push_str(": ");
        message.push_str(sentence);
        found.push((path.clone(), message));
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::rule_doubts;

    fn of_introspector(members: &str) -> String {
        let resource = [
            r#"{"resourceType": "TokenIntrospector", "id": "i", "type": "jwt","#,
            r#""jwt": {"iss": "https://token.actions.githubusercontent.com"}, "jwks_uri": "https://i.example/keys","#,
            members,
            "}",
        ];
        rule_doubts(&resource.concat())
    }

    fn of_client(members: &str) -> String {
        let resource = [
            r#"{"resourceType": "Client", "id": "c", "secret": "0123456789abcdef","#,
            r#""grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"],"#,
            r#""allowedIssuers": ["https://token.actions.githubusercontent.com"],"#,
            members,
            "}",
        ];
        rule_doubts(&resource.concat())
    }

    #[test]
    fn both_kinds_of_resource_are_looked_at() {
        for (found, path) in [
            (of_introspector(r#""condition": "claims.sub == 'repo:o/r:ref:main'""#), "condition"),
            (of_client(r#""condition": "claims.sub == 'repo:o/r:ref:main'""#), "condition"),
        ] {
            assert!(found.contains(path) && found.contains("Use repository_id."), "{found}");
        }
        let found = of_introspector(r#""condition": "claims.iss == 'https://token.actions.githubusercontent.com'""#);
        assert!(found.contains("It reads only iss"), "{found}");
        let found = of_client(r#""scope": ["read"], "scope_rules": [{"scope": ["read"], "when": "true"}]"#);
        assert!(found.contains("scope_rules") && found.contains("It is true for every token."), "{found}");
    }

    #[test]
    fn a_doubt_names_its_expression_and_the_place_in_it() {
        let said = r#""message":"At 12: == compares the * itself. A pattern needs glob(value, 'pattern')."}]"#;
        let text = "claims.ref == 'refs/*'";
        for (found, path) in [
            (of_introspector(&format!(r#""condition": "{text}""#)), "condition[0]"),
            (of_introspector(&format!(r#""attributes": {{"main": "{text}"}}"#)), "attributes.main"),
            (of_introspector(&format!(r#""emit": {{"main": "{text}"}}"#)), "emit.main"),
            (of_introspector(&format!(r#""user": "none", "subject": "{text} ? 'a' : 'b'""#)), "subject"),
            (of_client(&format!(r#""condition": "{text}""#)), "condition[0]"),
            (
                of_client(&format!(r#""scope": ["read"], "scope_rules": [{{"scope": ["read"], "when": "{text}"}}]"#)),
                "scope_rules[0].when",
            ),
        ] {
            assert_eq!(found, [r#"[{"path":""#, path, r#"","#, said].concat());
        }
    }

    #[test]
    fn what_is_meant_is_not_doubted() {
        for found in [
            of_introspector(r#""condition": "claims.repository_id == '7'""#),
            of_introspector(r#""condition": "claims.actor == 'a'""#),
            of_introspector(r#""condition": "claims.sub == 's' && claims.repository_id == '7'""#),
            of_introspector(r#""condition": "claims.iss == 'i' && claims.repository_id == '7'""#),
            of_client(r#""condition": "claims.repository_id == '7'""#),
            of_client(r#""scope": ["read"], "scope_rules": [{"scope": ["read"], "when": "claims.a == 'b'"}]"#),
        ] {
            assert_eq!(found, "[]");
        }
    }
}
