//! From the text of an expression to tokens.

use alloc::string::String;
use core::str::Chars;

use super::Fault;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Identifier(&'t str),
    /// Digits, without a sign.
    Int(&'t str),
    /// Digits with a fraction, an exponent or both.
    Double(&'t str),
    Text(String),
    /// An operator or a bracket.
    Symbol(&'static str),
    End,
}

/// Longer symbols before those that they begin with.
const SYMBOLS: [&str; 22] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "?", ":", "+", "-", ".", ",", "(", ")", "[", "]", "*", "/", "%",
];

pub(super) struct Lexer<'t> {
    rest: Chars<'t>,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.chars(), at: 1 }
    }

    /// The next token, and where it begins.
    pub(super) fn next(&mut self) -> Result<(usize, Token<'t>), Fault> {
        self.white_space();
        let at = self.at;
        let Some(first) = self.peek() else { return Ok((at, Token::End)) };
        let token = if first.is_ascii_alphabetic() || first == '_' {
            let word = self.take_while(|character| character.is_ascii_alphanumeric() || character == '_');
            if matches!(self.peek(), Some('\'' | '"')) { self.prefixed(at, word)? } else { Token::Identifier(word) }
        } else if first.is_ascii_digit() {
            self.number(at)?
        } else if matches!(first, '\'' | '"') {
            self.text(at, false)?
        } else {
            self.symbol(at)?
        };
        Ok((at, token))
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn starts_with(&self, text: &str) -> bool {
        self.rest.as_str().starts_with(text)
    }

    fn step(&mut self) -> Option<char> {
        let next = self.rest.next();
        if next.is_some() {
            self.at = self.at.saturating_add(1);
        }
        next
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let before = self.rest.as_str();
        while self.peek().is_some_and(&belongs) {
            self.step();
        }
        before.get(..before.len().saturating_sub(self.rest.as_str().len())).unwrap_or_default()
    }

    /// White space, and comments to the end of their line.
    fn white_space(&mut self) {
        loop {
            self.take_while(|character| matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}'));
            if !self.starts_with("//") {
                return;
            }
            self.take_while(|character| character != '\n');
        }
    }

    fn symbol(&mut self, at: usize) -> Result<Token<'t>, Fault> {
        if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| self.starts_with(symbol)) {
            for _ in symbol.chars() {
                self.step();
            }
            return Ok(Token::Symbol(symbol));
        }
        Err(match self.peek() {
            Some('{' | '}') => Fault::new(at, "\"{}\", a map or a message, is not supported."),
            Some('&' | '|') => Fault::new(at, "Write && or ||."),
            Some('=') => Fault::new(at, "Write == to compare."),
            _ => Fault::new(at, "This character does not belong into an expression."),
        })
    }

    fn number(&mut self, at: usize) -> Result<Token<'t>, Fault> {
        let digits = |lexer: &mut Self| lexer.take_while(|character| character.is_ascii_digit());
        let text = self.rest.as_str();
        let whole = digits(self);
        let mut after = self.rest.clone();
        let fraction = after.next() == Some('.') && after.next().is_some_and(|character| character.is_ascii_digit());
        if fraction {
            self.step();
            digits(self);
        }
        let exponent = matches!(self.peek(), Some('e' | 'E'));
        if exponent {
            self.step();
            if matches!(self.peek(), Some('+' | '-')) {
                self.step();
            }
            if digits(self).is_empty() {
                return Err(Fault::new(at, "The exponent of this number has no digits."));
            }
        }
        match self.peek() {
            Some('u' | 'U') => return Err(Fault::new(at, "\"u\", an unsigned number, is not supported.")),
            Some('x' | 'X') if whole == "0" => {
                return Err(Fault::new(at, "\"0x\", a hexadecimal number, is not supported."));
            }
            Some(character) if character.is_alphanumeric() || character == '_' => {
                return Err(Fault::new(at, "A letter follows this number."));
            }
            _ => {}
        }
        let length = text.len().saturating_sub(self.rest.as_str().len());
        let text = text.get(..length).unwrap_or_default();
        Ok(if fraction || exponent { Token::Double(text) } else { Token::Int(text) })
    }

    /// A text with letters before its quote.
    fn prefixed(&mut self, at: usize, prefix: &str) -> Result<Token<'t>, Fault> {
        match prefix {
            "r" | "R" => self.text(at, true),
            _ if prefix.len() <= 2 && prefix.contains(['b', 'B']) => {
                Err(Fault::new(at, "\"b\", a literal of bytes, is not supported."))
            }
            _ => Err(Fault::new(self.at, "A quote does not follow a name.")),
        }
    }

    fn text(&mut self, at: usize, raw: bool) -> Result<Token<'t>, Fault> {
        const OPEN: &str = "This text is not closed.";
        let quote = self.step();
        if self.starts_with("''") && quote == Some('\'') || self.starts_with("\"\"") && quote == Some('"') {
            return Err(Fault::new(at, "Three quotes are not supported: use one, with \\n for the end of a line."));
        }
        let mut text = String::new();
        loop {
            let here = self.at;
            match self.step() {
                None | Some('\n' | '\r') => return Err(Fault::new(at, OPEN)),
                next if next == quote => return Ok(Token::Text(text)),
                Some('\\') if !raw => text.push(self.escape().ok_or_else(|| {
                    Fault::new(here, "This escape is not supported; there are \\\\ \\' \\\" \\n \\r \\t and \\u0000.")
                })?),
                Some(character) => text.push(character),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.step()? {
            character @ ('\\' | '\'' | '"') => character,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let mut code: u32 = 0;
                for _ in 0..4 {
                    code = code << 4 | self.step()?.to_digit(16)?;
                }
                char::from_u32(code)?
            }
            _ => return None,
        })
    }
}
