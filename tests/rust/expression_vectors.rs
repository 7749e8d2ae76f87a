//! Thousands of random expressions: our answers against those of two other implementations of CEL. See
//! `tests/expression/README.md`.

use std::collections::BTreeMap;

use edge_sts::expression::{Expression, List, Value, Variables};
use edge_sts::jose::json::{self, Object};
use serde_json::{Value as Json, json};

const VECTORS: &str = include_str!("../expression/vectors.jsonl");
const EXCEPTIONS: &str = include_str!("../expression/exceptions.json");
const IMPLEMENTATIONS: [&str; 2] = ["cel-python", "cel"];

/// Lines by implementation and reason.
type Exceptions = BTreeMap<String, BTreeMap<String, Vec<usize>>>;

#[test]
fn the_same_answers_as_two_other_implementations() {
    let mut lines = VECTORS.lines();
    let everything: Json = serde_json::from_str(lines.next().unwrap()).unwrap();
    let claims: Vec<String> = everything.as_array().unwrap().iter().map(Json::to_string).collect();
    let claims: Vec<Object<'_>> = claims.iter().map(|text| json::parse_object(text).ok().unwrap()).collect();
    let mut found = Exceptions::new();
    let mut unexplained = Vec::new();
    let mut compared = 0;
    for (number, line) in (2..).zip(lines) {
        let line: Json = serde_json::from_str(line).unwrap();
        let text = line[1].as_str().unwrap();
        let ours = answer(text, &claims[line[0].as_u64().unwrap() as usize]);
        for (implementation, theirs) in IMPLEMENTATIONS.iter().zip(theirs_of(&line)) {
            compared += 1;
            if same(&ours, theirs) {
                continue;
            }
            // Where one of them differs, the other one agrees with ours.
            let agrees = theirs_of(&line).iter().any(|theirs| same(&ours, theirs));
            let reason = explained(implementation, text, &ours, theirs).filter(|_| agrees);
            match reason {
                Some(reason) => {
                    let reasons = found.entry((*implementation).into()).or_default();
                    reasons.entry(reason.into()).or_default().push(number);
                }
                None => unexplained.push(format!("{number} {implementation}: {text}: ours {ours}, theirs {theirs}")),
            }
        }
    }
    assert!(compared >= 10_000, "{compared}");
    assert!(unexplained.is_empty(), "{} without a reason:\n{}", unexplained.len(), unexplained.join("\n"));
    if std::env::var_os("EXPLAIN").is_some() {
        let mut text = serde_json::to_string(&found).unwrap().replace("\":{", "\":{\n").replace("],", "],\n");
        text.push('\n');
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/expression/exceptions.json"), text).unwrap();
        return;
    }
    let listed: Exceptions = serde_json::from_str(EXCEPTIONS).unwrap();
    assert_eq!(found, listed, "an exception came or went: see tests/expression/README.md");
}

/// The answer of each.
fn theirs_of(line: &Json) -> [&Json; 2] {
    [&line[2], line.get(3).unwrap_or(&line[2])]
}

/// `[value]`, or `"error"`.
fn answer(text: &str, claims: &Object<'_>) -> Json {
    let expression = Expression::parse(text).unwrap_or_else(|fault| panic!("{text}: {}", fault.text()));
    let attribute = Object::new();
    let variables = Variables { claims, actor: None, attribute: &attribute, client_id: "c", target: &[] };
    expression.evaluate(&variables).map_or(json!("error"), |value| json!([plain(&value)]))
}

/// As the generator writes values.
fn plain(value: &Value<'_>) -> Json {
    match value {
        Value::Double(double, _) => json!({"double": format!("{double:?}")}),
        Value::List(List::Made(elements)) => elements.iter().map(plain).collect(),
        Value::List(List::Claims(elements)) => elements.iter().map(|element| plain(&Value::from(element))).collect(),
        Value::Map(map) => {
            let members = map.iter().map(|(name, value)| (name.to_owned(), plain(&Value::from(value))));
            json!({"map": members.collect::<serde_json::Map<_, _>>()})
        }
        value => serde_json::from_str(&value.to_json().unwrap().to_json()).unwrap(),
    }
}

/// An error is an error, whatever its class.
fn same(ours: &Json, theirs: &Json) -> bool {
    (ours.is_string() && theirs.is_string()) || with_doubles(ours) == with_doubles(theirs)
}

/// Doubles as what they are, however they are spelt.
fn with_doubles(value: &Json) -> Json {
    match value {
        Json::Array(elements) => elements.iter().map(with_doubles).collect(),
        Json::Object(object) => match object.get("double").and_then(Json::as_str) {
            Some(text) => json!({"bits": text.parse::<f64>().unwrap().to_bits()}),
            None => object.iter().map(|(name, value)| (name.clone(), with_doubles(value))).collect(),
        },
        value => value.clone(),
    }
}

/// Why ours may differ. What the specification says is at <https://github.com/google/cel-spec/blob/master/doc/langdef.md>.
fn explained(implementation: &str, text: &str, ours: &Json, theirs: &Json) -> Option<&'static str> {
    let error = ours.is_string();
    match implementation {
        "cel" if text.contains("size(") => Some("cel counts the bytes of a string; the specification: its code points"),
        "cel" if text.starts_with('-') && error => {
            Some("cel: the negative of the least integer is itself; it overflows")
        }
        "cel" if text.contains("] + claims.o") => {
            Some("cel adds the keys of a map to a list; there is no such overload")
        }
        "cel-python" if !error && theirs == "overload" => Some(
            "cel-python compares no values of different types; the specification: numbers as numbers, others are unequal",
        ),
        "cel-python" if error && text.contains("has(") => {
            Some("cel-python: has() of what is no map, or is not there, is false; the specification: an error")
        }
        "cel-python" if error && (text.contains("&&") || text.contains("||")) => {
            Some("cel-python gives an operand of && or || that is no boolean; the specification: an error")
        }
        "cel-python" if error && text.contains(" in ") => {
            Some("cel-python looks for a text in a text; `in` is for lists and maps")
        }
        "cel-python" if error && text.contains(".contains(") => {
            Some("cel-python looks for an element with contains; it is a method of strings")
        }
        "cel-python" if error && (text.contains(" + ") || text.contains(" - ")) => {
            Some("cel-python adds doubles and integers or booleans; there is no such overload")
        }
        _ => None,
    }
}
