//! Where a text is no JSON. Nothing of the text is repeated.

use alloc::string::String;

use super::{JsonFault, parse_placed, write_integer};

/// Where and why a text cannot be read, such as `line 3, column 5: This is not JSON.`; `None` if it can.
///
/// ```
/// use edge_sts::jose::json::fault_in;
/// assert_eq!(fault_in("[1,\n]").as_deref(), Some("line 2, column 1: This is not JSON."));
/// assert_eq!(fault_in("[1]"), None);
/// ```
#[must_use]
pub fn fault_in(text: &str) -> Option<String> {
    let (at, fault) = parse_placed(text).err()?;
    let before = text.get(..at).unwrap_or(text);
    let line = before.split('\n').count() as u64;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1) as u64;
    let mut place = String::from("line ");
    write_integer(line, &mut place);
    place.push_str(", column ");
    write_integer(column, &mut place);
    Some([&place, ": ", sentence(fault)].concat())
}

/// What is wrong, for people.
#[must_use]
pub const fn sentence(fault: JsonFault) -> &'static str {
    match fault {
        JsonFault::Malformed | JsonFault::Number | JsonFault::Surrogate => "This is not JSON.",
        JsonFault::DuplicateMember => "A member appears twice in one object.",
        JsonFault::TooDeep => "It is nested too deep.",
        JsonFault::TooManyMembers => "An object has more than 256 members.",
    }
}
