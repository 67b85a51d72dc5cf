//! What rules mean: order, `once_per`, `on_change_of`, what is left out, and what happens to rows at the ledger.

use serde_json::json;

use super::fake::refusal;
use super::*;
use crate::appender::AppendError;

const MOVES: &str = r#"
[source.defaults]
occurred_at = "{{ date }}"
stream = "account/{{ account }}"
record = "{{ id }}"

[[source.event]]
kind = "ownership.transferred"
when = "seller"
on_change_of = { key = "{{ account }}", value = "{{ seller }}" }
reason = { code = "reported", text = "order {{ previous.id }} came before" }
payload = { from = "{{ previous.seller }}", to = "{{ seller }}", role = "primary" }
"#;

#[test]
fn the_order_of_files_and_rows_does_not_matter() {
    let rows = [
        "2,b,B,2024-01-02,5,",
        "1,a,A,2024-01-02,5,ann",
        "4,a,AA,2024-01-03,5,",
        "3,b,B,2024-01-01,5,",
        "10,a,A,2024-01-02,5,",
    ];
    let shuffles = [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]];
    let mut seen: Vec<Vec<Draft>> = Vec::new();
    for (shuffle, split) in shuffles.iter().flat_map(|shuffle| [1, 2, 4].map(|split| (shuffle, split))) {
        let lines: Vec<&str> = shuffle.iter().map(|at| rows[*at]).collect();
        let part = |lines: &[&str]| format!("{HEADER}{}\n", lines.join("\n")).into_bytes();
        let (first, second) = lines.split_at(split);
        let files = [("orders-1.csv", part(first)), ("orders-2.csv", part(second))];
        let files: Vec<_> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        seen.push(case(&csv_mapping(ORDERS), &files).drafts());
    }
    assert!(seen.iter().all(|drafts| *drafts == seen[0]));
    let outline: Vec<_> = seen[0].iter().map(outline).collect();
    assert_eq!(outline.first().unwrap(), "2024-01-01 account.opened account/b");
    let ids = seen[0].iter().filter_map(|draft| draft.source.as_ref()?.sequence).collect::<Vec<_>>();
    assert_eq!(ids, [3, 1, 2, 10, 4]);
}

#[test]
fn rows_that_tie_in_everything_are_ordered_by_what_they_say() {
    for rows in
        ["1,a,First,2024-01-01,5,\n2,a,Second,2024-01-01,5,\n", "2,a,Second,2024-01-01,5,\n1,a,First,2024-01-01,5,\n"]
    {
        assert_eq!(orders(rows).drafts()[0].payload.to_json(), json!({"name": "First"}));
    }
}

#[test]
fn empty_values_are_left_out_and_types_are_kept() {
    let mapping = csv_mapping(
        r#"
        [[source.event]]
        kind = "interaction.logged"
        stream = "account/a"
        record = "{{ id }}"
        occurred_at = "{{ date }}"
        [source.event.payload]
        channel = "phone"
        direction = "inbound"
        persons = ["ann", "{{ seller }}", "{{ none }}"]
        about = { order = "{{ order }}" }
        subject = "{{ missing_in_some | default('') }}"
        duration_s = "{{ seconds | int }}"
        sentiment = -1
        "#,
    )
    .replace("format = \"csv\"", "format = \"csv\"\noptional = [\"missing_in_some\"]");
    let case = case(&mapping, &[("orders.csv", b"id,date,seller,order,seconds\n1,2024-01-01,,,60\n")]);
    let expected =
        json!({"channel": "phone", "direction": "inbound", "persons": ["ann"], "duration_s": 60, "sentiment": -1});
    assert_eq!(case.drafts()[0].payload.to_json(), expected);
}

#[test]
fn a_row_that_no_rule_fits_is_skipped_or_rejected_as_the_source_says() {
    let rows = b"id,account,date,seller\n1,a,2024-01-01,\n";
    let skipped = case(&csv_mapping(MOVES), &[("orders.csv", rows)]);
    assert_eq!(skipped.rejects(), []);
    let mapping = csv_mapping(MOVES).replace("format = \"csv\"", "format = \"csv\"\nevery_row = true");
    let rejects = case(&mapping, &[("orders.csv", rows)]).plan().unwrap().sorted_rejects();
    assert_eq!(rejects[0].reason, "no rule makes anything of this row; they ask for: seller");
    assert_eq!((rejects[0].field.as_str(), rejects[0].columns.as_str()), ("when", "seller"));
    // A row that is not its key's first, or no change, is made something of.
    let same = b"id,account,date,seller\n1,a,2024-01-01,ann\n2,a,2024-01-02,ann\n";
    assert_eq!(case(&mapping, &[("orders.csv", same)]).rejects(), []);
}

