//! Lists: out of a cell, out of the rows of another file, and out of a list in the row; and what is wrong with them.

use serde_json::{Value, json};

use super::*;

const CALLS: &str = r#"
[[source.event]]
kind = "interaction.logged"
stream = "account/{{ account }}"
record = "call:{{ id }}"
occurred_at = "{{ date }}"
[source.event.payload]
channel = "phone"
direction = "inbound"
persons = "{{ persons | parts }}"
contacts = "{{ contacts | parts(',') }}"
"#;

const WITH_LINES: &str = r#"
[[source.event]]
kind = "order.placed"
stream = "account/{{ account }}"
record = "order:{{ id }}"
occurred_at = "{{ date }}"
[source.event.payload]
order = "{{ id }}"
total = { amount = "{{ total | amount }}", currency = "EUR" }

[source.event.payload.lines]
each = "lookup.lines[id]"
as = "line"
when = "line.sku != 'freight'"
item = { offering = "{{ line.sku }}", quantity = "{{ line.qty | amount }}", unit_price = "{{ line.price | amount }}", category = "{{ account }}" }

[[lookup]]
name = "lines"
files = ["lines*.csv"]
key = "order"
many = true
order_by = "no"
"#;

const ORDER: &[u8] = b"id,account,date,total\nO-1,acme,2024-01-01,30\nO-2,acme,2024-01-02,0\n";
const LINES: &[u8] = b"order,no,sku,qty,price\nO-1,10,seal,1,5\nO-1,9,pump,2,10\nO-1,1,freight,1,5\nO-9,1,pump,1,1\n";

fn with_lines(from: &str, to: &str, lines: &[u8]) -> Case {
    assert!(WITH_LINES.contains(from), "{from}");
    case(&csv_mapping(&WITH_LINES.replacen(from, to, 1)), &[("orders.csv", ORDER), ("lines.csv", lines)])
}

fn payloads(case: &Case) -> Vec<Value> {
    case.drafts().iter().map(|draft| draft.payload.to_json()).collect()
}

#[test]
fn a_cell_is_taken_apart() {
    let rows = b"id,account,date,persons,contacts\n1,a,2024-01-01, ann ;;7; ,\"c-1, c-2\"\n2,a,2024-01-01,ann,\n";
    let case = case(&csv_mapping(CALLS), &[("orders.csv", rows)]);
    let all = payloads(&case);
    assert_eq!((&all[0]["persons"], &all[0]["contacts"]), (&json!(["ann", "7"]), &json!(["c-1", "c-2"])));
    assert_eq!((&all[1]["persons"], all[1].get("contacts")), (&json!(["ann"]), None));
}

#[test]
fn a_list_in_the_row_stays_a_list_and_its_ids_are_texts() {
    let mapping = csv_mapping(CALLS).replace("\"csv\"", "\"ndjson\"").replace("orders*.csv", "log.ndjson");
    let lines = "{\"id\":1,\"account\":\"a\",\"date\":\"2024-01-01\",\"persons\":[\"ann\",7],\"contacts\":null}\n";
    assert_eq!(payloads(&case(&mapping, &[("log.ndjson", lines.as_bytes())]))[0]["persons"], json!(["ann", "7"]));
    let number = lines.replace("[\"ann\",7]", "7");
    let rejects = case(&mapping, &[("log.ndjson", number.as_bytes())]).plan().unwrap().sorted_rejects();
    assert_eq!(rejects[0].reason, "7 is no text: parts takes texts such as \"a; b\" apart");
}

#[test]
fn rows_of_another_file_become_the_items_of_a_list() {
    let all = payloads(&with_lines("", "", LINES));
    let line = |sku: &str, quantity: &str, price: &str| json!({"offering": sku, "quantity": quantity, "unit_price": price, "category": "acme"});
    assert_eq!(all[0]["lines"], json!([line("pump", "2", "10"), line("seal", "1", "5")]));
    assert_eq!(all[1].get("lines"), None);
}

