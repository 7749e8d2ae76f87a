//! User: for whom tokens are issued.

use alloc::string::String;
use alloc::vec::Vec;

use super::Instance;
use super::fields::Fields;
use super::secrets::without_secrets;
use crate::jose::json::Object;

/// A User resource, checked (contract section 4).
#[derive(Clone)]
pub struct User {
    /// `id`, which becomes `sub`.
    pub id: String,
    /// `meta.instance`, `not_before`
    pub instance: Instance,
    /// `inactive`
    pub inactive: bool,
    /// `identifier`
    pub identifier: Vec<Identifier>,
    /// The resource as it may be shown, JSON text: for userinfo. As text it takes a tenth of the memory.
    pub shown: String,
}

/// The name of a User at an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// The issuer, exactly as in `iss`.
    pub system: String,
    /// The subject, exactly as in `sub`.
    pub value: String,
}

impl User {
    /// Whether an issuer calls him by this name.
    #[must_use]
    pub fn is_identified(&self, system: &str, value: &str) -> bool {
        self.identifier.iter().any(|identifier| identifier.system == system && identifier.value == value)
    }

    pub(super) fn read(id: String, fields: &mut Fields<'_, '_>, document: &Object<'_>) -> Option<Self> {
        let inactive = fields.boolean("inactive").unwrap_or(false);
        // Aidbox's older name; its silence would let in somebody who was shut out.
        let active = fields.boolean("active").unwrap_or(true);
        let mut identifier = Vec::new();
        for mut one in fields.objects("identifier").unwrap_or_default() {
            let (system, value) = (one.required("system"), one.required("value"));
            one.kept_without_effect(&["use", "type", "assigner"]);
            // FHIR Identifier: both say that it does not count, or not always. It would be taken for the user's.
            if one.value("period").is_some() {
                one.fault("not-supported", "period", "The period of an identifier has no effect here: remove it.");
            }
            if one.value("use").is_some_and(|usage| usage.as_str() == Some("old")) {
                one.fault("not-supported", "use", "An old identifier would still count: remove it.");
            }
            if let (Some(system), Some(value)) = (system, value) {
                identifier.push(Identifier { system: String::from(system), value: String::from(value) });
            }
            fields.absorb(one);
        }
        for name in ["userName", "displayName", "email"] {
            fields.text(name);
        }
        fields.value("name");
        if fields.value("data").is_some_and(|data| data.as_object().is_none()) {
            fields.fault("value", "data", "It must be an object.");
        }
        fields.kept_without_effect(&[
            "emails",
            "phoneNumbers",
            "fhirUser",
            "organization",
            "roles",
            "securityLabel",
            "link",
            "password",
            "twoFactor",
        ]);
        let (instance, inactive) = (Instance::read(fields, document), inactive || !active);
        Some(Self { id, instance, inactive, identifier, shown: without_secrets(document).to_json() })
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use crate::jose::json;
    use crate::resource::{Resource, ResourceType, read};

    #[test]
    fn an_identifier_that_does_not_always_count_is_refused() {
        for (more, expected) in [
            ("", None),
            (r#","use":"official","type":{"text":"a"},"assigner":{"display":"a"}"#, None),
            (r#","use":"old""#, Some("User.identifier[0].use")),
            (r#","period":{"end":"2001-01-01"}"#, Some("User.identifier[0].period")),
        ] {
            let text = format!(r#"{{"id":"u","identifier":[{{"system":"a","value":"b"{more}}}]}}"#);
            let faults = read(ResourceType::User, &json::parse_object(&text).ok().unwrap()).err();
            let first = faults.as_ref().map(|faults| (faults[0].code, faults[0].expression.as_str()));
            assert_eq!(first, expected.map(|expected| ("not-supported", expected)), "{text}");
        }
    }

    #[test]
    fn both_names_of_inactivity_count() {
        for (members, expected) in [
            (r#"{"id":"u"}"#, false),
            (r#"{"id":"u","inactive":true}"#, true),
            (r#"{"id":"u","active":false}"#, true),
            (r#"{"id":"u","active":true,"inactive":true}"#, true),
            (r#"{"id":"u","active":false,"inactive":false}"#, true),
        ] {
            let user = read(ResourceType::User, &json::parse_object(members).ok().unwrap());
            let Ok(Resource::User(user)) = user else { panic!("it is a good one") };
            assert_eq!(user.inactive, expected, "{members}");
        }
    }
}
