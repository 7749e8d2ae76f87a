//! What of an event an operator counts: words of the service's own, of which there are few. Nothing that a request sent is
//! among them, so that nobody can make up a name under which something is counted.

use alloc::string::String;

use crate::audit::Event;
use crate::error::Reason;
use crate::jose::json::write_integer;

/// A word that says nothing.
const NONE: &str = "-";

impl Event {
    /// Five words with a space between them: the event; its reason, or `-`; what was issued, such as `access_token` or
    /// `id-jag`, or `-`; `1` for the event that stands for its request, `0` for one more change of the same request and for
    /// a fetch; the milliseconds. The first four are one of a fixed set.
    ///
    /// ```
    /// use edge_sts::audit::Event;
    /// use edge_sts::Reason;
    /// let refused = Event { event: "token.exchange", reason: Some(Reason::ScopeNotAllowed), ..Event::default() };
    /// let mut words = String::new();
    /// refused.count_into(&mut words);
    /// assert_eq!(words, "token.exchange scope_not_allowed - 1 0");
    /// ```
    pub fn count_into(&self, words: &mut String) {
        // What a dry run finds out is its answer: nobody was refused, and nothing was handed out.
        let is_dry_run = self.event == "admin.dry_run";
        let reason =
            self.reason.filter(|reason| !is_dry_run || matches!(reason, Reason::Administration | Reason::Unavailable));
        let reason = reason.map(Reason::code);
        // What was refused in the end may have been made, and was not handed out.
        let issued = self.issued_token_type.filter(|_| reason.is_none() && !is_dry_run);
        for word in [
            self.event,
            reason.as_deref().unwrap_or(NONE),
            issued.and_then(|urn| urn.rsplit(':').next()).unwrap_or(NONE),
            if self.further || self.event == "issuer.fetch" { "0" } else { "1" },
        ] {
            words.push_str(word);
            words.push(' ');
        }
        write_integer(self.duration_ms, words);
    }
}
