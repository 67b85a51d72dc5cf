//! In words: the plan, what is open, and what was promised.

use tenure_replay::account::ClockState;
use tenure_replay::brief::{
    ActionLine, CommitmentLine, CommitmentsSection, IssueLine, Listed, ObjectiveLine, OrderLine, PlanSection, Sections,
};
use tenure_schemas::Instant;
use tenure_schemas::payload::issue::Severity;

use super::{amount, days, percent, remark, word};
use crate::brief::pen::{Pen, duration, name_or, one_line};
use crate::brief::{Block, Cell, Fact, Line, Lines, Row, Table, Tone};

pub(super) fn plan(plan: Option<&PlanSection>, pen: &Pen) -> Vec<Block> {
    let Some(plan) = plan else { return vec![remark("The account is managed by no plan.")] };
    let mut blocks = vec![Block::Facts(figures(plan, pen))];
    if plan.objectives.count > 0 {
        let rows = plan.objectives.items.iter().map(objective).collect();
        let titles = ["Objective", "#Reached", "Due", "Who"];
        blocks.push(Block::Table(Table::new(Some("Open objectives"), &titles, rows, plan.objectives.more())));
    }
    if plan.actions.count > 0 {
        let rows = plan.actions.items.iter().map(action).collect();
        blocks.push(Block::Table(Table::new(
            Some("Open actions"),
            &["Action", "Due", "Who"],
            rows,
            plan.actions.more(),
        )));
    }
    if let Some(review) = plan.last_review.as_ref().filter(|review| !review.decisions.is_empty()) {
        let decided = review.decisions.iter().map(|decision| Line {
            text: one_line(decision.as_str()),
            detail: None,
            tone: Tone::Plain,
            cited: review.cited.clone(),
        });
        let caption = Some("Decided in the last review");
        blocks.push(Block::Lines(Lines { caption, numbered: false, said: decided.collect(), more: 0 }));
    }
    blocks
}

fn figures(plan: &PlanSection, pen: &Pen) -> Vec<Fact> {
    let summary = &plan.summary;
    let title = summary.title.as_ref().map_or_else(|| summary.plan.to_string(), ToString::to_string);
    let attained = summary.attainment.map_or("not measured".to_owned(), percent);
    let reviewed = match (&plan.last_review, summary.days_since_review) {
        (Some(review), Some(ago)) => {
            format!("{} ({} ago), {}", pen.date(review.reviewed_at), days(ago.into()), word(&review.mode))
        }
        (_, _) => "never".to_owned(),
    };
    let next = summary.next_review.map_or(String::new(), |next| match summary.review_days_late {
        Some(late) => format!("; the next was due on {next}, {} ago", days(late.into())),
        None => format!("; the next is due on {next}"),
    });
    let says = |label, value: String| Fact::new(label, value, plan.cited.clone());
    vec![
        says("Plan", format!("{title} ({})", word(&summary.kind))),
        says("Runs", format!("{} to {}", summary.from, summary.to)),
        says("Attained", format!("{attained}, with {} of its time gone", percent(summary.elapsed))),
        says("Reviewed", format!("{reviewed}{next}")),
    ]
}

fn late(days_late: Option<u32>) -> String {
    days_late.map_or(String::new(), |late| format!("{} late", days(late.into())))
}

fn objective(line: &ObjectiveLine) -> Row {
    let measured = line.measure.as_ref().map_or(String::new(), |measure| {
        let value = line.value.map_or("not measured yet".to_owned(), |value| value.to_string());
        format!("{}: {value}, from {} to {} {}", measure.metric, measure.baseline, measure.target, measure.unit)
    });
    Row {
        cells: vec![
            Cell::with(one_line(line.text.as_str()), measured),
            Cell::new(line.progress.map_or("–".to_owned(), percent)),
            Cell::with(line.due.map_or("–".to_owned(), |due| due.to_string()), late(line.days_late)),
            Cell::new(
                line.owner.as_ref().map_or(String::new(), |owner| name_or(line.owner_name.as_ref(), owner.as_str())),
            ),
        ],
        tone: Tone::alert_if(line.days_late.is_some()),
        cited: line.cited.clone(),
    }
}

fn action(line: &ActionLine) -> Row {
    let action = &line.action;
    Row {
        cells: vec![
            Cell::new(one_line(action.text.as_str())),
            Cell::with(action.due.to_string(), late(action.days_late)),
            Cell::new(name_or(line.owner_name.as_ref(), action.owner.as_str())),
        ],
        tone: Tone::alert_if(action.days_late.is_some()),
        cited: line.cited.clone(),
    }
}

