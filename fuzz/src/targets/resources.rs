//! A file of resources: what is taken can be shown, holds no secret then, and a PUT of what was shown changes nothing.

use edge_sts::resource;
use serde_json::Value;

use crate::common::{Fixture, NOW};
use crate::oracle;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let entries = match resource::entries(text, NOW) {
        Ok(entries) => entries,
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                assert!(fault.diagnostics.bytes().all(|byte| matches!(byte, 0x20..0x7f)), "not printable ASCII");
            }
            return;
        }
    };
    let written: Value = serde_json::from_str(text).unwrap_or_default();
    let secrets: Vec<&str> = written.as_array().into_iter().flatten().flat_map(secrets).collect();
    // A text that stands elsewhere too is no secret of these resources.
    let secrets: Vec<&str> = secrets.into_iter().filter(|secret| text.matches(secret).count() == 1).collect();
    let fixture = Fixture::with(&Value::Array(Vec::new()), crate::common::OCT_KEYS);
    fixture.host.fill_text(text);
    for (key, value) in entries.iter().filter(|(key, _)| key.contains('/') && !key.contains('?')) {
        let shown = fixture.admin(&format!("GET /{key}"), &[], &Value::Null).ok();
        oracle::hides(&fixture, &shown, &secrets, "");
        let body = shown.0.body.as_str();
        let headers = [("authorization", bearer()), ("content-type", "application/json".to_owned())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let put = fixture.send(&format!("PUT /{key}"), &headers, body.as_bytes()).ok();
        oracle::hides(&fixture, &put, &secrets, "");
        let stored = fixture.host.resources.borrow()[key].clone();
        assert!(same_but_meta(&stored, value), "a PUT of what was shown changes what is stored");
    }
    oracle::look_ups_agree(&fixture);
}

fn bearer() -> String {
    format!("Bearer {}", crate::common::ADMIN)
}

/// Documents are compared as text, their `meta` aside: numbers may be larger than another reader can tell apart.
fn same_but_meta(one: &str, other: &str) -> bool {
    let without_meta = |text: &str| {
        let mut object = edge_sts::jose::json::parse_object(text).unwrap_or_else(|fault| panic!("{fault:?}"));
        object.remove("meta");
        object.to_json()
    };
    without_meta(one) == without_meta(other)
}

fn secrets(resource: &Value) -> Vec<&str> {
    let keys = resource["jwt"]["keys"].as_array().into_iter().flatten();
    let values = keys.flat_map(|key| [&key["k"], &key["jwk"]["k"]]);
    let values = values.chain([
        &resource["secret"],
        &resource["password"],
        &resource["jwt"]["secret"],
        &resource["introspection_endpoint"]["authorization"],
    ]);
    values.filter_map(Value::as_str).collect()
}
