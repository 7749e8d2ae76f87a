//! What administrators write as expressions: `condition`, `attributes`, `subject` and `emit` of a TokenIntrospector,
//! `condition` and `scope_rules` of a Client. They are parsed here, once; `policy::rules` evaluates them.

use alloc::string::String;
use alloc::vec::Vec;

use super::Fault;
use super::condition::is_reserved;
use super::element::element;
use super::fields::{Fields, is_text};
use crate::expression::{Expression, Variable};
use crate::jose::json::Value;
use crate::limits;

/// One expression of a `condition`, which must be true.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `expression`
    pub expression: Expression,
    /// `message`: for the audit event.
    pub message: Option<String>,
}

/// A name, and the expression that gives its value.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The name of an attribute or of a claim.
    pub name: String,
    /// What gives its value.
    pub expression: Expression,
}

/// The expressions of a TokenIntrospector.
#[derive(Clone, Debug, Default)]
pub struct IntrospectorRules {
    /// `condition`: all must be true.
    pub condition: Vec<Rule>,
    /// `attributes`
    pub attributes: Vec<Mapping>,
    /// `subject`: what stands in the place of `sub`.
    pub subject: Option<Expression>,
    /// `emit`: claims of issued tokens; none of them is reserved.
    pub emit: Vec<Mapping>,
}

/// The expressions of a Client.
#[derive(Clone, Debug, Default)]
pub struct ClientRules {
    /// `condition`: all must be true.
    pub condition: Vec<Rule>,
    /// `scope_rules`: which scopes may be asked for; `None` for all that the client has.
    pub scope_rules: Option<Vec<ScopeRule>>,
}

/// One of `scope_rules`.
#[derive(Clone, Debug)]
pub struct ScopeRule {
    /// `scope`: what the rule gives.
    pub scope: Vec<String>,
    /// `when`: the expression that must be true.
    pub when: Expression,
    /// `audience`: it must hold every target, where it is there.
    pub audience: Option<Vec<String>>,
}

const CONDITION: &str = "It must be an expression, or a list of {expression, message}.";
const EXPRESSION: &str = "It must be an expression: a string.";

impl IntrospectorRules {
    /// `user_is_required`: `user` is `required`, so that a User is found by the token's own `sub`.
    pub(super) fn read(fields: &mut Fields<'_, '_>, copied: &[String], user_is_required: bool) -> Self {
        let rules = Self {
            condition: read_condition(fields),
            attributes: read_attributes(fields),
            subject: fields.value("subject").and_then(|value| parsed(fields, value, fields.path("subject"))),
            emit: read_emit(fields, copied),
        };
        if let Some(subject) = &rules.subject {
            if user_is_required {
                fields.fault("value", "subject", "It is allowed only with user: none or user: identifier.");
            }
            refuse_actor(fields, subject, fields.path("subject"));
        }
        rules
    }
}

impl ClientRules {
    pub(super) fn read(fields: &mut Fields<'_, '_>, scope: &[String]) -> Self {
        Self { condition: read_condition(fields), scope_rules: read_scope_rules(fields, scope) }
    }
}

/// An expression, or its fault with the place in it.
fn parsed(fields: &mut Fields<'_, '_>, value: &Value<'_>, path: String) -> Option<Expression> {
    let parsed = match value.as_str() {
        None => Err(String::from(EXPRESSION)),
        Some(text) => {
            Expression::parse(text).map_err(|fault| ["The expression cannot be used: ", &fault.text()].concat())
        }
    };
    match parsed {
        Ok(expression) => Some(expression),
        Err(sentence) => {
            fields.faults.push(Fault::new("value", path, sentence));
            None
        }
    }
}

fn read_condition(fields: &mut Fields<'_, '_>) -> Vec<Rule> {
    let Some(value) = fields.value("condition") else { return Vec::new() };
    let path = fields.path("condition");
    if value.as_str().is_some() {
        let expression = parsed(fields, value, path);
        return expression.map(|expression| Rule { expression, message: None }).into_iter().collect();
    }
    let Some(elements) = value.as_array() else {
        fields.fault("value", "condition", CONDITION);
        return Vec::new();
    };
    if elements.is_empty() || elements.len() > limits::CONDITIONS {
        fields.fault("value", "condition", "A list has 1 to 32 conditions; leave it out if there is none.");
        return Vec::new();
    }
    let mut rules = Vec::new();
    for (index, element_value) in elements.iter().enumerate() {
        let path = element(&path, index);
        let Some(object) = element_value.as_object() else {
            fields.faults.push(Fault::new("value", path, CONDITION));
            continue;
        };
        let mut own = Fields::new(object, path);
        let message = own.text("message").map(String::from);
        let expression = read_expression(&mut own, "expression");
        rules.extend(expression.map(|expression| Rule { expression, message }));
        fields.absorb(own);
    }
    rules
}

