//! Handovers as they are read: the clocks of each step against the service levels, what comes next, and who is late.
//!
//! Clocks run in business days of the calendar of `model/handover`, from the date on which the handover began. A step is
//! met on the date that is due, and late from the next business day on. A handover that was called off has no clocks.

pub mod measures;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tenure_schemas::AccountId;
use tenure_schemas::models::handover::{Calendar, Level};
use tenure_schemas::models::{HandoverSpec, TypedSpec, Whole};
use tenure_schemas::payload::handover::HandoverClass;
use utoipa::ToSchema;

use crate::account::{Handover, HandoverStatus, Taken};
use crate::business_days::{after, between};
use crate::models::Models;
use crate::moment::Day;

/// A step of a handover, after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    /// The successor is named.
    SuccessorNamed,
    /// The successor got the brief.
    Briefed,
    /// The successor met the client's people.
    Introduced,
    /// The successor accepted.
    Accepted,
    /// Ownership passed.
    Transferred,
    /// It is done.
    Completed,
}

/// Every step, in the order in which they are taken; of an emergency ownership passes before anything else can.
fn steps_of(class: HandoverClass) -> [StepName; 6] {
    use StepName::{Accepted, Briefed, Completed, Introduced, SuccessorNamed, Transferred};
    match class {
        HandoverClass::Planned | HandoverClass::ShortNotice | HandoverClass::Pooled => {
            [SuccessorNamed, Briefed, Introduced, Accepted, Transferred, Completed]
        }
        HandoverClass::Emergency => [SuccessorNamed, Transferred, Briefed, Introduced, Accepted, Completed],
    }
}

/// How a step stands against its service level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevelState {
    /// Not taken yet, and not late.
    Running,
    /// Not taken yet, and past its due date.
    Overdue,
    /// Taken in time.
    Met,
    /// Taken after its due date.
    Late,
    /// Not taken, and it need not be: the handover was completed without it.
    Skipped,
}

/// One step with its clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepClock {
    /// The step.
    pub step: StepName,
    /// How it stands.
    pub state: LevelState,
    /// The date on which it is due.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// The date on which it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub done: Option<Date>,
    /// The business days from the start to that; while it was not taken, to the day that is asked about.
    pub days: i64,
    /// By how many business days it is or was late; 0 in time.
    pub days_late: i64,
}

/// A handover with its clocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tracked {
    /// The account.
    pub account: AccountId,
    /// The handover itself.
    #[serde(flatten)]
    pub handover: Handover,
    /// How far it has come.
    pub status: HandoverStatus,
    /// The date by which it is to be complete: the one that was given, else the service level's.
    #[schema(value_type = String, format = Date)]
    pub due_on: Date,
    /// Whether it goes on past that, or past the due date of one of its steps.
    pub overdue: bool,
    /// What is to be done next; absent when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<StepName>,
    /// The date on which that is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub next_due: Option<Date>,
    /// The clock of each step; none when it was called off.
    pub clocks: Vec<StepClock>,
    /// The version of the service levels and calendar, such as `handover/1`.
    pub model: String,
}

/// A version of `model/handover`, ready to compute with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverModel {
    version: u32,
    spec: HandoverSpec,
}

impl HandoverModel {
    /// The version in force at the moment of `models`; the built-in one where none was activated.
    pub fn active(models: &Models) -> Self {
        let (version, spec) = models.active_spec();
        Self { version, spec }
    }

    /// A spec under a version's number.
    pub fn of_spec(version: u32, spec: HandoverSpec) -> Self {
        Self { version, spec }
    }

    /// The model with its version, such as `handover/1`.
    pub fn name(&self) -> String {
        format!("{}/{}", HandoverSpec::MODEL, self.version)
    }

    /// Which days are business days.
    pub fn calendar(&self) -> &Calendar {
        &self.spec.calendar
    }