#[test]
fn a_null_is_written_only_where_it_is_asked_for() {
    let rule = r#"
        [[source.event]]
        kind = "account.parent_set"
        stream = "account/a"
        record = "{{ id }}"
        occurred_at = "2024-01-01"
        payload = { parent = "{{ parent | or_null }}" }"#;
    let case = case(&csv_mapping(rule), &[("orders.csv", b"id,parent\n1,\n2,p\n")]);
    let payloads: Vec<_> = case.drafts().iter().map(|draft| draft.payload.to_json()).collect();
    assert_eq!(payloads, [json!({"parent": null}), json!({"parent": "p"})]);
}

#[test]
fn a_change_knows_the_row_before_it() {
    let rows = "id,account,date,seller\n3,a,2024-01-03,bob\n1,a,2024-01-01,ann\n2,a,2024-01-02,\n4,b,2024-01-04,ann\n5,a,2024-01-05,bob\n6,a,2024-01-06,ann\n";
    let drafts = case(&csv_mapping(MOVES), &[("orders.csv", rows.as_bytes())]).drafts();
    let told: Vec<_> = drafts.iter().map(|draft| draft.reason.as_ref().unwrap().text.as_str()).collect();
    assert_eq!(told, ["order 1 came before", "order 5 came before"]);
    assert_eq!(drafts[0].payload.to_json()["from"], "ann");
}

#[test]
fn a_rejected_row_leaves_no_trace_in_what_the_others_become() {
    // The first row of the account fails in its second event, so the account opens with the next good one.
    let case = orders("1,a,Bad,2024-01-01,five,\n2,a,,2024-01-02,5,\n3,a,Good,2024-01-03,5,\n");
    assert_eq!(case.rejects().iter().map(|(line, _, _)| *line).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(case.outline(), ["2024-01-03 account.opened account/a", "2024-01-03 order.placed account/a"]);
}

#[test]
fn a_rejected_row_is_not_the_row_before() {
    // The second row is no transfer: from and to are the same person.
    let rule = MOVES.replace("from = \"{{ previous.seller }}\"", "from = \"{{ from }}\"");
    let rows = "id,account,date,seller,from\n1,a,2024-01-01,ann,x\n2,a,2024-01-02,bob,bob\n3,a,2024-01-03,cid,ann\n";
    let case = case(&csv_mapping(&rule), &[("orders.csv", rows.as_bytes())]);
    assert_eq!(case.rejects(), [(3, "payload.to".to_owned(), "seller".to_owned())]);
    let plan = case.plan().unwrap();
    let told: Vec<_> = plan.drafts().map(|draft| draft.reason.as_ref().unwrap().text.as_str()).collect();
    assert_eq!(told, ["order 1 came before"]);
}

#[test]
fn rejected_rows_name_the_field_and_its_columns() {
    for (row, field, columns) in [
        ("1,a,A,2024-02-30,5,", "occurred_at", "date"),
        ("1,a,A,,5,", "occurred_at", "date"),
        ("1,a,A,soon,5,", "occurred_at", "date"),
        ("1,a,A,2024-01-01,\"5,00\",", "payload.total.amount", "total"),
        ("1,a,A,2024-01-01,,", "payload.total", ""),
        ("x,a,A,2024-01-01,5,", "sequence", "id"),
        ("1,,A,2024-01-01,5,", "once_per.key", "account"),
        ("1,a,,2024-01-01,5,", "payload", ""),
        ("1, a,A,2024-01-01,5,", "stream", "account"),
        ("1,a,A,2024-06-02,5,", "occurred_at", "date"),
        ("1,a,A,1899-12-31,5,", "occurred_at", "date"),
        ("1,a,A,2024-01-01,5, ann", "payload.sold_by", "seller"),
    ] {
        let rejects = orders(row).rejects();
        assert_eq!(rejects.len(), 1, "{row}");
        assert!(rejects[0].1.starts_with(field), "{row}: {rejects:?}");
        assert!(rejects[0].2.contains(columns), "{row}: {rejects:?}");
    }
}

#[test]
fn one_record_makes_one_event() {
    let same = "1,a,A,2024-01-01,5,\n1,a,A,2024-01-01,5,\n";
    assert_eq!(orders(same).drafts().len(), 2);
    let other = "1,a,A,2024-01-01,5,\n1,a,A,2024-01-01,6,\n";
    let rejects = orders(other).plan().unwrap().sorted_rejects();
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].reason.contains("order:1, from line 2"), "{rejects:?}");
}

