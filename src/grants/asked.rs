//! What a request asks for, as the client that sends it means it.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::parameters::Parameters;
use crate::resource::Client;

/// A request as the decision about it sees it. Who sent it was known before.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// What is asked for.
    pub(super) parameters: &'a Parameters<'a>,
    /// The key that the request proves, by its thumbprint.
    pub(super) jkt: Option<&'a str>,
}

/// The values of `audience` that are targets. One that is the client's `provider` has served to name the client, and is used
/// up: programs that know Google's service send it with every request.
pub(super) fn audience<'p>(parameters: &'p Parameters<'_>, client: &'p Client) -> impl Iterator<Item = &'p str> {
    let provider = client.token_exchange.provider.as_deref();
    parameters.all("audience").filter(move |audience| Some(*audience) != provider)
}

/// `scope` without what the client's `ignore_scope` strikes out; `None` if nothing is asked for.
pub(super) fn scope<'p>(parameters: &'p Parameters<'_>, client: &Client) -> Option<Cow<'p, str>> {
    let asked = parameters.get("scope")?;
    let ignored = |name: &&str| client.token_exchange.ignore_scope.iter().any(|ignored| ignored == name);
    if !asked.split(' ').any(|name| ignored(&name)) {
        return Some(Cow::Borrowed(asked));
    }
    let rest: Vec<&str> = asked.split(' ').filter(|name| !ignored(name)).collect();
    (!rest.is_empty()).then(|| Cow::Owned(rest.join(" ")))
}
