//! Mistakes in a mapping: each is found before the first row is read, and named with its place.

use super::*;

/// The error of a mapping, from reading it up to planning a file of orders with a header alone.
fn error_of(mapping: &str) -> String {
    let parsed = match Mapping::parse("test", mapping) {
        Ok(parsed) => parsed,
        Err(error) => return error.to_string(),
    };
    let mut case = orders("");
    case.mapping = parsed;
    case.plan().map_or_else(|error| error.to_string(), |_| "no error".to_owned())
}

#[track_caller]
fn check(from: &str, to: &str, says: &[&str]) {
    let whole = csv_mapping(ORDERS);
    assert!(whole.contains(from), "{from}");
    let error = error_of(&whole.replacen(from, to, 1));
    for words in says {
        assert!(error.contains(words), "{to}: {error}");
    }
}

#[test]
fn the_mapping_that_the_others_are_made_from_is_right() {
    assert_eq!(error_of(&csv_mapping(ORDERS)), "no error");
}

#[test]
fn mistakes_are_named_with_their_place() {
    let opened = "source orders*.csv, event account.opened";
    let placed = "source orders*.csv, event order.placed";
    check(
        "{{ total | amount }}",
        "{{ totl | amount }}",
        &["mapping test", placed, "payload.total.amount", "no column totl", "it has: id, account"],
    );
    check("{{ total | amount }}", "{{ total | ammount }}", &[placed, "payload.total.amount", "no filter ammount"]);
    check("{{ total | amount }}", "{{ total |", &[placed, "payload.total.amount", "syntax error"]);
    check("account.opened\"", "account.openned\"", &["kind", "no known kind"]);
    check("name = \"{{ name }}\"", "nam = \"{{ name }}\"", &[opened, "payload.nam", "there are: name"]);
    check("payload = { name = \"{{ name }}\" }", "", &[opened, "payload.name", "is missing"]);
    check("currency = \"EUR\"", "curency = \"EUR\"", &[placed, "payload.total.curency"]);
    check("currency = \"EUR\"", "currency = 1.5", &[placed, "payload.total.currency", "written as strings"]);
    check("occurred_at = \"{{ date }}\"", "", &["occurred_at", "is missing"]);
    check("\"account/{{ account }}\"", "\"person/{{ account }}\"", &[opened, "stream", "does not belong"]);
    check("\"account/{{ account }}\"", "\"acount/{{ account }}\"", &[opened, "stream", "acount"]);
    check("{{ name }}", "{{ lookup.stores[name].x }}", &[opened, "payload.name", "no [[lookup]] called stores"]);
    check("{{ name }}", "{{ previous.name }}", &[opened, "payload.name", "on_change_of"]);
    check("once_per = { key = \"{{ account }}\" }", "when = \"{{ account }}\"", &[opened, "when", "without {{"]);
    check("once_per", "once_pr", &["once_pr"]);
    check("system = \"shop\"", "system = \"\"", &["system"]);
    check("system = \"shop\"", "system = \"shop\"\nzone = \"Mars\"", &["zone", "Mars"]);
    check("format = \"csv\"", "format = \"xlsx\"", &["xlsx"]);
    check("[[source]]", "[[source", &["TOML"]);
    check("files = [\"orders*.csv\"]", "files = []", &["names no files"]);
    check("format = \"csv\"", "format = \"csv\"\nnumbers = { decimal = \",\", thousands = \",\" }", &["same mark"]);
    check("format = \"csv\"", "format = \"csv\"\ndelimiter = \"é\"", &["delimiter"]);
}

#[test]
fn reasons_are_asked_for_where_the_kind_needs_one() {
    let rule = |reason: &str| {
        csv_mapping(&format!(
            "[[source.event]]\nkind = \"ownership.assigned\"\nstream = \"account/{{{{ account }}}}\"\nrecord = \"x\"\noccurred_at = \"2024-01-01\"\n{reason}\npayload = {{ person = \"ann\", role = \"primary\" }}"
        ))
    };
    assert!(error_of(&rule("")).contains("reason: is missing"));
    let wrong = error_of(&rule("reason = { code = \"whim\", text = \"x\" }"));
    assert!(wrong.contains("reason.code") && wrong.contains("reported"), "{wrong}");
    assert_eq!(error_of(&rule("reason = { code = \"reported\", text = \"x\" }")), "no error");
}

#[test]
fn needed_files_must_be_there() {
    let whole = csv_mapping(ORDERS);
    let extra = "\n[[source]]\nname = \"people\"\nfiles = [\"people.csv\"]\nformat = \"csv\"\nrequired = true\n[[source.event]]\nkind = \"person.joined\"\nstream = \"person/p\"\nrecord = \"p\"\noccurred_at = \"2024-01-01\"\npayload = { name = \"p\" }\n";
    let error = error_of(&format!("{whole}{extra}"));
    assert!(error.contains("needs people.csv for its source people"), "{error}");
    let error = error_of(&format!("{whole}\n[[lookup]]\nname = \"n\"\nfiles = [\"names.csv\"]\nkey = \"k\"\n"));
    assert!(error.contains("needs names.csv for its lookup n"), "{error}");
}

#[test]
fn lookups_need_their_key_once() {
    let whole = csv_mapping(ORDERS) + "\n[[lookup]]\nname = \"n\"\nfiles = [\"names.csv\"]\nkey = \"k\"\n";
    for (names, says) in [
        ("x,y\n1,2\n", "lookup n, key: "),
        ("k,y\n1,2\n1,3\n", "is in the lookup n twice"),
        ("k,y\n1\n", "the lookup n needs every row"),
        ("", "empty"),
    ] {
        let rows = format!("{HEADER}1,a,A,2024-01-01,5,\n");
        let case = case(&whole, &[("orders.csv", rows.as_bytes()), ("names.csv", names.as_bytes())]);
        let error = case.plan().unwrap_err().to_string();
        assert!(error.contains(says), "{names:?}: {error}");
    }
}

#[test]
fn a_column_that_a_lookup_lacks_is_found_before_the_first_row() {
    let mapping = csv_mapping(&ORDERS.replace("{{ name }}", "{{ lookup.n[account].Nmae }}"))
        + "\n[[lookup]]\nname = \"n\"\nfiles = [\"names.csv\"]\nkey = \"k\"\n";
    let rows = format!("{HEADER}1,a,A,2024-01-01,5,\n");
    let case = case(&mapping, &[("orders.csv", rows.as_bytes()), ("names.csv", b"k,Name\na,A\n")]);
    let error = case.plan().unwrap_err().to_string();
    let says = "event account.opened, payload.name: the lookup n has no column Nmae; it has: k, Name";
    assert!(error.contains(says), "{error}");
    // A column whose name is no word is only found with the row.
    let mapping = mapping.replace(".Nmae", "['Full Name']");
    let case = self::case(&mapping, &[("orders.csv", rows.as_bytes()), ("names.csv", b"k,Name\na,A\n")]);
    let rejects = case.plan().unwrap().sorted_rejects();
    assert_eq!(rejects[0].reason, "there is no column Full Name; there are: k, Name");
}

#[test]
fn unknown_mappings_name_the_known_ones() {
    let error = Mapping::load("nowhere.toml").unwrap_err();
    assert!(error.to_string().contains("adventureworks, crm, helpdesk"), "{error}");
}
