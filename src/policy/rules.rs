//! What the administrator's expressions decide: whether a token is let in, whom it speaks of, which scopes may be asked for
//! with it, and which claims are issued.
//!
//! In this order: `attributes`, `condition` of the TokenIntrospector, `subject`, `condition` of the Client, `scope_rules`,
//! `emit`. What has no value is never met, gives nothing, and is left out. At a refresh the same is evaluated again on the
//! claims that were kept; an expression that reads one of which nothing was kept is not met.
//!
//! A token of this service says only what was copied into it: an expression that reads another claim is not met, as it may
//! have been in the token that it was issued for. The conditions of the TokenIntrospectors behind it that look at the
//! client, the targets or the actor are evaluated again, for they are others now; their claims are not known any more.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::Presented;
use super::condition::can_be_kept;
use super::origin::Origin;
use super::read_claims::ReadClaims;
use crate::audit::UnmetCondition;
use crate::error::{Role, TokenFault};
use crate::expression::{Expression, Failure, FailureKind, Names, Unmet, Value, Variable, Variables};
use crate::jose::json::{self, Object};
use crate::limits;
use crate::resource::{Client, IntrospectorRules, Mapping, Rule, TokenIntrospector};

/// What the expressions of one decision read.
pub struct Facts<'a> {
    claims: Object<'a>,
    actor: Option<Object<'a>>,
    attributes: Object<'static>,
    client_id: &'a str,
    targets: &'a [String],
    /// At a refresh and of tokens of this service: of which claims something is known.
    kept: Kept<'a>,
}

struct Kept<'a> {
    /// `None`: of all.
    claims: Option<&'a ReadClaims>,
    /// `None`: of all.
    actor: Option<&'a ReadClaims>,
    /// Whether all attributes could be evaluated.
    attributes: bool,
}

impl Kept<'_> {
    const ALL: Self = Self { claims: None, actor: None, attributes: true };
}

/// What is known of the claims behind a token of this service.
static NOTHING: ReadClaims = ReadClaims { claims: Object::new(), absent: Vec::new(), all: false };

/// What the introspector's rules say of a token that they let in.
#[derive(Default)]
pub struct Admitted {
    /// The values of `attributes`.
    pub attributes: Object<'static>,
    /// The subject in place of `sub`, if the introspector has a rule for it.
    pub subject: Option<String>,
}

/// Why the introspector's rules do not let a token in.
pub enum NotAdmitted {
    /// A condition is not met.
    Condition(UnmetCondition),
    /// `subject` gives no good subject.
    Subject,
}

impl<'a> Facts<'a> {
    /// What is known of one token while it is verified.
    #[must_use]
    pub fn of_token(claims: Object<'a>, client_id: &'a str, targets: &'a [String]) -> Self {
        Self { claims, actor: None, attributes: Object::new(), client_id, targets, kept: Kept::ALL }
    }

    /// What is known once both tokens are verified. Claims are read again only where an expression needs them.
    #[must_use]
    pub fn of_exchange(
        subject: &'a Presented<'_>,
        actor: Option<&'a Presented<'_>>,
        client: &'a Client,
        targets: &'a [String],
    ) -> Self {
        let rules = subject.introspector.as_ref().map(|introspector| &introspector.rules);
        // Those behind a token of this service read the actor, too (`conditions_behind`, `emitted_behind`).
        let mut behind = subject.introspectors.iter().map(|introspector| &introspector.rules).chain(rules);
        let needed = !client.rules.condition.is_empty()
            || client.rules.scope_rules.is_some()
            || behind.any(|rules| !rules.condition.is_empty() || !rules.emit.is_empty());
        let claims = |presented: &'a Presented<'_>| if needed { presented.rule_claims() } else { Object::new() };
        Self {
            claims: claims(subject),
            actor: actor.map(claims),
            attributes: subject.attributes.clone(),
            client_id: &client.id,
            targets,
            kept: Kept {
                claims: subject.own.then_some(&subject.own_claims),
                actor: actor.filter(|actor| actor.own).map(|actor| &actor.own_claims),
                attributes: !subject.own,
            },
        }
    }

    /// What somebody tries.
    pub(super) fn of_trial(
        introspector: Option<&TokenIntrospector>,
        claims: &Object<'a>,
        actor: Option<&Object<'a>>,
        client_id: &'a str,
        targets: &'a [String],
    ) -> Self {
        let mut facts = Self::of_token(claims.clone(), client_id, targets);
        if let Some(introspector) = introspector {
            facts.evaluate_attributes(&introspector.rules.attributes);
        }
        facts.actor = actor.cloned();
        facts
    }

