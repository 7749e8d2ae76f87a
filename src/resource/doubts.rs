//! What is allowed and probably not meant, or dangerous: warnings about resources that keep every rule.
//!
//! In go documents as they were written, with secrets in plain text, which alone tell whether they are strong; out come
//! findings, which name a place and never a value. Nothing is refused for one.

use alloc::string::String;
use alloc::vec::Vec;

use super::client::{JWT_BEARER, TOKEN_EXCHANGE};
use super::client_secret::is_digest;
use super::element::element;
use super::mask::MASK;
use super::{Client, ClientSecret, Delegation, Fault, Resource, ResourceType, TokenIntrospector, UserRule, read};
use crate::jose::json::{self, Object, Value};
use crate::sorted;

/// Issuers that sign for everybody who has an account, so that a signature of theirs says little: the beginning of `iss`.
const SHARED: &[&str] = &[
    "https://token.actions.githubusercontent.com",
    "https://gitlab.com",
    "https://accounts.google.com",
    "https://securetoken.google.com",
    "https://appleid.apple.com",
    "https://login.microsoftonline.com/common/",
    "https://login.microsoftonline.com/organizations/",
    "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/",
    "https://api.bitbucket.org",
    "https://agent.buildkite.com",
    "https://oidc.circleci.com",
    "https://app.terraform.io",
    "https://www.facebook.com",
    "https://oauth.platform.intuit.com",
];

// As in `grants`, which lies above.
const REFRESH_TOKEN: &str = "refresh_token";

/// Seconds; a token that was stolen serves so long.
const LONG_ACCESS: u64 = 3_600;
/// Seconds: thirty days.
const LONG_REFRESH: u64 = 2_592_000;
/// Seconds: a day, the default.
const LONG_SUBJECT: u64 = 86_400;

/// What is doubtful about one resource by itself. `document`: it as it was written, with its secrets; `resource`: the same, read.
pub(super) fn findings(document: &Object<'_>, resource: &Resource) -> Vec<Fault> {
    let mut found = Found::new(resource);
    found.by_itself(document, resource);
    found.list
}

/// The same for each of an array of resources, as JSON text; every expression begins with the index, such as
/// `[2].Client.secret`. What is no resource has faults in place of doubts and is passed over.
#[must_use]
pub fn findings_of_all(resources: &str) -> Vec<Fault> {
    let Ok(Value::Array(documents)) = json::parse(resources) else { return Vec::new() };
    let read: Vec<Option<Resource>> =
        documents.iter().map(|document| document.as_object().and_then(as_resource)).collect();
    let all: Vec<&Resource> = read.iter().flatten().collect();
    let mut list = Vec::new();
    for (index, (document, own)) in documents.iter().zip(&read).enumerate() {
        let (Some(document), Some(own)) = (document.as_object(), own) else { continue };
        let mut found = Found::new(own);
        found.by_itself(document, own);
        found.beside(own, &all);
        let placed =
            |finding: Fault| Fault { expression: [&element("", index), ".", &finding.expression].concat(), ..finding };
        list.extend(found.list.into_iter().map(placed));
    }
    list
}

fn as_resource(document: &Object<'_>) -> Option<Resource> {
    let resource_type = ResourceType::from_name(document.get("resourceType")?.as_str()?)?;
    read(resource_type, document).ok()
}

struct Found {
    resource_type: &'static str,
    list: Vec<Fault>,
}

impl Found {
    fn new(resource: &Resource) -> Self {
        let resource_type = match resource {
            Resource::Client(_) => ResourceType::Client,
            Resource::TokenIntrospector(_) => ResourceType::TokenIntrospector,
            Resource::User(_) => ResourceType::User,
        };
        Self { resource_type: resource_type.name(), list: Vec::new() }
    }

    /// A finding at a member; an empty path is the resource itself.
    fn add(&mut self, code: &'static str, path: &str, sentence: &'static str) {
        let dot = if path.is_empty() { "" } else { "." };
        self.list.push(Fault::new(code, [self.resource_type, dot, path].concat(), sentence));
    }

    /// What the resource says by itself.
    fn by_itself(&mut self, document: &Object<'_>, resource: &Resource) {
        self.placeholders(&Value::Object(document.clone()), "");
        match resource {
            Resource::Client(client) => {
                self.secret(document, client);
                self.policy(client);
                self.grants(client);
            }
            Resource::TokenIntrospector(introspector) => self.issuer(document, introspector),
            Resource::User(_) => {}
        }
    }

