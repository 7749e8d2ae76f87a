//! Verifies a token with the keys that its issuer's TokenIntrospector has or names.

use super::{Asked, FetchedKeys};
use crate::apart::apart;
use crate::call::Call;
use crate::host::Host;
use crate::jose::Unverified;
use crate::resource::TokenIntrospector;
use crate::verification::{Failure, Verified, verify};

/// Verifies a token of this issuer. `proven`: whether whoever brings it has proven who he is.
///
/// # Errors
/// [`Failure`]
pub async fn verify_by<'t, H: Host>(
    call: Call<'_, H>,
    introspector: &TokenIntrospector,
    token: &'t Unverified<'_>,
    proven: bool,
) -> Result<Verified<'t>, Failure> {
    let TokenIntrospector { iss, algorithms, max_lifetime, cache_ttl: ttl, .. } = introspector;
    let Some(source) = &introspector.key_source else {
        let keys = introspector.keys.iter().map(|key| (key.kid.as_deref(), key.as_key(algorithms)));
        return verify(call.host, token, keys, *max_lifetime, call.now).await;
    };
    let keys = FetchedKeys { source, whose: Asked::Issuer(iss), ttl: *ttl, algorithms, proven };
    apart(keys.verify(call, token, *max_lifetime)).await
}