    /// What was kept of it.
    fn of_grant(subject: &'a Origin, actor: Option<&'a Origin>, client_id: &'a str, targets: &'a [String]) -> Self {
        let actor = actor.map(|actor| &actor.kept.read);
        Self {
            claims: subject.kept.read.claims.clone(),
            actor: actor.map(|actor| actor.claims.clone()),
            attributes: Object::new(),
            client_id,
            targets,
            kept: Kept { claims: Some(&subject.kept.read), actor, attributes: true },
        }
    }

    pub(super) fn evaluate<'f>(&'f self, expression: &'f Expression) -> Result<Value<'f>, Failure> {
        if !self.can_read(expression) {
            return Err(Failure { at: 1, kind: FailureKind::Error });
        }
        expression.evaluate(&Variables {
            claims: &self.claims,
            actor: self.actor.as_ref(),
            attribute: &self.attributes,
            client_id: self.client_id,
            target: self.targets,
        })
    }

    fn holds(&self, expression: &Expression) -> Result<(), Unmet> {
        Unmet::unless_true(self.evaluate(expression))
    }

    /// A claim of which nothing was kept is not one that is absent: `!has(claims.x)` would let everybody in.
    fn can_read(&self, expression: &Expression) -> bool {
        let Kept { claims, actor, attributes } = &self.kept;
        claims.is_none_or(|claims| claims.knows(&expression.names(Variable::Claims)))
            && actor.is_none_or(|actor| actor.knows(&expression.names(Variable::Actor)))
            && (*attributes || expression.names(Variable::Attribute).is_empty())
    }

    /// Evaluates the introspector's rules for one token: `attributes`, `condition`, `subject`. Conditions on a subject token
    /// that read `actor` wait for [`Self::conditions`], where the actor is known: `with_actor` is false then.
    ///
    /// # Errors
    /// [`NotAdmitted`]
    pub fn admitted(mut self, rules: &IntrospectorRules, with_actor: bool) -> Result<Admitted, NotAdmitted> {
        self.evaluate_attributes(&rules.attributes);
        let now = |rule: &Rule| with_actor || !reads_actor(rule);
        self.all_hold(INTROSPECTOR, &rules.condition, now).map_err(NotAdmitted::Condition)?;
        let subject = rules.subject.as_ref().map(|subject| self.subject(subject).ok_or(NotAdmitted::Subject));
        Ok(Admitted { subject: subject.transpose()?, attributes: self.attributes })
    }

    /// Evaluates the conditions on a subject token that are left: the introspector's that read `actor`, the client's.
    ///
    /// # Errors
    /// The first [`UnmetCondition`].
    pub fn conditions(&self, introspector: Option<&TokenIntrospector>, client: &Client) -> Result<(), UnmetCondition> {
        if let Some(introspector) = introspector {
            self.all_hold(INTROSPECTOR, &introspector.rules.condition, reads_actor)?;
        }
        self.all_hold("Client.condition", &client.rules.condition, |_| true)
    }

    /// Evaluates the conditions behind a token of this service again, as far as they look at what is another one now. An
    /// actor token is looked at as one of its issuer is: nobody acts for it.
    ///
    /// # Errors
    /// The first [`UnmetCondition`].
    pub fn conditions_behind(&self, token: &Presented<'_>, role: Role) -> Result<(), UnmetCondition> {
        token.introspectors.iter().filter(|_| token.own).try_for_each(|introspector| {
            let rules = &introspector.rules;
            let changed = rules.condition.iter().enumerate();
            let mut changed = changed.filter(|(_, rule)| reads_what_changes(&rule.expression, rules));
            changed.try_for_each(|(index, rule)| {
                self.behind(&rule.expression, rules, role).hold(INTROSPECTOR, index, rule)
            })
        })
    }