    /// Values that somebody meant to replace.
    fn placeholders(&mut self, value: &Value<'_>, path: &str) {
        match value {
            Value::String(text) if is_placeholder(text) => {
                self.add("placeholder", path, "It is a placeholder. Put the real value here.");
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.placeholders(value, &element(path, index));
                }
            }
            Value::Object(members) => {
                for (name, value) in members.iter() {
                    // A name may be anything in `data` and `claims`; in a path it is short.
                    let name: String = name.chars().take(64).collect();
                    let path = if path.is_empty() { name } else { [path, ".", &name].concat() };
                    self.placeholders(value, &path);
                }
            }
            _ => {}
        }
    }

    fn secret(&mut self, document: &Object<'_>, client: &Client) {
        const WEAK: &str =
            "It can be guessed: it has less than 128 bits. Take 32 random bytes, such as openssl rand -hex 32 prints.";
        let Some(secret) = document.get("secret").and_then(Value::as_str) else {
            let has_key = !client.keys.is_empty() || client.jwks_uri.is_some() || !client.federated.is_empty();
            if client.secret.is_none() && !has_key && !client.public {
                self.add(
                    "no_credentials",
                    "",
                    "It has no secret, jwks, jwks_uri or federated and is not public, so it cannot authenticate.",
                );
            }
            return;
        };
        let is_digest = is_digest(secret);
        let of_how_to = core::iter::once(&b"test"[..]);
        if ClientSecret::is_one_of(client.secret.as_ref(), of_how_to, &client.id, None) {
            self.add("secret_of_how_to", "secret", "It is the secret of the how-to, which everybody knows.");
        } else if !is_digest && secret != MASK && !is_placeholder(secret) && tenth_bits(secret) < 1_280 {
            self.add("secret_weak", "secret", WEAK);
        }
    }

    fn policy(&mut self, client: &Client) {
        let policy = &client.token_exchange;
        if policy.access_token_expiration > LONG_ACCESS {
            let sentence = "Access tokens live longer than an hour, and so does a stolen one. Use refresh tokens.";
            self.add("lifetime_long", "auth.token_exchange.access_token_expiration", sentence);
        }
        if policy.refresh_token_expiration > LONG_REFRESH {
            let sentence = "Refresh tokens live longer than thirty days.";
            self.add("lifetime_long", "auth.token_exchange.refresh_token_expiration", sentence);
        }
        if policy.delegation == Delegation::Any {
            let sentence = "Every verified actor may act for every subject, without being named in may_act.";
            self.add("delegation_any", "auth.token_exchange.delegation", sentence);
        }
        if policy.outlive_subject {
            let sentence = "Issued tokens outlive the subject token: they stay good after the issuer has ended it.";
            self.add("outlives_subject", "auth.token_exchange.outlive_subject", sentence);
        }
    }

    /// Rights that cannot be used together with the others.
    fn grants(&mut self, client: &Client) {
        let has = |grant: &str| client.grant_types.iter().any(|own| own == grant);
        let policy = &client.token_exchange;
        // Issuers serve both grants; refresh tokens and assertions for others come of token exchange alone.
        let is_for_exchange = policy.refresh_token || client.id_jag.is_some();
        if !has(TOKEN_EXCHANGE) && (is_for_exchange || !(client.allowed_issuers.is_empty() || has(JWT_BEARER))) {
            let sentence = "Without urn:ietf:params:oauth:grant-type:token-exchange it may not exchange tokens.";
            self.add("grant_missing", "grant_types", sentence);
        }
        if has(TOKEN_EXCHANGE) && client.allowed_issuers.is_empty() {
            let sentence = "No issuer is allowed, so only tokens of this service can be exchanged.";
            self.add("no_issuer", "allowedIssuers", sentence);
        }
        if has(JWT_BEARER) && client.allowed_issuers.is_empty() {
            let sentence = "No issuer is allowed, so no identity assertion can be redeemed.";
            self.add("no_issuer", "allowedIssuers", sentence);
        }
        if has(REFRESH_TOKEN) && !policy.refresh_token {
            let sentence = "It may use refresh tokens but gets none; set it to true.";
            self.add("no_refresh_token", "auth.token_exchange.refresh_token", sentence);
        }
    }

    fn issuer(&mut self, document: &Object<'_>, introspector: &TokenIntrospector) {
        let unconditional = introspector.conditions.is_empty() && document.get("condition").is_none();
        let shared = SHARED.iter().any(|issuer| is_below(&introspector.iss, issuer));
        // A key that is written out was given for this service; fetched ones sign for everybody who uses the issuer.
        let fetched = introspector.key_source.is_some();
        if unconditional && shared {
            let sentence = if introspector.audience.is_empty() {
                "Anybody can get a token from this public issuer. Say in claims whose tokens you mean, and in audience whom they must be for."
            } else {
                "Anybody can get a token from this public issuer. Say in claims whose tokens you mean: a caller can often choose the audience."
            };
            self.add("issuer_shared", "claims", sentence);
        } else if unconditional && fetched {
            let sentence = "Every token of this issuer is accepted, from all of its applications. Say in claims which ones you mean.";
            self.add("issuer_unconditional", "claims", sentence);
        }
        if shared && introspector.audience.is_empty() && !unconditional {
            let sentence =
                "Without audience the token must name this service. Name it, or the audience that the issuer writes.";
            self.add("issuer_without_audience", "audience", sentence);
        }
        if introspector.max_lifetime > LONG_SUBJECT {
            self.add("lifetime_long", "max_lifetime", "Tokens that live longer than a day are accepted.");
        }
    }

    /// What only shows beside the other resources.
    fn beside(&mut self, resource: &Resource, all: &[&Resource]) {
        let clients = || all.iter().filter_map(|other| if let Resource::Client(it) = other { Some(it) } else { None });
        let introspectors =
            || all.iter().filter_map(|other| if let Resource::TokenIntrospector(it) = other { Some(it) } else { None });
        let mut users = all.iter().filter_map(|other| if let Resource::User(it) = other { Some(it) } else { None });
        match resource {
            Resource::Client(client) => {
                let allowed = client.allowed_issuers.iter().enumerate();
                let allowed = allowed.map(|(index, issuer)| (element("allowedIssuers", index), issuer));
                let federated = client.federated.iter().enumerate();
                let federated =
                    federated.map(|(index, entry)| ([&element("federated", index), ".iss"].concat(), &entry.iss));
                for (path, issuer) in allowed.chain(federated) {
                    if let Some(introspector) = introspectors().find(|introspector| introspector.iss == *issuer) {
                        if client.public && !introspector.lets_public_clients_in() {
                            let sentence = "Tokens of this issuer are refused from a public client: its TokenIntrospector needs audience, and claims or condition.";
                            self.add("public_without_conditions", &path, sentence);
                        }
                        continue;
                    }
                    if introspectors().any(|introspector| is_nearly(&introspector.iss, issuer)) {
                        let sentence = "There is a TokenIntrospector whose jwt.iss differs only by a slash at the end or by case. They must be the same.";
                        self.add("issuer_differs", &path, sentence);
                    } else {
                        self.add("issuer_unknown", &path, "No TokenIntrospector has this issuer.");
                    }
                }
            }
            Resource::TokenIntrospector(introspector) => {
                let allows = |client: &Client| {
                    let federated = client.federated.iter().any(|entry| entry.iss == introspector.iss);
                    client.active && (federated || client.allowed_issuers.contains(&introspector.iss))
                };
                if !clients().any(|client| allows(client)) {
                    self.add("issuer_unused", "jwt.iss", "No Client that is active allows this issuer.");
                }
                let sentence = match introspector.user {
                    UserRule::Required => users.next().is_none().then_some("A User is required, and there is none."),
                    UserRule::Identifier => {
                        let known =
                            users.any(|user| user.identifier.iter().any(|name| name.system == introspector.iss));
                        (!known).then_some("No User has an identifier of this issuer.")
                    }
                    UserRule::None => None,
                };
                if let Some(sentence) = sentence {
                    self.add("no_user", "user", sentence);
                }
            }
            Resource::User(_) => {}
        }
    }
}