fn read_expression(fields: &mut Fields<'_, '_>, name: &'static str) -> Option<Expression> {
    let Some(value) = fields.value(name) else {
        fields.fault("required", name, EXPRESSION);
        return None;
    };
    parsed(fields, value, fields.path(name))
}

/// Names with their expressions. `name_fault`: what is wrong with a name.
fn read_mappings(
    fields: &mut Fields<'_, '_>,
    member: &'static str,
    name_fault: impl Fn(&str) -> Option<&'static str>,
) -> Vec<Mapping> {
    let Some(value) = fields.value(member) else { return Vec::new() };
    let Some(object) = value.as_object() else {
        fields.fault("value", member, "It must be an object: names, and an expression for each.");
        return Vec::new();
    };
    let path = fields.path(member);
    let mut mappings: Vec<Mapping> = Vec::new();
    for (name, value) in object.iter() {
        // The name is the administrator's own, and shown as unknown members are.
        let place = [&path, ".", &name.chars().take(64).collect::<String>()].concat();
        if let Some(sentence) = name_fault(name) {
            fields.faults.push(Fault::new("value", place.clone(), sentence));
        }
        let expression = parsed(fields, value, place);
        mappings.extend(expression.map(|expression| Mapping { name: String::from(name), expression }));
    }
    if object.iter().count() > limits::MAPPINGS {
        fields.fault("value", member, "It has more than 32 names.");
    }
    mappings
}

fn read_attributes(fields: &mut Fields<'_, '_>) -> Vec<Mapping> {
    let attributes = read_mappings(fields, "attributes", |name| {
        let first = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
        let all = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let good = first && all && name.len() <= 64;
        (!good).then_some("The name of an attribute is 1 to 64 of a-z 0-9 _ and does not begin with a digit.")
    });
    let path = fields.path("attributes");
    for Mapping { name, expression } in &attributes {
        let place = [&path, ".", name].concat();
        if !expression.names(Variable::Attribute).is_empty() {
            let sentence = "An attribute does not read other attributes.";
            fields.faults.push(Fault::new("value", place.clone(), sentence));
        }
        refuse_actor(fields, expression, place);
    }
    attributes
}

/// Attributes and the subject are known before the actor token is looked at.
fn refuse_actor(fields: &mut Fields<'_, '_>, expression: &Expression, place: String) {
    if !expression.names(Variable::Actor).is_empty() {
        fields.faults.push(Fault::new("value", place, "It cannot read actor, which only conditions and emit know."));
    }
}

fn read_emit(fields: &mut Fields<'_, '_>, copied: &[String]) -> Vec<Mapping> {
    read_mappings(fields, "emit", |name| {
        if !is_text(name) || is_reserved(name) {
            Some("It must be the name of a claim, and not one that already has a meaning in an issued token.")
        } else if copied.iter().any(|copied| copied == name) {
            Some("This claim is in copy_claims, too. Remove it from one of them.")
        } else {
            None
        }
    })
}

fn read_scope_rules(fields: &mut Fields<'_, '_>, scope: &[String]) -> Option<Vec<ScopeRule>> {
    let objects = fields.objects("scope_rules")?;
    if objects.len() > limits::SCOPE_RULES {
        fields.fault("value", "scope_rules", "It has more than 64 rules.");
    }
    let mut rules = Vec::new();
    for mut own in objects {
        if !own.has("scope") {
            own.fault("required", "scope", "It is required: a list of scopes.");
        }
        let names = own.texts("scope", |_| true, "It must be a scope of this client.").unwrap_or_default();
        let path = own.path("scope");
        for (index, _) in names.iter().enumerate().filter(|(_, name)| !scope.contains(name)) {
            own.faults.push(Fault::new("value", element(&path, index), "It must be a scope of this client."));
        }
        let audience = own.texts("audience", |_| true, "It must be a string that is not empty.");
        let when = read_expression(&mut own, "when");
        rules.extend(when.map(|when| ScopeRule { scope: names, when, audience }));
        fields.absorb(own);
    }
    Some(rules)
}
