//! What issuers said of opaque tokens, remembered for a while.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::jose::Claims;
use crate::limits;
use crate::remembered::lasts;

/// What was said of tokens, by their digest: a token itself is never kept.
#[derive(Default)]
pub struct VouchedTokens(RefCell<Memory>);

#[derive(Default)]
struct Memory {
    /// Grows whenever something is forgotten: what was asked before must not be remembered after.
    generation: u64,
    known: Vec<Vouched>,
    /// Tokens that are not active, by their digest, their endpoints, and until when that is remembered.
    inactive: Vec<([u8; 32], String, u64)>,
    /// Endpoints that failed, and until when they are left alone.
    failed: Vec<(String, u64)>,
}

pub(super) struct Vouched {
    /// Of the endpoint, the issuer and the token: what one said holds for nobody else.
    pub(super) digest: [u8; 32],
    pub(super) endpoint: String,
    pub(super) asked: u64,
    pub(super) claims: Rc<Claims>,
}

impl VouchedTokens {
    /// Forgets what an endpoint said, after an administrator's change of what names it.
    pub fn forget(&self, url: &str) {
        let mut memory = self.0.borrow_mut();
        memory.generation = memory.generation.wrapping_add(1);
        memory.known.retain(|known| known.endpoint != url);
        memory.inactive.retain(|(_, endpoint, _)| endpoint != url);
        memory.failed.retain(|(failed, _)| failed != url);
    }

    /// As it is when an endpoint is asked: what it says is remembered if this is the same then.
    pub(super) fn generation(&self) -> u64 {
        self.0.borrow().generation
    }

    pub(super) fn is_left_alone(&self, url: &str, now: u64) -> bool {
        self.0.borrow().failed.iter().any(|(failed, until)| failed == url && lasts(*until, limits::FETCH_RETRY, now))
    }

    pub(super) fn leave_alone(&self, url: &str, now: u64) {
        let failed = &mut self.0.borrow_mut().failed;
        failed.retain(|(failed, until)| failed != url && lasts(*until, limits::FETCH_RETRY, now));
        if failed.len() < limits::KEY_SETS {
            failed.push((String::from(url), now.saturating_add(limits::FETCH_RETRY)));
        }
    }

    pub(super) fn is_inactive(&self, digest: &[u8; 32], now: u64) -> bool {
        self.0
            .borrow()
            .inactive
            .iter()
            .any(|(known, _, until)| known == digest && lasts(*until, limits::NOT_ACTIVE, now))
    }

    pub(super) fn insert_inactive(&self, digest: [u8; 32], endpoint: &str, generation: u64, now: u64) {
        let mut memory = self.0.borrow_mut();
        if memory.generation != generation {
            return;
        }
        let inactive = &mut memory.inactive;
        inactive.retain(|(known, _, until)| lasts(*until, limits::NOT_ACTIVE, now) && *known != digest);
        if inactive.len() < limits::CACHED_RESOURCES {
            inactive.push((digest, String::from(endpoint), now.saturating_add(limits::NOT_ACTIVE)));
        }
    }

    /// `ttl`: of the introspector as it is now, which may be another than when it was asked.
    pub(super) fn get(&self, digest: &[u8; 32], ttl: u64, now: u64) -> Option<Rc<Claims>> {
        let memory = self.0.borrow();
        let found = memory.known.iter().find(|known| known.digest == *digest);
        let until = |known: &Vouched| known.asked.saturating_add(ttl).min(known.claims.exp);
        found.filter(|known| now < until(known)).map(|known| Rc::clone(&known.claims))
    }

    pub(super) fn insert(&self, new: Vouched, generation: u64, now: u64) {
        let mut memory = self.0.borrow_mut();
        if memory.generation != generation {
            return;
        }
        let known = &mut memory.known;
        known.retain(|old| now < old.claims.exp && old.digest != new.digest);
        if known.len() >= limits::CACHED_RESOURCES {
            known.remove(0);
        }
        known.push(new);
    }
}
