//! Two real firms' histories, imported by the program and asked about over HTTP; the answers are known.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use support::{Ledger, Server, csv_rows, real_data};

const ADVENTUREWORKS: [&str; 5] =
    ["stores.csv", "territory_history.csv", "salespeople.csv", "territories.csv", "orders.csv.gz"];

fn import(ledger: &Ledger, mapping: &str, files: &[String]) -> String {
    let mut args = vec!["import", "--mapping", mapping];
    args.extend(files.iter().map(String::as_str));
    ledger.run(&args).ok().out
}

fn adventureworks_files() -> Vec<String> {
    ADVENTUREWORKS.iter().map(|file| real_data(&format!("adventureworks/{file}"))).collect()
}

fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item[field].as_str().unwrap_or_else(|| panic!("no {field} in {item}"))
}

fn amount(item: &Value) -> Decimal {
    assert_eq!(item["total"]["currency"], "USD");
    text(&item["total"], "amount").parse().unwrap()
}

fn sum<'a>(orders: impl Iterator<Item = &'a Value>) -> Decimal {
    orders.map(amount).sum()
}

/// What everybody who asks for all orders gets, by salesperson: number, accounts, sum.
fn check_orders(server: &Server) {
    let orders = server.list("/v1/orders");
    assert_eq!(orders.len(), 31_465);
    assert_eq!(sum(orders.iter()).to_string(), "109846381.4039");
    for truth in csv_rows(&real_data("truth/salesperson_revenue.csv")) {
        let person = format!("salesperson-{}", truth["sp"]);
        let sold: Vec<_> = orders.iter().filter(|order| order["sold_by"] == *person).collect();
        let accounts: BTreeSet<_> = sold.iter().map(|order| text(order, "account")).collect();
        assert_eq!(sold.len().to_string(), truth["orders"], "{person}");
        assert_eq!(accounts.len().to_string(), truth["accounts"], "{person}");
        assert_eq!(sum(sold.iter().copied()), truth["subtotal"].parse::<Decimal>().unwrap(), "{person}");
        assert_eq!(server.list(&format!("/v1/orders?sold_by={person}")).len(), sold.len(), "{person}");
    }
}

/// The primary lane of each territory, as (person, first day, day after the last).
fn check_territories(server: &Server) {
    let mut truth: BTreeMap<String, BTreeSet<(String, String, String)>> = BTreeMap::new();
    for row in csv_rows(&real_data("truth/territory_intervals.csv")) {
        let interval = (format!("salesperson-{}", row["sp"]), row["start_incl"].clone(), row["end_excl"].clone());
        truth.entry(format!("territory-{}", row["terr"])).or_default().insert(interval);
    }
    assert_eq!(truth.len(), 10);
    for (territory, expected) in truth {
        let answer = server.get(&format!("/v1/accounts/{territory}/ownership"));
        let lanes = answer["lanes"].as_array().unwrap();
        let day = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let found: BTreeSet<_> = lanes
            .iter()
            .map(|held| (text(held, "person").to_owned(), day(&held["from_date"]), day(&held["to_date"])))
            .collect();
        assert_eq!(found, expected, "{territory}");
    }
}

fn holders(server: &Server, territory: u32, day: &str) -> Vec<String> {
    let answer = server.get(&format!("/v1/accounts/territory-{territory}/owners?as_of={day}"));
    let owners = answer["owners"].as_array().unwrap();
    owners.iter().map(|owner| text(owner, "person").trim_start_matches("salesperson-").to_owned()).collect()
}

/// Two holders stay two, a vacancy is nobody, and a swap is right on the day itself.
fn check_days(server: &Server) {
    for (territory, day, expected) in [
        (2, "2012-11-29", vec!["275"]),
        (2, "2012-11-30", vec!["277"]),
        (3, "2012-11-29", vec!["277"]),
        (3, "2012-11-30", vec!["275"]),
        (1, "2012-09-29", vec!["280", "283"]),
        (1, "2012-09-30", vec!["283", "284"]),
        (4, "2013-01-01", vec!["276", "281"]),
        (7, "2012-05-29", vec![]),
        (7, "2012-05-30", vec!["290"]),
        (9, "2013-05-29", vec![]),
    ] {
        assert_eq!(holders(server, territory, day), expected, "territory {territory} on {day}");
    }
}

