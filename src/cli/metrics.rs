//! `tenure metrics`: what accounts bring in, whether they stay and what they say, laid out for a terminal.

use std::path::Path;

use serde_json::Value;

use super::answer::{items, of_thousandths, optional, text, thousandths};
use super::moment::Moment;
use super::reader::Reader;
use super::{Ending, answer, table, terminal};
use crate::http::address::escape;

/// What accounts come together by.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum By {
    /// Each on its own.
    #[default]
    Account,
    /// Who is account manager of record.
    Owner,
    /// The tier that people decided.
    Tier,
    /// The sales region.
    Region,
    /// All together.
    All,
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The account's id; every group of accounts when absent.
    #[arg(value_name = "ACCOUNT", conflicts_with = "by")]
    account: Option<String>,
    /// What accounts come together by.
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// The share of clients who stay from one period to the next, such as 0.85; that of the model when absent.
    #[arg(long, value_name = "SHARE")]
    retention: Option<String>,
    /// The rate at which a later period's margin is discounted, such as 0.10; that of the model when absent.
    #[arg(long, value_name = "RATE")]
    discount: Option<String>,
    #[command(flatten)]
    moment: Moment,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    if args.account.is_some() {
        return answer::show(dir, &args.target(), args.format, of_account);
    }
    let reader = Reader::to(dir)?;
    let report = answer::whole_list(&reader, &args.target());
    reader.close();
    let report = report?;
    let text = match args.format {
        answer::Format::Table => of_groups(&report),
        answer::Format::Json => serde_json::to_string_pretty(&report)?,
    };
    terminal::say(&text)?;
    Ok(Ending::Done)
}

impl Args {
    fn target(&self) -> String {
        let assumed = [("retention", self.retention.as_deref()), ("discount", self.discount.as_deref())];
        if let Some(account) = &self.account {
            return self.moment.ask_with(&format!("/v1/accounts/{}/metrics", escape(account)), &assumed);
        }
        let [retention, discount] = assumed;
        let by = [("by", Some(self.by.name())), ("limit", Some("1000")), retention, discount];
        self.moment.ask_with("/v1/metrics-report", &by)
    }
}

impl By {
    fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Owner => "owner",
            Self::Tier => "tier",
            Self::Region => "region",
            Self::All => "all",
        }
    }
}

/// Lays out an account's metrics as the read API answers them.
fn of_account(answer: &Value) -> String {
    let name = optional(answer, "/name").map(|name| format!(" ({name})")).unwrap_or_default();
    let merged = optional(answer, "/merged_into").map(|into| format!(", merged into {into}: see there"));
    let merged = merged.unwrap_or_default();
    let mut page = vec![
        format!("{}{name}{merged}\n{}\n{}", text(answer, "/account"), answer::resolved(answer), assumed(answer)),
        money(std::iter::once(answer), |_| String::new()),
    ];
    page.extend(spend(answer));
    page.push(people(answer));
    page.push(missing(answer));
    page.join("\n\n")
}

/// Lays out a page of groups: a line for each of their currencies, and one where a group has none.
fn of_groups(report: &Value) -> String {
    let groups = || items(report, "/items");
    if groups().next().is_none() {
        return format!("{}\n\nno account is known at that moment", answer::resolved(report));
    }
    let head = format!("{}\n{}", answer::resolved(report), groups().next().map(assumed).unwrap_or_default());
    let key = |group: &Value| optional(group, "/key").unwrap_or_else(|| "-".to_owned());
    let mut ties = table::new();
    ties.set_header([
        "",
        "accounts",
        "open",
        "retained",
        "NPS",
        "CSAT",
        "contacts",
        "more than before",
        "client reached out",
        "plans reached",
    ]);
    ties.add_rows(groups().map(|group| [vec![key(group)], ties_of(group)].concat()));
    format!("{head}\n\n{}\n\n{}", money(groups(), key), table::text_of(ties))
}

/// What was assumed, and over which time things count.
fn assumed(metrics: &Value) -> String {
    let of = |field: &str| text(metrics, &format!("/assumptions/{field}"));
    format!(
        "from {} to before {}, compared with the {} days before; {}: retention {}, discount {}",
        text(metrics, "/from"),
        text(metrics, "/to"),
        of("period_days"),
        of("model"),
        of("retention"),
        of("discount")
    )
}

fn money<'a>(groups: impl Iterator<Item = &'a Value>, key: impl Fn(&Value) -> String) -> String {
    let mut table = table::new();
    table.set_header([
        "",
        "currency",
        "revenue",
        "before",
        "growth",
        "cost",
        "accounts without costs",
        "margin",
        "in per cent",
        "lifetime value",
        "GRR",
        "NRR",
    ]);
    for group in groups {
        let rows: Vec<_> = items(group, "/money").map(|one| [vec![key(group)], figures(one)].concat()).collect();
        table.add_rows(rows);
    }
    if table.is_empty() { "nothing ordered in either period".to_owned() } else { table::text_of(table) }
}

fn figures(money: &Value) -> Vec<String> {
    let amount = |field: &str| optional(money, field).unwrap_or_else(|| "-".to_owned());
    vec![
        text(money, "/currency"),
        text(money, "/revenue"),
        text(money, "/earlier_revenue"),
        per_cent(money, "/growth"),
        amount("/cost"),
        optional(money, "/accounts_without_costs").filter(|number| number != "0").unwrap_or_default(),
        amount("/margin"),
        per_cent(money, "/margin_share"),
        amount("/lifetime_value"),
        per_cent(money, "/gross_revenue_retention"),
        per_cent(money, "/net_revenue_retention"),
    ]
}