    /// What goes on of the claims of a token of this service: what its issuer's `emit` made of the client, the targets or
    /// the actor is made of them again, and left out where it cannot be.
    #[must_use]
    pub fn emitted_behind(&self, token: &Presented<'_>) -> Object<'static> {
        let mut claims = token.kept.copied.clone();
        // The first one let in the subject token, whose `emit` alone counts.
        let Some(introspector) = token.introspectors.first().filter(|_| token.own) else { return claims.into_owned() };
        let rules = &introspector.rules;
        for Mapping { name, expression } in &rules.emit {
            if claims.get(name).is_some() && reads_what_changes(expression, rules) {
                claims.remove(name);
                if let Some(value) = self.behind(expression, rules, Role::Subject).value(expression) {
                    claims.set(name, value.into_owned());
                }
            }
        }
        claims.into_owned()
    }

    /// What is known of a token of this service when an expression of its issuer is evaluated again: of its claims nothing,
    /// of the attributes those that need none.
    fn behind<'s>(&'s self, expression: &Expression, rules: &IntrospectorRules, role: Role) -> Facts<'s> {
        let acts = role == Role::Subject;
        let mut facts = Facts {
            claims: Object::new(),
            actor: self.actor.clone().filter(|_| acts),
            attributes: Object::new(),
            client_id: self.client_id,
            targets: self.targets,
            kept: Kept { claims: Some(&NOTHING), actor: self.kept.actor.filter(|_| acts), attributes: true },
        };
        facts.evaluate_attributes(read_attributes(expression, rules));
        facts
    }

    /// The scopes that may be asked for with this token: the union of what the rules give that hold.
    #[must_use]
    pub fn scopes<'c>(&self, client: &'c Client) -> Cow<'c, [String]> {
        let Some(rules) = &client.rules.scope_rules else { return Cow::Borrowed(&client.scope) };
        let for_all = |audience: &Vec<String>| self.targets.iter().all(|target| audience.contains(target));
        let gives = |name: &String| {
            let rules = rules.iter().filter(|rule| rule.scope.contains(name));
            let mut rules = rules.filter(|rule| rule.audience.as_ref().is_none_or(for_all));
            rules.any(|rule| self.holds(&rule.when).is_ok())
        };
        Cow::Owned(client.scope.iter().filter(|name| gives(name)).cloned().collect())
    }

    /// What is copied, and what `emit` adds to it.
    ///
    /// # Errors
    /// [`TokenFault::CopiedClaims`] if it is too much together.
    pub fn emitted(
        &self,
        introspector: Option<&TokenIntrospector>,
        copied: &Object<'static>,
    ) -> Result<Object<'static>, TokenFault> {
        let emit = introspector.map(|introspector| introspector.rules.emit.as_slice()).unwrap_or_default();
        let mut claims = copied.clone();
        for Mapping { name, expression } in emit {
            if let Some(value) = self.value(expression) {
                claims.set(name, value);
            }
        }
        if emit.is_empty() || can_be_kept(&claims, limits::COPIED_CLAIMS) {
            Ok(claims.into_owned())
        } else {
            Err(TokenFault::CopiedClaims)
        }
    }

    fn all_hold(&self, path: &'static str, rules: &[Rule], now: impl Fn(&Rule) -> bool) -> Result<(), UnmetCondition> {
        let mut rules = rules.iter().enumerate().filter(|(_, rule)| now(rule));
        rules.try_for_each(|(index, rule)| self.hold(path, index, rule))
    }

    fn hold(&self, path: &'static str, index: usize, rule: &Rule) -> Result<(), UnmetCondition> {
        self.holds(&rule.expression).map_err(|unmet| {
            let path = numbered(path, index, "");
            UnmetCondition { path, detail: unmet.name(), at: unmet.at(), message: rule.message.clone() }
        })
    }

    /// The value of a claim that is emitted, if it has one.
    fn value<'f>(&'f self, expression: &'f Expression) -> Option<json::Value<'f>> {
        let value = self.evaluate(expression).ok()?.to_json()?;
        Some(value).filter(|value| !matches!(value, json::Value::Null))
    }

    /// An attribute without a good value is left out.
    fn evaluate_attributes<'m>(&mut self, mappings: impl IntoIterator<Item = &'m Mapping>) {
        let mut attributes = Object::new();
        let mut known = true;
        for Mapping { name, expression } in mappings {
            known &= self.can_read(expression);
            let value = self.evaluate(expression).ok().filter(is_attribute).and_then(|value| value.to_json());
            if let Some(value) = value {
                attributes.set(name, value);
            }
        }
        self.attributes = attributes.into_owned();
        self.kept.attributes = known;
    }

    fn subject(&self, expression: &Expression) -> Option<String> {
        let value = self.evaluate(expression).ok()?;
        let text = value.as_text()?;
        let good = (1..=limits::SUB).contains(&text.len()) && !text.chars().any(char::is_control);
        good.then(|| String::from(text))
    }
}

/// What a refresh will read of the claims of both tokens; `None` if that is too much to be kept.
#[must_use]
pub fn claims_to_keep(
    subject: &Presented<'_>,
    actor: Option<&Presented<'_>>,
    client: &Client,
) -> Option<(ReadClaims, Option<ReadClaims>)> {
    let own = |presented: &Presented<'_>| {
        let introspector = presented.introspector.as_ref();
        introspector.map(|introspector| again_at_refresh(&introspector.rules)).unwrap_or_default()
    };
    let has_subject = |presented: &Presented<'_>| {
        presented.introspector.as_ref().is_some_and(|introspector| introspector.rules.subject.is_some())
    };
    let with_sub = |presented: &Presented<'_>, mut names: Names| {
        if has_subject(presented) {
            names.add(Names { all: false, names: Vec::from([String::from("sub")]) });
        }
        names
    };
    let of_client = client.rules.condition.iter().map(|rule| &rule.expression);
    let of_client = of_client.chain(client.rules.scope_rules.iter().flatten().map(|rule| &rule.when));
    let mut expressions = own(subject);
    expressions.extend(of_client.cloned());
    let subject_names = with_sub(subject, names(&expressions, Variable::Claims));
    let Some(actor) = actor else { return Some((read_claims(subject, subject_names)?, None)) };
    let mut actor_names = names(&expressions, Variable::Actor);
    actor_names.add(names(&own(actor), Variable::Claims));
    Some((read_claims(subject, subject_names)?, Some(read_claims(actor, with_sub(actor, actor_names))?)))
}

