//! What is right in an expression and probably not meant. Nothing is decided here; `edge-sts check` prints it.

use alloc::vec::Vec;

use super::tree::{Function, Kind, Node, Operator};

/// A doubt, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Characters from the beginning, the first is 1.
    pub at: usize,
    /// What is doubtful.
    pub sentence: &'static str,
}

pub(super) fn doubts(root: &Node) -> Vec<Doubt> {
    let mut found = Vec::new();
    look(root, &mut found);
    found
}

fn look(node: &Node, found: &mut Vec<Doubt>) {
    let sentence = match &node.kind {
        Kind::Binary(Operator::Equal | Operator::NotEqual, nodes)
            if nodes.iter().any(|node| node.as_text().is_some_and(|text| text.contains('*'))) =>
        {
            Some("== compares the * itself. A pattern needs glob(value, 'pattern').")
        }
        Kind::Call(Function::Contains, nodes) if argument(nodes).is_some_and(|text| text.starts_with('@')) => {
            Some("contains finds the domain anywhere in the text, as in a@b.example.evil. Use endsWith.")
        }
        Kind::Call(Function::StartsWith, nodes)
            if argument(nodes).is_some_and(|text| !text.ends_with(['/', ':', '@'])) =>
        {
            Some("The text ends inside a name, so that longer names begin with it, too. End it with / or :, or use ==.")
        }
        Kind::Glob(_, glob) if glob.leaves_the_owner_open() => {
            Some("The * stands in the place of the owner, so that anybody can meet it.")
        }
        _ => None,
    };
    found.extend(sentence.map(|sentence| Doubt { at: node.at, sentence }));
    node.children().iter().for_each(|node| look(node, found));
}

fn argument(nodes: &[Node]) -> Option<&str> {
    nodes.get(1).and_then(Node::as_text)
}