/// What was ordered by category, where orders have any.
fn spend(answer: &Value) -> Option<String> {
    let mut table = table::new();
    table.set_header(["category", "currency", "revenue", "before"]);
    for money in items(answer, "/money") {
        table.add_rows(items(money, "/spend").map(|one| {
            let category = optional(one, "/category").unwrap_or_else(|| "(none)".to_owned());
            [category, text(money, "/currency"), text(one, "/revenue"), text(one, "/earlier_revenue")]
        }));
    }
    (!table.is_empty()).then(|| table::text_of(table))
}

/// Retention by count, what was answered, relationships, and plans.
fn ties_of(metrics: &Value) -> Vec<String> {
    vec![
        text(metrics, "/accounts"),
        text(metrics, "/open_accounts"),
        per_cent(metrics, "/retention/share"),
        net_promoter(metrics),
        satisfaction(metrics),
        thousandths(metrics, "/relationships/effective_contacts").unwrap_or_default(),
        thousandths(metrics, "/relationships/growth").unwrap_or_default(),
        per_cent(metrics, "/reciprocity/share"),
        per_cent(metrics, "/plans/attainment"),
    ]
}

fn people(answer: &Value) -> String {
    let mut table = table::new();
    let labels = ["retained", "NPS", "CSAT", "effective contacts", "more than before", "client reached out", "plan"];
    // The first two say how many accounts there are, which of one is known.
    let values = ties_of(answer).into_iter().skip(2);
    table.add_rows(labels.into_iter().zip(values).map(|(label, value)| [label.to_owned(), value]));
    table.add_rows(items(answer, "/surveys/metrics").map(metric_gap));
    table::text_of(table)
}

fn metric_gap(gap: &Value) -> [String; 2] {
    let of = |field: &str| text(gap, field);
    let says = format!(
        "importance {}, performance {}: {}",
        of("/importance"),
        of("/performance"),
        of("/quadrant").replace('_', " ")
    );
    [of("/metric"), says]
}

fn net_promoter(metrics: &Value) -> String {
    let nps = items(metrics, "/surveys/instruments").find_map(|one| Some((one, one.pointer("/net_promoter")?)));
    nps.map_or_else(nothing, |(one, nps)| {
        format!("{} ± {} (n {})", text(nps, "/score"), text(nps, "/margin_95"), text(one, "/responses"))
    })
}

fn satisfaction(metrics: &Value) -> String {
    let csat = items(metrics, "/surveys/instruments").find_map(|one| Some((one, one.pointer("/satisfaction")?)));
    csat.map_or_else(nothing, |(one, csat)| format!("{} % (n {})", text(csat, "/share"), text(one, "/responses")))
}

fn missing(answer: &Value) -> String {
    let missing: Vec<_> = items(answer, "/missing").filter_map(Value::as_str).collect();
    format!("not told by the ledger: {}", missing.join(", ").replace('_', " "))
}

fn per_cent(value: &Value, field: &str) -> String {
    value.pointer(field).and_then(Value::as_i64).map_or_else(nothing, |share| format!("{} %", of_thousandths(share)))
}

fn nothing() -> String {
    "-".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metrics() -> Value {
        json!({
            "account": "acme", "by": "region", "key": "north", "accounts": 4, "open_accounts": 3,
            "from": "2024-01-02", "to": "2025-01-01",
            "assumptions": {"model": "metrics/1", "period_days": 365, "retention": "0.85", "discount": "0.10"},
            "money": [{"currency": "EUR", "revenue": "118", "earlier_revenue": "100", "growth": 18_000,
                "accounts_without_costs": 1, "spend": [{"category": null, "revenue": "118", "earlier_revenue": "100"}]}],
            "retention": {"ordered_before": 3, "retained": 2, "share": 66_667},
            "surveys": {"instruments": [{"responses": 40, "net_promoter": {"score": "40.000", "margin_95": "22.773"}}],
                "metrics": [{"metric": "speed", "importance": "5.000", "performance": "2.000",
                    "quadrant": "concentrate_here"}]},
            "relationships": {"effective_contacts": 2_461, "growth": -10},
            "reciprocity": {}, "plans": {"plans": 0}, "missing": ["costs", "share_of_wallet"],
            "resolved": {"as_of": "2024-12-31", "zone": "UTC", "size": 9, "clock": "ledger"},
        })
    }

    fn lines(page: &str) -> Vec<String> {
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("|");
        page.lines().map(cells).collect()
    }

    #[test]
    fn what_is_not_known_is_a_dash_and_said() {
        let page = of_account(&metrics());
        for wanted in [
            "from 2024-01-02 to before 2025-01-01, compared with the 365 days before; metrics/1: retention 0.85, \
             discount 0.10",
            "EUR|118|100|18.000 %|-|1|-|-|-|-|-",
            "(none)|EUR|118|100",
            "NPS|40.000 ± 22.773 (n 40)",
            "speed|importance 5.000, performance 2.000: concentrate here",
            "not told by the ledger: costs, share of wallet",
        ] {
            assert!(lines(&page).iter().any(|line| line == wanted), "no \"{wanted}\" in\n{page}");
        }
    }

    #[test]
    fn without_accounts_it_says_so() {
        let page = of_groups(&json!({"items": [], "resolved": metrics()["resolved"]}));
        assert!(page.ends_with("\n\nno account is known at that moment"), "{page}");
    }

    #[test]
    fn a_group_has_a_line_for_its_money_and_one_for_its_people() {
        let one = metrics();
        let page = of_groups(&json!({"items": [one], "resolved": one["resolved"]}));
        for wanted in
            ["north|EUR|118|100|18.000 %|-|1|-|-|-|-|-", "north|4|3|66.667 %|40.000 ± 22.773 (n 40)|-|2.461|-0.010|-|-"]
        {
            assert!(lines(&page).iter().any(|line| line == wanted), "no \"{wanted}\" in\n{page}");
        }
    }
}
