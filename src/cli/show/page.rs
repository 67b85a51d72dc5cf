//! An account's overview as a page of text: a headline, then a section for each thing that there is.

use serde_json::Value;
use tenure_schemas::{Instant, Zone};

use crate::cli::answer::{items, optional, text};
use crate::cli::table;

/// Lays out an overview as the read API answers it, its times as dates in the zone that it was asked in.
pub(super) fn lay_out(overview: &Value) -> String {
    let zone = text(overview, "/resolved/zone").parse().unwrap_or_default();
    let (asked, mut overview) = (text(overview, "/resolved/as_of"), overview.clone());
    local(&mut overview, &zone);
    let overview = &overview;
    let sections = [
        owners(overview),
        contacts(overview),
        talk(overview),
        commitments(overview),
        issues(overview),
        plan(overview),
        contracts(overview),
        years(overview),
        needs(overview),
        surveys(overview),
        notes(overview),
        competitors(overview),
        never_presented(overview),
        findings(overview),
    ];
    let sections = sections.into_iter().flatten().map(|section| format!("\n\n{section}"));
    headline(overview, &asked) + &sections.collect::<String>()
}

/// The name, where the account stands, and what the page rests on.
fn headline(overview: &Value, asked: &str) -> String {
    let id = text(overview, "/account");
    let name = optional(overview, "/name").map_or_else(|| id.clone(), |name| format!("{name} ({id})"));
    let key = overview.pointer("/manage_as_key").and_then(Value::as_bool).unwrap_or_default();
    let facts = [
        Some(status(overview)),
        optional(overview, "/tier").map(|tier| format!("{tier} tier")),
        key.then(|| "managed as a key account".to_owned()),
        optional(overview, "/stage"),
        optional(overview, "/region"),
        optional(overview, "/industry"),
        optional(overview, "/currency"),
        optional(overview, "/opened_at").map(|at| format!("since {}", day(&at))),
        parent(overview),
        merged(overview),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let size = text(overview, "/resolved/size");
    format!("{name}\n{facts}\nas of {asked}, from a ledger of {size} events")
}

/// Where it stands; of what is over, since when and why.
fn status(overview: &Value) -> String {
    let status = text(overview, "/status");
    let Some(closure) = overview.pointer("/closure") else { return status };
    let since = day(&text(closure, "/from"));
    match (optional(closure, "/merged_into"), optional(closure, "/reason")) {
        (Some(survivor), _) => format!("{status} into {survivor} since {since}"),
        (None, Some(reason)) => format!("{status} since {since} ({reason})"),
        (None, None) => format!("{status} since {since}"),
    }
}

fn parent(overview: &Value) -> Option<String> {
    let parent = optional(overview, "/parent")?;
    Some(format!("part of {}", optional(overview, "/parent_name").unwrap_or(parent)))
}

fn merged(overview: &Value) -> Option<String> {
    let merged = names(overview, "/merged_from");
    (!merged.is_empty()).then(|| format!("with what was {merged}"))
}

fn owners(overview: &Value) -> Option<String> {
    let rows: Vec<_> = items(overview, "/owners").map(owner).collect();
    if !rows.is_empty() {
        return section("WHO ANSWERS", &["role", "person", "since", ""], rows);
    }
    let nobody = match optional(overview, "/orphaned_since") {
        Some(since) => format!("nobody since {}", day(&since)),
        None => "nobody".to_owned(),
    };
    Some(format!("WHO ANSWERS\n{nobody}"))
}

fn owner(owner: &Value) -> Vec<String> {
    let scope = text(owner, "/scope");
    let role = plain(&text(owner, "/role"));
    let role = if scope == "global" { role } else { format!("{role} ({scope})") };
    let covered = optional(owner, "/covered_by").map(|delegate| {
        let name = optional(owner, "/covered_by_name").unwrap_or(delegate);
        format!("covered by {name} until {}", day(&text(owner, "/covered_until")))
    });
    let gone = owner.pointer("/is_employed") == Some(&Value::Bool(false));
    let remarks = [
        covered,
        gone.then(|| "does not work for us any more".to_owned()),
        optional(owner, "/inherited_from").map(|from| format!("inherited from {from}")),
    ];
    let remarks = remarks.into_iter().flatten().collect::<Vec<_>>().join(", ");
    vec![role, named(owner, "/person_name", "/person"), day(&text(owner, "/from")), remarks]
}

fn contacts(overview: &Value) -> Option<String> {
    let rows = items(overview, "/contacts").map(|contact| {
        vec![
            named(contact, "/name", "/contact"),
            words(contact, "/roles"),
            percent(contact, "/share"),
            touch(contact),
            optional(contact, "/best_known_by")
                .map_or_else(String::new, |_| named(contact, "/best_known_by_name", "/best_known_by")),
        ]
    });
    let title = title(overview, "THEIR PEOPLE", "contacts");
    section(&title, &["contact", "roles", "strength", "last touch", "knows them best"], rows.collect())
}

fn touch(contact: &Value) -> String {
    optional(contact, "/last_touch_at")
        .map_or_else(|| "never".to_owned(), |at| format!("{} {}", day(&at), plain(&text(contact, "/last_channel"))))
}

fn talk(overview: &Value) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(last) = overview.pointer("/last_interaction") {
        lines.push(line("last", last, "/held_at"));
    }
    let touches: Vec<_> = items(overview, "/touches")
        .map(|touched| format!("{} {}", text(touched, "/touches"), plain(&text(touched, "/channel"))))
        .collect();
    if !touches.is_empty() {
        lines.push(format!("90 days  {}", touches.join(", ")));
    }
    lines.extend(items(overview, "/planned").map(|planned| line("planned", planned, "/planned_for")));
    (!lines.is_empty()).then(|| format!("IN TOUCH\n{}", lines.join("\n")))
}

