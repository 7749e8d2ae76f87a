//! A line of a log is read in a terminal: nothing in it may steer one, or hide from its reader.

use alloc::string::String;

use crate::words;

/// What a terminal would obey, turn the other way round or not show is escaped: a log is read in one, and two names that
/// differ there must look different. `begin`: where the line begins.
pub(super) fn make_printable(lines: &mut String, begin: usize) {
    // Most lines are ASCII, which is seen sooner than that no character is harmful.
    let line = lines.get(begin..).unwrap_or_default();
    if words::beyond_ascii(line.as_bytes()).is_none() || !line.contains(is_unseen) {
        return;
    }
    let mut text = String::with_capacity(line.len());
    for character in line.chars() {
        if is_unseen(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                text.push_str("\\u");
                let digits = [12, 8, 4, 0].into_iter().map(|bits| u32::from(*unit) >> bits & 15);
                text.extend(digits.filter_map(|digit| char::from_digit(digit, 16)));
            }
        } else {
            text.push(character);
        }
    }
    lines.truncate(begin);
    lines.push_str(&text);
}

/// Whether Unicode calls it a control character, `Bidi_Control`, `Default_Ignorable_Code_Point`, a separator of lines or
/// paragraphs, or a mark of interlinear annotation. tests/node/events.test.mjs compares every code point with the engine's
/// tables. JSON has escaped what is below U+0020.
const fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use crate::audit::{Event, Party};

    fn line(sub: &str) -> String {
        let party = Party { iss: String::from("i"), sub: String::from(sub), user: None };
        Event { subject: Some(party), ..Event::default() }.to_json()
    }

    #[test]
    fn a_terminal_obeys_nothing_of_a_line() {
        let line = line("a\u{9b}31m\u{7f}\u{202e}\u{2066}\u{2028}\u{e9}\u{1b}");
        let expected = r#""sub":"a\u009b31m\u007f\u202e\u2066\u2028é\u001b""#;
        assert!(line.contains(expected), "{line}");
    }

    #[test]
    fn two_names_of_a_line_look_different() {
        let line = line("a\u{61c}\u{200b}\u{2060}\u{feff}\u{ad}\u{3164}\u{fe0f}\u{fffa}\u{e0041}\u{1f600}\u{645}");
        let expected = r#""sub":"a\u061c\u200b\u2060\ufeff\u00ad\u3164\ufe0f\ufffa\udb40\udc41😀م""#;
        assert!(line.contains(expected), "{line}");
    }
}