    /// A handover of an account, with its clocks as they stand at the end of a day.
    pub fn track(&self, account: &AccountId, handover: &Handover, day: &Day) -> Tracked {
        let (status, started) = (handover.status(), self.date_of(&handover.started));
        let level = self.spec.levels.get(handover.class);
        let due_on = handover.due.unwrap_or_else(|| after(self.calendar(), started, level.completed.get()));
        let clocks: Vec<StepClock> = match status {
            HandoverStatus::Cancelled => Vec::new(),
            HandoverStatus::Started
            | HandoverStatus::SuccessorNamed
            | HandoverStatus::Briefed
            | HandoverStatus::Introduced
            | HandoverStatus::Accepted
            | HandoverStatus::Transferred
            | HandoverStatus::Completed => {
                let steps = steps_of(handover.class).into_iter();
                steps.map(|step| self.clock(handover, step, due_on, day)).collect()
            }
        };
        let next = clocks.iter().find(|clock| matches!(clock.state, LevelState::Running | LevelState::Overdue));
        Tracked {
            account: account.clone(),
            handover: handover.clone(),
            status,
            due_on,
            overdue: clocks.iter().any(|clock| clock.state == LevelState::Overdue),
            next_step: next.map(|next| next.step),
            next_due: next.map(|next| next.due),
            clocks,
            model: self.name(),
        }
    }

    /// The clock of a step. Completion is due when the handover is; no step is due after it.
    fn clock(&self, handover: &Handover, step: StepName, due_on: Date, day: &Day) -> StepClock {
        let (calendar, started) = (self.calendar(), self.date_of(&handover.started));
        let due = match step {
            StepName::Completed => due_on,
            StepName::SuccessorNamed
            | StepName::Briefed
            | StepName::Introduced
            | StepName::Accepted
            | StepName::Transferred => {
                let level = days_of(self.spec.levels.get(handover.class), step);
                after(calendar, started, level.get()).min(due_on)
            }
        };
        let done = taken(handover, step).map(|taken| self.date_of(&taken));
        let until = done.unwrap_or(day.date);
        let state = match done {
            Some(done) if done <= due => LevelState::Met,
            Some(_) => LevelState::Late,
            None if handover.is_over() => LevelState::Skipped,
            None if day.date <= due => LevelState::Running,
            None => LevelState::Overdue,
        };
        let is_late = matches!(state, LevelState::Late | LevelState::Overdue);
        let days_late = if is_late { between(calendar, due, until).max(0) } else { 0 };
        StepClock { step, state, due, done, days: between(calendar, started, until).max(0), days_late }
    }

    /// The date of something in the calendar's zone; of what is known to the day, that day.
    pub fn date_of(&self, taken: &Taken) -> Date {
        taken.when().date_in(&self.calendar().zone)
    }
}

/// The business days from a date to another, by a model's calendar.
pub(crate) fn business_days_between(model: &HandoverModel, from: Date, to: Date) -> i64 {
    between(model.calendar(), from, to)
}

/// In how many business days a step is to be taken.
fn days_of(level: &Level, step: StepName) -> Whole {
    match step {
        StepName::SuccessorNamed => level.successor_named,
        StepName::Briefed => level.briefed,
        StepName::Introduced => level.introduced,
        StepName::Accepted => level.accepted,
        StepName::Transferred => level.transferred,
        StepName::Completed => level.completed,
    }
}

/// When a step was taken, if it was; of several introductions the first.
fn taken(handover: &Handover, step: StepName) -> Option<Taken> {
    match step {
        StepName::SuccessorNamed => handover.successor_named,
        StepName::Briefed => handover.briefed.as_ref().map(|got| got.taken),
        StepName::Introduced => handover.introduced.first().map(|met| met.taken),
        StepName::Accepted => handover.accepted.as_ref().map(|answer| answer.taken),
        StepName::Transferred => handover.transferred,
        StepName::Completed => handover.completed,
    }
}
