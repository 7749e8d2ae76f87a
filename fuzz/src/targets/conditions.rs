//! Conditions on claims: first line the `claims` of an introspector, then the claims of a token. A condition is met if
//! exactly one of all values of the token stands at its path, and that is one of the values, or a list with one.

use edge_sts::error::TokenFault;
use edge_sts::jose::json::{parse, parse_object};
use edge_sts::limits;
use edge_sts::policy::KeptClaims;
use edge_sts::resource::{Resource, ResourceType, read};
use serde_json::Value;

const COPIED: [&str; 3] = ["email", "a", "kubernetes.io"];

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some((conditions, token)) = text.split_once('\n') else { return };
    let (Ok(claims), Ok(theirs)) = (parse_object(token), serde_json::from_str::<Value>(token)) else { return };
    let resource = format!(
        r#"{{"id":"i","type":"jwt","jwt":{{"iss":"a","secret":"{}"}},"copy_claims":{},"claims":{conditions}}}"#,
        crate::common::SECRET,
        serde_json::to_string(&COPIED).unwrap(),
    );
    let Ok(document) = parse_object(&resource) else { return };
    let Ok(Resource::TokenIntrospector(introspector)) = read(ResourceType::TokenIntrospector, &document) else {
        return;
    };
    let Ok(Value::Object(conditions)) = serde_json::from_str(conditions) else { return };
    let met = conditions.iter().all(|(path, values)| is_met(&theirs, path, values));
    let kept = KeptClaims::of(&claims, &introspector);
    let kept = match kept {
        Ok(kept) => kept,
        // An escape of two bytes may be written with six.
        Err(TokenFault::CopiedClaims) => {
            return assert!(met && (token.len() > limits::COPIED_CLAIMS / 3 || is_deep(token)));
        }
        Err(fault) => return assert_eq!((fault, met), (TokenFault::Condition, false)),
    };
    assert!(met, "a token that meets not every condition");
    let copied: Value = serde_json::from_str(&kept.copied.to_json()).unwrap();
    assert!(kept.copied.to_json().len() <= limits::COPIED_CLAIMS);
    for (name, value) in copied.as_object().unwrap() {
        assert!(COPIED.contains(&name.as_str()) && theirs.get(name) == Some(value));
    }
    let again = kept.again(&introspector).unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(again.met.to_json(), kept.met.to_json());
    assert_eq!(again.copied.to_json(), kept.copied.to_json());
}

fn is_met(claims: &Value, path: &str, allowed: &Value) -> bool {
    let mut found = Vec::new();
    values(claims, None, &mut found);
    let found: Vec<&Value> = found.iter().filter(|(own, _)| own == path).map(|(_, value)| *value).collect();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let [value] = found.as_slice() else { return false };
    let value = match value.as_str() {
        Some(text) if matches!(path, "scope" | "scp") => &Value::from(text.split(' ').collect::<Vec<_>>()),
        _ => *value,
    };
    list(value).iter().any(|value| list(allowed).contains(value))
}

/// Nearly as deep as a token may be: the record of a grant has its claims two levels deeper.
fn is_deep(token: &str) -> bool {
    parse(&format!("[[{token}]]")).is_err()
}

/// Every value of a token with its path.
fn values<'v>(value: &'v Value, path: Option<&str>, found: &mut Vec<(String, &'v Value)>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = path.map_or_else(|| name.clone(), |path| format!("{path}.{name}"));
        values(value, Some(&path), found);
        found.push((path, value));
    }
}
