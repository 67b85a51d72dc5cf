//! The mapping language: what a mapping file may say, as plain data.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use tenure_schemas::{ActorKind, Name, Zone};

use super::error::ImportError;

/// The mappings that ship with the program, by name.
const BUILT_IN: [(&str, &str); 3] = [
    ("adventureworks", include_str!("mappings/adventureworks.toml")),
    ("crm", include_str!("mappings/crm.toml")),
    ("helpdesk", include_str!("mappings/helpdesk.toml")),
];

/// The names of the mappings that ship with the program.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// Which rows of which files become which events.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the mapping is called in messages.
    pub name: String,
    /// For people; not read by the program.
    #[serde(default)]
    pub description: Option<String>,
    /// The system that the data come from: `source.system` of every event.
    pub system: Name,
    /// The zone of dates and times that name none; UTC when absent.
    #[serde(default)]
    pub zone: Zone,
    /// Who reports the events whose rule names nobody else.
    pub actor: ActorSpec,
    /// Patterns of files that are known and hold nothing to record.
    #[serde(default)]
    pub unused_files: Vec<String>,
    /// Tables whose rows expressions look up by key.
    #[serde(default, rename = "lookup")]
    pub lookups: Vec<LookupSpec>,
    /// The files whose rows become events.
    #[serde(default, rename = "source")]
    pub sources: Vec<SourceSpec>,
}

/// Who reports: `id` and `name` are templates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorSpec {
    /// What sort of actor.
    pub kind: ActorKind,
    /// The actor's id.
    pub id: String,
    /// The name as it was then.
    #[serde(default)]
    pub name: Option<String>,
}

/// How the rows of a file are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values with a header line.
    #[default]
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// A table whose rows expressions look up: `lookup.<name>[key].<column>`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupSpec {
    /// The name in expressions.
    pub name: String,
    /// Base names or patterns of its files.
    pub files: Vec<String>,
    /// How the rows are written.
    #[serde(default)]
    pub format: Format,
    /// What separates the columns of CSV.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// The column whose values are the keys.
    pub key: String,
    /// Whether a key may have several rows; the lookup is then a list, for `each` to go through.
    #[serde(default)]
    pub many: bool,
    /// The column that puts the rows of a key in order; rows that it does not tell apart are ordered by what they say.
    #[serde(default)]
    pub order_by: Option<String>,
    /// Columns that a file may lack; they are empty then.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Whether a run without such a file is refused.
    #[serde(default = "yes")]
    pub required: bool,
}

fn yes() -> bool {
    true
}

/// Files of one shape, and the events that their rows become.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// What the source is called in messages and reports; its first file pattern when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Base names or patterns (`*`, `?`) of its files, with or without `.gz` and `.zst`.
    pub files: Vec<String>,
    /// How the rows are written.
    pub format: Format,
    /// Whether a run without such a file is refused.
    #[serde(default)]
    pub required: bool,
    /// The zone of dates and times that name none, where it differs from the mapping's.
    #[serde(default)]
    pub zone: Option<Zone>,
    /// What separates the columns of CSV.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// How dates are written, as strptime formats, tried in order; ISO 8601 when empty.
    #[serde(default)]
    pub dates: Vec<String>,
    /// How numbers are written.
    #[serde(default)]
    pub numbers: NumberFormat,
    /// Columns that a file may lack; they are empty then.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Whether a row that no rule makes anything of is rejected instead of skipped.
    #[serde(default)]
    pub every_row: bool,
    /// What every event of this source says unless it says otherwise.
    #[serde(default)]
    pub defaults: Defaults,
    /// The events, in the order in which those of one row and moment are recorded.
    #[serde(default, rename = "event")]
    pub events: Vec<RuleSpec>,
}

impl SourceSpec {
    /// What the source is called.
    pub fn label(&self) -> &str {
        self.name.as_deref().or(self.files.first().map(String::as_str)).unwrap_or_default()
    }
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFormat {
    /// What stands between the whole part and the fraction.
    #[serde(default = "point")]
    pub decimal: char,
    /// What stands between groups of three digits, if anything.
    #[serde(default)]
    pub thousands: Option<char>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self { decimal: point(), thousands: None }
    }
}

fn point() -> char {
    '.'
}

