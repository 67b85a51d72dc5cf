//! Holds `docs/import.md` against the program: its mappings compile, its outputs and messages are the real ones.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;

/// What stands before a snippet that is no whole mapping.
const HEAD: &str = "name = \"snippet\"\nsystem = \"crm\"\nactor = { kind = \"import\", id = \"crm\" }\n";

fn document() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/import.md")).unwrap()
}

/// The fenced blocks: what stands after the fence, and the lines inside.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let inner: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((info.to_owned(), inner.join("\n") + "\n"));
        }
    }
    blocks
}

/// One example of the document: its files, its mapping, and a ledger for its runs.
#[derive(Default)]
struct Example {
    files: BTreeMap<String, String>,
    mapping: Option<String>,
    ledger: FakeLedger,
}

impl Example {
    fn case(&self) -> Case {
        let files: Vec<_> = self.files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        case(self.mapping.as_deref().unwrap(), &files)
    }

    fn file(&mut self, name: &str, text: String) {
        if self.mapping.is_some() && !self.files.contains_key(name) {
            *self = Self::default();
        }
        self.files.insert(name.to_owned(), text);
    }

    fn output(&mut self, how: &str) -> String {
        let case = self.case();
        let options = case.options();
        std::fs::write(&options.mapping, self.mapping.as_deref().unwrap()).unwrap();
        let ledger: Option<&mut dyn crate::appender::Appender> =
            if how == "dry run" { None } else { Some(&mut self.ledger) };
        let report = run(&options, ledger, &mut |_| {}).unwrap();
        without_folder(&report.to_string(), &case)
    }
}

fn without_folder(text: &str, case: &Case) -> String {
    text.replace(&format!("{}/", case.folder.path().display()), "")
}

#[test]
fn every_example_runs_as_it_is_shown() {
    let blocks = blocks(&document());
    let mut example = Example::default();
    let mut mappings = 0;
    for (at, (info, text)) in blocks.iter().enumerate() {
        let (language, name) = info.split_once(' ').unwrap_or((info, ""));
        match language {
            "csv" | "ndjson" => example.file(name, text.clone()),
            "toml" => {
                mappings += 1;
                let whole = text.starts_with("name =");
                example.mapping = Some(if whole { text.clone() } else { format!("{HEAD}{text}") });
                // A mapping whose output follows may reject rows, as the output says.
                if !blocks.iter().skip(at + 1).take(2).any(|(info, _)| info == "text dry run") {
                    let case = example.case();
                    assert!(!case.drafts().is_empty(), "makes no events:\n{text}");
                }
            }
            "text" => assert_eq!(example.output(name).trim_end(), text.trim_end(), "{info}"),
            "" | "sh" => {}
            other => panic!("no test knows what to do with a block of {other}"),
        }
    }
    assert!(mappings >= 8, "{mappings}");
}

/// What the program says to a mapping and its files: the error, or the first rejected row.
fn said(mapping: &str, files: &[(&str, &[u8])]) -> String {
    let parsed = match Mapping::parse("test", mapping) {
        Ok(_) => case(mapping, files),
        Err(error) => return error.to_string(),
    };
    let text = match parsed.plan() {
        Err(error) => error.to_string(),
        Ok(plan) => match plan.sorted_rejects().first() {
            None => "nothing is wrong".to_owned(),
            Some(reject) => {
                let field = if reject.field.is_empty() { String::new() } else { format!("{}: ", reject.field) };
                format!("{}, line {}: {field}{}", reject.file.display(), reject.line, reject.reason)
            }
        },
    };
    without_folder(&text, &parsed)
}

const ROW: &str = "1,acme,Acme,2024-01-31,5,\n";

/// A mistake in the mapping of orders.
fn mapping_mistake(from: &str, to: &str) -> String {
    let whole = csv_mapping(ORDERS);
    assert!(whole.contains(from), "{from}");
    said(&whole.replacen(from, to, 1), &[("orders.csv", format!("{HEADER}{ROW}").as_bytes())])
}

/// A mistake in the orders themselves.
fn row_mistake(rows: &str) -> String {
    said(&csv_mapping(ORDERS), &[("orders.csv", format!("{HEADER}{rows}").as_bytes())])
}

/// What is said to a table of the mapping `crm`.
fn crm_mistake(file: &str, header: &str, row: &str) -> String {
    let text = include_str!("../mappings/crm.toml");
    said(text, &[(file, format!("{header}\n{row}\n").as_bytes())])
}

/// One rule with this payload, for rows of `id` and `persons`.
fn rule_mistake(kind: &str, rest: &str) -> String {
    let rule = format!(
        "[[source.event]]\nkind = \"{kind}\"\nstream = \"account/a\"\nrecord = \"{{{{ id }}}}\"\noccurred_at = \"2024-01-01\"\n{rest}"
    );
    said(&csv_mapping(&rule), &[("orders.csv", b"id,persons\n1,ann; bob\n")])
}

