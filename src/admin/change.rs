//! From what an administrator wishes to one transaction of the directory.
//!
//! A change is decided on what the directory has, and holds only if that is still there when it is made: otherwise it is
//! decided again. There is nothing else between two administrators, and nothing half done.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::outcome::{Refused, operation_outcome};
use super::preconditions::Preconditions;
use crate::call::Call;
use crate::directory::Made;
use crate::error::Reason;
use crate::host::{Change, Changed, Host, ResourceName, StoreFault, Stored};
use crate::jose::base64url;
use crate::jose::json::{self, Object, Value};
use crate::resource::{
    Fault, KeySource, Prepared, Resource, ResourceType, Written, instance, is_later, key, listed_as, lookups, prepare,
    without_secrets,
};

/// One change that is wished for.
pub(super) struct Wish<'a> {
    pub(super) resource_type: ResourceType,
    pub(super) id: String,
    /// What is to be there; `None` for nothing.
    pub(super) document: Option<Object<'a>>,
    /// Whether the document says itself which instance it is: it comes from a backup or a file.
    pub(super) restores: bool,
    pub(super) preconditions: Preconditions<'a>,
}

/// What a change did.
pub(super) struct Done {
    pub(super) resource_type: ResourceType,
    pub(super) id: String,
    pub(super) before: Option<Object<'static>>,
    pub(super) after: Option<Object<'static>>,
    /// The versions before and after; the same where there was nothing to do.
    pub(super) versions: (u64, u64),
    /// Members that are kept and mean nothing here.
    pub(super) without_effect: Vec<String>,
    /// What is allowed and probably not meant.
    pub(super) findings: Vec<Fault>,
}

/// How often a change is decided again. Each round somebody else has made progress.
const ROUNDS: usize = 64;

/// Bytes of randomness in an instance.
const INSTANCE: usize = 12;

/// Makes all changes, or none, in the name of `who`. What this instance of the service remembers follows.
pub(super) async fn change<H: Host>(call: Call<'_, H>, who: &str, wishes: &[Wish<'_>]) -> Result<Vec<Done>, Refused> {
    if !call.sts.writable {
        return Err(Refused::read_only());
    }
    let names: Vec<ResourceName<'_>> = wishes.iter().map(Wish::name).collect();
    for _ in 0..ROUNDS {
        let since = call.sts.directory.generation();
        let stored = call.host.look(&names).await?;
        if stored.len() != wishes.len() {
            return Err(Refused::unavailable());
        }
        let mut decided = Vec::with_capacity(wishes.len());
        let mut faults = Vec::new();
        for (index, (wish, stored)) in wishes.iter().zip(stored).enumerate() {
            match decide(call, wish, stored)? {
                Ok(change) => decided.push(change),
                Err(own) if wishes.len() == 1 => faults.extend(own),
                Err(own) => faults.extend(own.into_iter().map(|fault| fault.of_element(index))),
            }
        }
        if faults.is_empty() {
            faults = unusable_keys(call, &decided).await?;
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        match transact(call, who, &decided, since).await? {
            Changed::Done => return Ok(decided.into_iter().map(Decided::done).collect()),
            Changed::Outdated(_) => {}
            Changed::Taken { place, holder, .. } => {
                let expression = match wishes.get(place).map(|wish| wish.resource_type) {
                    Some(ResourceType::User) => "User.identifier",
                    Some(ResourceType::TokenIntrospector) => "TokenIntrospector.jwt.iss",
                    Some(ResourceType::Client) => "Client.auth.token_exchange.provider",
                    None => "",
                };
                let sentence = ["It belongs to ", &holder, " already."].concat();
                let fault = Fault::new("duplicate", expression, Cow::Owned(sentence));
                let fault = if wishes.len() == 1 { fault } else { fault.of_element(place) };
                return Err(Refused(operation_outcome(409, &[fault]), Reason::Administration));
            }
        }
    }
    Err(Refused::unavailable())
}

/// A change that may be made, on what the directory had.
struct Decided<'w> {
    wish: &'w Wish<'w>,
    before: Option<Object<'static>>,
    expected: u64,
    new: Option<Prepared>,
    /// The texts that are stored: the document, and the same without its secrets.
    texts: Option<(String, String)>,
    unique: Vec<String>,
    shared: Vec<String>,
}