pub(super) fn open(sections: &Sections, pen: &Pen) -> Vec<Block> {
    let (orders, issues) = (&sections.orders, &sections.issues);
    let orders = if orders.count == 0 {
        remark("No order is open.")
    } else {
        let rows = orders.items.iter().map(|line| order(line, pen)).collect();
        let titles = ["Order", "What", "#Worth", "Placed"];
        Block::Table(Table::new(Some("Orders not delivered yet"), &titles, rows, orders.more()))
    };
    let issues = if issues.count == 0 {
        remark("No issue is open.")
    } else {
        let rows = issues.items.iter().map(|line| issue(line, pen)).collect();
        let titles = ["Issue", "Raised", "Answer", "Resolution", "In charge"];
        Block::Table(Table::new(Some("Open issues"), &titles, rows, issues.more()))
    };
    vec![orders, issues]
}

fn order(line: &OrderLine, pen: &Pen) -> Row {
    Row {
        cells: vec![
            Cell::new(line.order.as_str()),
            Cell::new(line.offerings.join(", ")),
            Cell::new(amount(&line.total.amount.to_string(), line.total.currency)),
            Cell::with(pen.day(line.placed_at, line.placed_date), format!("{} ago", days(line.days_open))),
        ],
        tone: Tone::Plain,
        cited: line.cited.clone(),
    }
}

fn issue(line: &IssueLine, pen: &Pen) -> Row {
    let issue = &line.issue;
    let severity = issue.severity.map_or("severity unknown".to_owned(), |severity| word(&severity));
    let subject = issue.subject.as_ref().map_or(String::new(), |subject| format!("{}; ", one_line(subject.as_str())));
    let (respond, resolve) = (&issue.clocks.respond, &issue.clocks.resolve);
    let by = line.contact.as_ref().map(|contact| name_or(line.contact_name.as_ref(), contact.as_str()));
    Row {
        cells: vec![
            Cell::with(issue.issue.as_str(), format!("{subject}{severity}, {}", word(&issue.status))),
            Cell::with(pen.date(issue.raised_at), by.map_or(String::new(), |by| format!("by {by}"))),
            clock(respond.state, respond.due, respond.elapsed_s, pen),
            clock(resolve.state, resolve.due, resolve.net_s, pen),
            Cell::new(
                issue
                    .person
                    .as_ref()
                    .map_or("nobody".to_owned(), |person| name_or(line.person_name.as_ref(), person.as_str())),
            ),
        ],
        tone: Tone::alert_if(issue.overdue || issue.severity == Some(Severity::Critical)),
        cited: line.cited.clone(),
    }
}

fn clock(state: ClockState, due: Option<Instant>, seconds: i64, pen: &Pen) -> Cell {
    let says = match state {
        ClockState::NotSet => "nothing is due".to_owned(),
        ClockState::Running | ClockState::Overdue | ClockState::Met | ClockState::Late | ClockState::Moved => {
            word(&state)
        }
    };
    let due = due.map_or(String::new(), |due| format!(", due {}", pen.date(due)));
    Cell::with(says, format!("after {}{due}", duration(seconds)))
}

pub(super) fn commitments(section: &CommitmentsSection) -> Vec<Block> {
    let side = |caption, nothing: &str, made: &Listed<CommitmentLine>| {
        if made.count == 0 {
            return remark(nothing);
        }
        let rows = made.items.iter().map(commitment).collect();
        Block::Table(Table::new(Some(caption), &["Promise", "Firm or soft", "Due"], rows, made.more()))
    };
    vec![
        side("What we promised", "We promised nothing that is still open.", &section.ours),
        side("What they promised", "They promised nothing that is still open.", &section.theirs),
    ]
}

fn commitment(line: &CommitmentLine) -> Row {
    let made = &line.commitment;
    let due = match (made.due, line.days_left) {
        (Some(due), Some(left)) if left < 0 => Cell::with(due.to_string(), format!("{} late", days(-left))),
        (Some(due), Some(left)) => Cell::with(due.to_string(), format!("in {}", days(left))),
        (_, _) => Cell::new("no date"),
    };
    Row {
        cells: vec![
            Cell::with(one_line(made.text.as_str()), made.commitment.as_str()),
            Cell::new(if made.soft { "soft" } else { "firm" }),
            due,
        ],
        tone: Tone::alert_if(made.days_late.is_some()),
        cited: line.cited.clone(),
    }
}
