//! `auth.id_jag` of a Client: for which other authorization servers it gets identity assertions (ID-JAG), and what they say.

use alloc::string::String;
use alloc::vec::Vec;

use super::fields::Fields;
use super::url::url_fault;
use crate::jose::is_scope_token;
use crate::limits;

/// What a Client gets in identity assertions.
#[derive(Clone, Debug)]
pub struct IdJagPolicy {
    /// `subject_audience`: the names that the client has at its identity providers; its id when absent.
    pub subject_audience: Vec<String>,
    /// `expiration`: seconds that an assertion lives.
    pub expiration: u64,
    /// `targets`
    pub targets: Vec<IdJagTarget>,
}

/// One authorization server that assertions are for.
#[derive(Clone, Debug)]
pub struct IdJagTarget {
    /// `audience`: its issuer identifier, which is the assertion's `aud`.
    pub audience: String,
    /// `alias`: other names that may be asked for.
    pub alias: Vec<String>,
    /// `client_id`: the client's name there.
    pub client_id: String,
    /// `resource`: what may be asked for there.
    pub resource: Vec<String>,
    /// `resource_required`: the first one is put in where none is asked for.
    pub resource_required: bool,
    /// `scope`: what may be asked for there.
    pub scope: Vec<String>,
    /// `subject`
    pub subject: IdJagSubject,
    /// `email`: whether a verified one is copied.
    pub email: bool,
    /// `tenant`
    pub tenant: Option<String>,
    /// `aud_tenant`
    pub aud_tenant: Option<String>,
}

/// Who the assertion says that the user is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdJagSubject {
    /// The subject of the ID token.
    Token,
    /// The id of the User.
    User,
    /// The User's identifier with this `system`.
    Identifier(String),
}

impl IdJagPolicy {
    /// Reads `id_jag` of `auth`. `id`: that of the Client.
    pub(super) fn read(auth: &mut Fields<'_, '_>, id: &str) -> Option<Self> {
        const TEXT: &str = "It must be a string that is not empty.";
        let mut own = auth.object("id_jag")?;
        let names = own.texts("subject_audience", |_| true, TEXT);
        let expiration = own.seconds("expiration", &(30..=limits::ID_JAG_LIFETIME));
        let mut targets: Vec<IdJagTarget> = Vec::new();
        let listed = own.objects("targets").unwrap_or_default();
        if listed.len() > limits::ID_JAG_TARGETS {
            own.fault("too-long", "targets", "There are more than 64.");
        }
        for mut one in listed {
            if let Some(target) = IdJagTarget::read(&mut one) {
                let names = core::iter::once(&target.audience).chain(&target.alias);
                let is_taken = |name: &String| targets.iter().any(|other| other.is_named(name));
                if names.into_iter().any(is_taken) {
                    one.fault("duplicate", "audience", "Another target has this audience or alias.");
                }
                targets.push(target);
            }
            own.absorb(one);
        }
        auth.absorb(own);
        Some(Self {
            subject_audience: names.unwrap_or_else(|| Vec::from([String::from(id)])),
            expiration: expiration.unwrap_or(limits::ID_JAG_LIFETIME),
            targets,
        })
    }

    /// The target of this name.
    #[must_use]
    pub fn target(&self, name: &str) -> Option<&IdJagTarget> {
        self.targets.iter().find(|target| target.is_named(name))
    }
}

impl IdJagTarget {
    fn is_named(&self, name: &str) -> bool {
        self.audience == name || self.alias.iter().any(|alias| alias == name)
    }

    fn read(one: &mut Fields<'_, '_>) -> Option<Self> {
        const TEXT: &str = "It must be a string that is not empty.";
        let (audience, client_id) = (one.required("audience"), one.required("client_id"));
        if let Some(sentence) = audience.and_then(url_fault) {
            one.fault("value", "audience", sentence);
        }
        let alias = one.texts("alias", |_| true, TEXT).unwrap_or_default();
        let resource = one.texts("resource", |_| true, TEXT).unwrap_or_default();
        let resource_required = one.boolean("resource_required") == Some(true);
        if resource_required && resource.is_empty() {
            one.fault("required", "resource", "It is required with resource_required.");
        }
        let scope = one.texts("scope", is_scope_token, "It must be one scope.").unwrap_or_default();
        let which = one.word("subject", &["token", "user", "identifier"]);
        let system = one.text("subject_system");
        let subject = match (which, system) {
            (Some(2), Some(system)) => IdJagSubject::Identifier(String::from(system)),
            (Some(2), None) => {
                one.fault("required", "subject_system", "It is required with the subject identifier.");
                IdJagSubject::User
            }
            (_, Some(_)) => {
                one.fault("value", "subject_system", "It is allowed only with the subject identifier.");
                IdJagSubject::Token
            }
            (Some(1), None) => IdJagSubject::User,
            (_, None) => IdJagSubject::Token,
        };
        Some(Self {
            email: one.boolean("email") == Some(true),
            tenant: one.text("tenant").map(String::from),
            aud_tenant: one.text("aud_tenant").map(String::from),
            audience: String::from(audience?),
            client_id: String::from(client_id?),
            alias,
            resource,
            resource_required,
            scope,
            subject,
        })
    }
}
