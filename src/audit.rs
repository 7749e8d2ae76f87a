//! Audit events: one for each decision, success or refusal.
//!
//! An event holds names, never values that could be used: no token, no secret, no assertion, no digest of one.

mod printable;

use alloc::string::String;
use alloc::vec::Vec;

use self::printable::make_printable;
use crate::error::Reason;
use crate::jose::json;
use crate::jose::{Claims, ObjectWriter, array};
use crate::resource::Fault;

/// Who a token speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// `iss` of the token, as its issuer wrote it.
    pub iss: String,
    /// `sub` of the token.
    pub sub: String,
    /// The id of its User, where that is another name than `sub`: whoever looks for a User's tokens finds them by it.
    pub user: Option<String>,
}

/// A condition that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmetCondition {
    /// Where it stands, such as `TokenIntrospector.condition[0]`.
    pub path: String,
    /// `false`, `type`, `error` or `steps`.
    pub detail: &'static str,
    /// Where in the expression it failed: characters from the beginning, the first is 1.
    pub at: Option<usize>,
    /// The administrator's own `message`.
    pub message: Option<String>,
}

/// What a refused request said and did not prove.
#[derive(Clone, Debug, Default)]
pub struct Claimed {
    /// The id that was sent, if it cannot be a secret.
    pub client_id: Option<String>,
    /// The refused subject token.
    pub subject: Option<RefusedToken>,
    /// The refused actor token.
    pub actor: Option<RefusedToken>,
    /// The refused client assertion.
    pub assertion: Option<RefusedToken>,
    /// The parameters that were refused, such as `scope`; as `body`, where it is no JSON.
    pub parameters: Vec<(&'static str, String)>,
}

/// What a refused token says.
#[derive(Clone, Debug, Default)]
pub struct RefusedToken {
    /// Whether its signature and times held, or its issuer vouched for it: then it was refused for what it says.
    pub verified: bool,
    /// `iss`
    pub iss: Option<String>,
    /// `sub`
    pub sub: Option<String>,
    /// `aud`
    pub aud: Vec<String>,
    /// `jti`, of an identity assertion: of another token it may be what opens something somewhere.
    pub jti: Option<String>,
    /// `alg` of its header
    pub alg: Option<String>,
    /// `kid` of its header
    pub kid: Option<String>,
    /// `typ` of its header
    pub typ: Option<String>,
    /// `Bearer`, if that stood before it.
    pub prefix: Option<&'static str>,
    /// The time for which it was refused.
    pub missed: Option<Missed>,
}

/// A time that was missed.
#[derive(Clone, Copy, Debug)]
pub struct Missed {
    /// `exp`, `nbf` or `iat`
    pub claim: &'static str,
    /// By how many seconds.
    pub seconds: u64,
}

/// One decision.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// Seconds since 1970.
    pub time: u64,
    /// The name of the request, which its answer carries, too.
    pub request_id: String,
    /// `token.exchange`, `token.refresh`, `token.introspect`, `token.revoke`, `admin.put`, …
    pub event: &'static str,
    /// Why it was refused; absent when it was not.
    pub reason: Option<Reason>,
    /// The client, once it is authenticated.
    pub client_id: Option<String>,
    /// How it is known that it is that client, where that is neither a secret nor a key of its own: `none`, `federated`.
    pub client_authentication: Option<&'static str>,
    /// The workload of another issuer that authenticated as the client.
    pub workload: Option<Party>,
    /// The subject, once its token is verified.
    pub subject: Option<Party>,
    /// The actor, once its token is verified.
    pub actor: Option<Party>,
    /// The condition that refused the subject or the actor token.
    pub condition: Option<UnmetCondition>,
    /// What a refused request said, marked as such.
    pub claimed: Claimed,
    /// `aud` of what was issued.
    pub aud: Vec<String>,
    /// `scope` of what was issued.
    pub scope: Option<String>,
    /// `jti` of what was issued.
    pub jti: Option<String>,
    /// `act` of what was issued, JSON text: who acts, and who acted before.
    pub act: Option<String>,
    /// The client's name at the authorization server that an identity assertion is for.
    pub target_client_id: Option<String>,
    /// `resource` of an identity assertion that was issued.
    pub target_resource: Vec<String>,
    /// `jti` of the identity assertion that is redeemed, once it is believed.
    pub assertion_jti: Option<String>,
    /// The key that a DPoP proof was made with, by its thumbprint; never the proof.
    pub dpop_jkt: Option<String>,
    /// `issued_token_type`
    pub issued_token_type: Option<&'static str>,
    /// When what was issued ends, seconds since 1970.
    pub exp: Option<u64>,
    /// When the refresh token that was issued beside it ends.
    pub refresh_exp: Option<u64>,
    /// The administrator who read or changed something.
    pub administrator: Option<String>,
    /// The resource that an administrator read or changed, as `Type/id`.
    pub resource: Option<String>,
    /// From which version to which it was changed; 0 is none.
    pub versions: Option<(u64, u64)>,
    /// Members of that resource that are kept and have no effect here.
    pub without_effect: Vec<String>,
    /// What is doubtful about that resource.
    pub findings: Vec<Fault>,
    /// The issuer whose keys or word were fetched.
    pub issuer: Option<String>,
    /// The HTTP status of what was fetched.
    pub status: Option<u16>,
    /// The claim of a token that did not meet the administrator's condition. Other claims at fault stand in `reason`.
    pub claim: Option<String>,
    /// Members for which fetched keys are not used.
    pub left_out: Vec<&'static str>,
    /// Whether another event stands for the request already: this one tells of one more change.
    pub further: bool,
    /// Milliseconds from the request's arrival to the decision, as far as the host's clock moved.
    pub duration_ms: u64,
}

