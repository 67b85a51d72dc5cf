//! How a plan and what became of it are laid out for a terminal.

use tenure_replay::reassign::{Assigned, Left, Load};
use tenure_schemas::Name;
use tenure_schemas::payload::ownership::{Role, Scope};

use super::Planned;
use super::recording::Done;
use crate::cli::table;

/// A plan that nothing was recorded of.
pub(super) fn plan(planned: &Planned) -> String {
    let mut blocks = vec![head(planned)];
    blocks.extend(given(&planned.plan.assigned));
    blocks.extend(left(&planned.plan.left));
    blocks.extend(loads(&planned.plan.loads));
    blocks.extend(warnings(planned));
    blocks.push(format!(
        "nothing was recorded: --record --actor KIND:ID does it, with --size {} exactly so",
        planned.size
    ));
    blocks.join("\n\n")
}

fn head(planned: &Planned) -> String {
    let (question, plan) = (&planned.question, &planned.plan);
    let goes_on = if planned.goes_on { "\nbegun before: planned from what was known then" } else { "" };
    let inherited = match planned.inherited {
        0 => String::new(),
        lanes => format!("; {lanes} more are inherited, and follow the account above"),
    };
    format!(
        "{} of the {} lanes that {} holds on {} find a new owner, {} stay{inherited}\n{}\ncorrelation id {}{goes_on}",
        plan.assigned.len(),
        plan.assigned.len() + plan.left.len(),
        question.from,
        question.effective,
        plan.left.len(),
        planned.resolved,
        question.correlation,
    )
}

fn lane(role: &Role, scope: &Scope) -> String {
    let role = role.to_string().replace('_', " ");
    if scope.is_global() { role } else { format!("{role} ({scope})") }
}

fn named(name: Option<&Name>) -> String {
    name.map(ToString::to_string).unwrap_or_default()
}

fn given(assigned: &[Assigned]) -> Option<String> {
    let mut lanes = table::new();
    lanes.set_header(["account", "name", "lane", "to", "by"]);
    lanes.add_rows(assigned.iter().map(|one| {
        let to = one.to.to_string();
        [one.account.to_string(), named(one.name.as_ref()), lane(&one.role, &one.scope), to, one.rule.clone()]
    }));
    (!assigned.is_empty()).then(|| table::text_of(lanes))
}

fn left(left: &[Left]) -> Option<String> {
    let mut lanes = table::new();
    lanes.set_header(["NOBODY GETS", "name", "lane", "why"]);
    lanes.add_rows(
        left.iter().map(|one| {
            [one.account.to_string(), named(one.name.as_ref()), lane(&one.role, &one.scope), one.why.clone()]
        }),
    );
    (!left.is_empty()).then(|| table::text_of(lanes))
}

fn loads(loads: &[Load]) -> Option<String> {
    let mut rows = table::new();
    rows.set_header(["who", "name", "accounts before", "after", "capacity", ""]);
    rows.add_rows(loads.iter().map(|load| {
        let over = if load.over_capacity { "over capacity" } else { "" };
        let away = if load.is_absent { "away" } else { "" };
        let remarks: Vec<&str> = [over, away].into_iter().filter(|remark| !remark.is_empty()).collect();
        let capacity = load.capacity.map(|capacity| capacity.to_string()).unwrap_or_default();
        let (before, after) = (load.before.to_string(), load.after.to_string());
        [load.person.to_string(), named(load.name.as_ref()), before, after, capacity, remarks.join(", ")]
    }));
    (!loads.is_empty()).then(|| table::text_of(rows))
}

fn warnings(planned: &Planned) -> Option<String> {
    let unused = planned.plan.unused.iter().map(|rule| format!("{rule} catches nothing"));
    let unused: Vec<String> = unused.collect();
    (!unused.is_empty()).then(|| unused.join("\n"))
}

/// What became of a plan.
pub(super) fn recorded(planned: &Planned, done: &[Done<'_, Assigned>]) -> String {
    let count = |outcome: &str| done.iter().filter(|one| one.outcome == outcome).count();
    let mut lines = table::new();
    lines.set_header(["account", "lane", "to", "outcome", "event", ""]);
    lines.add_rows(done.iter().map(|one| {
        let position = one.position.map(|position| position.to_string()).unwrap_or_default();
        let outcome = one.outcome.replace('_', " ");
        let (held, why) = (one.lane, one.refused.clone().unwrap_or_default());
        [held.account.to_string(), lane(&held.role, &held.scope), held.to.to_string(), outcome, position, why]
    }));
    let summary = format!(
        "{} recorded, {} already recorded, {} refused, {} left; correlation id {}",
        count("recorded"),
        count("already_recorded"),
        count("refused"),
        planned.plan.left.len(),
        planned.question.correlation,
    );
    let table = (!done.is_empty()).then(|| table::text_of(lines));
    table.into_iter().chain(left(&planned.plan.left)).chain([summary]).collect::<Vec<_>>().join("\n\n")
}
