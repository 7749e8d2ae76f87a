//! Parameters: a form is read as `form_urlencoded` reads it, JSON as `serde_json`, or refused; empty ones are not there
//! and only targets stand twice.

use edge_sts::limits;
use edge_sts::parameters::Parameters;
use serde_json::Value;

pub fn run(data: &[u8]) {
    if let Ok(ours) = Parameters::read(Some("application/x-www-form-urlencoded"), None, data) {
        assert!(data.len() <= limits::BODY && !data.contains(&b';'));
        let pairs = form_urlencoded::parse(data).into_owned();
        compare(&ours, &pairs.collect::<Vec<_>>());
    }
    if let Ok(ours) = Parameters::read(Some("application/json"), None, data) {
        let Value::Object(object) = serde_json::from_slice(data).unwrap() else { panic!("not an object") };
        let texts = |value: Value| match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        let pairs = object.into_iter().flat_map(|(name, value)| {
            texts(value).into_iter().map(move |value| (name.clone(), value.as_str().unwrap().to_owned()))
        });
        compare(&ours, &pairs.collect::<Vec<_>>());
    }
}

fn compare(ours: &Parameters<'_>, theirs: &[(String, String)]) {
    // Of a token the white space at its ends is cut off.
    let trimmed = |name: &str, value: &str| match name {
        "subject_token" | "actor_token" | "assertion" => value.trim_ascii().to_owned(),
        _ => value.to_owned(),
    };
    let theirs: Vec<_> = theirs.iter().map(|(name, value)| (name.clone(), trimmed(name, value))).collect();
    assert!(theirs.iter().filter(|(_, value)| !value.is_empty()).count() <= limits::PARAMETERS);
    for (name, _) in &theirs {
        let values = theirs.iter().filter(|(other, value)| other == name && !value.is_empty());
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        assert_eq!(ours.all(name).collect::<Vec<_>>(), values);
        assert!(values.len() < 2 || name == "audience" || name == "resource");
        assert!(!values.iter().any(|value| value.contains('\0')));
        assert_eq!(ours.get(name), values.first().copied());
    }
}
