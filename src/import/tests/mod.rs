//! Tests of whole imports: mappings and files in, drafts, reports and errors out.

mod bad_input;
mod crm;
mod documented;
mod fake;
mod lists;
mod mapping_errors;
mod real_data;
mod semantics;

use std::path::PathBuf;

use tempfile::TempDir;
use tenure_schemas::Draft;

use super::*;
use fake::FakeLedger;

/// A folder with files, and a mapping.
struct Case {
    folder: TempDir,
    mapping: Mapping,
    files: Vec<PathBuf>,
}

const NOW: &str = "2024-06-01T00:00:00Z";

/// A mapping of `orders*.csv` and `log.ndjson` with these lines put into its one source.
fn csv_mapping(source: &str) -> String {
    format!(
        "name = \"test\"\nsystem = \"shop\"\nactor = {{ kind = \"import\", id = \"shop\" }}\n\
         [[source]]\nfiles = [\"orders*.csv\"]\nformat = \"csv\"\n{source}"
    )
}

/// Orders with everything that a rule needs, to add to.
const ORDERS: &str = r#"
[source.defaults]
stream = "account/{{ account }}"
occurred_at = "{{ date }}"

[[source.event]]
kind = "account.opened"
record = "account:{{ account }}"
once_per = { key = "{{ account }}" }
payload = { name = "{{ name }}" }

[[source.event]]
kind = "order.placed"
record = "order:{{ id }}"
sequence = "{{ id }}"
payload = { order = "{{ id }}", total = { amount = "{{ total | amount }}", currency = "EUR" }, sold_by = "{{ seller }}" }
"#;

const HEADER: &str = "id,account,name,date,total,seller\n";

fn case(mapping: &str, files: &[(&str, &[u8])]) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, content): &(&str, &[u8])| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let files = files.iter().map(write).collect();
    Case { files, folder, mapping: Mapping::parse("test", mapping).unwrap() }
}

fn orders(rows: &str) -> Case {
    case(&csv_mapping(ORDERS), &[("orders.csv", format!("{HEADER}{rows}").as_bytes())])
}

impl Case {
    fn options(&self) -> ImportOptions {
        let path = self.folder.path().join("mapping.toml");
        ImportOptions {
            mapping: path.to_string_lossy().into_owned(),
            files: self.files.clone(),
            rejects: None,
            now: NOW.parse().unwrap(),
        }
    }

    fn plan(&self) -> Result<Plan, ImportError> {
        plan(&self.mapping, &self.options(), &mut |_| {})
    }

    fn drafts(&self) -> Vec<Draft> {
        let plan = self.plan().unwrap();
        assert_eq!(plan.sorted_rejects(), [], "no row was to be rejected");
        plan.drafts().cloned().collect()
    }

    /// Kind, stream and date or instant of each event.
    fn outline(&self) -> Vec<String> {
        self.plan().unwrap().drafts().map(outline).collect()
    }

    /// Line, field and columns of each rejected row.
    fn rejects(&self) -> Vec<(u64, String, String)> {
        let rejects = self.plan().unwrap().sorted_rejects();
        rejects.into_iter().map(|reject| (reject.line, reject.field, reject.columns)).collect()
    }
}

fn outline(draft: &Draft) -> String {
    format!("{} {} {}", draft.when.at.timestamp().strftime("%F"), draft.payload.kind(), draft.stream)
}

/// Runs an import of orders into a ledger, by the front door.
fn run_orders(case: &Case, ledger: &mut FakeLedger) -> Result<Report, ImportError> {
    let options = case.options();
    std::fs::write(&options.mapping, csv_mapping(ORDERS)).unwrap();
    run(&options, Some(ledger), &mut |_| {})
}