/// What the salespeople's system had learned of territory 2 by a day, about the day after next week's swap.
fn check_knowledge(server: &Server) {
    for (known_at, expected) in [
        // The end of the old holder's time was learned on 22 November, the new one's start a day later.
        ("2012-11-20", vec!["275"]),
        ("2012-11-22", vec![]),
        ("2012-11-23", vec!["277"]),
        ("2012-11-25", vec!["277"]),
    ] {
        let day = format!("2012-12-01&clock=source&known_at={known_at}");
        assert_eq!(holders(server, 2, &day), expected, "as known on {known_at}");
    }
    let resolved =
        &server.get("/v1/accounts/territory-2/owners?as_of=2012-12-01&clock=source&known_at=2012-11-25")["resolved"];
    assert_eq!(resolved["clock"], "source");
    assert_eq!(resolved["known_at"], "2012-11-25T23:59:59.999999Z");
    assert_eq!(resolved["size"], size(server));
}

/// The order's salesperson, the store's record and the holder of the territory do not agree, and it shows.
fn check_disagreement(server: &Server) {
    let of = |code: &str| server.list(&format!("/v1/reports/findings?code={code}"));
    let second: BTreeSet<_> = of("second_primary").iter().map(|found| text(found, "account").to_owned()).collect();
    let expected = stores_whose_record_differs();
    let stores: BTreeSet<_> = second.iter().filter(|account| account.starts_with("AW")).cloned().collect();
    assert_eq!(stores, expected, "the store record against the last order's salesperson");
    assert!(second.contains("territory-4"), "{second:?}");
    assert!(!of("owners_disagree").is_empty());
}

/// The rows of the file of orders.
fn order_rows() -> Vec<BTreeMap<String, String>> {
    let file = std::fs::File::open(real_data("adventureworks/orders.csv.gz")).unwrap();
    csv::Reader::from_reader(GzDecoder::new(BufReader::new(file))).deserialize().collect::<Result<_, _>>().unwrap()
}

/// Revenue, growth and retention of all accounts together, against sums over the rows of the file; and that what nobody
/// recorded is missing.
fn check_metrics(server: &Server) {
    // The date, and the first dates of its 365 days and of the 365 before.
    for (date, last, before) in [("2013-06-30", "2012-07-01", "2011-07-02"), ("2014-06-30", "2013-07-01", "2012-07-01")]
    {
        let mut sums: BTreeMap<String, [Decimal; 2]> = BTreeMap::new();
        for row in order_rows() {
            let (on, sum) = (row["OrderDate"].as_str(), row["SubTotal"].parse::<Decimal>().unwrap());
            if (before..=date).contains(&on) {
                sums.entry(row["AccountNumber"].clone()).or_default()[usize::from(on < last)] += sum;
            }
        }
        let total = |which: usize| sums.values().map(|both| both[which]).sum::<Decimal>();
        let stayed: Vec<&[Decimal; 2]> = sums.values().filter(|both| both[1] > Decimal::ZERO).collect();
        let kept: Decimal = stayed.iter().map(|both| both[0].min(both[1])).sum();
        let all = &server.list(&format!("/v1/metrics-report?by=all&as_of={date}"))[0];
        let (money, share) = (&all["money"][0], |part: Decimal| part * Decimal::from(100_000) / total(1));
        let amount = |field: &str| text(money, field).parse::<Decimal>().unwrap();
        assert_eq!((amount("revenue"), amount("earlier_revenue")), (total(0), total(1)), "{date}");
        assert_eq!(Decimal::from(money["growth"].as_i64().unwrap()), share(total(0) - total(1)).round(), "{date}");
        assert_eq!(Decimal::from(money["gross_revenue_retention"].as_i64().unwrap()), share(kept).round(), "{date}");
        let again = stayed.iter().filter(|both| both[0] > Decimal::ZERO).count();
        assert_eq!(all["retention"]["ordered_before"], stayed.len(), "{date}");
        assert_eq!(all["retention"]["retained"], again, "{date}");
        assert_eq!(all["missing"], json!(["costs", "interactions", "surveys", "plans", "share_of_wallet"]), "{date}");
    }
}