/// Decides one change. The outer error refuses all of them as they are, the inner one is added to the faults of others.
fn decide<'w, H: Host>(
    call: Call<'_, H>,
    wish: &'w Wish<'w>,
    stored: Stored,
) -> Result<Result<Decided<'w>, Vec<Fault>>, Refused> {
    let Stored { version, document } = stored;
    // One that cannot be read can still be replaced and deleted, as if it said nothing.
    let before = document.as_deref().map(|text| json::parse_object(text).map(Object::into_owned).unwrap_or_default());
    wish.preconditions.check(before.as_ref())?;
    let mut decided =
        Decided { wish, before, expected: version, new: None, texts: None, unique: Vec::new(), shared: Vec::new() };
    let Some(document) = &wish.document else { return Ok(Ok(decided)) };
    // What it says beyond what is known here would be lost. To delete it loses nothing that was not meant.
    if decided.before.as_ref().is_some_and(is_later) {
        let sentence = "A later version of edge-sts wrote this resource. Update this program, or delete the resource.";
        return Err(Refused::with(409, "conflict", "", sentence));
    }
    let instance = match &decided.before {
        _ if wish.restores && instance(document).is_some() => instance(document).map(String::from),
        Some(before) => instance(before).map(String::from),
        None => {
            let mut random = [0; INSTANCE];
            call.host.random(&mut random)?;
            Some(base64url::encode(&random))
        }
    };
    let written = Written {
        resource_type: wish.resource_type,
        id: &wish.id,
        document: document.clone(),
        stored: decided.before.as_ref(),
        version: version.saturating_add(1),
        now: call.now,
        instance: instance.as_deref(),
        pepper: call.sts.pepper.as_ref(),
    };
    Ok(prepare(written).map(|mut new| {
        new.findings.extend(id_jag_key_missing(call, &new.resource));
        let lookups = lookups(wish.resource_type, &new.document);
        (decided.unique, decided.shared) = (lookups.unique, lookups.shared);
        decided.texts = Some((new.document.to_json(), without_secrets(&new.document).to_json()));
        decided.new = Some(new);
        decided
    }))
}

/// A Client that gets identity assertions from a service that has no key for them.
fn id_jag_key_missing<H: Host>(call: Call<'_, H>, resource: &Resource) -> Option<Fault> {
    let Resource::Client(client) = resource else { return None };
    let missing = client.id_jag.is_some() && !call.sts.keys.has_public_key();
    let sentence =
        "The signing keys have no public key, and others must verify identity assertions. Add a key that is not oct.";
    missing.then(|| Fault::new("id_jag_key_missing", "Client.auth.id_jag", sentence))
}

impl Wish<'_> {
    fn name(&self) -> ResourceName<'_> {
        ResourceName { resource_type: self.resource_type.name(), id: &self.id }
    }
}

impl Decided<'_> {
    /// Whether there is nothing to do: nothing is there, and nothing comes.
    const fn is_idle(&self) -> bool {
        self.before.is_none() && self.new.is_none()
    }

    /// The version of this change, or the last one where there is nothing to do.
    const fn version(&self) -> u64 {
        if self.is_idle() { self.expected } else { self.expected.saturating_add(1) }
    }

    fn change(&self) -> Change<'_> {
        Change {
            name: self.wish.name(),
            expected: self.expected,
            version: self.version(),
            document: self.texts.as_ref().map(|(document, _)| document.as_str()),
            shown: self.texts.as_ref().map(|(_, shown)| shown.as_str()),
            listed_as: self.new.as_ref().and_then(|new| listed_as(self.wish.resource_type, &new.document)),
            unique: &self.unique,
            shared: &self.shared,
        }
    }

    fn done(self) -> Done {
        let after = self.version();
        let (document, without_effect, findings) = match self.new {
            Some(new) => (Some(new.document), new.without_effect, new.findings),
            None => (None, Vec::new(), Vec::new()),
        };
        Done {
            resource_type: self.wish.resource_type,
            id: self.wish.id.clone(),
            before: self.before,
            after: document,
            versions: (self.expected, after),
            without_effect,
            findings,
        }
    }
}