/// One interaction, held or planned.
fn line(what: &str, interaction: &Value, when: &str) -> String {
    let subject = optional(interaction, "/subject").map(|subject| format!(": {subject}")).unwrap_or_default();
    let (at, channel) = (day(&text(interaction, when)), plain(&text(interaction, "/channel")));
    format!("{what:<8} {at} {channel} with {}{subject}", names(interaction, "/persons"))
}

fn commitments(overview: &Value) -> Option<String> {
    let rows = items(overview, "/commitments").map(|made| {
        let soft = made.pointer("/soft") == Some(&Value::Bool(true));
        let by = if text(made, "/by") == "us" { "we" } else { "they" };
        let by = if soft { format!("{by}, in passing") } else { by.to_owned() };
        vec![by, text(made, "/text"), optional(made, "/due").unwrap_or_default(), late(made)]
    });
    section(&title(overview, "PROMISED", "commitments"), &["who", "what", "due", ""], rows.collect())
}

fn issues(overview: &Value) -> Option<String> {
    let rows = items(overview, "/issues").map(|issue| {
        let due = optional(issue, "/clocks/resolve/due").map(|due| format!("due {}", day(&due)));
        let overdue = issue.pointer("/overdue") == Some(&Value::Bool(true));
        let state = if overdue { "overdue".to_owned() } else { text(issue, "/status") };
        vec![
            text(issue, "/issue"),
            optional(issue, "/severity").unwrap_or_default(),
            optional(issue, "/subject").unwrap_or_default(),
            day(&text(issue, "/raised_at")),
            [Some(state), due].into_iter().flatten().collect::<Vec<_>>().join(", "),
            optional(issue, "/person").unwrap_or_default(),
        ]
    });
    let title = title(overview, "OPEN ISSUES", "issues");
    section(&title, &["issue", "severity", "subject", "raised", "", "in charge"], rows.collect())
}

