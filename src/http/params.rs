//! The parameters of a question: what every list and every dated answer takes, and how texts become values.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use tenure_replay::AsOf;
use tenure_replay::moment::Bound;
use tenure_schemas::{Instant, Zone, parse_date};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::cursor::Cursor;
use super::format::Format;
use super::knowing::Knowing;
use super::problem::{Problem, ProblemType};

/// The parameters that one kind of question takes beside the common ones.
pub(super) trait Filter: DeserializeOwned + IntoParams + Send + 'static {
    /// Whether the question is about a moment, and takes `as_of` and `tz`.
    const DATED: bool = true;
}

/// No parameters of its own.
#[derive(Deserialize)]
pub(super) struct NoFilter {}

impl IntoParams for NoFilter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

impl Filter for NoFilter {}

/// No parameters of its own, and about no moment.
#[derive(Deserialize)]
pub(super) struct Undated {}

impl IntoParams for Undated {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

impl Filter for Undated {
    const DATED: bool = false;
}

/// The moment that a question is about.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Dated {
    /// The moment: a date, which is a whole day in `tz`, or an RFC 3339 instant. The moment of the request when absent.
    #[param(example = "2024-03-01")]
    pub(super) as_of: Option<String>,
    /// The IANA time zone in which dates are days; UTC when absent.
    #[param(value_type = Option<String>, example = "Europe/Rome")]
    pub(super) tz: Option<Zone>,
    /// The time up to which knowledge counts: a date, which is a whole day in `tz`, or an instant. What was recorded
    /// later is left out. Everything known now when absent.
    #[param(example = "2024-03-15")]
    pub(super) known_at: Option<String>,
    /// How many of the ledger's first events count; the same as `known_at`, said by size. With both of them, `clock`
    /// must be `source`.
    #[param(value_type = Option<u64>, example = 12)]
    pub(super) size: Option<String>,
    /// Whose time of learning `known_at` is about: `ledger`, when the ledger recorded it, or `source`, when the system
    /// that reported it learned it.
    #[param(value_type = Option<String>, example = "ledger")]
    pub(super) clock: Option<String>,
}

/// The part of a list that is wanted.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paged {
    /// The most items on a page: 100 when absent, at most 1,000 as JSON or MessagePack, 10,000 as NDJSON or CSV.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10_000, example = 100)]
    pub(super) limit: Option<String>,
    /// Where the list goes on: `next` of the page before, with the same filters.
    pub(super) cursor: Option<String>,
}

/// The items on a page where the reader names no limit.
const DEFAULT_LIMIT: usize = 100;

impl Paged {
    /// The limit, between 1 and what the format allows.
    pub(super) fn limit(&self, format: Format) -> Result<usize, Problem> {
        let Some(text) = &self.limit else { return Ok(DEFAULT_LIMIT) };
        let max = format.max_limit();
        let given = text.parse().ok().filter(|limit| (1..=max).contains(limit));
        given.ok_or_else(|| {
            let detail = format!("\"{text}\" is no limit: give a whole number from 1 to {max}");
            Problem::bad("limit", detail)
        })
    }
}

/// A moment as a question resolved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) as_of: AsOf,
    pub(super) zone: Zone,
    /// Whether the reader named it, so that asking again asks about the same moment.
    pub(super) named: bool,
    /// What counts as known.
    pub(super) knowing: Knowing,
}

impl Dated {
    /// The moment that is asked about; pages after the first are about that of the first.
    pub(super) fn moment(self, cursor: Option<&Cursor>, zone: &Zone, now: Instant) -> Result<Moment, Problem> {
        let begun = cursor.map(moment_of).transpose()?;
        if let (Some(begun), Some(zone)) = (&begun, &self.tz)
            && begun.zone != *zone
        {
            return Err(differs("tz"));
        }
        let zone = self.tz.or_else(|| begun.as_ref().map(|begun| begun.zone.clone())).unwrap_or_else(|| zone.clone());
        let given = self.as_of.map(|text| parse_moment("as_of", &text, &zone)).transpose()?;
        let knowing = Knowing::parse(self.known_at.as_deref(), self.size.as_deref(), self.clock.as_deref(), &zone)?;
        match (given, begun) {
            (Some(as_of), Some(begun)) if as_of != begun.as_of => Err(differs("as_of")),
            (_, Some(begun)) if knowing.is_named() && knowing != begun.knowing => Err(differs("known_at")),
            (_, Some(begun)) => Ok(begun),
            (Some(as_of), None) => Ok(Moment { as_of, zone, named: true, knowing }),
            (None, None) => Ok(Moment { as_of: AsOf::Instant(now), zone, named: false, knowing }),
        }
    }
}

fn differs(what: &str) -> Problem {
    let detail = format!("the cursor belongs to a list with another {what}: leave `{what}` out, or the cursor");
    Problem::bad("cursor", detail)
}

fn moment_of(cursor: &Cursor) -> Result<Moment, Problem> {
    let zone = cursor.zone.as_deref().and_then(|zone| zone.parse().ok()).ok_or_else(Cursor::unreadable)?;
    let as_of = cursor.as_of.as_deref().and_then(|as_of| AsOf::parse(as_of, &zone).ok());
    let knowing = cursor.knowing.clone().unwrap_or_default();
    Ok(Moment { as_of: as_of.ok_or_else(Cursor::unreadable)?, zone, named: true, knowing })
}

/// Reads a parameter that is `true` or `false`.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|_| D::Error::custom(format!("\"{text}\" is neither `true` nor `false`")))
}