/// Whether all rules still hold for a grant, with what was kept: `targets` and `scopes` are those of the grant.
#[must_use]
pub fn rules_hold_again(
    client: &Client,
    (subject, introspector): (&Origin, &TokenIntrospector),
    actor: Option<(&Origin, &TokenIntrospector)>,
    targets: &[String],
    scopes: &[String],
) -> bool {
    let admitted = |origin: &Origin, rules: &IntrospectorRules, with_actor: bool| {
        let admitted = Facts::of_grant(origin, None, &client.id, targets).admitted(rules, with_actor).ok();
        // Without a rule now: whoever had one then was not called by the token's own sub.
        let own = origin.kept.read.claims.get("sub").and_then(json::Value::as_str).unwrap_or(&origin.sub);
        admitted.filter(|admitted| admitted.subject.as_deref().unwrap_or(own) == origin.sub)
    };
    if admitted(subject, &introspector.rules, false).is_none()
        || actor.is_some_and(|(actor, introspector)| admitted(actor, &introspector.rules, true).is_none())
    {
        return false;
    }
    let mut facts = Facts::of_grant(subject, actor.map(|(actor, _)| actor), &client.id, targets);
    facts.evaluate_attributes(&introspector.rules.attributes);
    let allowed = facts.scopes(client);
    facts.conditions(Some(introspector), client).is_ok() && scopes.iter().all(|name| allowed.contains(name))
}

/// `path[index]` and what follows.
pub(super) fn numbered(path: &str, index: usize, then: &str) -> String {
    let mut text = [path, "["].concat();
    json::write_integer(index as u64, &mut text);
    text.push(']');
    text.push_str(then);
    text
}

const INTROSPECTOR: &str = "TokenIntrospector.condition";

fn reads_actor(rule: &Rule) -> bool {
    !rule.expression.names(Variable::Actor).is_empty()
}

/// Whether it looks at the client, the targets or the actor, itself or by an attribute.
fn reads_what_changes(expression: &Expression, rules: &IntrospectorRules) -> bool {
    let changes = [Variable::ClientId, Variable::Target, Variable::Actor];
    let reads = |expression: &Expression| changes.iter().any(|variable| !expression.names(*variable).is_empty());
    reads(expression) || read_attributes(expression, rules).any(|attribute| reads(&attribute.expression))
}

/// The attributes that an expression reads.
fn read_attributes<'r>(
    expression: &Expression,
    rules: &'r IntrospectorRules,
) -> impl Iterator<Item = &'r Mapping> + use<'r> {
    let read = expression.names(Variable::Attribute);
    rules.attributes.iter().filter(move |attribute| read.all || read.names.contains(&attribute.name))
}

/// Strings, booleans, whole numbers, lists of strings.
fn is_attribute(value: &Value<'_>) -> bool {
    match value {
        Value::Text(_) | Value::Bool(_) | Value::Int(_) => true,
        Value::List(list) => list.is_of_texts(),
        _ => false,
    }
}

fn again_at_refresh(rules: &IntrospectorRules) -> Vec<Expression> {
    let conditions = rules.condition.iter().map(|rule| &rule.expression);
    let attributes = rules.attributes.iter().map(|mapping| &mapping.expression);
    conditions.chain(attributes).chain(&rules.subject).cloned().collect()
}

fn names(expressions: &[Expression], variable: Variable) -> Names {
    let mut names = Names::default();
    expressions.iter().for_each(|expression| names.add(expression.names(variable)));
    names
}

fn read_claims(presented: &Presented<'_>, names: Names) -> Option<ReadClaims> {
    if names.is_empty() {
        return Some(ReadClaims::default());
    }
    let all = presented.rule_claims();
    let read = if names.all {
        ReadClaims { claims: all.into_owned(), absent: Vec::new(), all: true }
    } else {
        let mut read = ReadClaims::default();
        let mut claims = Object::new();
        for name in &names.names {
            match all.get(name) {
                Some(value) => claims.set(name, value.clone()),
                None => read.absent.push(name.clone()),
            }
        }
        read.claims = claims.into_owned();
        read
    };
    can_be_kept(&read.claims, limits::KEPT_CLAIMS).then_some(read)
}