/// Nobody recorded interactions, answers, issues or plans: the score says so at each date, and claims no band.
fn check_health(server: &Server) {
    for (date, overall, growth) in
        [("2012-06-30", 93_782, 100_000), ("2013-06-30", 53_772, 37_416), ("2014-06-30", 41_906, 19_192)]
    {
        let health = server.get(&format!("/v1/accounts/AW00029825/health?as_of={date}"));
        assert_eq!((&health["overall"], &health["band"]), (&json!(overall), &json!("insufficient_data")), "{date}");
        assert_eq!(health["evidence_share"], 28_000, "{date}: what is bought, and who answers for it");
        let dimensions = health["dimensions"].as_array().unwrap();
        let missing = dimensions.iter().filter(|one| !one["missing"].is_null()).map(|one| text(one, "dimension"));
        let missing: Vec<&str> = missing.collect();
        assert_eq!(missing, ["engagement", "sentiment", "service", "plan", "breadth"], "{date}");
        let commercial = dimensions.iter().find(|one| one["dimension"] == "commercial").unwrap();
        assert_eq!(commercial["score"], growth, "{date}");
    }
}

/// The stores whose record names another owner than their last order, worked out from the files alone.
fn stores_whose_record_differs() -> BTreeSet<String> {
    let mut orders = order_rows();
    orders.retain(|order| !order["SalesPersonID"].is_empty());
    orders.sort_by_key(|order| (order["OrderDate"].clone(), order["SalesOrderID"].parse::<u64>().unwrap()));
    let last: BTreeMap<_, _> =
        orders.iter().map(|order| (order["AccountNumber"].clone(), order["SalesPersonID"].clone())).collect();
    let stores = csv_rows(&real_data("adventureworks/stores.csv"));
    let differing = stores.iter().filter(|store| last.get(&store["AccountNumber"]) != Some(&store["SalesPersonID"]));
    differing.map(|store| store["AccountNumber"].clone()).collect()
}

fn size(server: &Server) -> u64 {
    server.get("/v1/accounts?limit=1")["resolved"]["size"].as_u64().unwrap()
}

/// What the order of an import's rows could change: lanes, orders, accounts, and the positions of their events.
fn answers(server: &Server) -> Vec<Vec<Value>> {
    ["/v1/accounts", "/v1/orders", "/v1/ownership?as_of=2013-06-30"].map(|path| server.list(path)).into()
}

/// A copy of a file with its rows in another order; the header stays first.
fn shuffled(path: &str, into: &Path, header: bool) -> String {
    let name = Path::new(path).file_name().unwrap();
    let mut content = String::new();
    let bytes = std::fs::read(path).unwrap();
    let zipped = Path::new(path).extension().is_some_and(|extension| extension == "gz");
    let mut reader: Box<dyn Read> =
        if zipped { Box::new(GzDecoder::new(bytes.as_slice())) } else { Box::new(bytes.as_slice()) };
    reader.read_to_string(&mut content).unwrap();
    let mut lines: Vec<&str> = content.lines().collect();
    let first = if header { Some(lines.remove(0)) } else { None };
    lines.sort_by_key(|line| crc(line));
    let mixed: Vec<&str> = first.into_iter().chain(lines).collect();
    let target = into.join(name);
    let file = std::fs::File::create(&target).unwrap();
    let mut writer: Box<dyn Write> =
        if zipped { Box::new(GzEncoder::new(file, Compression::fast())) } else { Box::new(file) };
    writer.write_all(mixed.join("\n").as_bytes()).unwrap();
    drop(writer);
    target.to_str().unwrap().to_owned()
}

