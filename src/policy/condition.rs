//! What an issuer's token must say beyond its signature, and which of its claims are passed on.

use alloc::string::String;
use alloc::vec::Vec;

use super::read_claims::ReadClaims;
use crate::error::TokenFault;
use crate::expression::Variable;
use crate::jose::json::{self, Object, Value};
use crate::jose::{ObjectWriter, base64url, sha256};
use crate::limits;
use crate::resource::{Condition, IntrospectorRules, Mapping, TokenIntrospector};

/// What is kept of a subject token's claims beside those that the service acts on.
///
/// There is no `Debug`: claims may be personal.
#[derive(Clone, Default)]
pub struct KeptClaims {
    /// What met the introspector's `claims`, so that a refresh can look at them again: under the name of each condition
    /// a list of the values that did.
    pub met: Object<'static>,
    /// What is copied into issued tokens.
    pub copied: Object<'static>,
    /// Which expressions computed those of it that are emitted: under the name of each a mark ([`emitted_by`]).
    pub emitted: Object<'static>,
    /// What expressions read again at a refresh.
    pub read: ReadClaims,
}

/// Bytes of the digest that is a mark.
const MARK_BYTES: usize = 12;

impl KeptClaims {
    /// Looks at all claims of a token, verified: they must meet the introspector's `claims`, and those that its
    /// `copy_claims` names are kept as they are.
    ///
    /// # Errors
    /// [`TokenFault::Condition`], [`TokenFault::CopiedClaims`]
    pub fn of(claims: &Object<'_>, introspector: &TokenIntrospector) -> Result<Self, TokenFault> {
        let met = conditions_met(claims, &introspector.conditions)?;
        let copied = chosen(claims, introspector.copy_claims.iter());
        if can_be_kept(&copied, limits::COPIED_CLAIMS) {
            Ok(Self { met, copied, ..Self::default() })
        } else {
            Err(TokenFault::CopiedClaims)
        }
    }

    /// The same at a refresh: conditions that came later are met by what was kept, or not at all; a claim that is no
    /// longer to be copied or emitted is dropped and does not come back. What an emitted claim would be by another
    /// expression cannot be told from what was kept, so that the old value does not live on either.
    ///
    /// # Errors
    /// [`TokenFault::Condition`]
    pub fn again(&self, introspector: &TokenIntrospector) -> Result<Self, TokenFault> {
        let met = conditions_met(&self.met, &introspector.conditions)?;
        let now = emitted_by(&introspector.rules);
        if self.emitted.iter().any(|(name, mark)| now.get(name).is_some_and(|now| now != mark)) {
            return Err(TokenFault::Condition);
        }
        let is_emitted = |name: &&String| self.emitted.get(name).is_some();
        let names = || introspector.rules.emit.iter().map(|mapping| &mapping.name).filter(is_emitted);
        let copied = introspector.copy_claims.iter().filter(|name| !is_emitted(name)).chain(names());
        let (copied, emitted) = (chosen(&self.copied, copied), chosen(&self.emitted, names()));
        Ok(Self { met, copied, emitted, read: self.read.clone() })
    }
}

/// By what each claim is emitted: its expression and the attributes that this reads, as a mark under its name.
#[must_use]
pub fn emitted_by(rules: &IntrospectorRules) -> Object<'static> {
    let mut marks = Object::new();
    for Mapping { name, expression } in &rules.emit {
        let mut texts = ObjectWriter::new();
        texts.text("", expression.text()); // no attribute has this name
        let read = expression.names(Variable::Attribute);
        for attribute in rules.attributes.iter().filter(|attribute| read.all || read.names.contains(&attribute.name)) {
            texts.text(&attribute.name, attribute.expression.text());
        }
        let digest = sha256(texts.finish().as_bytes());
        marks.set(name, Value::from(base64url::encode(digest.get(..MARK_BYTES).unwrap_or_default())));
    }
    marks.into_owned()
}

