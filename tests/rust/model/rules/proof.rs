//! Proofs of a key (RFC 9449), and to which key a token is bound.

use super::{Jkt, Model, Refused};

/// A proof that a client made.
#[derive(Clone, Debug)]
pub struct Proof {
    pub text: String,
    pub jkt: Jkt,
    /// `iat`, seconds
    pub made: u64,
    /// Whether something was given for it: it serves once.
    pub spent: bool,
}

impl Model {
    /// The key that a proof proves; whether it was used before is asked last of all.
    pub(super) fn proved(&self, proof: Option<usize>) -> Result<Option<Jkt>, Refused> {
        let Some(proof) = proof.map(|place| &self.proofs[place]) else { return Ok(None) };
        let recent = self.now <= proof.made + 300 && proof.made <= self.now + 60;
        if recent { Ok(Some(proof.jkt)) } else { Err("invalid_dpop_proof") }
    }

    /// Whether a proof was not used before.
    pub(super) fn unspent(&self, proof: Option<usize>) -> Result<(), Refused> {
        let spent = proof.is_some_and(|place| self.proofs[place].spent);
        if spent { Err("invalid_dpop_proof") } else { Ok(()) }
    }
}

/// A binding is never taken away: whoever presents a bound token proves its key. A client that is trusted to have seen that
/// proof may prove a key of its own; of two tokens that are bound to two keys the actor's is the one to prove.
pub(super) fn bound_to(
    proved: Option<Jkt>,
    subject: Option<Jkt>,
    actor: Option<Jkt>,
    rebinds: bool,
) -> Result<Option<Jkt>, Refused> {
    let proves = |key: Option<Jkt>| key.is_none() || key == proved;
    let another = rebinds && proved.is_some();
    let of_two_keys = subject.is_some() && actor.is_some() && subject != actor;
    let allowed = if of_two_keys { rebinds && proves(actor) } else { proves(subject) && proves(actor) || another };
    if allowed { Ok(proved) } else { Err("invalid_request") }
}