impl Event {
    /// The event as one line of JSON.
    ///
    /// ```
    /// use edge_sts::audit::Event;
    /// let event = Event { time: 1, event: "token.exchange", ..Event::default() };
    /// assert_eq!(event.to_json(), r#"{"time":1,"event":"token.exchange","outcome":"success","duration_ms":0}"#);
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut line = String::new();
        self.append_to(&mut line);
        line
    }

    /// Appends the same line to a text.
    pub fn append_to(&self, lines: &mut String) {
        lines.reserve(LINE);
        let begin = lines.len();
        let mut event = ObjectWriter::behind(core::mem::take(lines));
        self.write(&mut event);
        *lines = event.finish();
        make_printable(lines, begin);
    }

    fn write(&self, event: &mut ObjectWriter) {
        event.integer("time", self.time);
        if !self.request_id.is_empty() {
            event.text("request_id", &self.request_id);
        }
        event.text("event", self.event);
        event.text("outcome", if self.reason.is_none() { "success" } else { "refused" });
        if !self.without_effect.is_empty() || !self.findings.is_empty() || !self.left_out.is_empty() {
            event.text("level", "warning");
        }
        if let Some(reason) = self.reason {
            event.text("reason", &reason.code());
            event.optional("claim", reason.claim().or(self.claim.as_deref()));
        }
        event.optional("client_id", self.client_id.as_deref());
        event.optional("client_authentication", self.client_authentication);
        if let Some(party) = &self.workload {
            event.object("client_assertion", &|member| party.write(member));
        }
        let claimed = &self.claimed;
        for (name, party, refused) in
            [("subject", &self.subject, &claimed.subject), ("actor", &self.actor, &claimed.actor)]
        {
            if let Some(party) = party {
                event.object(name, &|member| party.write(member));
            } else if let Some(refused) = refused.as_ref().filter(|refused| refused.verified) {
                event.object(name, &|member| refused.write(member));
            }
        }
        if let Some(condition) = &self.condition {
            event.object("condition", &|member| condition.write(member));
        }
        if let Some(claimed) = claimed.to_json(self.client_id.is_some()) {
            event.json("claimed", &claimed);
        }
        // What was refused in the end may have been made, and was not handed out. What a revocation failed to end is named.
        if self.reason.is_none() || self.issued_token_type.is_none() {
            if !self.aud.is_empty() {
                event.texts("aud", &self.aud);
            }
            event.optional("scope", self.scope.as_deref());
            if let Some(act) = &self.act {
                event.json("act", act);
            }
            event.optional("target_client_id", self.target_client_id.as_deref());
            if !self.target_resource.is_empty() {
                event.texts("target_resource", &self.target_resource);
            }
            event.optional("jti", self.jti.as_deref());
            event.optional("issued_token_type", self.issued_token_type);
            for (name, end) in [("exp", self.exp), ("refresh_exp", self.refresh_exp)] {
                if let Some(end) = end {
                    event.integer(name, end);
                }
            }
        }
        event.optional("assertion_jti", self.assertion_jti.as_deref());
        event.optional("dpop_jkt", self.dpop_jkt.as_deref());
        event.optional("administrator", self.administrator.as_deref());
        event.optional("resource", self.resource.as_deref());
        if let Some((from, to)) = self.versions {
            event.integer("version_before", from);
            event.integer("version", to);
        }
        if !self.without_effect.is_empty() {
            event.texts("without_effect", &self.without_effect);
        }
        if !self.findings.is_empty() {
            let findings = self.findings.iter().map(|finding| {
                let mut member = ObjectWriter::new();
                member.text("code", finding.code);
                member.text("path", &finding.expression);
                member.text("message", &finding.diagnostics);
                member.finish()
            });
            event.json("findings", &array(&findings.collect::<Vec<_>>()));
        }
        event.optional("issuer", self.issuer.as_deref());
        if let Some(status) = self.status {
            event.integer("status", u64::from(status));
        }
        if !self.left_out.is_empty() {
            event.texts("left_out", &self.left_out);
        }
        event.integer("duration_ms", self.duration_ms);
    }
}

