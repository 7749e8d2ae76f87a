//! `glob(value, 'pattern')`: what Vault, AWS and Entra write with `*`.
//!
//! `*` is any number of characters without `/`, `**` any number of characters, `?` one character that is not `/`; every
//! other character is itself, and the whole value must fit.

use alloc::vec::Vec;

use super::meter::{Meter, OutOfSteps};

pub(super) struct Glob(Vec<Piece>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    One(char),
    /// `?`
    Any,
    /// `*`
    Star,
    /// `**`
    DoubleStar,
}

impl Glob {
    pub(super) fn new(pattern: &str) -> Self {
        let mut pieces = Vec::new();
        for character in pattern.chars() {
            let piece = match character {
                '*' => Piece::Star,
                '?' => Piece::Any,
                character => Piece::One(character),
            };
            match (pieces.last_mut(), piece) {
                (Some(last @ (Piece::Star | Piece::DoubleStar)), Piece::Star) => *last = Piece::DoubleStar,
                _ => pieces.push(piece),
            }
        }
        Self(pieces)
    }

    /// Whether `text` fits. All places in the pattern that the text so far can lead to are followed side by side, so that
    /// nothing is tried twice: the work is the length of the text times that of the pattern, whatever they are.
    pub(super) fn fits(&self, text: &str, meter: &Meter) -> Result<bool, OutOfSteps> {
        // places[i]: the text so far can be what the first i pieces stand for.
        let mut places = Vec::new();
        places.resize(self.0.len().saturating_add(1), false);
        if let Some(first) = places.first_mut() {
            *first = true;
        }
        self.pass_stars(&mut places);
        for character in text.chars() {
            meter.work(places.len())?;
            // From behind, so that the place before is still that of the text before this character.
            for index in (0..self.0.len()).rev() {
                let before = places.get(index) == Some(&true);
                let (moves, stays) = match self.0.get(index) {
                    Some(Piece::One(own)) => (*own == character, false),
                    Some(Piece::Any) => (character != '/', false),
                    Some(Piece::Star) => (false, character != '/'),
                    Some(Piece::DoubleStar) => (false, true),
                    None => (false, false),
                };
                if let Some(place) = places.get_mut(index.saturating_add(1)) {
                    *place = (before && moves) || (*place && stays);
                }
            }
            if let Some(first) = places.first_mut() {
                *first = false;
            }
            self.pass_stars(&mut places);
        }
        Ok(places.last() == Some(&true))
    }

    /// Whether the first segment of the pattern is a star, or the first after a word such as `repo:`.
    pub(super) fn leaves_the_owner_open(&self) -> bool {
        let is_star = |piece: &Piece| matches!(piece, Piece::Star | Piece::DoubleStar);
        let Some(star) = self.0.iter().position(is_star) else { return false };
        match self.0.get(..star) {
            None | Some([]) => true,
            Some([word @ .., Piece::One(':')]) => {
                word.iter().all(|piece| matches!(piece, Piece::One('a'..='z' | '_' | '-')))
            }
            Some(_) => false,
        }
    }

    /// A star may stand for nothing.
    fn pass_stars(&self, places: &mut [bool]) {
        let mut before = false;
        for (index, place) in places.iter_mut().enumerate() {
            let star = index.checked_sub(1).and_then(|index| self.0.get(index));
            *place |= before && matches!(star, Some(Piece::Star | Piece::DoubleStar));
            before = *place;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    /// The plain definition, which tries everything.
    fn fits(pattern: &[char], text: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', '*', rest @ ..] => (0..=text.len()).any(|cut| fits(rest, &text[cut..])),
            ['*', rest @ ..] => {
                let end = text.iter().position(|character| *character == '/').unwrap_or(text.len());
                (0..=end).any(|cut| fits(rest, &text[cut..]))
            }
            ['?', rest @ ..] => matches!(text, [first, others @ ..] if *first != '/' && fits(rest, others)),
            [own, rest @ ..] => matches!(text, [first, others @ ..] if first == own && fits(rest, others)),
        }
    }

    /// Every text of up to `length` of these characters.
    fn texts(characters: &str, length: usize) -> Vec<String> {
        let mut all = Vec::from([String::new()]);
        let mut last = all.clone();
        for _ in 0..length {
            last = last
                .iter()
                .flat_map(|text| {
                    characters
                        .chars()
                        .map(move |character| [text.as_str(), character.encode_utf8(&mut [0; 4])].concat())
                })
                .collect();
            all.extend(last.clone());
        }
        all
    }

    #[test]
    fn it_is_the_plain_definition() {
        let values = texts("a/b", 4);
        for pattern in texts("a/*?", 5) {
            let glob = Glob::new(&pattern);
            let pattern_characters: Vec<char> = pattern.chars().collect();
            for value in &values {
                let characters: Vec<char> = value.chars().collect();
                let expected = fits(&pattern_characters, &characters);
                assert_eq!(glob.fits(value, &Meter::new()).ok(), Some(expected), "{pattern} {value}");
            }
        }
    }
}
