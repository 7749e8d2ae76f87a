//! `extract('…{name}…')`, as Google's IAM has it: what stands between two fixed texts.

use alloc::string::String;

pub(super) struct Template {
    before: String,
    after: String,
}

impl Template {
    /// Literal text, one name in curly brackets, literal text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (before, rest) = text.split_once('{')?;
        let (name, after) = rest.split_once('}')?;
        let braces = |text: &str| text.contains(['{', '}']);
        if name.is_empty() || braces(before) || braces(name) || braces(after) {
            return None;
        }
        Some(Self { before: String::from(before), after: String::from(after) })
    }

    /// What follows the first text up to the second, or up to the end where there is no second; nothing where one of them
    /// is not there.
    pub(super) fn extract<'v>(&self, value: &'v str) -> &'v str {
        let Some((_, rest)) = value.split_once(self.before.as_str()) else { return "" };
        if self.after.is_empty() {
            return rest;
        }
        rest.split_once(self.after.as_str()).map_or("", |(found, _)| found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_googles_documentation_has_it() {
        let name = "projects/_/buckets/acme-orders-aaa/data_lake/orders/order_date=2019-11-03/aef87g87ae0876";
        for (template, expected) in [
            ("/order_date={date}/", "2019-11-03"),
            ("buckets/{name}/", "acme-orders-aaa"),
            ("/orders/{empty}order_date", ""),
            ("{start}/data_lake", "projects/_/buckets/acme-orders-aaa"),
            ("orders/{end}", "order_date=2019-11-03/aef87g87ae0876"),
            ("{all}", name),
            ("/orders/{none}/order_date=", ""),
            ("nowhere/{x}", ""),
        ] {
            assert_eq!(Template::parse(template).unwrap().extract(name), expected, "{template}");
        }
        for bad in ["", "a", "{}", "{a}:{b}", "{a", "a}", "}{", "{a}}", "{{a}"] {
            assert!(Template::parse(bad).is_none(), "{bad}");
        }
    }
}