fn plan(overview: &Value) -> Option<String> {
    let plan = overview.pointer("/plan")?;
    let reached = optional(plan, "/attainment").map(|_| format!("{} reached", percent(plan, "/attainment")));
    let facts = [
        Some(plain(&text(plan, "/kind"))),
        Some(format!("{} to {}", text(plan, "/from"), text(plan, "/to"))),
        reached,
        Some(format!("{} of its time gone", percent(plan, "/elapsed"))),
        optional(plan, "/days_since_review").map(|days| match optional(plan, "/last_reviewed_at") {
            Some(_) => format!("reviewed {days} days ago"),
            None => format!("never reviewed in {days} days"),
        }),
        optional(plan, "/review_days_late").map(|days| format!("review {days} days late")),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let head = format!("{}\n{facts}", named(plan, "/title", "/plan"));
    let rows = items(overview, "/actions")
        .map(|action| vec![text(action, "/text"), text(action, "/owner"), text(action, "/due"), late(action)]);
    let actions = grid(&["to do", "who", "due", ""], rows.collect());
    Some(["PLAN".to_owned(), head].into_iter().chain(actions).collect::<Vec<_>>().join("\n"))
}

fn contracts(overview: &Value) -> Option<String> {
    let today = day(&text(overview, "/resolved/as_of"));
    let rows = items(overview, "/contracts").map(|contract| {
        let renews = contract.pointer("/auto_renew") == Some(&Value::Bool(true));
        let left = optional(contract, "/days_to_end").map(|days| format!("{days} days left"));
        let remarks = [
            left,
            renews.then(|| "renews itself".to_owned()),
            optional(contract, "/notice_deadline").map(|last| {
                let by = if last < today { "notice was due by" } else { "notice by" };
                format!("{by} {last}")
            }),
        ];
        vec![
            text(contract, "/contract"),
            money(contract, "/value/amount", "/value/currency"),
            text(contract, "/to"),
            remarks.into_iter().flatten().collect::<Vec<_>>().join(", "),
        ]
    });
    section(&title(overview, "CONTRACTS", "contracts"), &["contract", "worth", "to", ""], rows.collect())
}

fn years(overview: &Value) -> Option<String> {
    let rows = items(overview, "/years")
        .map(|year| vec![text(year, "/year"), money(year, "/ordered", "/currency"), money(year, "/cost", "/currency")]);
    section("REVENUE", &["year", "ordered", "cost to serve"], rows.collect())
}

fn needs(overview: &Value) -> Option<String> {
    let rows = items(overview, "/needs").map(|need| {
        let offering = optional(need, "/offering").unwrap_or_default();
        vec![format!("{} term", text(need, "/horizon")), text(need, "/statement"), offering]
    });
    section(&title(overview, "NEEDS", "needs"), &["when", "what", "offering"], rows.collect())
}

fn surveys(overview: &Value) -> Option<String> {
    let rows = items(overview, "/surveys/instruments").map(|asked| {
        let net = optional(asked, "/net_promoter/score").map(|score| format!("net promoter score {score}"));
        vec![
            plain(&text(asked, "/instrument")),
            format!("mean {} of {} answers", text(asked, "/mean"), text(asked, "/responses")),
            format!("last {} on {}", text(asked, "/last_score"), day(&text(asked, "/last_at"))),
            net.unwrap_or_default(),
        ]
    });
    section("SURVEYS", &[], rows.collect())
}

fn notes(overview: &Value) -> Option<String> {
    let rows = items(overview, "/notes")
        .map(|note| vec![day(&text(note, "/noted_at")), text(note, "/topic"), text(note, "/text")]);
    section(&title(overview, "NOTES", "notes"), &[], rows.collect())
}

fn competitors(overview: &Value) -> Option<String> {
    let rows = items(overview, "/competitors").map(|seen| {
        let last = optional(seen, "/last_observed_at").map(|at| format!("seen {}", day(&at))).unwrap_or_default();
        vec![text(seen, "/competitor"), last, optional(seen, "/strength").unwrap_or_default()]
    });
    section(&title(overview, "COMPETITORS", "competitors"), &[], rows.collect())
}

fn never_presented(overview: &Value) -> Option<String> {
    let names: Vec<_> = items(overview, "/never_presented").map(|used| named(used, "/name", "/offering")).collect();
    let title = title(overview, "NEVER SHOWN", "never_presented");
    (!names.is_empty()).then(|| format!("{title}\n{}", names.join("\n")))
}

fn findings(overview: &Value) -> Option<String> {
    let rows = items(overview, "/findings").map(|found| vec![day(&text(found, "/from")), text(found, "/message")]);
    section(&title(overview, "CONTRADICTIONS", "findings"), &[], rows.collect())
}

/// A section's title, with how many there are where the page names only the first.
fn title(overview: &Value, title: &str, list: &str) -> String {
    let all = overview.pointer(&format!("/counts/{list}")).and_then(Value::as_u64).unwrap_or_default();
    let shown = u64::try_from(items(overview, &format!("/{list}")).count()).unwrap_or_default();
    if all > shown { format!("{title} ({shown} of {all})") } else { title.to_owned() }
}

fn section(title: &str, header: &[&str], rows: Vec<Vec<String>>) -> Option<String> {
    grid(header, rows).map(|grid| format!("{title}\n{grid}"))
}

fn grid(header: &[&str], rows: Vec<Vec<String>>) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let mut grid = table::new();
    if !header.is_empty() {
        grid.set_header(header.iter().copied());
    }
    grid.add_rows(rows);
    Some(table::text_of(grid))
}

