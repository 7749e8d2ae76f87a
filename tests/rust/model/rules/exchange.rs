//! Token exchange: RFC 8693 section 2, contract 3.1 to 3.5.

use super::presented::Believed;
use super::proof::bound_to;
use super::{ACTORS, Act, Asker, Client, Grant, LEEWAY, Model, OWN, Policy, Refused, Shown, Who, owned_texts};

/// What an exchange gives.
#[derive(Clone, Debug)]
pub struct Issued {
    pub grant: Grant,
    pub exp: u64,
    pub jwt: bool,
    pub refresh_exp: Option<u64>,
}

const REFUSED: Refused = "invalid_request";

impl Model {
    pub fn exchange(
        &self,
        asker: &Asker,
        (subject, actor): (&Shown, Option<&Shown>),
        asked_aud: &[&str],
        asked_scope: Option<&[&str]>,
    ) -> Result<Issued, Refused> {
        let (kept, proved) = self.asking(asker)?;
        let (id, client) = (asker.who.id(), &kept.is);
        if !client.exchanges {
            return Err("unauthorized_client");
        }
        let subject = self.believe((id, client), subject)?;
        let actor = actor.map(|actor| self.believe((id, client), actor)).transpose()?;
        let actor_jkt = actor.as_ref().and_then(|actor| actor.jkt);
        let jkt = bound_to(proved, subject.jkt, actor_jkt, client.rebinds)?;
        let (act, needs) = delegated(id, client, &subject, actor.as_ref())?;

        let targets = client.targets();
        // The name of a provider is no target, and stands alone.
        let asked_aud = if matches!(asker.who, Who::Provider(_)) { &[] } else { asked_aud };
        let aud = if asked_aud.is_empty() { vec![targets[0].clone()] } else { owned_texts(asked_aud) };
        if !aud.iter().all(|aud| targets.contains(aud)) {
            return Err("invalid_target");
        }
        let may_have = |name: &String| client.scopes().contains(name) && (!subject.own || subject.scope.contains(name));
        let scope = match asked_scope {
            None => subject.scope.iter().filter(|name| may_have(name)).cloned().collect(),
            Some(asked) => owned_texts(asked),
        };
        if !scope.iter().all(may_have) {
            return Err("invalid_scope");
        }
        self.unspent(asker.proof)?;

        let mut exp = self.now + client.access_life;
        if subject.own || !client.outlive {
            exp = exp.min(if subject.exp > self.now { subject.exp } else { subject.exp + LEEWAY });
        }
        let refreshable = !subject.own && !actor.as_ref().is_some_and(|actor| actor.own);
        let mut behind = vec![(format!("Client/{id}"), kept.instance)];
        let presented = || std::iter::once(&subject).chain(&actor);
        behind.extend(presented().flat_map(|one| one.behind.clone()));
        let grant = Grant {
            client: id.to_owned(),
            sub: subject.issued_sub(),
            user: subject.user.clone(),
            act,
            needs,
            behind,
            origins: presented().map(Believed::origin).collect(),
            issued: self.now,
            scope,
            aud,
            jkt,
            revoked: false,
            current: None,
            previous: None,
        };
        let refresh_exp = (refreshable && client.refresh_token).then(|| self.now + client.refresh_life);
        Ok(Issued { grant, exp, jwt: client.jwt, refresh_exp })
    }
}

/// Whether a client may have something for a subject alone: where `may_act` is there it must name the client, who must have
/// proved that it is the one.
pub(super) fn impersonated(id: &str, client: &Client, subject: &Believed) -> Result<Act, Refused> {
    let is_of_this_service = subject.may_act("iss") == Some(OWN) && subject.may_act("sub") == Some(id);
    let named = subject.may_act("client_id") == Some(id) || is_of_this_service;
    let names_client = named && client.secret.is_some();
    if subject.may_act.is_empty() || names_client { Ok(subject.act.clone()) } else { Err(REFUSED) }
}

/// RFC 8693 sections 1.1, 4.1 and 4.4, contract 3.3.
fn delegated(
    id: &str,
    client: &Client,
    subject: &Believed,
    actor: Option<&Believed>,
) -> Result<(Act, Option<Policy>), Refused> {
    let Some(actor) = actor else { return Ok((impersonated(id, client, subject)?, None)) };
    let both_machines = subject.user.is_none() && actor.user.is_none();
    let same_user = subject.user.is_some() && subject.user == actor.user;
    let one_space = subject.iss == actor.iss || (both_machines && (subject.own || actor.own));
    if same_user || (one_space && subject.sub == actor.sub) || !actor.act.is_empty() {
        return Err(REFUSED);
    }
    let needs = if subject.may_act.is_empty() {
        Policy::Any
    } else {
        let iss = subject.may_act("iss").unwrap_or(&subject.iss);
        if iss != actor.iss || subject.may_act("sub") != Some(&actor.sub) {
            return Err(REFUSED);
        }
        Policy::MayAct
    };
    let mut act = vec![(actor.iss.clone(), actor.sub.clone())];
    act.extend(subject.act.clone());
    let allowed = client.allows(Some(needs)) && act.len() <= ACTORS;
    if allowed { Ok((act, Some(needs))) } else { Err(REFUSED) }
}
