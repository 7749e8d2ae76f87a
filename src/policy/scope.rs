//! Scope: what was asked for is granted whole or refused whole, never silently narrowed.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Reason;
use crate::jose::is_scope_token;
use crate::limits;

/// The names of a `scope`, in their order, without repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

impl Scope {
    /// Reads a `scope` parameter (RFC 6749 section 3.3): names with one space between them.
    ///
    /// # Errors
    /// [`Reason::ScopeMalformed`]
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let mut names: Vec<String> = Vec::new();
        for (index, name) in text.split(' ').enumerate() {
            if index >= limits::SCOPES || !is_scope_token(name) {
                return Err(Reason::ScopeMalformed);
            }
            if !names.iter().any(|own| own == name) {
                names.push(String::from(name));
            }
        }
        Ok(Self(names))
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Whether `name` is in it.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|own| own == name)
    }

    /// The value of a `scope` parameter; `None` if there is no name.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join(" "))
    }
}

impl From<Vec<String>> for Scope {
    fn from(names: Vec<String>) -> Self {
        if names.len() < 2 {
            return Self(names);
        }
        let mut own: Vec<String> = Vec::with_capacity(names.len());
        for name in names {
            if !own.contains(&name) {
                own.push(name);
            }
        }
        Self(own)
    }
}

/// The scope of an issued token. `client`: what the client may ask for. `subject`: the scope of the subject token.
/// `own`: whether that is a token of this service, whose scope is then a bound as well.
///
/// # Errors
/// [`Reason::ScopeNotAllowed`] if any name that was asked for is not allowed.
pub fn scope_granted(asked: Option<Scope>, client: &[String], subject: &Scope, own: bool) -> Result<Scope, Reason> {
    let allowed = |name: &String| client.contains(name) && (!own || subject.has(name));
    match asked {
        Some(asked) if asked.0.iter().all(allowed) => Ok(asked),
        Some(_) => Err(Reason::ScopeNotAllowed),
        None => Ok(Scope(subject.0.iter().filter(|name| allowed(name)).cloned().collect())),
    }
}

/// The scope of an access token that a refresh token gives: that of the grant, or the part of it that was asked for.
///
/// # Errors
/// [`Reason::ScopeNotAllowed`]
pub fn narrowed(asked: Option<Scope>, granted: &Scope) -> Result<Scope, Reason> {
    match asked {
        None => Ok(granted.clone()),
        Some(asked) if asked.0.iter().all(|name| granted.has(name)) => Ok(asked),
        Some(_) => Err(Reason::ScopeNotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn rfc6749_3_3_grammar() {
        assert_eq!(scope("a b a").names(), ["a", "b"]);
        for text in ["", " a", "a ", "a  b", "a\tb", "a\"b", "a\\b", "a\nb", "\u{e9}", "a\u{7f}"] {
            assert_eq!(Scope::parse(text), Err(Reason::ScopeMalformed), "{text:?}");
        }
        assert_eq!(Scope::parse(&["a"; 10_000].join(" ")), Err(Reason::ScopeMalformed));
    }

    #[test]
    fn a_list_with_a_name_twice_has_it_once() {
        for (list, once) in [(["a", "a"].as_slice(), ["a"].as_slice()), (&["a", "b", "a"], &["a", "b"])] {
            assert_eq!(Scope::from(list.iter().copied().map(String::from).collect::<Vec<_>>()).names(), once);
        }
    }

    #[test]
    fn granted_whole_or_refused() {
        let client = [String::from("read"), String::from("write")];
        let subject = scope("read admin");
        assert_eq!(scope_granted(Some(scope("read write")), &client, &subject, false), Ok(scope("read write")));
        assert_eq!(scope_granted(Some(scope("read write")), &client, &subject, true), Err(Reason::ScopeNotAllowed));
        assert_eq!(scope_granted(Some(scope("read admin")), &client, &subject, false), Err(Reason::ScopeNotAllowed));
        assert_eq!(scope_granted(None, &client, &subject, false), Ok(scope("read")));
    }
}
