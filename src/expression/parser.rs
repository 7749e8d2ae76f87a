//! From the text of an expression to its tree: precedence climbing, with every limit of the text checked on the way.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::Fault;
use super::decimal::double;
use super::glob::Glob;
use super::lexer::{Lexer, Token};
use super::template::Template;
use super::tree::{Function, Kind, Node, Operator, Variable};
use crate::limits;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    if text.len() > limits::EXPRESSION {
        return Err(Fault::new(1, "The expression is longer than 4096 bytes."));
    }
    let mut lexer = Lexer::new(text);
    let (at, token) = lexer.next()?;
    let mut parser = Parser { lexer, at, token, nodes: 0, depth: 0 };
    let root = parser.expression()?;
    match parser.token {
        Token::End => Ok(root),
        _ => Err(parser.unexpected()),
    }
}

/// Words that CEL keeps for itself.
const RESERVED: [&str; 18] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Words of CEL that name no member either.
const KEYWORDS: [&str; 4] = ["true", "false", "null", "in"];

/// What CEL, its extensions, Google or Kubernetes have and this subset has not.
const NOT_SUPPORTED: [&str; 57] = [
    "matches",
    "exists",
    "exists_one",
    "existsOne",
    "all",
    "map",
    "filter",
    "type",
    "dyn",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "list",
    "timestamp",
    "duration",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "charAt",
    "indexOf",
    "lastIndexOf",
    "replace",
    "substring",
    "trim",
    "upperAscii",
    "format",
    "quote",
    "reverse",
    "find",
    "findAll",
    "isSorted",
    "sum",
    "min",
    "max",
    "flatten",
    "slice",
    "sort",
    "sortBy",
    "distinct",
    "sets",
    "math",
    "optional",
    "orValue",
    "hasValue",
    "url",
    "quantity",
    "cel",
];

const WRONG_NUMBER: &str = "This function has another number of arguments.";