/// Whether the claims meet every condition, and which values did.
///
/// A claim meets a condition if it is one of its values, or is an array that contains one; compared exactly, a boolean
/// with a boolean only. A claim that is not there meets none. The text of `scope` or `scp` counts as the list of its names
/// (RFC 8693 section 4.2).
///
/// The claim of a condition is a name, or a path with dots into objects. Names may have dots themselves, as
/// `kubernetes.io` has, so every way to read the path is tried. If a token can be read in two ways, nobody can tell which
/// of them the administrator meant, and the condition is not met.
///
/// # Errors
/// [`TokenFault::Condition`]
pub fn conditions_met(claims: &Object<'_>, conditions: &[Condition]) -> Result<Object<'static>, TokenFault> {
    let mut met = Object::new();
    for condition in conditions {
        let mut readings = Vec::new();
        read(claims, &condition.claim, &mut readings);
        let [claim] = readings.as_slice() else { return Err(TokenFault::Condition) };
        let names: Vec<Value<'_>> = match claim {
            Value::String(text) if matches!(condition.claim.as_str(), "scope" | "scp") => {
                text.split(' ').map(Value::from).collect()
            }
            _ => Vec::new(),
        };
        let claim = match names.as_slice() {
            [] => claim.as_array().unwrap_or(core::slice::from_ref(claim)),
            names => names,
        };
        let values: Vec<Value<'_>> = condition.values.iter().filter(|value| claim.contains(value)).cloned().collect();
        if values.is_empty() {
            return Err(TokenFault::Condition);
        }
        met.set(&condition.claim, values);
    }
    Ok(met.into_owned())
}

/// The claim of the first condition that is not met, for the audit event.
#[must_use]
pub fn unmet<'c>(claims: &Object<'_>, conditions: &'c [Condition]) -> Option<&'c str> {
    let is_unmet = |condition: &&Condition| conditions_met(claims, core::slice::from_ref(condition)).is_err();
    conditions.iter().find(is_unmet).map(|condition| condition.claim.as_str())
}

/// Every value that a path leads to. Each value of a token is reached by one series of names, and so at most once.
fn read<'o, 't>(object: &'o Object<'t>, path: &str, found: &mut Vec<&'o Value<'t>>) {
    found.extend(object.get(path));
    for (dot, _) in path.match_indices('.') {
        let (name, rest) = path.split_at(dot);
        if let Some(Value::Object(inner)) = object.get(name) {
            read(inner, rest.get(1..).unwrap_or_default(), found);
        }
    }
}

/// Whether they are within the limit, and not so deep that they could not be read again from the record of a grant, where
/// they are a member of a member.
pub(super) fn can_be_kept(claims: &Object<'_>, limit: usize) -> bool {
    let text = claims.to_json();
    text.len() <= limit && json::parse(&["[[", &text, "]]"].concat()).is_ok()
}