fn is_placeholder(text: &str) -> bool {
    let plain: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    ["changeme", "replaceme", "changethis", "replacethis", "yoursecret", "fixme"]
        .iter()
        .any(|word| plain.contains(word))
        || (text.starts_with('<') && text.ends_with('>'))
}

/// Whether `iss` is this issuer or lies below it.
fn is_below(iss: &str, issuer: &str) -> bool {
    iss.strip_prefix(issuer).is_some_and(|rest| rest.is_empty() || issuer.ends_with('/') || rest.starts_with('/'))
}

fn is_nearly(one: &str, other: &str) -> bool {
    one.trim_end_matches('/').eq_ignore_ascii_case(other.trim_end_matches('/'))
}

/// The strength of a secret in tenths of a bit, if it was drawn from the letters that it is made of. An upper bound: words
/// are weaker. One that repeats few letters was not drawn at all.
fn tenth_bits(secret: &str) -> u64 {
    let count = secret.chars().count() as u64;
    let letters: Vec<char> = sorted::collect(secret.chars());
    let has = |class: fn(&char) -> bool| letters.iter().any(class);
    let (lower, upper) = (has(char::is_ascii_lowercase), has(char::is_ascii_uppercase));
    let hexadecimal = letters.iter().all(char::is_ascii_hexdigit) && !(lower && upper);
    let each = match (lower || upper, lower && upper, has(char::is_ascii_digit)) {
        _ if letters.len() < 6 => 5,
        _ if !letters.iter().all(char::is_ascii_alphanumeric) => 64,
        (false, ..) => 33,
        _ if hexadecimal => 40,
        (true, false, false) => 47,
        (true, false, true) => 51,
        (true, true, false) => 57,
        (true, true, true) => 59,
    };
    count.saturating_mul(each)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    const EXCHANGE: &str = r#""grant_types":["urn:ietf:params:oauth:grant-type:token-exchange"]"#;
    const STRONG: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    const HOW_TO: &str = "__sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    /// `code path` of each finding, in their order.
    fn found(resources: &str) -> Vec<String> {
        let value = json::parse(resources).ok().unwrap();
        for document in value.as_array().unwrap() {
            assert!(document.as_object().and_then(as_resource).is_some(), "{resources}");
        }
        let findings = findings_of_all(resources);
        findings.iter().for_each(|finding| assert!(!finding.diagnostics.contains("planted"), "{finding:?}"));
        findings.iter().map(|finding| format!("{} {}", finding.code, finding.expression)).collect()
    }

    fn client(members: &str) -> String {
        format!(r#"{{"resourceType":"Client","id":"c",{members}}}"#)
    }

    fn introspector(members: &str) -> String {
        format!(r#"{{"resourceType":"TokenIntrospector","id":"i","type":"jwt","user":"none",{members}}}"#)
    }

    #[test]
    fn a_good_configuration_raises_no_doubt() {
        let client = client(&format!(r#""secret":"{STRONG}",{EXCHANGE},"allowedIssuers":["https://a.example"]"#));
        let issuer = introspector(r#""jwt":{"iss":"https://a.example"},"discovery":true,"claims":{"azp":"shop"}"#);
        assert_eq!(found(&format!("[{client},{issuer}]")), [""; 0]);
        let github = r#""jwt":{"iss":"https://token.actions.githubusercontent.com"},"discovery":true"#;
        let github = introspector(&format!(r#"{github},"audience":["a"],"claims":{{"repository_id":"1"}}"#));
        let client = client.replace("https://a.example", "https://token.actions.githubusercontent.com");
        assert_eq!(found(&format!("[{client},{github}]")), [""; 0]);
    }

    #[test]
    fn each_doubt_of_a_client_by_itself() {
        let with = |secret: &str, policy: &str| {
            client(&format!(
                r#""secret":"{secret}",{EXCHANGE},"allowedIssuers":["a"],"auth":{{"token_exchange":{{{policy}}}}}"#
            ))
        };
        for (client, expected) in [
            (with(STRONG, ""), None),
            (with(HOW_TO, ""), Some("secret_of_how_to Client.secret")),
            (with("test", ""), Some("secret_of_how_to Client.secret")),
            (with("CHANGE-ME", ""), Some("placeholder Client.secret")),
            (with("<secret>", ""), Some("placeholder Client.secret")),
            (with("x", ""), Some("secret_weak Client.secret")),
            (with("planted-secret-1", ""), Some("secret_weak Client.secret")),
            (with("0f1e2d3c4b5a69788796a5b4c3d2e1f", ""), Some("secret_weak Client.secret")),
            (with(&"ab".repeat(32), ""), Some("secret_weak Client.secret")),
            (with(STRONG, r#""access_token_expiration":3600"#), None),
            (
                with(STRONG, r#""access_token_expiration":31536000"#),
                Some("lifetime_long Client.auth.token_exchange.access_token_expiration"),
            ),
            (
                with(STRONG, r#""refresh_token_expiration":31536000"#),
                Some("lifetime_long Client.auth.token_exchange.refresh_token_expiration"),
            ),
            (with(STRONG, r#""delegation":"any""#), Some("delegation_any Client.auth.token_exchange.delegation")),
            (
                with(STRONG, r#""outlive_subject":true"#),
                Some("outlives_subject Client.auth.token_exchange.outlive_subject"),
            ),
        ] {
            let document = json::parse_object(&client).ok().unwrap();
            let found = alone(&document);
            let found: Vec<String> =
                found.iter().map(|finding| format!("{} {}", finding.code, finding.expression)).collect();
            assert_eq!(
                found.iter().map(String::as_str).collect::<Vec<_>>(),
                expected.into_iter().collect::<Vec<_>>(),
                "{client}"
            );
        }
    }

    #[test]
    fn grants_that_go_with_the_other_members() {
        const REDEEMS: &str = r#""grant_types":["urn:ietf:params:oauth:grant-type:jwt-bearer"]"#;
        let with = |members: &str| {
            let document = client(&format!(r#""secret":"{STRONG}",{members}"#));
            let document = json::parse_object(&document).ok().unwrap();
            alone(&document).iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        let issuers = r#""allowedIssuers":["a"]"#;
        assert_eq!(with(&format!("{REDEEMS},{issuers}")), [""; 0]);
        assert_eq!(with(REDEEMS), ["no_issuer"]);
        assert_eq!(with(issuers), ["grant_missing"]);
        let issues = r#""auth":{"id_jag":{}}"#;
        assert_eq!(with(&format!("{REDEEMS},{issuers},{issues}")), ["grant_missing"]);
        assert_eq!(with(&format!("{EXCHANGE},{issuers},{issues}")), [""; 0]);
        // Whoever is given refresh tokens may use them.
        let refreshes = r#""auth":{"token_exchange":{"refresh_token":true}}"#;
        assert_eq!(with(&format!("{EXCHANGE},{issuers},{refreshes}")), [""; 0]);
        assert_eq!(with(&format!("{issuers},{refreshes}")), ["grant_missing"]);
    }

    #[test]
    fn issuers_that_sign_for_others_need_conditions() {
        for (members, expected) in [
            (r#""jwt":{"iss":"https://gitlab.com"},"discovery":true"#, "issuer_shared"),
            (r#""jwt":{"iss":"https://gitlab.com"},"discovery":true,"audience":["a"]"#, "issuer_shared"),
            (
                r#""jwt":{"iss":"https://accounts.google.com"},"discovery":true,"claims":{"hd":"a"}"#,
                "issuer_without_audience",
            ),
            (
                r#""jwt":{"iss":"https://app.terraform.io"},"jwks_uri":"https://app.terraform.io/keys","audience":["a"]"#,
                "issuer_shared",
            ),
            (
                r#""jwt":{"iss":"https://login.acme.example/realms/shop"},"discovery":true,"audience":["a"]"#,
                "issuer_unconditional",
            ),
        ] {
            let document = json::parse_object(&introspector(members)).ok().unwrap().into_owned();
            let codes: Vec<&str> = alone(&document).iter().map(|finding| finding.code).collect();
            assert_eq!(codes, [expected], "{members}");
        }
        let own = r#""jwt":{"iss":"https://gitlab.com.evil.example","secret":"0123456789abcdef0123456789abcdef"}"#;
        assert!(alone(&json::parse_object(&introspector(own)).ok().unwrap()).is_empty());
    }

    #[test]
    fn what_only_shows_beside_others() {
        let client = |issuer: &str| client(&format!(r#""secret":"{STRONG}",{EXCHANGE},"allowedIssuers":["{issuer}"]"#));
        let issuer = introspector(r#""jwt":{"iss":"https://a.example"},"discovery":true,"claims":{"azp":"shop"}"#);
        for near in ["https://a.example/", "https://A.example"] {
            let expected =
                ["issuer_differs [0].Client.allowedIssuers[0]", "issuer_unused [1].TokenIntrospector.jwt.iss"];
            assert_eq!(found(&format!("[{},{issuer}]", client(near))), expected, "{near}");
        }
        assert_eq!(
            found(&format!("[{}]", client("https://b.example"))),
            ["issuer_unknown [0].Client.allowedIssuers[0]"]
        );
        let text = client("https://a.example/");
        assert!(alone(&json::parse_object(&text).ok().unwrap()).is_empty());
    }

    fn alone(document: &Object<'_>) -> Vec<Fault> {
        findings(document, &as_resource(document).unwrap())
    }
}
