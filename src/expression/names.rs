//! Which members of a variable an expression reads.

use alloc::string::String;
use alloc::vec::Vec;

use super::tree::{Kind, Node, Operator, Variable};

/// Members that are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Which names they are is known only when it is evaluated, or all of them count.
    pub all: bool,
    /// Their names, each once.
    pub names: Vec<String>,
}

impl Names {
    /// Whether nothing is read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.all && self.names.is_empty()
    }

    /// Takes over what another expression reads.
    pub fn add(&mut self, other: Names) {
        self.all |= other.all;
        for name in other.names {
            self.put(&name);
        }
    }

    fn put(&mut self, name: &str) {
        if !self.names.iter().any(|own| own == name) {
            self.names.push(String::from(name));
        }
    }
}

pub(super) fn names(root: &Node, variable: Variable) -> Names {
    let mut names = Names::default();
    read(root, variable, &mut names);
    names
}

fn of_two(nodes: &[Node; 2]) -> (&Node, &Node) {
    let [left, right] = nodes;
    (left, right)
}

fn read(node: &Node, variable: Variable, names: &mut Names) {
    let is_it = |node: &Node| matches!(node.kind, Kind::Variable(own) if own == variable);
    match &node.kind {
        Kind::Member(of, name) | Kind::Has(of, name) if is_it(of) => names.put(name),
        Kind::Index(nodes) => match (of_two(nodes), of_two(nodes).1.as_text()) {
            ((of, _), Some(name)) if is_it(of) => names.put(name),
            _ => nodes.iter().for_each(|node| read(node, variable, names)),
        },
        Kind::Binary(Operator::In, nodes) => match (of_two(nodes).0.as_text(), of_two(nodes).1) {
            (Some(name), of) if is_it(of) => names.put(name),
            _ => nodes.iter().for_each(|node| read(node, variable, names)),
        },
        _ if is_it(node) => names.all = true,
        _ => node.children().iter().for_each(|node| read(node, variable, names)),
    }
}
