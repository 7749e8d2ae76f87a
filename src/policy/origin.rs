//! Where a grant comes from: what let its tokens in, to be looked at again at each refresh (RFC 9700 section 4.14.2).

use alloc::string::String;
use alloc::vec::Vec;

use super::{KeptClaims, UserKey, audience_accepted};
use crate::audit::Party;
use crate::resource::{Client, TokenIntrospector, User, UserRule};

/// What is kept of a token that was presented, as subject or as actor. There is no `Debug`: claims may be personal.
#[derive(Clone, Default)]
pub struct Origin {
    /// `iss`
    pub iss: String,
    /// `sub`
    pub sub: String,
    /// The id of its User, where it has one.
    pub user: Option<String>,
    /// That User's instance.
    pub instance: String,
    /// Whether that User was found by the identifier `iss`, `sub`, which he must still have.
    pub by_identifier: bool,
    /// Whether this service issued it. There is no refresh token for what an own token let in: rights would begin anew.
    pub own: bool,
    /// Whether it was opaque, so that its issuer vouched for it.
    pub opaque: bool,
    /// `aud`
    pub aud: Option<Vec<String>>,
    /// `iat`, seconds
    pub iat: Option<u64>,
    /// The key that it was bound to, by its thumbprint; [`Self::UNKNOWN_KEY`] where a record of an earlier version does not
    /// say whether it was bound.
    pub jkt: Option<String>,
    /// What met the conditions of its issuer, and what of it is copied.
    pub kept: KeptClaims,
}

impl Origin {
    /// The thumbprint of no key. A token of which it is not known whether it was bound is taken for one that was, to a key
    /// that nobody proved.
    pub const UNKNOWN_KEY: &str = "";

