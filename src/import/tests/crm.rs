//! The built-in mapping `crm` against its example files: every kind, whole, in any order, and as documented.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use minijinja::Value;
use tenure_schemas::Kind;

use super::*;
use crate::import::formats::Formats;
use crate::import::inputs::Headers;
use crate::import::mapping::NumberFormat;
use crate::import::{rules, template};

/// Kinds that no table of a CRM is read for, and why.
const LEFT_OUT: [(Kind, &str); 6] = [
    (Kind::ContactErased, "an erasure is asked of this ledger itself, with its legal basis; no file may cause one"),
    (Kind::HandoverBriefed, "names the digest of a brief that this program made"),
    (Kind::ModelPublished, "a scoring model is written for this program, and appended by itself"),
    (Kind::ModelActivated, "comes with its model"),
    (Kind::LedgerOpened, "is what the ledger says of itself"),
    (Kind::LedgerLossAccepted, "is what the ledger says of itself"),
];

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/crm");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn drafts_of(files: Vec<PathBuf>) -> Vec<Draft> {
    let options = ImportOptions { mapping: "crm".to_owned(), files, rejects: None, now: NOW.parse().unwrap() };
    let plan = plan(&Mapping::load("crm").unwrap(), &options, &mut |_| {}).unwrap();
    assert_eq!(plan.sorted_rejects(), []);
    plan.drafts().cloned().collect()
}

#[test]
fn every_kind_has_its_table_or_a_reason_to_have_none() {
    let made: BTreeSet<_> = drafts_of(fixtures()).iter().map(|draft| draft.payload.kind()).collect();
    let left_out: BTreeSet<_> = LEFT_OUT.iter().map(|(kind, _)| *kind).collect();
    assert!(made.is_disjoint(&left_out));
    let both: BTreeSet<_> = made.union(&left_out).copied().collect();
    assert_eq!(both, Kind::ALL.iter().copied().collect());
}

#[test]
fn every_example_says_what_it_should() {
    let mut text = String::new();
    for draft in drafts_of(fixtures()) {
        let record = draft.source.as_ref().map(|source| source.record.as_str()).unwrap_or_default();
        let reason = draft.reason.as_ref().map(|reason| format!(" ({})", reason.text.as_str())).unwrap_or_default();
        writeln!(text, "{} [{record}]{reason}\n    {}", outline(&draft), draft.payload.to_json()).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_order_of_tables_and_of_their_rows_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let reversed = fixtures().into_iter().rev().map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let keep = usize::from(path.extension().is_some_and(|end| end == "csv"));
        let mut lines: Vec<_> = text.lines().collect();
        lines[keep..].reverse();
        let copy = folder.path().join(path.file_name().unwrap());
        std::fs::write(&copy, lines.join("\n") + "\n").unwrap();
        copy
    });
    assert_eq!(drafts_of(reversed.collect()), drafts_of(fixtures()));
}

#[test]
fn a_second_run_adds_nothing() {
    let options =
        ImportOptions { mapping: "crm".to_owned(), files: fixtures(), rejects: None, now: NOW.parse().unwrap() };
    let mut ledger = FakeLedger::default();
    let first = run(&options, Some(&mut ledger), &mut |_| {}).unwrap();
    let second = run(&options, Some(&mut ledger), &mut |_| {}).unwrap();
    assert_eq!((first.event_total().already_recorded, first.rows().skipped), (0, 0));
    assert_eq!(second.event_total().recorded, 0);
    assert_eq!(second.event_total().already_recorded, first.event_total().recorded);
}

#[test]
fn every_table_can_be_left_out() {
    for path in fixtures() {
        let options = ImportOptions { files: vec![path], ..options() };
        plan(&Mapping::load("crm").unwrap(), &options, &mut |_| {}).unwrap();
    }
}

fn options() -> ImportOptions {
    ImportOptions { mapping: "crm".to_owned(), files: Vec::new(), rejects: None, now: NOW.parse().unwrap() }
}

/// Per table: its file, the columns that it needs, those that it may lack, and the kinds that it makes.
fn tables() -> Vec<String> {
    let mapping = Mapping::load("crm").unwrap();
    let formats = Formats { zone: mapping.zone.clone(), dates: Vec::new(), numbers: NumberFormat::default() };
    let formats: Vec<_> = mapping.sources.iter().map(|_| Arc::new(formats.clone())).collect();
    let environment = |formats| template::environment(&mapping.system, formats, &Value::UNDEFINED);
    let envs: Vec<_> = formats.iter().map(environment).collect();
    let rules = rules::compile(&mapping, &envs, &formats, &Headers::new()).unwrap().all;
    let table = |(at, source): (usize, &mapping::SourceSpec)| {
        let own = || rules.iter().filter(move |rule| rule.source == at);
        let used: BTreeSet<_> = own().flat_map(|rule| rule.uses.values()).flat_map(|uses| &uses.columns).collect();
        let unused: Vec<_> = source.optional.iter().filter(|column| !used.contains(column)).collect();
        assert!(unused.is_empty(), "{}: nothing uses {unused:?}", source.label());
        let needed = used.into_iter().filter(|column| !source.optional.contains(column));
        let needed = needed.map(String::as_str).collect::<Vec<_>>().join(", ");
        let kinds = own().map(|rule| rule.kind.as_str()).collect::<Vec<_>>().join(", ");
        format!("| `{}` | {needed} | {} | {kinds} |", source.files[0], source.optional.join(", "))
    };
    mapping.sources.iter().enumerate().map(table).collect()
}

#[test]
fn the_tables_are_documented_as_they_are() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/import.md")).unwrap();
    let missing: Vec<_> = tables().into_iter().filter(|row| !text.contains(row)).collect();
    assert!(missing.is_empty(), "docs/import.md lacks:\n{}", missing.join("\n"));
}