/// Bytes that most lines need.
const LINE: usize = 768;

impl UnmetCondition {
    fn write(&self, member: &mut ObjectWriter) {
        member.text("path", &self.path);
        member.text("detail", self.detail);
        if let Some(at) = self.at {
            member.integer("at", at as u64);
        }
        member.optional("message", self.message.as_deref());
    }
}

impl Party {
    #[inline(never)]
    fn write(&self, party: &mut ObjectWriter) {
        party.text("iss", &self.iss);
        party.text("sub", &self.sub);
        party.optional("user", self.user.as_deref());
    }
}

impl Claimed {
    /// Notes where a body that should be JSON is none. Nothing of it is noted but the place.
    pub fn note_json(&mut self, body: &[u8]) {
        let place = core::str::from_utf8(body).ok().and_then(json::fault_in);
        self.parameters.extend(place.map(|place| ("body", place)));
    }

    /// What is not proven; `None` if there is nothing. `authenticated`: the client is known to be who it says.
    fn to_json(&self, authenticated: bool) -> Option<String> {
        let Self { client_id, subject, actor, assertion, parameters } = self;
        let said = client_id.is_some() || subject.is_some() || actor.is_some() || assertion.is_some();
        if !said && parameters.is_empty() {
            return None; // of every request that is not refused
        }
        let mut claimed = ObjectWriter::new();
        let mut is_empty = true;
        if let Some(id) = self.client_id.as_deref().filter(|_| !authenticated) {
            claimed.text("client_id", id);
            is_empty = false;
        }
        let unverified = |token: &&RefusedToken| !token.verified;
        let tokens = [
            ("subject", self.subject.as_ref().filter(unverified)),
            ("actor", self.actor.as_ref().filter(unverified)),
            ("assertion", self.assertion.as_ref()),
        ];
        for (name, token) in tokens {
            if let Some(token) = token {
                claimed.object(name, &|member| token.write(member));
                is_empty = false;
            }
        }
        let mut names: Vec<&str> = self.parameters.iter().map(|(name, _)| *name).collect();
        names.dedup();
        for name in names {
            let values = self.parameters.iter().filter(|(own, _)| *own == name).map(|(_, value)| value);
            match values.collect::<Vec<_>>().as_slice() {
                [value] => claimed.text(name, value),
                values => claimed.texts(name, values),
            }
            is_empty = false;
        }
        (!is_empty).then(|| claimed.finish())
    }
}

impl RefusedToken {
    /// What an issuer's introspection endpoint said of an opaque token that is refused all the same.
    #[must_use]
    pub fn vouched(claims: &Claims) -> Self {
        Self {
            verified: true,
            iss: Some(claims.iss.clone()),
            sub: Some(claims.sub.clone()),
            aud: claims.aud.clone().unwrap_or_default(),
            ..Self::default()
        }
    }

    fn write(&self, token: &mut ObjectWriter) {
        token.optional("prefix", self.prefix);
        token.optional("iss", self.iss.as_deref());
        token.optional("sub", self.sub.as_deref());
        if !self.aud.is_empty() {
            token.texts("aud", &self.aud);
        }
        token.optional("jti", self.jti.as_deref());
        token.optional("alg", self.alg.as_deref());
        token.optional("kid", self.kid.as_deref());
        token.optional("typ", self.typ.as_deref());
        if let Some(Missed { claim, seconds }) = self.missed {
            token.object("missed", &|missed| {
                missed.text("claim", claim);
                missed.integer("seconds", seconds);
            });
        }
    }
}