fn crc(line: &str) -> u32 {
    crc32fast::hash(line.as_bytes())
}

#[test]
#[ignore = "needs TENURE_REAL_DATA"]
fn adventureworks_has_its_known_answers() {
    let ledger = Ledger::new();
    import(&ledger, "adventureworks", &adventureworks_files());
    let server = ledger.serve();
    check_orders(&server);
    check_territories(&server);
    check_knowledge(&server);
    check_days(&server);
    check_disagreement(&server);
    check_metrics(&server);
    check_health(&server);
    let before = size(&server);
    // Through the running server this time, and the other way round.
    let mut files = adventureworks_files();
    files.reverse();
    import(&ledger, "adventureworks", &files);
    assert_eq!(size(&server), before, "a second import added events");
    let expected = answers(&server);
    drop(server);

    let mixed = tempfile::tempdir().unwrap();
    let files: Vec<String> = files.iter().map(|file| shuffled(file, mixed.path(), true)).collect();
    let other = Ledger::new();
    import(&other, "adventureworks", &files);
    let server = other.serve();
    assert_eq!(answers(&server), expected, "the order of rows changed an answer");
}

#[test]
#[ignore = "needs TENURE_REAL_DATA"]
fn the_help_desk_has_its_known_answers() {
    let ledger = Ledger::new();
    let file = real_data("helpdesk/helpdesk.ndjson.gz");
    import(&ledger, "helpdesk", std::slice::from_ref(&file));
    let server = ledger.serve();
    check_issues(&server);
    check_customers(&server);
    // Clocks run: the same question names the same moment.
    let asked = "/v1/issues?as_of=2015-01-01";
    let (before, expected) = (size(&server), server.list(asked));
    import(&ledger, "helpdesk", std::slice::from_ref(&file));
    assert_eq!(size(&server), before, "a second import added events");
    drop(server);

    let mixed = tempfile::tempdir().unwrap();
    let other = Ledger::new();
    import(&other, "helpdesk", &[shuffled(&file, mixed.path(), false)]);
    assert_eq!(other.serve().list(asked), expected, "the order of rows changed an answer");
}

fn check_issues(server: &Server) {
    let issues = server.list("/v1/issues");
    let ids: BTreeSet<_> = issues.iter().map(|issue| text(issue, "issue")).collect();
    assert_eq!((ids.len(), issues.len()), (4_580, 4_587), "issues, and pairs of customer and issue");
    let changes = |issue: &&Value| issue["owner_changes"].as_u64().unwrap();
    assert_eq!(issues.iter().map(|issue| changes(&issue)).sum::<u64>(), 321, "owner changes");
    let with_changes: BTreeSet<_> =
        issues.iter().filter(|issue| changes(issue) > 0).map(|issue| text(issue, "issue")).collect();
    assert_eq!(with_changes.len(), 292, "issues that changed their owner");
    let taken: BTreeSet<_> =
        issues.iter().filter(|issue| issue["person"].is_string()).map(|issue| text(issue, "issue")).collect();
    assert_eq!(ids.len() - taken.len(), 295, "issues never taken in charge");
}

/// Per customer, the issues and the records of the source (those that it made up itself, `issue_opened`, not counted).
fn check_customers(server: &Server) {
    let truth = csv_rows(&real_data("truth/helpdesk_per_customer.csv"));
    assert_eq!(truth.len(), 397);
    for row in truth {
        let account = row["customer"].replace("Value ", "customer:");
        let path = account.replace(':', "%3A");
        let issues = server.list(&format!("/v1/accounts/{path}/issues"));
        assert_eq!(issues.len().to_string(), row["tickets"], "{account}");
        let timeline = server.list(&format!("/v1/accounts/{path}/timeline"));
        // What the import derived itself, an opening or a move, is no record of the source's log.
        let derived = ["account.opened", "issue.raised", "issue.moved"];
        let records = timeline.iter().filter(|entry| !derived.contains(&text(&entry["event"], "kind"))).count();
        assert_eq!(records.to_string(), row["events"], "{account}");
    }
}
