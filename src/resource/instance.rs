//! Which one of all the resources that had this id, one after the other.

use alloc::string::String;

use super::date;
use super::fields::{Fields, is_text};
use crate::jose::json::{Object, Value};
use crate::limits;

/// What tells a resource from an earlier one of the same id, and since when what is issued for it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instance {
    /// `meta.instance`: random text that the administrator's interface draws when it makes a resource. A resource that
    /// comes in a file has none unless the file says so; that is the empty text, which all such resources share.
    pub name: String,
    /// `not_before`, seconds: what was issued before it has ended.
    pub not_before: u64,
}

const NOT_BEFORE: &str =
    "It must be a date and time such as 2026-11-26T03:00:00Z, or a whole number of seconds since 1970.";

impl Instance {
    pub(super) fn read(fields: &mut Fields<'_, '_>, document: &Object<'_>) -> Self {
        let name = document.get("meta").and_then(Value::as_object).and_then(|meta| meta.get("instance"));
        let text = name.and_then(Value::as_str).filter(|name| is_text(name) && name.len() <= limits::ID);
        if name.is_some() && text.is_none() {
            fields.fault("value", "meta.instance", "It must be a string of 1 to 64 bytes without control characters.");
        }
        let not_before = fields.value("not_before");
        let seconds = not_before.and_then(|time| match time.as_str() {
            Some(text) => date::seconds(text),
            None => time.as_integer().filter(|seconds| *seconds <= limits::NUMERIC_DATE),
        });
        if not_before.is_some() && seconds.is_none() {
            fields.fault("value", "not_before", NOT_BEFORE);
        }
        Self { name: text.map(String::from).unwrap_or_default(), not_before: seconds.unwrap_or_default() }
    }

    /// Whether what was issued at this time, in seconds, has been ended by `not_before`.
    #[must_use]
    pub const fn has_ended(&self, issued: u64) -> bool {
        issued < self.not_before
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::jose::json;
    use crate::resource::{Resource, ResourceType, read};

    fn instance_of(members: &str) -> Result<Instance, String> {
        let text = format!(r#"{{"id":"u"{members}}}"#);
        match read(ResourceType::User, &json::parse_object(&text).ok().unwrap()) {
            Ok(Resource::User(user)) => Ok(user.instance.clone()),
            Ok(_) => panic!("it is a User"),
            Err(faults) => Err(format!("{} {}", faults[0].code, faults[0].expression)),
        }
    }

    #[test]
    fn what_is_read() {
        let instance = |name: &str, not_before| Ok(Instance { name: String::from(name), not_before });
        for (members, expected) in [
            ("", instance("", 0)),
            (r#","meta":{}"#, instance("", 0)),
            (r#","meta":{"instance":"a~b"}"#, instance("a~b", 0)),
            (r#","not_before":1800000000"#, instance("", 1_800_000_000)),
            (r#","not_before":"2027-01-15T08:00:00Z""#, instance("", 1_800_000_000)),
            (r#","not_before":"2000-02-29T00:00:00Z""#, instance("", 951_782_400)),
        ] {
            assert_eq!(instance_of(members), expected, "{members}");
        }
        for bad in ["\"\"", "7", "null", "\"a\\nb\"", &format!("\"{}\"", "x".repeat(65))] {
            let members = format!(r#","meta":{{"instance":{bad}}}"#);
            assert_eq!(instance_of(&members), Err(String::from("value User.meta.instance")), "{bad}");
        }
        for bad in [
            "-1",
            "1.5",
            "true",
            "null",
            "253402300800",
            r#""""#,
            r#""1800000000""#,
            r#""2027-01-15""#,
            r#""2027-01-15T08:00:00""#,
            r#""2027-01-15T08:00:00+01:00""#,
            r#""2027-01-15 08:00:00Z""#,
            r#""2027-01-15T08:00:00.5Z""#,
            r#""2027-02-29T08:00:00Z""#,
            r#""2027-13-01T08:00:00Z""#,
            r#""2027-00-01T08:00:00Z""#,
            r#""2027-01-00T08:00:00Z""#,
            r#""2027-01-15T24:00:00Z""#,
            r#""2027-01-15T08:60:00Z""#,
            r#""2027-01-15T08:00:60Z""#,
            r#""1969-12-31T23:59:59Z""#,
            r#""+027-01-15T08:00:00Z""#,
            "\"2027-01-15T08:00:0\u{661}Z\"",
        ] {
            assert_eq!(
                instance_of(&format!(r#","not_before":{bad}"#)),
                Err(String::from("value User.not_before")),
                "{bad}"
            );
        }
    }

    #[test]
    fn what_was_issued_in_the_same_second_stays() {
        let instance = Instance { name: String::new(), not_before: 10 };
        assert_eq!([9, 10, 11].map(|issued| instance.has_ended(issued)), [true, false, false]);
    }
}
