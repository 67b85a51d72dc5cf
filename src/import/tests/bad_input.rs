//! Bad files: each is an error that names the place, or rejects the row; nothing is recorded from half a file.

use super::*;
use crate::import::source::tests::gzip;

#[track_caller]
fn refused(name: &str, bytes: &[u8], says: &[&str]) {
    let case = case(&csv_mapping(ORDERS), &[(name, bytes)]);
    let mut ledger = FakeLedger::default();
    let error = run_orders(&case, &mut ledger).unwrap_err();
    for words in says.iter().chain(&[name]) {
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(ledger.events.is_empty() && ledger.batches == 0);
}

#[test]
fn a_bad_file_is_refused_by_name_and_nothing_is_appended() {
    let rows =
        (1..3000).map(|id| format!("{id},a{id},A,2024-01-01,{},\n", id * 7919 % 997)).collect::<Vec<_>>().concat();
    let whole = gzip(format!("{HEADER}{rows}").as_bytes());
    refused("orders.csv.gz", &whole[..whole.len() / 2], &["cannot read"]);
    refused("orders.csv", b"", &["line 1", "empty"]);
    refused("orders.csv", b"id,id\n1,2\n", &["two columns are called id"]);
    refused(
        "orders.csv",
        b"id,account,name,date,total\n",
        &["no column seller", "it has: id, account, name, date, total"],
    );
    refused("other.csv", b"a\n1\n", &["has no source for", "orders*.csv"]);
    refused("orders.txt", b"a\n1\n", &["has no source for"]);
    let mut endless = format!("{HEADER}1,a,\"").into_bytes();
    endless.resize(3 * 1024 * 1024, b'x');
    refused("orders.csv", &endless, &["line 2", "longer than 1 MiB"]);
}

#[test]
fn bad_rows_are_rejected_beside_good_ones() {
    let rows = b"\xef\xbb\xbfid,account,name,date,total,seller\r\n1,a,A,2024-01-01,5,\r\n\r\n2,b\r\n3,c,\xff,2024-01-01,5,\r\n4,\"d\"\"\",D,2024-01-01,5,\r\n";
    let case = case(&csv_mapping(ORDERS), &[("orders.csv", rows)]);
    let report = run_orders(&case, &mut FakeLedger::default()).unwrap();
    assert_eq!(report.rows(), RowCounts { recorded: 2, rejected: 2, ..RowCounts::default() });
    let places: Vec<_> = report.rejects.iter().map(|reject| (reject.line, reject.columns.as_str())).collect();
    assert_eq!(places, [(4, ""), (5, "name")]);
}

#[test]
fn a_header_alone_is_an_import_of_nothing() {
    let report = run_orders(&orders(""), &mut FakeLedger::default()).unwrap();
    assert_eq!(report.rows(), RowCounts::default());
}

#[test]
fn a_directory_a_missing_file_and_no_file_are_refused() {
    let mut case = orders("");
    let folder = case.folder.path().join("orders-2024.csv");
    std::fs::create_dir(&folder).unwrap();
    for (files, says) in [
        (vec![folder], "orders-2024.csv is a directory"),
        (vec![case.folder.path().to_owned()], "is a directory"),
        (vec![case.folder.path().join("orders-none.csv")], "cannot open"),
        (vec![], "no files were given"),
    ] {
        case.files = files;
        let error = run_orders(&case, &mut FakeLedger::default()).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn lines_that_are_no_objects_are_rejected() {
    let mapping = csv_mapping(ORDERS).replace("\"csv\"", "\"ndjson\"").replace("orders*.csv", "log.ndjson");
    let line = |id: u32| {
        format!(
            "{{\"id\":{id},\"account\":\"a\",\"name\":\"A\",\"date\":\"2024-01-01\",\"total\":5.25,\"seller\":null}}\n"
        )
    };
    let text = format!("{}not json\n[]\n{{\"id\":3}}\n{}", line(1), line(2));
    let case = case(&mapping, &[("log.ndjson", text.as_bytes())]);
    let lines: Vec<_> = case.rejects().into_iter().map(|(line, _, _)| line).collect();
    assert_eq!(lines, [2, 3, 4]);
    let plan = case.plan().unwrap();
    assert_eq!(plan.drafts().count(), 3);
    assert_eq!(plan.drafts().last().unwrap().payload.to_json()["total"]["amount"], "5.25");
}