struct Parser<'t> {
    lexer: Lexer<'t>,
    /// Where the token stands that is looked at.
    at: usize,
    token: Token<'t>,
    nodes: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn advance(&mut self) -> Result<Token<'t>, Fault> {
        let (at, next) = self.lexer.next()?;
        self.at = at;
        Ok(core::mem::replace(&mut self.token, next))
    }

    fn eat(&mut self, symbol: &str) -> Result<bool, Fault> {
        let there = matches!(self.token, Token::Symbol(own) if own == symbol);
        if there {
            self.advance()?;
        }
        Ok(there)
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), Fault> {
        if self.eat(symbol)? {
            return Ok(());
        }
        let missing = ["\"", symbol, "\" is expected here."].concat();
        Err(if self.is_unsupported_operator() { self.unexpected() } else { Fault::new(self.at, missing) })
    }

    fn is_unsupported_operator(&self) -> bool {
        matches!(self.token, Token::Symbol("*" | "/" | "%"))
    }

    fn unexpected(&self) -> Fault {
        match self.token {
            Token::Symbol(symbol) if self.is_unsupported_operator() => not_supported(self.at, symbol),
            Token::End => Fault::new(self.at, "The expression ends too soon."),
            _ => Fault::new(self.at, "This is not expected here."),
        }
    }

    fn node(&mut self, at: usize, kind: Kind) -> Result<Node, Fault> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > limits::EXPRESSION_NODES {
            return Err(Fault::new(at, "The expression has more than 256 parts."));
        }
        Ok(Node { at, kind })
    }

    /// `or [ "?" or ":" expr ]`
    fn expression(&mut self) -> Result<Node, Fault> {
        let condition = self.or()?;
        let at = self.at;
        if !self.eat("?")? {
            return Ok(condition);
        }
        let then = self.or()?;
        self.expect(":")?;
        let otherwise = self.expression()?;
        self.node(at, Kind::Conditional(Box::new([condition, then, otherwise])))
    }

    fn or(&mut self) -> Result<Node, Fault> {
        let mut left = self.and()?;
        loop {
            let at = self.at;
            if !self.eat("||")? {
                return Ok(left);
            }
            let right = self.and()?;
            left = self.node(at, Kind::Or(Box::new([left, right])))?;
        }
    }

    fn and(&mut self) -> Result<Node, Fault> {
        let mut left = self.relation()?;
        loop {
            let at = self.at;
            if !self.eat("&&")? {
                return Ok(left);
            }
            let right = self.relation()?;
            left = self.node(at, Kind::And(Box::new([left, right])))?;
        }
    }

    fn relation(&mut self) -> Result<Node, Fault> {
        let mut left = self.sum()?;
        loop {
            let at = self.at;
            let operator = match self.token {
                Token::Symbol("==") => Operator::Equal,
                Token::Symbol("!=") => Operator::NotEqual,
                Token::Symbol("<") => Operator::Less,
                Token::Symbol("<=") => Operator::LessEqual,
                Token::Symbol(">") => Operator::Greater,
                Token::Symbol(">=") => Operator::GreaterEqual,
                Token::Identifier("in") => Operator::In,
                _ => return Ok(left),
            };
            self.advance()?;
            let right = self.sum()?;
            left = self.node(at, Kind::Binary(operator, Box::new([left, right])))?;
        }
    }

    fn sum(&mut self) -> Result<Node, Fault> {
        let mut left = self.unary()?;
        loop {
            let at = self.at;
            let operator = match self.token {
                Token::Symbol("+") => Operator::Add,
                Token::Symbol("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.advance()?;
            let right = self.unary()?;
            left = self.node(at, Kind::Binary(operator, Box::new([left, right])))?;
        }
    }

    /// As in CEL, one sign may be repeated, and the two are not mixed.
    fn unary(&mut self) -> Result<Node, Fault> {
        let mut signs = Vec::new();
        let sign = if matches!(self.token, Token::Symbol("!")) { "!" } else { "-" };
        loop {
            let at = self.at;
            if !self.eat(sign)? {
                break;
            }
            if signs.len() >= limits::EXPRESSION_NODES {
                return Err(Fault::new(at, "The expression has more than 256 parts."));
            }
            signs.push(at);
        }
        // The sign of a number belongs to it: there is no other way to write the least of all.
        let negative = matches!(self.token, Token::Int(_) | Token::Double(_)) && sign == "-" && !signs.is_empty();
        let sign_of_number = if negative { signs.pop() } else { None };
        let mut node = self.member(sign_of_number)?;
        for at in signs.into_iter().rev() {
            let of = Box::new(node);
            node = self.node(at, if sign == "!" { Kind::Not(of) } else { Kind::Negate(of) })?;
        }
        Ok(node)
    }

    fn member(&mut self, sign_of_number: Option<usize>) -> Result<Node, Fault> {
        let mut node = self.primary(sign_of_number)?;
        loop {
            if self.eat(".")? {
                let at = self.at;
                let Token::Identifier(name) = self.token else { return Err(self.unexpected()) };
                if KEYWORDS.contains(&name) {
                    return Err(self.unexpected());
                }
                self.advance()?;
                node = match self.eat("(")? {
                    true => self.method(at, node, name)?,
                    false => self.node(at, Kind::Member(Box::new(node), String::from(name)))?,
                };
                continue;
            }
            let at = self.at;
            if !self.eat("[")? {
                return Ok(node);
            }
            let index = self.nested(at, Self::expression)?;
            self.expect("]")?;
            node = self.node(at, Kind::Index(Box::new([node, index])))?;
        }
    }

    fn primary(&mut self, sign_of_number: Option<usize>) -> Result<Node, Fault> {
        let at = sign_of_number.unwrap_or(self.at);
        let negative = sign_of_number.is_some();
        let signed = |digits: &str| [if negative { "-" } else { "" }, digits].concat();
        let here = self.at;
        match self.advance()? {
            Token::Int(digits) => {
                let int = signed(digits).parse().map_err(|_| Fault::new(at, "This number has more than 64 bits."))?;
                self.node(at, Kind::Int(int))
            }
            Token::Double(digits) => {
                let text = signed(digits);
                self.node(at, Kind::Double(double(&text), text))
            }
            Token::Text(text) => self.node(at, Kind::Text(text)),
            Token::Symbol("(") => {
                let inner = self.nested(at, Self::expression)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Symbol("[") => {
                let elements = self.list(at, "]")?;
                self.node(at, Kind::List(elements))
            }
            Token::Identifier(name) => self.identifier(at, name),
            Token::Symbol(symbol @ ("*" | "/" | "%")) => Err(not_supported(here, symbol)),
            Token::End => Err(Fault::new(here, "The expression ends too soon.")),
            Token::Symbol(_) => Err(Fault::new(here, "This is not expected here.")),
        }
    }

    fn identifier(&mut self, at: usize, name: &str) -> Result<Node, Fault> {
        const UNKNOWN: &str =
            "This name is not known; there are claims, assertion, actor, attribute, client.id and target.";
        if self.eat("(")? {
            return self.function(at, name);
        }
        let kind = match name {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            "claims" | "assertion" => Kind::Variable(Variable::Claims),
            "actor" => Kind::Variable(Variable::Actor),
            "attribute" => Kind::Variable(Variable::Attribute),
            "target" => Kind::Variable(Variable::Target),
            "client" => {
                if !self.eat(".")? || self.token != Token::Identifier("id") {
                    return Err(Fault::new(at, "Of client there is client.id and nothing else."));
                }
                self.advance()?;
                Kind::Variable(Variable::ClientId)
            }
            name if RESERVED.contains(&name) => return Err(Fault::new(at, "CEL keeps this word for itself.")),
            _ => return Err(Fault::new(at, UNKNOWN)),
        };
        self.node(at, kind)
    }

    /// A function that is no method; its bracket was read.
    fn function(&mut self, at: usize, name: &str) -> Result<Node, Fault> {
        match name {
            "has" => {
                let [of] = self.arguments(at)?;
                // What was a member becomes the question whether it is there.
                match of.kind {
                    Kind::Member(of, name) => Ok(Node { at, kind: Kind::Has(of, name) }),
                    Kind::Variable(Variable::ClientId) => Ok(Node { at, kind: Kind::Bool(true) }),
                    _ => Err(Fault::new(of.at, "has() asks for a member: has(claims.name).")),
                }
            }
            "size" => {
                let [of] = self.arguments(at)?;
                self.node(at, Kind::Call(Function::Size, Vec::from([of])))
            }
            "glob" => {
                let [of, pattern] = self.arguments(at)?;
                let Kind::Text(pattern) = pattern.kind else {
                    return Err(Fault::new(pattern.at, "The pattern must be written here, in quotes."));
                };
                self.node(at, Kind::Glob(Box::new(of), Glob::new(&pattern)))
            }
            name => Err(unknown_function(at, name)),
        }
    }

    /// A method; its bracket was read.
    fn method(&mut self, at: usize, of: Node, name: &str) -> Result<Node, Fault> {
        let function = match name {
            "size" => Function::Size,
            "startsWith" => Function::StartsWith,
            "endsWith" => Function::EndsWith,
            "contains" => Function::Contains,
            "lowerAscii" => Function::LowerAscii,
            "split" => Function::Split,
            "join" => Function::Join,
            "extract" => {
                let [template] = self.arguments(at)?;
                let parsed = template.as_text().and_then(Template::parse);
                let sentence = "The template must be written here: text, one {name}, text.";
                let parsed = parsed.ok_or_else(|| Fault::new(template.at, sentence))?;
                return self.node(at, Kind::Extract(Box::new(of), parsed));
            }
            name => return Err(unknown_function(at, name)),
        };
        let nodes = match function {
            Function::Size | Function::LowerAscii => {
                let [] = self.arguments(at)?;
                Vec::from([of])
            }
            _ => {
                let [argument] = self.arguments(at)?;
                Vec::from([of, argument])
            }
        };
        self.node(at, Kind::Call(function, nodes))
    }

    fn arguments<const N: usize>(&mut self, at: usize) -> Result<[Node; N], Fault> {
        let nodes = self.list(at, ")")?;
        <[Node; N]>::try_from(nodes).map_err(|_| Fault::new(at, WRONG_NUMBER))
    }

    /// Expressions with commas between them, up to a bracket. CEL allows a comma at the end of a list.
    fn list(&mut self, at: usize, end: &'static str) -> Result<Vec<Node>, Fault> {
        let mut nodes = Vec::new();
        loop {
            if (nodes.is_empty() || end == "]") && self.eat(end)? {
                return Ok(nodes);
            }
            if nodes.len() >= limits::EXPRESSION_MEMBERS {
                return Err(Fault::new(self.at, "A list has more than 64 members."));
            }
            nodes.push(self.nested(at, Self::expression)?);
            if !self.eat(",")? {
                self.expect(end)?;
                return Ok(nodes);
            }
        }
    }

    fn nested<T>(&mut self, at: usize, parse: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= limits::EXPRESSION_DEPTH {
            return Err(Fault::new(at, "Brackets are more than 32 deep."));
        }
        self.depth = self.depth.saturating_add(1);
        let parsed = parse(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(parsed)
    }
}

fn not_supported(at: usize, name: &'static str) -> Fault {
    Fault::new(at, ["\"", name, "\" is not supported."].concat())
}

fn unknown_function(at: usize, name: &str) -> Fault {
    match NOT_SUPPORTED.into_iter().find(|own| *own == name) {
        Some(own) => not_supported(at, own),
        None => Fault::new(
            at,
            "This function is not known; there are has, size, glob, startsWith, endsWith, contains, lowerAscii, split, join \
             and extract.",
        ),
    }
}
