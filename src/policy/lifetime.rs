//! How long an issued token lives.

use crate::limits;
use crate::resource::TokenExchange;

/// The `exp` of an access token: `access_token_expiration` from now, and not past the end of the subject token unless
/// the client's `outlive_subject` says so.
///
/// `own`: a token of this service never gives one that lives longer, or it would renew itself for ever.
///
/// A subject token that is accepted only for the leeway ends, for this purpose, with the leeway.
#[must_use]
pub fn access_token_end(policy: &TokenExchange, subject_exp: u64, own: bool, now: u64) -> u64 {
    let end = now.saturating_add(policy.access_token_expiration);
    if policy.outlive_subject && !own {
        return end;
    }
    let subject_end = if subject_exp > now { subject_exp } else { subject_exp.saturating_add(limits::LEEWAY) };
    end.min(subject_end)
}
