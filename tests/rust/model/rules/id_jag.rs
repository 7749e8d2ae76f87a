//! Identity assertions (ID-JAG), issued for other authorization servers and redeemed here: frontier's `id-jag.md`, 6.3 and 6.4.

use super::exchange::impersonated;
use super::presented::{AT_ISSUERS, Believed};
use super::proof::bound_to;
use super::{Act, Asker, Client, Foreign, Grant, Issued, Jkt, LEEWAY, Made, Model, Refused, owned_texts};

/// An authorization server that assertions are issued for.
pub struct TargetServer {
    pub audience: &'static str,
    /// The name that every client has there.
    pub client_id: &'static str,
    pub scope: &'static [&'static str],
    /// Whether it knows Users by their id here, and not by the `sub` of their issuer.
    pub by_user: bool,
}

pub const TARGET_SERVERS: [TargetServer; 2] = [
    TargetServer { audience: "https://as.one.example", client_id: "at-one", scope: &["read", "write"], by_user: false },
    TargetServer { audience: "https://as.two.example", client_id: "at-two", scope: &["read"], by_user: true },
];

/// What an issued assertion says.
#[derive(Clone, Debug)]
pub struct IssuedAssertion {
    pub sub: String,
    pub server: usize,
    pub exp: u64,
    pub scope: Vec<String>,
    pub act: Act,
    pub jkt: Option<Jkt>,
}

/// Seconds that an assertion may live, and as many more as clocks may differ.
const LIFE: u64 = 300;

impl Model {
    /// Issues one: for an ID token of the client, by the rules of every exchange.
    pub fn issue_assertion(
        &self,
        asker: &Asker,
        id_token: &Foreign,
        audience: Option<&str>,
        asked_scope: Option<&[&str]>,
    ) -> Result<IssuedAssertion, Refused> {
        let (kept, proved) = self.asking(asker)?;
        let client = &kept.is;
        if !client.exchanges {
            return Err("unauthorized_client");
        }
        let life = client.assertion_life.ok_or("invalid_request")?;
        let is_of_client = id_token.made == Made::IdToken(AT_ISSUERS);
        let subject = Some(id_token).filter(|_| is_of_client).and_then(|token| self.believe_foreign(client, token));
        let subject = subject.ok_or("invalid_request")?;
        // It lives no longer than the ID token, whose leeway is over when it is redeemed.
        let exp = (self.now + life).min(subject.exp);
        if exp <= self.now {
            return Err("invalid_request");
        }
        let jkt = bound_to(proved, subject.jkt, None, client.rebinds)?;
        let act = impersonated(asker.who.id(), client, &subject)?;
        let server = TARGET_SERVERS.iter().position(|server| audience == Some(server.audience));
        let server = server.ok_or("invalid_target")?;
        let sub = if TARGET_SERVERS[server].by_user { subject.user } else { Some(subject.sub) };
        let sub = sub.ok_or("invalid_request")?;
        let scope = owned_texts(asked_scope.unwrap_or_default());
        if !scope.iter().all(|name| TARGET_SERVERS[server].scope.contains(&name.as_str())) {
            return Err("invalid_scope");
        }
        self.unspent(asker.proof)?;
        Ok(IssuedAssertion { sub, server, exp, scope, act, jkt })
    }

    /// Redeems one. Of what serves once the proof is spent first, then the assertion: the last thing said is whether the proof
    /// is.
    pub fn redeem(
        &self,
        asker: &Asker,
        assertion: &Foreign,
        asked_resource: Option<&str>,
        asked_scope: Option<&[&str]>,
    ) -> (Result<Issued, Refused>, bool) {
        let decided = self.redeemed(asker, assertion, asked_resource, asked_scope);
        let issued = match decided.and_then(|issued| self.unspent(asker.proof).map(|()| issued)) {
            Ok(issued) => issued,
            Err(error) => return (Err(error), false),
        };
        let replayed = self.serves_once(assertion).is_some_and(|name| self.redeemed.contains(&name));
        (if replayed { Err("invalid_grant") } else { Ok(issued) }, true)
    }

    /// `iss` and `jti`, where the issuer's assertions serve once.
    pub fn serves_once(&self, assertion: &Foreign) -> Option<(String, u64)> {
        let reuse = self.introspector_of(assertion.iss).is_some_and(|(_, found)| found.is.id_jag == Some(true));
        match assertion.made {
            Made::Assertion { jti, .. } if !reuse => Some((assertion.iss.to_owned(), jti)),
            _ => None,
        }
    }

    fn redeemed(
        &self,
        asker: &Asker,
        assertion: &Foreign,
        asked_resource: Option<&str>,
        asked_scope: Option<&[&str]>,
    ) -> Result<Issued, Refused> {
        let (kept, proved) = self.asking(asker)?;
        let (id, client) = (asker.who.id(), &kept.is);
        if !client.redeems {
            return Err("unauthorized_client");
        }
        let (subject, resource) = self.accepted(id, client, assertion).ok_or("invalid_grant")?;
        // Nobody is trusted to have seen the proof of an assertion.
        let jkt = bound_to(proved, subject.jkt, None, false).map_err(|_| "invalid_grant")?;
        let act = impersonated(id, client, &subject).map_err(|_| "invalid_grant")?;
        let allowed = |resource: &str| client.audience.contains(&resource);
        let aud = match (resource, asked_resource) {
            (Some(own), _) if !allowed(own) => return Err("invalid_grant"),
            (Some(own), Some(asked)) if own != asked => return Err("invalid_target"),
            (Some(own), _) => own.to_owned(),
            (None, Some(asked)) if !allowed(asked) => return Err("invalid_target"),
            (None, Some(asked)) => asked.to_owned(),
            (None, None) => (*client.audience.first().ok_or("invalid_target")?).to_owned(),
        };
        let wanted = asked_scope.map_or_else(|| subject.scope.clone(), owned_texts);
        let within = subject.scope.is_empty() || wanted.iter().all(|name| subject.scope.contains(name));
        let scope: Vec<String> = wanted.iter().filter(|name| client.scopes().contains(name)).cloned().collect();
        if !within || (scope.is_empty() && !wanted.is_empty()) {
            return Err("invalid_scope");
        }
        let mut behind = vec![(format!("Client/{id}"), kept.instance)];
        behind.extend(subject.behind.clone());
        let grant = Grant {
            client: id.to_owned(),
            sub: subject.issued_sub(),
            user: subject.user,
            act,
            needs: None,
            behind,
            origins: Vec::new(),
            issued: self.now,
            scope,
            aud: vec![aud],
            jkt,
            revoked: false,
            current: None,
            previous: None,
        };
        // How long the assertion lives is another matter; and there is no refresh token.
        Ok(Issued { grant, exp: self.now + client.access_life, jwt: client.jwt, refresh_exp: None })
    }

    /// The assertion, if it is one of its issuer for this client, and its resource.
    fn accepted(&self, id: &str, client: &Client, assertion: &Foreign) -> Option<(Believed, Option<&'static str>)> {
        let Made::Assertion { client: own, resource, .. } = assertion.made else { return None };
        self.introspector_of(assertion.iss)?.1.is.id_jag?;
        let lives = assertion.iat.is_some_and(|iat| assertion.exp.saturating_sub(iat) <= LIFE + LEEWAY);
        let subject = self.believe_foreign(client, assertion)?;
        (own == id && lives).then_some((subject, resource))
    }
}
