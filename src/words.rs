//! Looks at a text eight bytes at a time: most of them have nothing that must be found, and are passed over at once.

/// A byte in each of the eight places of a word.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

const HIGH: u64 = each(0x80);

/// Whether some byte of the word is below `limit`, which is 128 at most.
const fn has_below(word: u64, limit: u8) -> bool {
    // The subtraction borrows into a byte's highest bit if the byte is below the limit, or was beyond 127 before.
    word.wrapping_sub(each(limit)) & !word & HIGH != 0
}

/// Whether some byte of the word is this one.
const fn has(word: u64, byte: u8) -> bool {
    has_below(word ^ each(byte), 1)
}

/// Where the first byte stands that JSON writes as an escape: a control character, `"` or `\`.
#[must_use]
#[inline(never)]
pub fn escaped_in_json(text: &[u8]) -> Option<usize> {
    find(
        text,
        |word| has_below(word, 0x20) || has(word, b'"') || has(word, b'\\'),
        |byte| byte < 0x20 || byte == b'"' || byte == b'\\',
    )
}

/// Where the first byte stands that is no printable ASCII, without the control characters below U+0020.
#[must_use]
#[inline(never)]
pub fn beyond_ascii(text: &[u8]) -> Option<usize> {
    find(text, |word| (word | word.wrapping_add(each(1))) & HIGH != 0, |byte| byte >= 0x7f)
}

/// `in_word`: whether one of eight bytes is sought; `is_sought`: whether one byte is.
fn find(text: &[u8], in_word: impl Fn(u64) -> bool, is_sought: impl Fn(u8) -> bool) -> Option<usize> {
    let (words, tail) = text.as_chunks();
    let passed = words.iter().take_while(|word| !in_word(u64::from_ne_bytes(**word))).count();
    // What is left makes one more word, with letters in the places that stay free.
    if passed == words.len() && !in_word(tail.iter().fold(each(b'a'), |word, byte| word << 8 | u64::from(*byte))) {
        return None;
    }
    let passed = passed.saturating_mul(8);
    let at = text.get(passed..)?.iter().position(|byte| is_sought(*byte))?;
    Some(passed.saturating_add(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place among bytes that are not sought, as one byte after the other finds it.
    #[test]
    fn finds_what_one_byte_after_the_other_finds() {
        let slow = |text: &[u8], is_sought: fn(u8) -> bool| text.iter().position(|byte| is_sought(*byte));
        for length in [1, 7, 8, 9, 16, 25] {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    for around in [b'a', b' ', b'!', b'#', b'~', b'\\', 0x7f, 0x80, 0xff] {
                        let mut text = [around; 25];
                        text[place] = byte;
                        let text = &text[..length];
                        let escaped: fn(u8) -> bool = |byte| byte < 0x20 || byte == b'"' || byte == b'\\';
                        assert_eq!(escaped_in_json(text), slow(text, escaped), "{text:?}");
                        assert_eq!(beyond_ascii(text), slow(text, |byte| byte >= 0x7f), "{text:?}");
                    }
                }
            }
        }
        assert_eq!((escaped_in_json(b""), beyond_ascii(b"")), (None, None));
    }
}
