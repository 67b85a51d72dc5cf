//! The moment that a question of the command line is about, and what counts as known: flags, and the query they make.

use crate::http::address::escape;

/// The moment, and what counts as known.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub(super) struct Moment {
    /// The moment: a date such as 2026-03-01, or an instant such as 2026-03-01T09:30:00Z; now when absent.
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
    /// The IANA time zone in which dates are days; UTC when absent.
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// The time up to which knowledge counts, written like the moment; everything known now when absent.
    #[arg(long, value_name = "MOMENT")]
    known_at: Option<String>,
    /// How many of the ledger's first events count: the same, said by size.
    #[arg(long, value_name = "EVENTS")]
    size: Option<String>,
    /// Whose time of learning --known-at is about: ledger, or source for that of the systems that reported.
    #[arg(long, value_name = "CLOCK")]
    clock: Option<String>,
}

impl Moment {
    /// A moment at a size of the ledger, of which the answer never changes.
    pub(super) fn at_size(as_of: &str, size: u64, zone: Option<&str>) -> Self {
        let (as_of, size) = (Some(as_of.to_owned()), Some(size.to_string()));
        Self { as_of, size, tz: zone.map(str::to_owned), ..Self::default() }
    }

    /// A moment as it is known now.
    pub(super) fn at(as_of: Option<&str>, zone: Option<&str>) -> Self {
        Self { as_of: as_of.map(str::to_owned), tz: zone.map(str::to_owned), ..Self::default() }
    }

    /// A path with the query that says the moment.
    pub(super) fn ask(&self, path: &str) -> String {
        self.ask_with(path, &[])
    }

    /// A path with the query that says the moment, and more of what is given.
    pub(super) fn ask_with(&self, path: &str, more: &[(&str, Option<&str>)]) -> String {
        let moment = [
            ("as_of", self.as_of.as_deref()),
            ("tz", self.tz.as_deref()),
            ("known_at", self.known_at.as_deref()),
            ("size", self.size.as_deref()),
            ("clock", self.clock.as_deref()),
        ];
        let given = moment.iter().chain(more);
        let given = given.filter_map(|(name, value)| Some(format!("{name}={}", escape((*value)?))));
        let query: Vec<String> = given.collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{path}{mark}{}", query.join("&"))
    }

    /// The time zone in which dates are days, where one is named.
    pub(super) fn zone(&self) -> Option<&str> {
        self.tz.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_given_is_asked_and_it_is_escaped() {
        assert_eq!(Moment::default().ask("/v1/accounts/a"), "/v1/accounts/a");
        let moment = Moment {
            as_of: Some("2026-03-01T09:00:00+01:00".to_owned()),
            known_at: Some("2026-04-01".to_owned()),
            clock: Some("source".to_owned()),
            ..Moment::default()
        };
        let asked = "/v1/accounts?as_of=2026-03-01T09%3A00%3A00%2B01%3A00&known_at=2026-04-01&clock=source";
        assert_eq!(moment.ask("/v1/accounts"), asked);
        let more = [("model", Some("health/2")), ("role", None)];
        assert_eq!(Moment::default().ask_with("/v1/a", &more), "/v1/a?model=health%2F2");
    }
}
