//! What a list is asked for: pages and filters, from the query of the request. Nothing in it is ignored: whoever misspells
//! a filter must not get everybody.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::outcome::Refused;
use crate::host::Query;
use crate::jose::ObjectWriter;
use crate::jose::json::write_integer;
use crate::limits;
use crate::message::Request;
use crate::parameters::{form_decode, form_encode};
use crate::resource::{ResourceType, key};

/// The parameters of a query, decoded, each at most once.
pub(super) struct Search<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// `_count`
    pub(super) count: u64,
    /// `_page`, from 1
    pub(super) page: u64,
}

impl<'a> Search<'a> {
    /// Reads a query. `filters`: the names that it may have beside `_count` and `_page`; `most`: of `_count`.
    pub(super) fn read(request: &Request<'a>, filters: &[&str], most: u64) -> Result<Self, Refused> {
        let mut parameters: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for pair in request.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (form_decode(name), form_decode(value)) else {
                return Err(refused("The query cannot be decoded."));
            };
            if !["_count", "_page"].contains(&&*name) && !filters.contains(&&*name) {
                return Err(refused(
                    "There is a parameter in the query that is not known here. Known: _count, _page; of a list _id; of \
                     Clients name; of TokenIntrospectors iss; of Users name, identifier.",
                ));
            }
            if value.chars().any(char::is_control) {
                return Err(refused("A value in the query has a control character."));
            }
            if parameters.iter().any(|(other, _)| *other == name) {
                return Err(refused("A parameter appears twice in the query."));
            }
            parameters.push((name, value));
        }
        let mut search = Self { parameters, count: 0, page: 0 };
        let default = limits::LIST.min(most);
        search.count = search.number("_count", default, &(1..=most), count_fault(most))?;
        search.page = search.number("_page", 1, &(1..=limits::PAGES), "_page is a whole number from 1 on.")?;
        Ok(search)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_ref())
    }

    /// How many are passed over.
    pub(super) const fn offset(&self) -> u64 {
        self.page.saturating_sub(1).saturating_mul(self.count)
    }

    /// The filters of a type, as the directory understands them.
    pub(super) fn query(&self, resource_type: ResourceType) -> Result<Query<'_>, Refused> {
        let mut lookups = Vec::new();
        if let Some(iss) = self.get("iss") {
            lookups.push(key::introspector_by_issuer(iss));
        }
        if let Some(identifier) = self.get("identifier") {
            let (system, value) = identifier
                .split_once('|')
                .ok_or_else(|| refused("identifier is the system, a vertical bar and the value."))?;
            lookups.push(key::user_by_identifier(system, value));
        }
        Ok(Query {
            resource_type: resource_type.name(),
            id: self.get("_id"),
            name: self.get("name"),
            lookups,
            offset: self.offset(),
            count: self.count,
        })
    }

    /// The `link` of a page (FHIR): itself, the one before, the one behind.
    pub(super) fn links(&self, url: &str, more: bool) -> Vec<String> {
        let mut pages = Vec::from([("self", self.page)]);
        if self.page > 1 {
            pages.push(("previous", self.page.saturating_sub(1)));
        }
        if more {
            pages.push(("next", self.page.saturating_add(1)));
        }
        let link = |(relation, page)| {
            let mut address = String::from(url);
            address.push_str("?_count=");
            write_integer(self.count, &mut address);
            address.push_str("&_page=");
            write_integer(page, &mut address);
            for (name, value) in self.parameters.iter().filter(|(name, _)| !matches!(&**name, "_count" | "_page")) {
                address.push('&');
                address.push_str(name);
                address.push('=');
                form_encode(value, &mut address);
            }
            let mut link = ObjectWriter::new();
            link.text("relation", relation);
            link.text("url", &address);
            link.finish()
        };
        pages.into_iter().map(link).collect()
    }

    fn number(
        &self,
        name: &str,
        default: u64,
        range: &RangeInclusive<u64>,
        sentence: &'static str,
    ) -> Result<u64, Refused> {
        let Some(text) = self.get(name) else { return Ok(default) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && range.contains(number));
        number.ok_or_else(|| refused(sentence))
    }
}

/// The filters of a type.
pub(super) const fn filters(resource_type: ResourceType) -> &'static [&'static str] {
    match resource_type {
        ResourceType::Client => &["_id", "name"],
        ResourceType::TokenIntrospector => &["_id", "iss"],
        ResourceType::User => &["_id", "name", "identifier"],
    }
}

const fn count_fault(most: u64) -> &'static str {
    match most {
        limits::BUNDLE => "_count is out of its range: 1 to 100.",
        _ => "_count is out of its range: 1 to 1,000.",
    }
}

fn refused(sentence: &'static str) -> Refused {
    Refused::with(400, "invalid", "", sentence)
}
