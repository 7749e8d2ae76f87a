//! `If-Match` and `If-None-Match` (RFC 9110 section 13.1), with the weak tags that FHIR uses.

use super::outcome::Refused;
use crate::jose::json::Object;
use crate::message::Request;
use crate::resource::version;

/// What must hold of the resource for a change to be made.
#[derive(Clone, Copy, Default)]
pub(super) struct Preconditions<'a> {
    pub(super) if_match: Option<&'a str>,
    pub(super) if_none_match: Option<&'a str>,
    /// Whether there must be none: what POST asks for.
    pub(super) creates: bool,
}

impl<'a> Preconditions<'a> {
    /// Those of a request.
    pub(super) fn of(request: &Request<'a>) -> Self {
        let if_none_match = request.header("if-none-match");
        Self { if_match: request.header("if-match"), if_none_match, creates: false }
    }

    /// Refuses the change if they do not hold of what is there.
    pub(super) fn check(&self, stored: Option<&Object<'_>>) -> Result<(), Refused> {
        if self.creates && stored.is_some() {
            return Err(Refused::with(409, "duplicate", "", "A resource with this id exists; replace it with PUT."));
        }
        let refused = |sentence| Err(Refused::with(412, "conflict", "", sentence));
        if self.if_match.is_some_and(|tags| !fits(tags, stored)) {
            return refused("The resource does not have the version that If-Match names.");
        }
        if self.if_none_match.is_some_and(|tags| fits(tags, stored)) {
            return refused("The resource exists, and If-None-Match says that it must not.");
        }
        Ok(())
    }
}

/// Whether one of the tags is that of what is there.
fn fits(tags: &str, stored: Option<&Object<'_>>) -> bool {
    let current = stored.and_then(version);
    tags.split(',').map(|tag| tag.trim_matches([' ', '\t'])).any(|tag| {
        let quoted = tag.strip_prefix("W/").unwrap_or(tag);
        let version = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let version = version.and_then(|version| version.parse::<u64>().ok());
        stored.is_some() && (tag == "*" || (version.is_some() && version == current))
    })
}