#[test]
fn lookups_fill_in_what_they_know() {
    let mapping = format!(
        "{}\n[[lookup]]\nname = \"names\"\nfiles = [\"names.csv\"]\nkey = \"account\"\n",
        csv_mapping(&ORDERS.replace("{{ name }}", "{{ lookup.names[account].Title or account }}"))
    );
    let rows = format!("{HEADER}1,a,,2024-01-01,5,\n2,b,,2024-01-01,5,\n");
    let case = case(&mapping, &[("names.csv", b"account,Title\na,Acme\n"), ("orders.csv", rows.as_bytes())]);
    let mut names: Vec<_> = case.drafts().iter().map(|draft| draft.payload.to_json()["name"].clone()).collect();
    names.retain(|name| !name.is_null());
    assert_eq!(names, ["Acme", "b"]);
}

#[test]
fn a_second_run_adds_nothing() {
    let case = orders("1,a,A,2024-01-01,5,ann\n2,a,A,2024-01-02,5,\n3,b,,2024-01-02,5,\n");
    let mut ledger = FakeLedger::default();
    let first = run_orders(&case, &mut ledger).unwrap();
    assert_eq!(first.rows(), RowCounts { recorded: 2, rejected: 1, ..RowCounts::default() });
    assert_eq!(ledger.events.len(), 3);
    let second = run_orders(&case, &mut ledger).unwrap();
    assert_eq!(second.rows(), RowCounts { already_recorded: 2, rejected: 1, ..RowCounts::default() });
    assert_eq!(ledger.events.len(), 3);
    let id = Draft::id_of_record("shop", "order:1");
    assert!(ledger.events.iter().any(|draft| draft.id == Some(id)));
}

#[test]
fn rejected_rows_are_listed_in_a_file() {
    let case = orders("1,a,A,2024-02-30,5,ann\n2,a,A\n");
    let report = run_orders(&case, &mut FakeLedger::default()).unwrap();
    let path = report.rejects_file.clone().unwrap();
    assert_eq!(path, case.folder.path().join("orders.csv.rejects.csv"));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("file,line,rule,field,columns,reason\n"), "{text}");
    assert!(text.contains("orders.csv,2,\"source orders*.csv, event account.opened\",occurred_at,date,"), "{text}");
    assert!(text.contains("orders.csv,3,,,,\"the row has 3 columns"), "{text}");
    assert!(report.to_string().contains("orders.csv.rejects.csv"), "{report}");
}

#[test]
fn no_rejects_no_file_and_a_dry_run_writes_nothing() {
    let case = orders("1,a,A,2024-01-01,5,ann\n");
    assert_eq!(run_orders(&case, &mut FakeLedger::default()).unwrap().rejects_file, None);
    let bad = orders("1,a,A,2024-02-30,5,ann\n2,a,A,2024-01-01,5,\n");
    std::fs::write(bad.options().mapping, csv_mapping(ORDERS)).unwrap();
    let report = run(&bad.options(), None, &mut |_| {}).unwrap();
    assert!(report.dry_run);
    assert_eq!(report.rows(), RowCounts { recorded: 1, rejected: 1, ..RowCounts::default() });
    assert_eq!((report.rejects.len(), report.rejects_file), (1, None));
    assert_eq!(std::fs::read_dir(bad.folder.path()).unwrap().count(), 2);
}

#[test]
fn an_input_is_never_overwritten_with_rejects() {
    let case = orders("1,a,A,2024-02-30,5,ann\n");
    std::fs::write(case.options().mapping, csv_mapping(ORDERS)).unwrap();
    let options = ImportOptions { rejects: Some(case.files[0].clone()), ..case.options() };
    let mut ledger = FakeLedger::default();
    let error = run(&options, Some(&mut ledger), &mut |_| {}).unwrap_err();
    assert!(matches!(error, ImportError::WriteRejects { recorded: 0, .. }), "{error}");
    assert!(std::fs::read_to_string(&case.files[0]).unwrap().starts_with(HEADER));
}

#[test]
fn a_refused_event_rejects_its_row_and_the_rest_goes_on() {
    let rows = (1..=1200).map(|id| format!("{id},a{},A,2024-01-01,5,\n", id % 7)).collect::<Vec<_>>().concat();
    let case = orders(&rows);
    let refuses = |draft: &Draft| {
        let record = draft.source.as_ref()?.record.as_str();
        ["order:17", "order:700", "order:701"].contains(&record).then(|| refusal("closed", None))
    };
    let mut ledger = FakeLedger { refuses: Some(refuses), ..FakeLedger::default() };
    let report = run_orders(&case, &mut ledger).unwrap();
    assert_eq!(report.rows(), RowCounts { recorded: 1197, rejected: 3, ..RowCounts::default() });
    let lines: Vec<_> = report.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [18, 701, 702]);
    assert!(report.rejects[0].reason.contains("the ledger says no (closed)"));
    assert_eq!(ledger.events.len(), 1197 + 7);
}

