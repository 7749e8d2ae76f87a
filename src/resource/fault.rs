//! What is wrong with a resource.

use alloc::borrow::Cow;
use alloc::string::String;

use super::element::element;

/// One fault. It names the place and never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `issue.code` of FHIR: `required`, `value`, `structure`, `not-supported`, `duplicate`, …
    pub code: &'static str,
    /// The path of the member, such as `Client.auth.token_exchange.refresh_token`; may be empty.
    pub expression: String,
    /// What to do.
    pub diagnostics: Cow<'static, str>,
}

impl Fault {
    /// A fault at a place.
    #[must_use]
    pub fn new(code: &'static str, expression: impl Into<String>, diagnostics: impl Into<Cow<'static, str>>) -> Self {
        Self { code, expression: expression.into(), diagnostics: diagnostics.into() }
    }

    /// The same fault of the resource at a place of a list: the place stands before its path.
    #[must_use]
    pub fn of_element(self, index: usize) -> Self {
        let place = element("", index);
        let expression = match self.expression.as_str() {
            "" => place,
            path => [&place, ".", path].concat(),
        };
        Self { expression, ..self }
    }
}
