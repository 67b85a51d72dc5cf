//! Account plans: weighted objectives, actions, progress and reviews.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shape::payload;
use super::{DateSchema, date, no_duplicates, optional_date, ordered};
use crate::values::{NonEmpty, Weight, words};
use crate::{ActionId, Amount, Check, Invalid, Name, NeedId, ObjectiveId, PersonId, PlanId, Text};

words! {
    /// What a plan is for.
    PlanKind {
        /// Growing a key account.
        KeyAccount = "key_account",
        /// Making the client succeed with what it has.
        Success = "success",
        /// Winning back a relationship in trouble.
        Recovery = "recovery",
        /// Made together with the client.
        Joint = "joint",
    }
    /// How an objective ended.
    ObjectiveOutcome {
        /// Reached.
        Achieved = "achieved",
        /// Not reached.
        Missed = "missed",
        /// Given up.
        Dropped = "dropped",
    }
    /// What a review was spent on.
    ReviewMode {
        /// Telling what happened.
        Reporting = "reporting",
        /// Solving problems.
        ProblemSolving = "problem_solving",
        /// Both.
        Mixed = "mixed",
    }
}

payload! {
    /// A plan is in force.
    Adopted {
        /// The plan's id in the account.
        plan: PlanId,
        /// The title.
        #[schemars(extend("x-personal" = "account"))]
        title?: Name,
        /// What it is for.
        kind: PlanKind,
        /// The first day.
        #[serde(deserialize_with = "date")]
        #[schemars(with = "DateSchema")]
        from: Date,
        /// The day after the last.
        #[serde(deserialize_with = "date")]
        #[schemars(with = "DateSchema")]
        to: Date,
        /// What it wants to reach.
        objectives: Vec<Objective>,
    }
    /// An objective was added or replaced.
    ObjectiveSet {
        /// The plan.
        plan: PlanId,
        /// The objective's id in the plan.
        objective: ObjectiveId,
        /// What is to be reached.
        #[schemars(extend("x-personal" = "account"))]
        text: Text,
        /// Its weight among the plan's objectives.
        weight: Weight,
        /// How it is measured.
        measure?: Measure,
        /// The day by which it is due.
        #[serde(deserialize_with = "optional_date")]
        #[schemars(with = "Option<DateSchema>")]
        due?: Date,
        /// Who of ours answers for it.
        owner?: PersonId,
        /// The client's need that it serves.
        need?: NeedId,
    }
    /// The measured value of an objective.
    ProgressRecorded {
        /// The plan.
        plan: PlanId,
        /// The objective.
        objective: ObjectiveId,
        /// The value, in the measure's unit.
        value: Amount,
    }
    /// An objective ended.
    ObjectiveClosed {
        /// The plan.
        plan: PlanId,
        /// The objective.
        objective: ObjectiveId,
        /// How.
        outcome: ObjectiveOutcome,
    }
    /// An action was added or replaced.
    ActionSet {
        /// The plan.
        plan: PlanId,
        /// The action's id in the plan.
        action: ActionId,
        /// What is to be done.
        #[schemars(extend("x-personal" = "account"))]
        text: Text,
        /// Who of ours does it.
        owner: PersonId,
        /// The day by which it is due.
        #[serde(deserialize_with = "date")]
        #[schemars(with = "DateSchema")]
        due: Date,
        /// The objective that it serves.
        objective?: ObjectiveId,
        /// The metric whose gap it closes.
        remedies?: Name,
    }
    /// An action was done.
    ActionDone {
        /// The plan.
        plan: PlanId,
        /// The action.
        action: ActionId,
    }
    /// An action was given up.
    ActionDropped {
        /// The plan.
        plan: PlanId,
        /// The action.
        action: ActionId,
    }
    /// The plan was reviewed.
    Reviewed {
        /// The plan.
        plan: PlanId,
        /// What the review was spent on.
        mode: ReviewMode,
        /// What was decided.
        #[schemars(extend("x-personal" = "account"))]
        decisions?: Vec<Text>,
        /// The problems that were solved.
        #[schemars(extend("x-personal" = "account"))]
        problems_solved?: Vec<Text>,
        /// The day of the next review.
        #[serde(deserialize_with = "optional_date")]
        #[schemars(with = "Option<DateSchema>")]
        next_review?: Date,
    }
    /// Something was understood, on evidence.
    InsightRecorded {
        /// The plan.
        plan: PlanId,
        /// What was understood.
        #[schemars(extend("x-personal" = "account"))]
        text: Text,
        /// The events that show it.
        evidence: NonEmpty<Uuid>,
    }
    /// The plan is in force no more.
    Closed {
        /// The plan.
        plan: PlanId,
        /// What came of it.
        #[schemars(extend("x-personal" = "account"))]
        outcome?: Text,
    }
}

/// One objective of a plan as it is adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Objective {
    /// The objective's id in the plan.
    pub objective: ObjectiveId,
    /// What is to be reached.
    #[schemars(extend("x-personal" = "account"))]
    pub text: Text,
    /// Its weight among the plan's objectives.
    pub weight: Weight,
    /// How it is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// The day by which it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "optional_date")]
    #[schemars(with = "Option<DateSchema>")]
    pub due: Option<Date>,
    /// Who of ours answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The client's need that it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<NeedId>,
}

/// How an objective is measured: from where to where, in which unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Measure {
    /// What is measured.
    pub metric: Name,
    /// The value at the start.
    pub baseline: Amount,
    /// The value that counts as reached.
    pub target: Amount,
    /// The unit of both.
    pub unit: Name,
}

impl Check for Adopted {
    fn check(&self) -> Result<(), Invalid> {
        ordered(self.from, self.to)?;
        let ids: Vec<_> = self.objectives.iter().map(|objective| &objective.objective).collect();
        no_duplicates("objectives", &ids)
    }
}
