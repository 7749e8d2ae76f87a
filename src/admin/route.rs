//! The paths of the administrator (contract section 3).

use crate::resource::{ResourceType, key};

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// `/`: several changes at once.
    Bundle,
    /// `/$export`
    Export,
    /// `/$import`
    Import,
    /// `/metrics`: the host's counters.
    Metrics,
    /// `/$dry-run`
    DryRun,
    /// `/$events`
    Events,
    /// `/{Type}`
    Type(ResourceType),
    /// `/{Type}/{id}`
    Resource(ResourceType, &'a str),
    /// `/{Type}/{id}/_history`
    History(ResourceType, &'a str),
}

impl<'a> Route<'a> {
    /// `None` for a path that is not the administrator's. `/` is the page's, unless something is sent to it.
    pub(super) fn of(method: &str, path: &'a str) -> Option<Self> {
        match path.strip_prefix('/')? {
            "" => (!matches!(method, "GET" | "HEAD" | "OPTIONS")).then_some(Self::Bundle),
            "$export" => Some(Self::Export),
            "$import" => Some(Self::Import),
            "metrics" => Some(Self::Metrics),
            "$dry-run" => Some(Self::DryRun),
            "$events" => Some(Self::Events),
            path => match path.split_once('/') {
                None => ResourceType::from_name(path).map(Self::Type),
                Some((name, rest)) => {
                    let resource_type = ResourceType::from_name(name)?;
                    let (id, history) = rest.strip_suffix("/_history").map_or((rest, false), |id| (id, true));
                    let route = if history { Self::History } else { Self::Resource };
                    key::is_id(id).then(|| route(resource_type, id))
                }
            },
        }
    }

    /// The value of `Allow`.
    pub(super) const fn methods(self) -> &'static str {
        match self {
            Self::Bundle | Self::Import | Self::DryRun => "POST",
            Self::Export | Self::Metrics | Self::Events | Self::History(..) => "GET, HEAD",
            Self::Type(_) => "GET, HEAD, POST",
            Self::Resource(..) => "GET, HEAD, PUT, DELETE",
        }
    }

    /// Whether a request of this method only looks at something. A backup takes everything away, and is more than that.
    pub(super) fn looks(self, method: &str) -> bool {
        !matches!(self, Self::Export | Self::DryRun) && matches!(method, "GET" | "HEAD")
    }

    /// Whether a request of this method is one that changes resources: each change leaves an event of its own.
    pub(super) fn changes(self, method: &str) -> bool {
        self != Self::DryRun && matches!(method, "PUT" | "POST" | "DELETE")
    }

    /// The name of the event, where the method is one of them.
    pub(super) fn event(self, method: &str) -> Option<&'static str> {
        let reads = matches!(method, "GET" | "HEAD");
        Some(match (self, method) {
            (Self::Export, _) if reads => "admin.export",
            (Self::Metrics, _) if reads => "admin.metrics",
            (Self::Events, _) if reads => "admin.events",
            (Self::Type(_), _) if reads => "admin.list",
            (Self::Resource(..), _) if reads => "admin.get",
            (Self::History(..), _) if reads => "admin.history",
            (Self::Bundle, "POST") => "admin.bundle",
            (Self::Import, "POST") => "admin.import",
            (Self::DryRun, "POST") => "admin.dry_run",
            (Self::Type(_), "POST") => "admin.post",
            (Self::Resource(..), "PUT") => "admin.put",
            (Self::Resource(..), "DELETE") => "admin.delete",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ResourceType::{Client, User};

    #[test]
    fn paths() {
        for (method, path, expected) in [
            ("GET", "/", None),
            ("POST", "/", Some(Route::Bundle)),
            ("TRACE", "/", Some(Route::Bundle)),
            ("GET", "/Client", Some(Route::Type(Client))),
            ("GET", "/Client/", None),
            ("GET", "/User/a.b", Some(Route::Resource(User, "a.b"))),
            ("GET", "/User/a/_history", Some(Route::History(User, "a"))),
            ("GET", "/User/_history", Some(Route::Resource(User, "_history"))),
            ("GET", "/User//_history", None),
            ("GET", "/User/a/_history/1", None),
            ("GET", "/user/a", None),
            ("GET", "/$export", Some(Route::Export)),
            ("POST", "/$import", Some(Route::Import)),
            ("GET", "/metrics", Some(Route::Metrics)),
            ("GET", "/metrics/", None),
            ("POST", "/$dry-run", Some(Route::DryRun)),
            ("POST", "/$dry-run/", None),
            ("GET", "/$events", Some(Route::Events)),
        ] {
            assert_eq!(Route::of(method, path), expected, "{method} {path}");
        }
    }
}