/// Fields that the events of a source share.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// See [`RuleSpec::stream`].
    #[serde(default)]
    pub stream: Option<String>,
    /// See [`RuleSpec::record`].
    #[serde(default)]
    pub record: Option<String>,
    /// See [`RuleSpec::occurred_at`].
    #[serde(default)]
    pub occurred_at: Option<String>,
    /// See [`RuleSpec::sequence`].
    #[serde(default)]
    pub sequence: Option<String>,
    /// See [`RuleSpec::source_recorded_at`].
    #[serde(default)]
    pub source_recorded_at: Option<String>,
    /// See [`RuleSpec::actor`].
    #[serde(default)]
    pub actor: Option<ActorSpec>,
    /// See [`RuleSpec::reason`].
    #[serde(default)]
    pub reason: Option<ReasonSpec>,
}

/// One event that a row may become.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// What the rule is called in messages; its kind when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// The kind of event.
    pub kind: String,
    /// An expression; rows for which it is false make no event of this rule.
    #[serde(default)]
    pub when: Option<String>,
    /// Only the first row of a key, in sorted order, makes the event.
    #[serde(default)]
    pub once_per: Option<OncePer>,
    /// Only a row whose value differs from that of the key's row before it makes the event.
    #[serde(default)]
    pub on_change_of: Option<OnChangeOf>,
    /// Template of the stream, such as `account/{{ AccountNumber }}`.
    #[serde(default)]
    pub stream: Option<String>,
    /// Template of the record id, unique in the system; a second run knows the event by it.
    #[serde(default)]
    pub record: Option<String>,
    /// Template of the time at which it happened.
    #[serde(default)]
    pub occurred_at: Option<String>,
    /// Template of the record's place in the system's own order, a whole number.
    #[serde(default)]
    pub sequence: Option<String>,
    /// Template of the time at which the system learned it.
    #[serde(default)]
    pub source_recorded_at: Option<String>,
    /// Who reports, where it is not the mapping's actor.
    #[serde(default)]
    pub actor: Option<ActorSpec>,
    /// Why, where the kind asks for it.
    #[serde(default)]
    pub reason: Option<ReasonSpec>,
    /// Template of the record id of the event that brought this one about.
    #[serde(default)]
    pub causation: Option<String>,
    /// What the event says; every string is a template.
    #[serde(default)]
    pub payload: toml::Table,
}

/// Only the first row of a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OncePer {
    /// Rules that name the same group share their keys, across sources.
    #[serde(default)]
    pub group: Option<String>,
    /// Template of the key.
    pub key: String,
}

/// Only when the value changes within the key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnChangeOf {
    /// Template of the key.
    pub key: String,
    /// Template of the value.
    pub value: String,
}

/// Why something was decided: both are templates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonSpec {
    /// The code, such as `reported`.
    pub code: String,
    /// In words.
    pub text: String,
}

impl Mapping {
    /// Reads a built-in mapping by its name, or else the file of that path.
    pub fn load(name_or_path: &str) -> Result<Self, ImportError> {
        if let Some((name, text)) = BUILT_IN.iter().find(|(name, _)| *name == name_or_path) {
            return Self::parse(name, text);
        }
        let path = Path::new(name_or_path);
        let text = std::fs::read_to_string(path).map_err(|source| ImportError::ReadMapping {
            mapping: name_or_path.to_owned(),
            built_in: built_in_names().collect::<Vec<_>>().join(", "),
            source,
        })?;
        Self::parse(name_or_path, &text)
    }

