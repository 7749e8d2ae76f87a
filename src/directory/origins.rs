//! Which origins some Client lists, by their keys in the store. An invented origin costs one look, and no memory that
//! grows.

use alloc::string::String;
use alloc::vec::Vec;

use crate::limits;
use crate::remembered::lasts;

#[derive(Default)]
pub(super) struct Origins {
    listed: Vec<(String, u64)>,
    // Apart, so that somebody who invents origins cannot push out those that are listed.
    unlisted: Vec<(String, u64)>,
}

impl Origins {
    /// Whether it is listed, if that is remembered. `ttl`: for how many seconds it is.
    pub(super) fn get(&self, key: &str, ttl: u64, now: u64) -> Option<bool> {
        self.find(|(own, until)| own == key && lasts(*until, ttl, now))
    }

    /// Whether it was listed when it was last known, however long ago.
    pub(super) fn last(&self, key: &str) -> Option<bool> {
        self.find(|(own, _)| own == key)
    }

    fn find(&self, is_it: impl Fn(&(String, u64)) -> bool) -> Option<bool> {
        if self.listed.iter().any(&is_it) {
            return Some(true);
        }
        self.unlisted.iter().any(is_it).then_some(false)
    }

    pub(super) fn insert(&mut self, key: String, listed: bool, until: u64) {
        self.forget(|own| own == key);
        let list = if listed { &mut self.listed } else { &mut self.unlisted };
        if list.len() >= limits::CACHED_RESOURCES {
            list.clear();
        }
        list.push((key, until));
    }

    pub(super) fn forget(&mut self, is_one: impl Fn(&str) -> bool) {
        self.listed.retain(|(own, _)| !is_one(own));
        self.unlisted.retain(|(own, _)| !is_one(own));
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn invented_origins_push_out_no_listed_one() {
        let mut origins = Origins::default();
        origins.insert(String::from("real"), true, 10);
        for number in 0..3 * limits::CACHED_RESOURCES {
            origins.insert(format!("invented-{number}"), false, 10);
        }
        assert!(origins.unlisted.len() <= limits::CACHED_RESOURCES);
        assert_eq!(
            (origins.get("real", 10, 9), origins.get("real", 10, 10), origins.last("real")),
            (Some(true), None, Some(true))
        );
        origins.insert(String::from("real"), false, 20);
        assert_eq!((origins.get("real", 20, 9), origins.last("other")), (Some(false), None));
    }
}
