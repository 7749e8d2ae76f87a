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
            found.push((path.clone(), String::from("It reads iss only, so that every token of this issuer meets it.")));
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