    /// Reads a mapping from TOML; `origin` names it in errors.
    pub fn parse(origin: &str, text: &str) -> Result<Self, ImportError> {
        let mapping: Self = toml::from_str(text).map_err(|error| ImportError::ParseMapping {
            mapping: origin.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        mapping.check_outline()?;
        Ok(mapping)
    }

    fn check_outline(&self) -> Result<(), ImportError> {
        if self.sources.is_empty() {
            return Err(self.fault("", "has no [[source]]: name the files to read"));
        }
        let mut names = BTreeSet::new();
        for source in &self.sources {
            let place = format!("source {}", source.label());
            if source.files.is_empty() {
                return Err(self.fault(&place, "names no files"));
            }
            if !names.insert(source.label()) {
                return Err(self.fault(&place, "is there twice: give each source a name of its own"));
            }
            if source.events.is_empty() {
                return Err(self.fault(&place, "has no [[source.event]]: say what its rows become"));
            }
            check_numbers(source.numbers).map_err(|message| self.fault(&format!("{place}, numbers"), &message))?;
            check_delimiter(source.delimiter).map_err(|message| self.fault(&format!("{place}, delimiter"), message))?;
        }
        self.check_lookups()
    }

    fn check_lookups(&self) -> Result<(), ImportError> {
        let mut names = BTreeSet::new();
        for lookup in &self.lookups {
            let place = format!("lookup {}", lookup.name);
            if !names.insert(lookup.name.as_str()) {
                return Err(self.fault(&place, "is there twice: give each lookup a name of its own"));
            }
            check_delimiter(lookup.delimiter).map_err(|message| self.fault(&format!("{place}, delimiter"), message))?;
            if lookup.order_by.is_some() && !lookup.many {
                let message = "means something only beside many = true: a key has one row otherwise";
                return Err(self.fault(&format!("{place}, order_by"), message));
            }
        }
        Ok(())
    }

    /// An error in this mapping, at `place`.
    pub(crate) fn fault(&self, place: &str, message: &str) -> ImportError {
        ImportError::Mapping { mapping: self.name.clone(), place: place.to_owned(), message: message.to_owned() }
    }
}

fn check_numbers(numbers: NumberFormat) -> Result<(), String> {
    let marks = [Some(numbers.decimal), numbers.thousands];
    for mark in marks.into_iter().flatten() {
        if mark.is_ascii_digit() || matches!(mark, '-' | '+') {
            return Err(format!("\"{mark}\" cannot separate digits"));
        }
    }
    if numbers.thousands == Some(numbers.decimal) {
        return Err("decimal and thousands are the same mark".to_owned());
    }
    Ok(())
}

fn check_delimiter(delimiter: Option<char>) -> Result<(), &'static str> {
    match delimiter {
        Some(mark) if !mark.is_ascii() || matches!(mark, '"' | '\r' | '\n') => {
            Err("must be one ASCII character other than a quote or a line break")
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether a base name matches one of the patterns, as it is or without `.gz` or `.zst`.
pub(crate) fn matches_any(patterns: &[String], base_name: &str) -> bool {
    let plain = [".gz", ".zst"].iter().find_map(|suffix| base_name.strip_suffix(suffix)).unwrap_or(base_name);
    patterns.iter().any(|pattern| wildcard(pattern, base_name) || wildcard(pattern, plain))
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for one.
fn wildcard(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // reached[i]: the pattern so far can match the first i characters.
    let mut reached = vec![false; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for mark in pattern.chars() {
        reached = step(mark, &text, &reached);
    }
    reached.last().copied().unwrap_or_default()
}

fn step(mark: char, text: &[char], reached: &[bool]) -> Vec<bool> {
    let mut next = Vec::with_capacity(reached.len());
    let mut any_before = false;
    for (at, here) in reached.iter().copied().enumerate() {
        any_before |= here;
        let before = at.checked_sub(1);
        let char_before = before.and_then(|before| text.get(before).copied());
        let reached_before = before.and_then(|before| reached.get(before).copied()).unwrap_or_default();
        next.push(match mark {
            '*' => any_before,
            '?' => reached_before,
            literal => reached_before && char_before == Some(literal),
        });
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_base_names_with_and_without_compression() {
        let check = |pattern: &str, name: &str| matches_any(&[pattern.to_owned()], name);
        for (pattern, name) in [
            ("orders.csv", "orders.csv"),
            ("orders.csv", "orders.csv.gz"),
            ("orders.csv.gz", "orders.csv.gz"),
            ("orders-*.csv", "orders-2024.csv.zst"),
            ("o?ders*", "orders"),
            ("*", "Käufe.csv"),
            ("a*b*c", "aXbYbZc"),
        ] {
            assert!(check(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("orders.csv", "my-orders.csv"),
            ("orders.csv", "orders.csv.bak"),
            ("orders-?.csv", "orders-.csv"),
            ("", "x"),
            ("a*b*c", "aXcYb"),
        ] {
            assert!(!check(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn every_built_in_mapping_reads() {
        for name in built_in_names() {
            assert_eq!(Mapping::load(name).unwrap().name, name);
        }
    }
}
