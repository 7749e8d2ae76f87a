//! Where a fault of a list is.

use alloc::string::String;

use crate::jose::json::write_integer;

/// The path of an element of an array.
pub(super) fn element(path: &str, index: usize) -> String {
    let mut text = [path, "["].concat();
    write_integer(index as u64, &mut text);
    text.push(']');
    text
}
