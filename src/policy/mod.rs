//! Decisions: verified tokens and parsed resources in, a decision out. No I/O, and no clock but an argument.

mod condition;
mod delegation;
mod id_jag;
mod issuer;
mod lifetime;
mod origin;
mod presented;
mod provenance;
mod read_claims;
mod rule_doubts;
mod rules;
mod scope;
mod step_up;
mod subject;
mod target;
mod trial;

pub use condition::{KeptClaims, conditions_met, emitted_by, unmet};
pub use delegation::{Delegated, act_of_issuer, delegation, delegation_allowed};
pub use id_jag::{
    ID_JAG_TYP, id_jag_accepted, id_jag_resources, id_jag_scope, id_jag_targets, id_token_is_of, is_issuer,
};
pub use issuer::{audience_accepted, issuer_trusted};
pub use lifetime::access_token_end;
pub use origin::Origin;
pub use presented::Presented;
pub use provenance::Provenance;
pub use read_claims::ReadClaims;
pub use rule_doubts::rule_doubts;
pub use rules::{Admitted, Facts, NotAdmitted, claims_to_keep, rules_hold_again};
pub use scope::{Scope, narrowed, scope_granted};
pub use step_up::authenticated_enough;
pub use subject::{FoundUser, UserKey, subject_user, user_keys};
pub use target::{narrowed_targets, targets};
pub use trial::trial;