    /// Where its User is to be found; or whoever has taken the name of a machine.
    #[must_use]
    pub fn user_key(&self) -> UserKey<'_> {
        UserKey::Id(self.user.as_deref().unwrap_or(&self.sub))
    }

    /// For the audit event.
    #[must_use]
    pub fn party(&self) -> Party {
        let user = self.user.as_ref().filter(|id| **id != self.sub).cloned();
        Party { iss: self.iss.clone(), sub: self.sub.clone(), user }
    }

    /// What is still kept, if such a token would still be let in: by its User, by the client, by its introspector.
    ///
    /// `user`: what [`Self::user_key`] leads to; `own`: the issuer and the token endpoint of this service; `issued`: when
    /// the grant was, seconds.
    #[must_use]
    pub fn again(
        &self,
        client: &Client,
        introspector: Option<&TokenIntrospector>,
        user: Option<&User>,
        own: (&str, &str),
        issued: u64,
    ) -> Option<KeptClaims> {
        let user_holds = match (&self.user, user) {
            (Some(_), Some(user)) => {
                let named = !self.by_identifier || user.is_identified(&self.iss, &self.sub);
                let same = user.instance.name == self.instance && !user.instance.has_ended(issued);
                !user.inactive && same && named
            }
            (Some(_), None) => false,
            (None, user) => user.is_none(),
        };
        if self.own || !user_holds {
            return None;
        }
        // The token may be older than what was issued for it, and is not accepted any more then.
        let older = self.iat.map_or(issued, |iat| iat.min(issued));
        let introspector = introspector.filter(|found| !found.instance.has_ended(older))?;
        if !client.allowed_issuers.contains(&self.iss) {
            return None;
        }
        let rule_holds = match introspector.user {
            UserRule::None => self.user.is_none(),
            UserRule::Required => self.user.is_some(),
            UserRule::Identifier => self.by_identifier,
        };
        let kind_holds = introspector.introspection_endpoint.is_some() == self.opaque;
        let audience_holds = audience_accepted(self.aud.as_deref(), introspector, own.0, own.1).is_ok();
        let bound_holds = self.jkt.is_none() || introspector.accepts_bound;
        let holds = rule_holds && kind_holds && audience_holds && bound_holds;
        self.kept.again(introspector).ok().filter(|_| holds)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::rc::Rc;

    use super::*;
    use crate::jose::json;
    use crate::resource::{Resource, ResourceType, read};

    fn resource(resource_type: ResourceType, members: &str) -> Resource {
        let text = format!(r#"{{"id":"a",{members}}}"#);
        read(resource_type, &json::parse_object(&text).ok().unwrap()).unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    fn client(issuer: &str) -> Rc<Client> {
        match resource(ResourceType::Client, &format!(r#""secret":"s","allowedIssuers":["{issuer}"]"#)) {
            Resource::Client(client) => client,
            _ => panic!("it is a Client"),
        }
    }

    fn introspector(members: &str) -> Rc<TokenIntrospector> {
        let key = r#""type":"jwt","jwt":{"iss":"https://i.example","secret":"0123456789abcdef0123456789abcdef"}"#;
        match resource(ResourceType::TokenIntrospector, &format!("{key},{members}")) {
            Resource::TokenIntrospector(introspector) => introspector,
            _ => panic!("it is a TokenIntrospector"),
        }
    }

    fn user(members: &str) -> Rc<User> {
        match resource(ResourceType::User, members) {
            Resource::User(user) => user,
            _ => panic!("it is a User"),
        }
    }

    /// Issued in second 100, for the User "a" whom the identifier of his issuer led to.
    fn origin() -> Origin {
        Origin {
            iss: String::from("https://i.example"),
            sub: String::from("00u1"),
            user: Some(String::from("a")),
            instance: String::from("first"),
            by_identifier: true,
            aud: Some(Vec::from([String::from("https://sts.example")])),
            ..Origin::default()
        }
    }

    const USER: &str = r#""meta":{"instance":"first"},"identifier":[{"system":"https://i.example","value":"00u1"}]"#;

    /// RFC 9700 section 4.14.2: each thing that let the token in is looked at by itself.
    #[test]
    fn a_token_is_let_in_again_by_what_let_it_in() {
        let own = ("https://sts.example", "https://sts.example/token");
        let holds =
            |origin: &Origin, client: &Client, introspector: Option<&TokenIntrospector>, user: Option<&User>| {
                origin.again(client, introspector, user, own, 100).is_some()
            };
        let good = (origin(), client("https://i.example"), introspector(r#""user":"identifier""#), user(USER));
        let (first, trusts, vouches, same) = (&good.0, &*good.1, &*good.2, &*good.3);
        assert!(holds(first, trusts, Some(vouches), Some(same)));
        assert!(!holds(first, &client("https://other.example"), Some(vouches), Some(same)));

        // The User
        assert!(!holds(first, trusts, Some(vouches), None));
        for (changed, expected) in [
            (format!(r#"{USER},"inactive":true"#), false),
            (USER.replace("first", "second"), false),
            (format!(r#"{USER},"not_before":100"#), true),
            (format!(r#"{USER},"not_before":101"#), false),
            (USER.replace("00u1", "00u2"), false),
        ] {
            assert_eq!(holds(first, trusts, Some(vouches), Some(&user(&changed))), expected, "{changed}");
        }
        // whose identifier is nothing to one who was not found by it
        let by_id = Origin { by_identifier: false, ..origin() };
        let required = introspector(r#""user":"required""#);
        assert!(holds(&by_id, trusts, Some(&required), Some(&user(&USER.replace("00u1", "00u2")))));

        // The introspector
        assert!(!holds(first, trusts, None, Some(same)));
        for (members, expected) in [
            (r#""user":"required""#, true),
            (r#""user":"none""#, false),
            (r#""user":"identifier","not_before":100"#, true),
            (r#""user":"identifier","not_before":101"#, false),
            (r#""user":"identifier","audience":["https://sts.example"]"#, true),
            (r#""user":"identifier","audience":["https://other.example"]"#, false),
            (r#""user":"identifier","claims":{"hd":"example.com"}"#, false),
        ] {
            assert_eq!(holds(first, trusts, Some(&introspector(members)), Some(same)), expected, "{members}");
        }
        assert!(!holds(&by_id, trusts, Some(vouches), Some(same)));

        // What it was
        assert!(!holds(&Origin { own: true, ..origin() }, trusts, Some(vouches), Some(same)));
        assert!(!holds(&Origin { opaque: true, ..origin() }, trusts, Some(vouches), Some(same)));

        // A machine, until somebody has its name
        let machine = Origin { user: None, instance: String::new(), by_identifier: false, ..origin() };
        let of_machines = introspector(r#""user":"none""#);
        assert!(holds(&machine, trusts, Some(&of_machines), None));
        assert!(!holds(&machine, trusts, Some(&of_machines), Some(same)));
        assert!(!holds(&machine, trusts, Some(&required), None));
        assert!(!holds(&machine, trusts, Some(vouches), None));
    }
}