/// The first and the last moment that a list is limited to, as the parameters `from` and `to` of a list name them.
pub(super) struct Range {
    from: Option<AsOf>,
    to: Option<AsOf>,
}

impl Range {
    /// Reads both; each is named with the parameter that it came from.
    pub(super) fn parse(from: (&str, Option<&str>), to: (&str, Option<&str>), zone: &Zone) -> Result<Self, Problem> {
        let parse = |(field, text): (&str, Option<&str>)| text.map(|text| parse_moment(field, text, zone)).transpose();
        Ok(Self { from: parse(from)?, to: parse(to)? })
    }

    /// Whether something that happened then is within.
    pub(super) fn contains(&self, when: &Bound) -> bool {
        self.from.as_ref().is_none_or(|from| when.is_from(from)) && self.to.as_ref().is_none_or(|to| when.is_up_to(to))
    }
}

/// Reads a date or an instant; the problem names the parameter.
pub(super) fn parse_moment(field: &str, text: &str, zone: &Zone) -> Result<AsOf, Problem> {
    AsOf::parse(text, zone).map_err(|error| {
        // A plus sign that was not escaped arrives as a space.
        let hint = if text.contains(' ') { "; in an address, + is written %2B" } else { "" };
        Problem::bad(field, format!("{}{hint}", error.message))
    })
}

/// Reads a civil date; the problem names the parameter.
pub(super) fn parse_day(field: &str, text: Option<&String>) -> Result<Option<Date>, Problem> {
    let day = text.map(|text| parse_date(text)).transpose();
    day.map_err(|error| Problem::bad(field, error.message))
}

/// Reads a number of days; the problem names the parameter.
pub(super) fn parse_days(field: &str, text: Option<&String>) -> Result<Option<i64>, Problem> {
    const MAX: i64 = 36_500;
    let read = |text: &String| {
        let given = text.parse().ok().filter(|days| (0..=MAX).contains(days));
        given.ok_or_else(|| {
            Problem::bad(field, format!("\"{text}\" is no number of days: give a whole number from 0 to {MAX}"))
        })
    };
    text.map(read).transpose()
}

/// Reads a whole number of some `thing` within bounds; the problem names the parameter.
pub(super) fn parse_up_to(
    field: &str,
    thing: &str,
    text: Option<&String>,
    within: RangeInclusive<u32>,
) -> Result<Option<u32>, Problem> {
    let read = |text: &String| {
        let given = text.parse().ok().filter(|number| within.contains(number));
        let (least, most) = (within.start(), within.end());
        given.ok_or_else(|| {
            Problem::bad(field, format!("\"{text}\" is no {thing}: give a whole number from {least} to {most}"))
        })
    };
    text.map(read).transpose()
}

/// Reads a position; the problem names the field.
pub(super) fn parse_position(field: &str, text: &str) -> Result<u64, Problem> {
    parse_whole(field, "position", text)
}

/// Reads a whole number, which is to be some `thing`; the problem names the field.
pub(super) fn parse_whole(field: &str, thing: &str, text: &str) -> Result<u64, Problem> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| Problem::bad(field, format!("\"{text}\" is no {thing}: give a whole number from 0")))
}

/// The names of a set of parameters, as they are documented.
pub(super) fn names<P: IntoParams>() -> Vec<String> {
    P::into_params(|| None).into_iter().map(|parameter| parameter.name).collect()
}

/// The names and values of a query, decoded; a name that comes twice is a problem.
pub(super) fn parse_query(query: &str) -> Result<Vec<(String, String)>, Problem> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = decode(value).ok_or_else(|| Problem::bad(name, "the value is no UTF-8 when it is unescaped"))?;
        let name = decode(name).ok_or_else(|| Problem::bad("", "a parameter's name is no UTF-8"))?;
        Ok((name, value))
    });
    let pairs: Vec<(String, String)> = pairs.collect::<Result<_, Problem>>()?;
    let mut seen = BTreeSet::new();
    match pairs.iter().find(|(name, _)| !seen.insert(name)) {
        Some((name, _)) => Err(Problem::bad(name, "the parameter is given twice: give one value")),
        None => Ok(pairs),
    }
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Into::into)
}

/// Refuses parameters that are not among the known ones.
pub(super) fn refuse_unknown(pairs: &[(String, String)], known: &[String]) -> Result<(), Problem> {
    let Some((name, _)) = pairs.iter().find(|(name, _)| !known.contains(name)) else { return Ok(()) };
    let takes = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let detail = format!("`{name}` is no parameter of this question, which takes: {takes}");
    Err(Problem { sort: ProblemType::UnknownParameter, detail, field: Some(name.clone()) })
}

/// Reads a set of parameters; the problem names the one that does not fit.
pub(super) fn read<P: DeserializeOwned + IntoParams>(pairs: &[(String, String)]) -> Result<P, Problem> {
    let names = names::<P>();
    let own: Vec<_> = pairs.iter().filter(|(name, _)| names.contains(name)).collect();
    let as_json = |pairs: &[&(String, String)]| {
        let fields = pairs.iter().map(|(name, value)| (name.clone(), Value::String(value.clone())));
        serde_json::from_value::<P>(Value::Object(fields.collect::<Map<_, _>>()))
    };
    as_json(&own).map_err(|error| {
        // All parameters are optional, so the one that is wrong is wrong alone.
        let wrong = own.iter().find_map(|pair| Some((pair.0.as_str(), as_json(&[*pair]).err()?)));
        let (field, error) = wrong.unwrap_or(("", error));
        Problem::bad(field, error.to_string())
    })
}