fn chosen<'n>(claims: &Object<'_>, names: impl Iterator<Item = &'n String>) -> Object<'static> {
    let mut chosen = Object::new();
    for name in names {
        if let Some(value) = claims.get(name) {
            chosen.set(name, value.clone());
        }
    }
    chosen.into_owned()
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::resource::{Resource, ResourceType, read as read_resource};

    const KUBERNETES: &str = r#"{"kubernetes.io":{"namespace":"shop","serviceaccount":{"name":"api","uid":"1"}}}"#;

    fn object(text: &str) -> Object<'_> {
        json::parse_object(text).ok().unwrap()
    }

    fn introspector(members: &str) -> TokenIntrospector {
        let text = format!(
            r#"{{"id":"i","type":"jwt","jwt":{{"iss":"a","secret":"0123456789abcdef0123456789abcdef"}},{members}}}"#
        );
        match read_resource(ResourceType::TokenIntrospector, &object(&text)) {
            Ok(Resource::TokenIntrospector(introspector)) => TokenIntrospector::clone(&introspector),
            _ => panic!("{members}"),
        }
    }

    /// What met `conditions`, as JSON.
    fn met(claims: &str, conditions: &str) -> Result<String, TokenFault> {
        let introspector = introspector(&format!(r#""claims":{conditions}"#));
        conditions_met(&object(claims), &introspector.conditions).map(|met| met.to_json())
    }

    #[test]
    fn what_meets_a_condition() {
        for (claims, conditions, expected) in [
            (r#"{"hd":"example.com"}"#, r#"{"hd":"example.com"}"#, r#"{"hd":["example.com"]}"#),
            (r#"{"hd":"b"}"#, r#"{"hd":["a","b"]}"#, r#"{"hd":["b"]}"#),
            (r#"{"groups":["x","b","a"]}"#, r#"{"groups":["a","b"]}"#, r#"{"groups":["a","b"]}"#),
            (r#"{"email_verified":true}"#, r#"{"email_verified":true}"#, r#"{"email_verified":[true]}"#),
            (r#"{"a":"1","b":"2"}"#, r#"{"a":"1","b":"2"}"#, r#"{"a":["1"],"b":["2"]}"#),
            (r#"{"any":1}"#, "{}", "{}"),
            (r#"{"scope":"openid read"}"#, r#"{"scope":"read"}"#, r#"{"scope":["read"]}"#),
            (r#"{"scp":"a b c"}"#, r#"{"scp":["c","a"]}"#, r#"{"scp":["c","a"]}"#),
            (r#"{"scope":["openid","read"]}"#, r#"{"scope":"read"}"#, r#"{"scope":["read"]}"#),
            (KUBERNETES, r#"{"kubernetes.io.namespace":"shop"}"#, r#"{"kubernetes.io.namespace":["shop"]}"#),
            (
                KUBERNETES,
                r#"{"kubernetes.io.serviceaccount.name":["web","api"]}"#,
                r#"{"kubernetes.io.serviceaccount.name":["api"]}"#,
            ),
            (r#"{"a":{"b":{"c":"x"}}}"#, r#"{"a.b.c":"x"}"#, r#"{"a.b.c":["x"]}"#),
            (r#"{"a":{"b.c":"x"}}"#, r#"{"a.b.c":"x"}"#, r#"{"a.b.c":["x"]}"#),
            (r#"{"a.b":{"c":"x"},"a":{"b":1}}"#, r#"{"a.b.c":"x"}"#, r#"{"a.b.c":["x"]}"#),
            (
                r#"{"https://app.example/tenant":"t"}"#,
                r#"{"https://app.example/tenant":"t"}"#,
                r#"{"https://app.example/tenant":["t"]}"#,
            ),
            (r#"{".a.":{"":"x"}}"#, r#"{".a..":"x"}"#, r#"{".a..":["x"]}"#),
        ] {
            assert_eq!(met(claims, conditions).as_deref(), Ok(expected), "{claims} {conditions}");
        }
    }

    #[test]
    fn what_meets_none() {
        for (claims, conditions) in [
            ("{}", r#"{"hd":"example.com"}"#),
            (r#"{"hd":"example.com.evil.example"}"#, r#"{"hd":"example.com"}"#),
            (r#"{"hd":"xexample.com"}"#, r#"{"hd":"example.com"}"#),
            (r#"{"hd":"Example.com"}"#, r#"{"hd":"example.com"}"#),
            (r#"{"hd":" example.com"}"#, r#"{"hd":"example.com"}"#),
            (r#"{"hd":"anything"}"#, r#"{"hd":"*"}"#),
            (r#"{"ref":"refs/heads/main2"}"#, r#"{"ref":"refs/heads/main"}"#),
            // one of several is not enough
            (r#"{"a":"1","b":"3"}"#, r#"{"a":"1","b":"2"}"#),
            (r#"{"a":"1"}"#, r#"{"a":"1","b":"2"}"#),
            // other types
            (r#"{"email_verified":"true"}"#, r#"{"email_verified":true}"#),
            (r#"{"email_verified":true}"#, r#"{"email_verified":"true"}"#),
            (r#"{"email_verified":false}"#, r#"{"email_verified":true}"#),
            (r#"{"email_verified":1}"#, r#"{"email_verified":true}"#),
            (r#"{"id":74}"#, r#"{"id":"74"}"#),
            (r#"{"hd":null}"#, r#"{"hd":"null"}"#),
            (r#"{"hd":{"example.com":"example.com"}}"#, r#"{"hd":"example.com"}"#),
            (r#"{"groups":[]}"#, r#"{"groups":["a"]}"#),
            (r#"{"groups":[["a"]]}"#, r#"{"groups":["a"]}"#),
            (r#"{"groups":"[\"a\"]"}"#, r#"{"groups":["a"]}"#),
            (r#"{"groups":"a b"}"#, r#"{"groups":["a"]}"#),
            (r#"{"scope":"readonly"}"#, r#"{"scope":"read"}"#),
            (r#"{"scope":"openid Read"}"#, r#"{"scope":"read"}"#),
            (r#"{"scope":"openid read"}"#, r#"{"scope":"openid read"}"#),
            (r#"{"scope":["openid read"]}"#, r#"{"scope":"read"}"#),
            (r#"{"scope":""}"#, r#"{"scope":"read"}"#),
            (r#"{"scope":"write"}"#, r#"{"scp":"write"}"#),
            (r#"{"x":{"scope":"a b"}}"#, r#"{"x.scope":"a"}"#),
            // paths
            (KUBERNETES, r#"{"kubernetes.io.serviceaccount":"api"}"#),
            (KUBERNETES, r#"{"kubernetes.io.serviceaccount.name":"web"}"#),
            (KUBERNETES, r#"{"serviceaccount.name":"api"}"#),
            (KUBERNETES, r#"{"kubernetes.io..namespace":"shop"}"#),
            (r#"{"a":[{"b":"x"}]}"#, r#"{"a.b":"x"}"#),
            (r#"{"a":["x"]}"#, r#"{"a.0":"x"}"#),
            (r#"{"__proto__":{"a":"x"}}"#, r#"{"a":"x"}"#),
        ] {
            assert_eq!(met(claims, conditions), Err(TokenFault::Condition), "{claims} {conditions}");
        }
    }

    #[test]
    fn a_path_that_can_be_read_in_two_ways_is_not_met() {
        for claims in [
            r#"{"a.b":"x","a":{"b":"x"}}"#,
            r#"{"a":{"b":"y"},"a.b":"x"}"#,
            r#"{"a":{"b":"x"},"a.b":"y"}"#,
            r#"{"a":{"b":null},"a.b":"x"}"#,
        ] {
            assert_eq!(met(claims, r#"{"a.b":"x"}"#), Err(TokenFault::Condition), "{claims}");
        }
        let deeper = r#"{"kubernetes.io":{"namespace":"evil"},"kubernetes":{"io":{"namespace":"shop"}}}"#;
        assert_eq!(met(deeper, r#"{"kubernetes.io.namespace":"shop"}"#), Err(TokenFault::Condition));
    }

    #[test]
    fn a_path_of_many_dots_costs_no_more_than_the_token_has_values() {
        let path = ["a"; 2_000].join(".");
        let nested = format!("{}1{}", r#"{"a":"#.repeat(31), "}".repeat(31));
        assert_eq!(met(&nested, &format!(r#"{{"{path}":"x"}}"#)), Err(TokenFault::Condition));
    }

    #[test]
    fn claims_are_copied_as_they_are() {
        let claims = r#"{"email":"a@b","n":1.50,"o":{"p":[null,true,"\u00e9\n"]},"other":"x"}"#;
        let with = introspector(r#""copy_claims":["o","n","absent","email"]"#);
        let kept = KeptClaims::of(&object(claims), &with).ok().unwrap();
        assert_eq!(kept.copied.to_json(), "{\"o\":{\"p\":[null,true,\"\u{e9}\\n\"]},\"n\":1.50,\"email\":\"a@b\"}");
        assert_eq!(
            KeptClaims::of(&object(claims), &introspector(r#""claims":{}"#)).ok().unwrap().copied.to_json(),
            "{}"
        );
        // at a refresh: no more than before
        let again = kept.again(&introspector(r#""copy_claims":["email","other"]"#)).ok().unwrap();
        assert_eq!(again.copied.to_json(), r#"{"email":"a@b"}"#);
        assert_eq!(again.again(&with).ok().unwrap().copied.to_json(), r#"{"email":"a@b"}"#);
    }

    #[test]
    fn claims_to_copy_have_a_limit() {
        let with = introspector(r#""copy_claims":["a","b"]"#);
        let copied = |claims: &str| KeptClaims::of(&object(claims), &with).err();
        // {"a":"…","b":"…"} are 17 bytes around the values
        let sized = |bytes: usize| format!(r#"{{"a":"{}","b":"xx","c":"{}"}}"#, "x".repeat(bytes), "x".repeat(5000));
        assert_eq!(copied(&sized(limits::COPIED_CLAIMS - 17)), None);
        assert_eq!(copied(&sized(limits::COPIED_CLAIMS - 16)), Some(TokenFault::CopiedClaims));
        // the record of a grant has them two levels deeper, and must be read again
        let deep = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert_eq!(copied(&deep(limits::JSON_DEPTH - 3)), None);
        assert_eq!(copied(&deep(limits::JSON_DEPTH - 2)), Some(TokenFault::CopiedClaims));
    }

    #[test]
    fn conditions_that_came_later_are_met_by_what_was_kept_or_not_at_all() {
        let kept = |conditions: &str, claims: &str| {
            KeptClaims::of(&object(claims), &introspector(&format!(r#""claims":{conditions}"#))).ok().unwrap()
        };
        let first = kept(r#"{"a.b":["x","y"],"g":["1","2"]}"#, r#"{"a":{"b":"x"},"g":["2","3"],"h":"z"}"#);
        for (conditions, holds) in [
            (r#"{"a.b":["x","y"],"g":["1","2"]}"#, true),
            (r#"{"a.b":"x"}"#, true),
            ("{}", true),
            (r#"{"a.b":"y"}"#, false),
            (r#"{"g":"1"}"#, false),
            (r#"{"h":"z"}"#, false),
        ] {
            let again = first.again(&introspector(&format!(r#""claims":{conditions}"#)));
            assert_eq!(again.is_ok(), holds, "{conditions}");
        }
    }
}
