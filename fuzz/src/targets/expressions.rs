//! Expressions: first line the expression, then the claims of a token. There is a value or a failure with a place in the
//! text, the same each time; what was made stays within its bounds; a name that is not read changes nothing.

use edge_sts::expression::{Expression, Value, Variable, Variables};
use edge_sts::jose::json::{Object, parse_object};
use edge_sts::limits;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (text, token) = text.split_once('\n').unwrap_or((text, "{}"));
    let length = text.chars().count();
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(fault) => {
            assert!((1..=length + 1).contains(&fault.at), "a fault outside of the text");
            return assert!(fault.text().bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        }
    };
    assert!(text.len() <= limits::EXPRESSION);
    expression.doubts().iter().for_each(|doubt| assert!((1..=length).contains(&doubt.at)));
    let Ok(claims) = parse_object(token) else { return };
    let once = answer(&expression, &claims, length);
    assert!(once == answer(&expression, &claims, length), "two answers");
    let names = expression.names(Variable::Claims);
    if !names.all {
        let mut read = Object::new();
        for name in &names.names {
            if let Some(value) = claims.get(name) {
                read.set(name, value.clone());
            }
        }
        assert!(once == answer(&expression, &read, length), "a claim counts that is not read");
    }
}

/// The value as JSON, or the failure.
fn answer(expression: &Expression, claims: &Object<'_>, length: usize) -> String {
    let attribute = Object::new();
    let target = [String::from("orders")];
    let variables = Variables { claims, actor: None, attribute: &attribute, client_id: "c1", target: &target };
    match expression.evaluate(&variables) {
        Ok(value) => {
            if let Value::Text(text) = &value {
                assert!(text.len() <= limits::EXPRESSION_MADE.max(limits::EXPRESSION).max(claims.to_json().len()));
            }
            value.to_json().map_or_else(|| String::from("computed"), |value| value.to_json())
        }
        Err(failure) => {
            assert!((1..=length).contains(&failure.at));
            format!("{:?}", failure)
        }
    }
}
