//! Short lists in order and without repeats. Where they are short an insertion is enough, and a general sort is three
//! kilobytes of the module for each type.

use alloc::vec::Vec;

/// Puts `one` where it belongs, unless it is there.
pub(crate) fn insert<T: Ord>(list: &mut Vec<T>, one: T) {
    if let Err(place) = list.binary_search(&one) {
        list.insert(place, one);
    }
}

/// All of them, in order and without repeats.
pub(crate) fn collect<T: Ord>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list = Vec::new();
    all.into_iter().for_each(|one| insert(&mut list, one));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_and_each_once() {
        assert_eq!(collect([3, 1, 2, 3, 1]), [1, 2, 3]);
        assert!(collect::<u8>([]).is_empty());
    }
}
