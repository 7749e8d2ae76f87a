//! The reader of JSON beside `serde_json`: what it takes the other takes and reads in the same way; what it calls
//! malformed the other refuses. What was written is read back as it was.

use edge_sts::jose::json::{self, JsonFault};
use serde_json::Value;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let theirs = serde_json::from_str::<Value>(text);
    match json::parse(text) {
        Ok(ours) => {
            match theirs {
                Ok(theirs) => assert!(same(&ours, &theirs), "another value"),
                // 1e999 is JSON, only no f64.
                Err(fault) => assert!(fault.to_string().starts_with("number out of range"), "{fault}"),
            }
            let written = ours.to_json();
            let again = json::parse(&written).unwrap_or_else(|fault| panic!("{fault:?}"));
            assert!(again == ours, "the round trip changes the value");
            assert_eq!(again.to_json(), written);
            assert!(ours.into_owned() == again);
        }
        Err(JsonFault::Malformed | JsonFault::Number | JsonFault::Surrogate) => {
            assert!(theirs.is_err(), "this is JSON")
        }
        Err(JsonFault::DuplicateMember | JsonFault::TooDeep | JsonFault::TooManyMembers) => {}
    }
}

fn same(ours: &json::Value<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (json::Value::Null, Value::Null) => true,
        (json::Value::Bool(ours), Value::Bool(theirs)) => ours == theirs,
        (json::Value::Number(text), Value::Number(theirs)) => match (ours.as_integer(), theirs.as_u64()) {
            (Some(ours), theirs) => Some(ours) == theirs,
            (None, Some(theirs)) => theirs >= 1 << 53,
            (None, None) => text.parse().is_ok_and(|ours: f64| near(ours, theirs.as_f64().unwrap_or(f64::NAN))),
        },
        (json::Value::String(ours), Value::String(theirs)) => ours == theirs,
        (json::Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (json::Value::Object(ours), Value::Object(theirs)) => {
            let equal = |(name, ours)| theirs.get(name).is_some_and(|theirs| same(ours, theirs));
            ours.iter().count() == theirs.len() && ours.iter().all(equal)
        }
        _ => false,
    }
}

/// `serde_json` is quick about fractions and exponents, and may be wrong in the last bit.
fn near(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= ours.abs() * 1e-14 || (ours - theirs).abs() < f64::MIN_POSITIVE
}
