//! The claims that a grant keeps for the expressions of its refreshes.

use alloc::string::String;
use alloc::vec::Vec;

use crate::expression::Names;
use crate::jose::json::Object;

/// Claims that expressions read again at a refresh. There is no `Debug`: they may be personal.
#[derive(Clone, Default)]
pub struct ReadClaims {
    /// Those that the token has.
    pub claims: Object<'static>,
    /// Those that it has not.
    pub absent: Vec<String>,
    /// Whether these are all of the token.
    pub all: bool,
}

impl ReadClaims {
    /// Whether something is known of each of these names.
    pub(super) fn knows(&self, names: &Names) -> bool {
        let known = |name: &String| self.claims.get(name).is_some() || self.absent.contains(name);
        self.all || (!names.all && names.names.iter().all(known))
    }
}