/// A name with its id, or the id alone.
fn named(value: &Value, name: &str, id: &str) -> String {
    let id = text(value, id);
    optional(value, name).map_or_else(|| id.clone(), |name| format!("{name} ({id})"))
}

fn words(value: &Value, list: &str) -> String {
    items(value, list).filter_map(Value::as_str).map(plain).collect::<Vec<_>>().join(", ")
}

/// Ids as they are.
fn names(value: &Value, list: &str) -> String {
    items(value, list).filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

/// A word of the ledger as people write it.
fn plain(word: &str) -> String {
    word.replace('_', " ")
}

fn money(value: &Value, amount: &str, currency: &str) -> String {
    format!("{} {}", text(value, amount), text(value, currency))
}

fn late(value: &Value) -> String {
    optional(value, "/days_late").map_or_else(String::new, |days| format!("{days} days late"))
}

/// Puts dates in the place of instants: their own where only the day is known, else that in the zone.
fn local(value: &mut Value, zone: &Zone) {
    match value {
        Value::Object(fields) => {
            for (date, text) in fields.iter().filter_map(known_day).collect::<Vec<_>>() {
                fields.insert(date, Value::String(text));
            }
            fields.values_mut().for_each(|value| local(value, zone));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| local(item, zone)),
        Value::String(text) => {
            if let Ok(instant) = text.parse::<Instant>() {
                *text = instant.date_in(zone).to_string();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The field that a civil date belongs beside, such as `from` of `from_date` and `noted_at` of `noted_date`.
fn known_day((name, date): (&String, &Value)) -> Option<(String, String)> {
    let stem = name.strip_suffix("_date")?;
    let at = if matches!(stem, "from" | "to") { stem.to_owned() } else { format!("{stem}_at") };
    Some((at, date.as_str()?.to_owned()))
}

/// The date of an instant or of a day.
fn day(instant: &str) -> String {
    instant.split('T').next().unwrap_or_default().to_owned()
}

/// Milli-points as whole percents.
fn percent(value: &Value, field: &str) -> String {
    let points = value.pointer(field).and_then(Value::as_u64).unwrap_or_default();
    format!("{} %", points.saturating_add(500) / 1_000)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_account_without_anything_says_so() {
        let overview =
            json!({"account": "acme", "status": "unassigned", "resolved": {"as_of": "2026-01-01", "size": 3}});
        let expected = "acme\nunassigned\nas of 2026-01-01, from a ledger of 3 events\n\nWHO ANSWERS\nnobody";
        assert_eq!(lay_out(&overview), expected);
    }

    #[test]
    fn what_has_passed_or_never_was_is_not_told_as_to_come_or_done() {
        let with = |as_of: &str, reviewed: Value| {
            let mut plan = json!({"plan": "p", "kind": "success", "from": "2026-01-01", "to": "2027-01-01", "elapsed": 0, "days_since_review": 9});
            if !reviewed.is_null() {
                plan["last_reviewed_at"] = reviewed;
            }
            let contract = json!({"contract": "c", "to": "2026-12-31", "notice_deadline": "2026-03-01"});
            json!({"account": "a", "status": "owned", "resolved": {"as_of": as_of, "size": 1}, "plan": plan, "contracts": [contract]})
        };
        let (before, after) =
            (with("2026-03-01", Value::Null), with("2026-03-02T00:00:00Z", json!("2026-02-01T00:00:00Z")));
        let (before, after) = (lay_out(&before), lay_out(&after));
        assert!(before.contains("never reviewed in 9 days") && before.contains("notice by 2026-03-01"), "{before}");
        assert!(after.contains(", reviewed 9 days ago") && after.contains("notice was due by 2026-03-01"), "{after}");
    }

    #[test]
    fn dates_are_those_of_the_zone_and_known_days_stay() {
        let owner = |from: Value| json!({"role": "primary", "scope": "global", "person": "ada", "from": from});
        let mut by_day = owner(json!("2026-01-31T22:00:00Z"));
        by_day["from_date"] = json!("2026-02-01");
        let overview = json!({
            "account": "a", "status": "owned", "opened_at": "2025-12-31T23:30:00Z",
            "owners": [owner(json!("2026-03-01T23:30:00Z")), by_day],
            "resolved": {"as_of": "2026-05-01T02:00:00Z", "zone": "America/Lima", "size": 1},
        });
        let page = lay_out(&overview);
        assert!(page.contains("since 2025-12-31") && page.contains("as of 2026-05-01T02:00:00Z"), "{page}");
        assert!(page.contains("2026-03-01") && page.contains("2026-02-01"), "{page}");
        let mut rome = overview;
        rome["resolved"]["zone"] = json!("Europe/Rome");
        let page = lay_out(&rome);
        assert!(page.contains("since 2026-01-01") && page.contains("2026-03-02"), "{page}");
    }

    #[test]
    fn what_is_over_says_since_when_and_why() {
        let over = |closure: Value| json!({"account": "acme", "status": "closed", "closure": closure});
        let lost = over(json!({"from": "2025-04-22T12:00:00Z", "reason": "lost"}));
        assert_eq!(status(&lost), "closed since 2025-04-22 (lost)");
        let merged = over(json!({"from": "2025-05-12T08:00:00Z", "merged_into": "globe"}));
        assert_eq!(status(&merged), "closed into globe since 2025-05-12");
    }

    #[test]
    fn what_there_is_stands_in_its_section() {
        let overview = json!({
            "account": "acme", "name": "Acme", "status": "orphaned", "orphaned_since": "2026-02-03T00:00:00Z",
            "tier": "key", "manage_as_key": true, "parent": "globe", "parent_name": "Globe",
            "resolved": {"as_of": "2026-03-01", "size": 9},
            "commitments": [
                {"by": "us", "text": "send samples", "due": "2026-02-01", "soft": false, "days_late": 28},
                {"by": "client", "text": "name a sponsor", "soft": true}
            ],
            "counts": {"commitments": 3},
            "years": [{"year": "2026", "ordered": "10.50", "cost": "2", "currency": "EUR"}],
        });
        let page = lay_out(&overview);
        for line in [
            "Acme (acme)",
            "orphaned, key tier, managed as a key account, part of Globe",
            "nobody since 2026-02-03",
            "PROMISED (2 of 3)",
            "we                send samples    2026-02-01  28 days late",
            "they, in passing  name a sponsor",
            "2026  10.50 EUR  2 EUR",
        ] {
            assert!(page.lines().any(|found| found == line), "no \"{line}\" in\n{page}");
        }
    }
}