#[test]
fn the_order_of_the_rows_that_become_items_does_not_matter() {
    // The two that `no` does not tell apart are ordered by what they say.
    let rows = ["O-1,2,pump,1,1", "O-1,2,seal,1,1", "O-1,x,care,1,1", "O-1,10,pump,3,1"];
    let text = |order: &[usize]| {
        let lines: Vec<_> = order.iter().map(|at| rows[*at]).collect();
        format!("order,no,sku,qty,price\n{}\n", lines.join("\n"))
    };
    let skus = |case: &Case| {
        payloads(case)[0]["lines"].as_array().unwrap().iter().map(|l| l["offering"].clone()).collect::<Vec<_>>()
    };
    let expected = json!(["pump", "seal", "pump", "care"]);
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        assert_eq!(json!(skus(&with_lines("", "", text(&order).as_bytes()))), expected);
        let (first, second) = order.split_at(2);
        let files =
            [("orders.csv", ORDER.to_vec()), ("lines-2.csv", text(second).into()), ("lines-1.csv", text(first).into())];
        let files: Vec<_> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        assert_eq!(json!(skus(&case(&csv_mapping(WITH_LINES), &files))), expected);
    }
}

#[test]
fn a_list_in_the_row_is_gone_through() {
    let source = WITH_LINES.split("[[lookup]]").next().unwrap().replace("lookup.lines[id]", "row.lines");
    let mapping = csv_mapping(&source).replace("\"csv\"", "\"ndjson\"").replace("orders*.csv", "log.ndjson");
    let line = r#"{"id":1,"account":"a","date":"2024-01-01","total":"5","lines":[{"sku":7,"qty":2,"price":"2.50"}]}"#;
    let made = payloads(&case(&mapping, &[("log.ndjson", line.as_bytes())]));
    let expected = json!([{"offering": "7", "quantity": "2", "unit_price": "2.50", "category": "a"}]);
    assert_eq!(made[0]["lines"], expected);
    let text = line.replace(r#"[{"sku":7,"qty":2,"price":"2.50"}]"#, "\"pump\"");
    let rejects = case(&mapping, &[("log.ndjson", text.as_bytes())]).plan().unwrap().sorted_rejects();
    assert!(rejects[0].reason.contains("pump is no list"), "{rejects:?}");
}

#[test]
fn a_fault_in_an_item_names_the_item_its_line_and_its_columns() {
    for (qty, says) in [("many", "\"many\" is no number"), ("-1", "-1")] {
        let lines = format!("order,no,sku,qty,price\nO-1,1,pump,1,1\nO-1,2,seal,{qty},1\n");
        let rejects = with_lines("", "", lines.as_bytes()).plan().unwrap().sorted_rejects();
        assert_eq!((rejects[0].line, rejects[0].field.as_str()), (2, "payload.lines[1].quantity"));
        assert!(rejects[0].reason.contains(says), "{rejects:?}");
        assert!(rejects[0].reason.ends_with(", in line 3 of the lookup's file"), "{rejects:?}");
        assert_eq!(rejects[0].columns, "qty");
    }
}

#[test]
fn mistakes_in_an_each_are_found_before_the_first_row() {
    let error = |from: &str, to: &str| with_lines(from, to, LINES).plan().unwrap_err().to_string();
    let has = "it has: order, no, sku, qty, price";
    for (from, to, says) in [
        ("line.qty", "line.qtty", ["payload.lines.item.quantity: the lookup lines has no column qtty", has]),
        ("line.sku != ", "line.skuu != ", ["payload.lines.when: the lookup lines has no column skuu", has]),
        ("order_by = \"no\"", "order_by = \"nr\"", ["lookup lines, order_by", "no column nr"]),
        ("lookup.lines[id]", "lookup.line[id]", ["payload.lines.each", "no [[lookup]] called line"]),
        ("lookup.lines[id]", "lookup.lines[idd]", ["payload.lines.each", "no column idd"]),
        ("lookup.lines[id]", "{{ lookup.lines[id] }}", ["payload.lines.each", "without {{"]),
        (
            "offering = ",
            "offring = ",
            ["payload.lines.item.offring", "there are: offering, quantity, unit_price, category"],
        ),
        ("quantity = \"{{ line.qty | amount }}\", ", "", ["payload.lines.item.quantity", "is missing"]),
        ("each = ", "eech = ", ["payload.lines: is a list", "{ each = "]),
        ("as = ", "ass = ", ["payload.lines.ass", "there are: each, as, when, item"]),
        ("as = \"line\"", "as = \"row\"", ["payload.lines.as", "a word of its own"]),
        (
            "order = \"{{ id }}\"",
            "order = \"{{ lookup.lines[id].sku }}\"",
            ["payload.order: the lookup lines has several rows a key", "with each"],
        ),
    ] {
        let error = error(from, to);
        assert!(says.iter().all(|says| error.contains(says)), "{to}: {error}");
    }
    let single = with_lines("many = true\norder_by = \"no\"", "", b"order,no,sku,qty,price\nO-1,9,pump,2,10\n");
    let error = single.plan().unwrap_err().to_string();
    let says = "payload.lines.each: the lookup lines has one row a key, which is no list: write many = true in it";
    assert!(error.contains(says), "{error}");
    let single = csv_mapping(&WITH_LINES.replace("many = true\n", ""));
    let error = Mapping::parse("test", &single).unwrap_err().to_string();
    assert!(error.contains("lookup lines, order_by: means something only beside many = true"), "{error}");
}

#[test]
fn a_lookup_may_lack_optional_columns() {
    let item = "category = \"{{ account }}\"";
    let lines = b"order,no,sku,qty,price\nO-1,1,pump,1,1\n";
    let error = with_lines(item, "category = \"{{ line.category }}\"", lines).plan().unwrap_err().to_string();
    assert!(error.contains("the lookup lines has no column category"), "{error}");
    let mapping = WITH_LINES.replace(item, "category = \"{{ line.category }}\"") + "optional = [\"category\"]\n";
    let made = payloads(&case(&csv_mapping(&mapping), &[("orders.csv", ORDER), ("lines.csv", lines)]));
    assert_eq!(made[0]["lines"], json!([{"offering": "pump", "quantity": "1", "unit_price": "1"}]));
}

#[test]
fn a_column_that_nothing_reads_is_noted_where_an_optional_one_is_absent() {
    let mapping = csv_mapping(ORDERS).replace("format = \"csv\"", "format = \"csv\"\noptional = [\"seller\"]");
    let notes = |header: &str| {
        let row = format!("{header}\n1,a,A,2024-01-01,5,x\n");
        let case = case(&mapping, &[("orders.csv", row.as_bytes())]);
        std::fs::write(case.options().mapping, &mapping).unwrap();
        let report = run(&case.options(), None, &mut |_| {}).unwrap();
        report.notes.iter().map(|note| note.split("/orders.csv").last().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        notes("id,account,name,date,total,selller"),
        [": nothing reads selller; not there, and optional: seller"]
    );
    assert_eq!(notes("id,account,name,date,total,seller"), Vec::<String>::new());
}

#[test]
fn a_text_where_a_list_is_wanted_is_refused_with_the_remedy() {
    let mapping = csv_mapping(&CALLS.replace("{{ persons | parts }}", "{{ persons }}"));
    let rows = b"id,account,date,persons,contacts\n1,a,2024-01-01,ann,\n";
    let rejects = case(&mapping, &[("orders.csv", rows)]).plan().unwrap().sorted_rejects();
    assert_eq!(rejects[0].reason, "\"ann\" is a text where a list is wanted: take it apart with | parts");
    assert_eq!((rejects[0].field.as_str(), rejects[0].columns.as_str()), ("payload.persons", "persons"));
}

#[test]
fn record_ids_become_the_ids_of_their_events() {
    let rule = r#"
        [[source.event]]
        kind = "order.fulfilled"
        stream = "account/a"
        record = "order:{{ id }}"
        occurred_at = "{{ date }}"
        payload = { order = "{{ id }}" }

        [[source.event]]
        kind = "plan.insight_recorded"
        stream = "account/a"
        record = "insight:{{ id }}"
        occurred_at = "{{ date }}"
        payload = { plan = "p", text = "late", evidence = "{{ shown | parts | event_id }}" }

        [[source.event]]
        kind = "event.retracted"
        stream = "account/a"
        record = "retraction:{{ id }}"
        occurred_at = "{{ date }}"
        reason = { code = "error_fixed", text = "by mistake" }
        payload = { target = "{{ ('order:' ~ id) | event_id }}" }"#;
    let case = case(&csv_mapping(rule), &[("orders.csv", b"id,date,shown\n1,2024-01-01,order:1; order:2\n")]);
    let drafts = case.drafts();
    let id = drafts[0].id.unwrap();
    let second = Draft::id_of_record("shop", "order:2");
    assert_eq!(drafts[1].payload.to_json()["evidence"], json!([id, second]));
    assert_eq!(drafts[2].payload.to_json()["target"], json!(id));
}
