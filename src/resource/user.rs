//! User: for whom tokens are issued.

use alloc::string::String;
use alloc::vec::Vec;

use super::fields::Fields;
use crate::jose::json::Object;

/// A User resource, checked (contract section 4).
#[derive(Clone)]
pub struct User {
    /// `id`, which becomes `sub`.
    pub id: String,
    /// `inactive`
    pub inactive: bool,
    /// `identifier`
    pub identifier: Vec<Identifier>,
    /// The resource as it is stored, for userinfo.
    pub document: Object<'static>,
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
            one.kept_without_effect(&["use", "type", "period", "assigner"]);
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
        Some(Self { id, inactive: inactive || !active, identifier, document: document.clone().into_owned() })
    }
}