#[test]
fn a_refused_row_leaves_no_event_in_its_batch() {
    let case = orders("1,a,A,2024-01-01,5,\n2,b,B,2024-01-01,5,\n");
    let refuses = |draft: &Draft| {
        let is_first = draft.source.as_ref()?.record.as_str() == "order:1";
        is_first.then(|| refusal("closed", None))
    };
    let mut ledger = FakeLedger { refuses: Some(refuses), ..FakeLedger::default() };
    run_orders(&case, &mut ledger).unwrap();
    let told: Vec<_> = ledger.events.iter().map(outline).collect();
    assert_eq!(told, ["2024-01-01 account.opened account/b", "2024-01-01 order.placed account/b"]);
}

#[test]
fn a_batch_that_is_refused_as_a_whole_is_sent_in_parts() {
    struct Small(FakeLedger);
    impl crate::appender::Appender for Small {
        fn append(&mut self, batch: crate::appender::Batch) -> Result<Vec<crate::appender::Receipt>, AppendError> {
            if batch.drafts.len() > 3 { Err(refusal("too_large", None).into()) } else { self.0.append(batch) }
        }
    }
    let case = orders("1,a,A,2024-01-01,5,\n2,a,A,2024-01-01,5,\n3,a,A,2024-01-01,5,\n4,b,B,2024-01-01,5,\n");
    std::fs::write(case.options().mapping, csv_mapping(ORDERS)).unwrap();
    let mut ledger = Small(FakeLedger::default());
    run(&case.options(), Some(&mut ledger), &mut |_| {}).unwrap();
    assert_eq!(ledger.0.events, case.drafts());
}

#[test]
fn a_run_that_breaks_off_says_how_far_it_came_and_can_be_repeated() {
    let rows = (1..=1200).map(|id| format!("{id},a,A,2024-01-01,5,\n")).collect::<Vec<_>>().concat();
    let case = orders(&rows);
    let mut ledger = FakeLedger { breaks_after: Some(1), ..FakeLedger::default() };
    let error = run_orders(&case, &mut ledger).unwrap_err();
    assert!(matches!(error, ImportError::Stopped { done: 500, total: 1201, recorded: 500, .. }), "{error}");
    assert!(error.to_string().contains("run the same import again"), "{error}");
    ledger.breaks_after = None;
    let report = run_orders(&case, &mut ledger).unwrap();
    assert_eq!((report.event_total().recorded, report.event_total().already_recorded), (701, 500));
    assert_eq!(ledger.events, case.drafts());
}

#[test]
fn progress_comes_to_its_end() {
    let case = orders("1,a,A,2024-01-01,5,ann\n");
    std::fs::write(case.options().mapping, csv_mapping(ORDERS)).unwrap();
    let mut last = Vec::new();
    let mut ledger = FakeLedger::default();
    run(&case.options(), Some(&mut ledger), &mut |progress| {
        assert!(progress.done <= progress.total);
        last.retain(|seen: &Progress| seen.phase != progress.phase);
        last.push(progress);
    })
    .unwrap();
    assert_eq!(last.first().map(|it| (it.phase, it.done == it.total)), Some((Phase::Reading, true)));
    assert_eq!(last.last().map(|it| (it.phase, it.done, it.total)), Some((Phase::Appending, 2, 2)));
}

#[test]
fn numbers_and_dates_are_read_as_the_source_writes_them() {
    let mapping = csv_mapping(ORDERS).replace(
        "format = \"csv\"",
        "format = \"csv\"\nzone = \"Europe/Berlin\"\ndelimiter = \";\"\ndates = [\"%d.%m.%Y\"]\nnumbers = { decimal = \",\", thousands = \".\" }",
    );
    let rows = format!("{}1;a;Bäcker & Söhne;01.07.2023;1.234,50;\n", HEADER.replace(',', ";"));
    let drafts = case(&mapping, &[("orders.csv", rows.as_bytes())]).drafts();
    assert_eq!(drafts[1].payload.to_json()["total"]["amount"], "1234.50");
    assert_eq!(drafts[0].payload.to_json()["name"], "Bäcker & Söhne");
    assert_eq!(drafts[0].when.at.to_string(), "2023-06-30T22:00:00Z");
    assert!(drafts[0].when.is_day());
}

#[test]
fn a_report_is_a_small_table() {
    let case = orders("1,a,A,2024-01-01,5,ann\n2,a,A,2024-01-02,5,\n3,b,,2024-01-02,5,\n");
    std::fs::write(case.options().mapping, csv_mapping(ORDERS)).unwrap();
    let report = run(&case.options(), None, &mut |_| {}).unwrap();
    let text = report.to_string().replace(&*case.folder.path().to_string_lossy(), "DIR");
    insta::assert_snapshot!(text, @r"
    rows of          to record  already in     skipped    rejected
    orders*.csv              2           0           0           1

    events           to record  already in
    account.opened           1           0
    order.placed             2           0
    all events               3           0

    rejected: DIR/orders.csv, line 4: payload.name: is missing (from name)
    ");
}
