//! The keys of the store (contract section 5).
//!
//! A resource stands under `Type/id`. Beside it stand look-ups. The value of one that only one resource may have is the
//! whole resource again, so that a request whose keys are known from its unverified claims is served by one parallel round
//! of reading; that of a shared one is the JSON array of all who have it.

use alloc::string::String;

use super::ResourceType;
use crate::jose::json::{Value, write_string};
use crate::jose::{base64url, sha256};
use crate::limits;

/// The key of a resource.
#[must_use]
pub fn resource(resource_type: ResourceType, id: &str) -> String {
    [resource_type.name(), "/", id].concat()
}

/// The look-up of the TokenIntrospector of an issuer.
#[must_use]
pub fn introspector_by_issuer(iss: &str) -> String {
    ["TokenIntrospector?iss=", iss].concat()
}

/// The look-up of the User with an identifier. A subject may be longer than a key of KV, so its digest stands here.
#[must_use]
pub fn user_by_identifier(system: &str, value: &str) -> String {
    let mut name = String::new();
    Value::Array([Value::from(system), Value::from(value)].into()).write(&mut name);
    ["User?identifier=", &base64url::encode(&sha256(name.as_bytes()))].concat()
}

/// The look-up, shared by all of them, of the Clients that list an origin.
#[must_use]
pub fn clients_by_origin(origin: &str) -> String {
    let mut name = String::new();
    write_string(origin, &mut name);
    ["Client?origin=", &base64url::encode(&sha256(name.as_bytes()))].concat()
}

/// The look-up of the Client with this `provider`.
#[must_use]
pub fn client_by_provider(provider: &str) -> String {
    ["Client?provider=", &base64url::encode(&sha256(provider.as_bytes()))].concat()
}

/// Whether `text` can be the id of a resource: 1 to 64 of `A-Z a-z 0-9 - . _`.
///
/// ```
/// use edge_sts::resource::key::is_id;
/// assert!(is_id("external-auth-server"));
/// assert!(!is_id("../c1") && !is_id("") && !is_id(&"c".repeat(65)));
/// ```
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=limits::ID).contains(&text.len())
        && text != "."
        && text != ".." // a URL cannot have them as the last step of its path
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is stored is found by these for as long as there are stores: they must not change. Computed with Python's
    /// json, hashlib and base64.
    #[test]
    fn keys_stay_what_they_are() {
        assert_eq!(resource(ResourceType::Client, "c"), "Client/c");
        assert_eq!(introspector_by_issuer("https://a.example"), "TokenIntrospector?iss=https://a.example");
        assert_eq!(
            user_by_identifier("https://a.example", "b\"c"),
            "User?identifier=YQUHNbgkVqiUk-_v2o8Etx4xw9ksbxsw0QrkwVS3_ic"
        );
        assert_eq!(clients_by_origin("https://a.example"), "Client?origin=vxf3Rdr2JqUD6TEK2euzwO6UwbvP_KIPAWJrEGuRzrY");
    }

    #[test]
    fn no_two_identifiers_share_a_key() {
        assert_ne!(user_by_identifier("a", "b"), user_by_identifier("ab", ""));
        assert_ne!(user_by_identifier("a\",\"b", "c"), user_by_identifier("a", "b\",\"c"));
    }
}