const NAMES: &str = "\n[[lookup]]\nname = \"names\"\nfiles = [\"names.csv\"]\nkey = \"account\"\n";

/// What is said to orders with a lookup of names.
fn lookup_mistake(from: &str, to: &str, names: &str) -> String {
    let whole = csv_mapping(ORDERS).replacen(from, to, 1) + NAMES;
    said(&whole, &[("orders.csv", format!("{HEADER}{ROW}").as_bytes()), ("names.csv", names.as_bytes())])
}

const CALL: &str = "payload = { channel = \"phone\", direction = \"inbound\", persons = ";

fn in_the_mapping() -> Vec<String> {
    vec![
        mapping_mistake("{{ total | amount }}", "{{ totl | amount }}"),
        mapping_mistake("{{ total | amount }}", "{{ total | ammount }}"),
        mapping_mistake("order.placed", "order.place"),
        mapping_mistake("sold_by", "soldby"),
        mapping_mistake("total = { amount = \"{{ total | amount }}\", currency = \"EUR\" }, ", ""),
        mapping_mistake("account/{{ account }}", "person/{{ account }}"),
        mapping_mistake("sequence = \"{{ id }}\"", "when = \"{{ seller }}\""),
        rule_mistake("ownership.assigned", "payload = { person = \"ann\", role = \"primary\" }"),
        rule_mistake("interaction.logged", &format!("{}[\"ann\"] }}", CALL.replace("phone", "telefone"))),
        rule_mistake(
            "interaction.logged",
            &format!(
                "{CALL}{{ each = \"lookup.team[id]\", item = \"{{{{ item.person }}}}\" }} }}\n[[lookup]]\nname = \"team\"\nfiles = [\"team.csv\"]\nkey = \"id\"\nrequired = false"
            ),
        ),
        lookup_mistake("{{ name }}", "{{ lookup.names[account].Nmae }}", "account,Name\nacme,Acme\n"),
        lookup_mistake("{{ name }}", "{{ lookup.names[account].Name }}", "account,Name\nacme,Acme\nacme,Acme Ltd\n"),
    ]
}

fn in_the_files() -> Vec<String> {
    let long = "9".repeat(30);
    vec![
        said(&csv_mapping(ORDERS), &[("order.csv", HEADER.as_bytes())]),
        said(&csv_mapping(ORDERS), &[("orders.csv", HEADER.replace(',', ";").as_bytes())]),
        said(
            &csv_mapping(ORDERS),
            &[("orders.csv", format!("{HEADER}1,acme,\"Acme,2024-01-31,5,\n{}", ROW.repeat(50_000)).as_bytes())],
        ),
        row_mistake("1,acme,Acme,2024-01-31\n"),
        row_mistake("1,acme,Acme,31/01/2024,5,\n"),
        row_mistake("1,acme,Acme,2024-02-30,5,\n"),
        row_mistake("1,acme,Acme,,5,\n"),
        row_mistake("1,acme,Acme,2031-01-01,5,\n"),
        row_mistake("1,acme,Acme,2024-01-31,\"1.234,50\",\n"),
        row_mistake(&format!("1,acme,Acme,2024-01-31,{long},\n")),
        row_mistake("1,,Acme,2024-01-31,5,\n"),
        row_mistake("1,acme,Acme,2024-01-31,5,\n1,acme,Acme,2024-01-31,6,\n"),
        row_mistake("1,acme,Acme,2024-01-31,,\n"),
        rule_mistake("interaction.logged", &format!("{CALL}\"{{{{ persons }}}}\" }}")),
        crm_mistake("consents.csv", "account,contact,date,channel,consent", "a,c-1,2024-01-01,telefone,given"),
        crm_mistake("surveys.csv", "id,account,date,instrument,score", "1,a,2024-01-01,csat,9"),
        crm_mistake("orders.csv", "id,account,placed_on,total,currency", "1,a,2024-01-01,5,euro"),
        crm_mistake(
            "contracts.csv",
            "id,account,signed_on,value,currency,from,to",
            "1,a,2024-01-01,5,EUR,2024-01-01,2023-12-31",
        ),
        crm_mistake(
            "order_changes.csv",
            "id,order,account,date,event,amount,currency",
            "1,O,a,2024-01-01,canceled,5,EUR",
        ),
        crm_mistake("coverage.csv", "account,owner,delegate,from,until", "a,ann,bob,2024-01-01,two weeks"),
    ]
}

#[test]
fn every_message_in_the_table_is_what_the_program_says() {
    let document = document();
    let missing: Vec<_> = [in_the_mapping(), in_the_files()]
        .concat()
        .into_iter()
        .filter(|message| !document.contains(&format!("`{}`", message.replace('|', "\\|"))))
        .collect();
    assert!(missing.is_empty(), "docs/import.md lacks:\n{}", missing.join("\n"));
}