/// Whether the host can make keys of the public keys: the last check, and one that only it can do.
async fn unusable_keys<H: Host>(call: Call<'_, H>, decided: &[Decided<'_>]) -> Result<Vec<Fault>, Refused> {
    let mut faults = Vec::new();
    for (index, prepared) in decided.iter().enumerate().filter_map(|(index, one)| Some((index, one.new.as_ref()?))) {
        for (path, key) in prepared.resource.public_keys() {
            if !call.host.can_verify(key.algorithm(), key.into()).await? {
                let sentence = "It is not a valid key: its point is not on its curve, or it is damaged.";
                let fault = Fault::new("value", path, sentence);
                faults.push(if decided.len() == 1 { fault } else { fault.of_element(index) });
            }
        }
    }
    Ok(faults)
}

/// Makes the changes. Where the directory's answer got lost it is asked what became of them.
///
/// `since`: the directory's generation before it was looked what there is.
async fn transact<H: Host>(
    call: Call<'_, H>,
    who: &str,
    decided: &[Decided<'_>],
    since: u64,
) -> Result<Changed, StoreFault> {
    let real: Vec<&Decided<'_>> = decided.iter().filter(|one| !one.is_idle()).collect();
    let changes: Vec<Change<'_>> = real.iter().map(|one| one.change()).collect();
    let changed = if changes.is_empty() { Ok(Changed::Done) } else { call.host.change(&changes, who, call.now).await };
    let changed = match changed {
        Ok(changed) => Ok(changed),
        Err(_) if is_done(call, &changes).await => Ok(Changed::Done),
        Err(fault) => Err(fault),
    };
    // Where nobody knows whether it was done, what it touches is read again.
    match changed {
        Ok(Changed::Done) => decided.iter().for_each(|one| remember(call, one, Some(since))),
        Ok(_) => {}
        Err(_) => real.iter().for_each(|one| remember(call, one, None)),
    }
    match changed? {
        // Places among all wishes, not only among those that were made.
        Changed::Taken { place, key, holder } => {
            let place = real.get(place).and_then(|one| decided.iter().position(|other| core::ptr::eq(other, *one)));
            Ok(Changed::Taken { place: place.unwrap_or_default(), key, holder })
        }
        other => Ok(other),
    }
}

/// Whether the directory has what was to be written: its version and its text, in which the instance and the time stand.
async fn is_done<H: Host>(call: Call<'_, H>, changes: &[Change<'_>]) -> bool {
    let names: Vec<ResourceName<'_>> = changes.iter().map(|change| change.name).collect();
    let Ok(stored) = call.host.look(&names).await else { return false };
    let is_it = |(change, stored): (&Change<'_>, &Stored)| {
        stored.version == change.version && stored.document.as_deref() == change.document
    };
    stored.len() == changes.len() && changes.iter().zip(&stored).all(is_it)
}

/// Lets this instance remember what was changed, and forget what came of what was there before. Without `since` it is not
/// known whether it was done.
fn remember<H: Host>(call: Call<'_, H>, one: &Decided<'_>, since: Option<u64>) {
    let sts = call.sts;
    let resource_type = one.wish.resource_type;
    let before = one.before.as_ref().map(|before| lookups(resource_type, before)).unwrap_or_default();
    let document = one.texts.as_ref().map(|(document, _)| document.clone());
    let gone = before.unique.into_iter().filter(|key| !one.unique.contains(key)).map(|key| (key, None));
    let come = one.unique.iter().cloned().map(|key| (key, document.clone()));
    let resource = key::resource(resource_type, &one.wish.id);
    let own = (resource.clone(), document.clone());
    let entries: Vec<(String, Option<String>)> = core::iter::once(own).chain(gone).chain(come).collect();
    let shared: Vec<String> = before.shared.iter().chain(&one.shared).cloned().collect();
    sts.directory.forget(&shared);
    if let Some(since) = since {
        let made = Made { resource: &resource, version: one.version(), since, entries: &entries };
        sts.directory.changed(call.now, &made);
    } else {
        sts.directory.forget(&entries.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
    }
    let documents = || one.before.iter().chain(one.new.as_ref().map(|new| &new.document));
    documents().filter_map(KeySource::of_document).for_each(|source| sts.key_sets.outdate(&source));
    documents().filter_map(endpoint_of).for_each(|url| sts.vouched.forget(url));
}

fn endpoint_of<'d>(document: &'d Object<'_>) -> Option<&'d str> {
    document.get("introspection_endpoint")?.as_object()?.get("url").and_then(Value::as_str)
}
