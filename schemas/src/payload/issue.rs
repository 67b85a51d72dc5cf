//! Problems, requests and questions that the client raised.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::payload;
use crate::values::{Patch, Rating, words};
use crate::{AccountId, Check, ContactId, Instant, Invalid, IssueId, Name, OrderId, PersonId, Text};

words! {
    /// What kind of issue it is.
    IssueType {
        /// Something does not work.
        Problem = "problem",
        /// Something is wanted.
        Request = "request",
        /// Something is asked.
        Question = "question",
    }
    /// How bad it is.
    Severity {
        /// The client cannot work.
        Critical = "critical",
        /// The client works with great effort.
        High = "high",
        /// The client is hindered.
        Medium = "medium",
        /// The client notices.
        Low = "low",
    }
    /// Whom an issue waits for.
    WaitingFor {
        /// The client.
        Client = "client",
        /// Somebody else.
        ThirdParty = "third_party",
        /// Us.
        Us = "us",
    }
}

payload! {
    /// The client raised an issue.
    Raised {
        /// The issue's id in the account.
        issue: IssueId,
        /// What kind of issue it is.
        #[serde(rename = "type")]
        issue_type?: IssueType,
        /// How bad it is.
        severity?: Severity,
        /// The subject line.
        #[schemars(extend("x-personal" = "account"))]
        subject?: Text,
        /// The order it is about.
        order?: OrderId,
        /// Who raised it.
        contact?: ContactId,
        /// The instant by which a first answer is due.
        respond_by?: Instant,
        /// The instant by which it is to be resolved.
        resolve_by?: Instant,
    }
    /// A person takes charge.
    Assigned {
        /// The issue.
        issue: IssueId,
        /// Who takes charge.
        person: PersonId,
        /// Whose it was, as the producer says; needed where this account has not seen that assignment.
        from?: PersonId,
        /// The team, in the firm's own words.
        team?: Name,
    }
    /// The client got an answer.
    Responded {
        /// The issue.
        issue: IssueId,
        /// Who answered.
        by: PersonId,
    }
    /// Something was written down about the issue.
    Noted {
        /// The issue.
        issue: IssueId,
        /// What was written.
        #[schemars(extend("x-personal" = "account"))]
        text: Text,
    }
    /// Parts of the issue changed.
    Changed {
        /// The issue.
        issue: IssueId,
        /// The fields that changed; `null` empties one.
        changes: IssueChanges,
    }
    /// The issue waits.
    Waiting {
        /// The issue.
        issue: IssueId,
        /// For whom.
        #[serde(rename = "for")]
        waiting_for?: WaitingFor,
    }
    /// The issue waits no more.
    Resumed {
        /// The issue.
        issue: IssueId,
        /// For whom it had waited.
        #[serde(rename = "for")]
        waiting_for?: WaitingFor,
    }
    /// The issue was brought to somebody higher up.
    Escalated {
        /// The issue.
        issue: IssueId,
        /// To whom.
        to?: PersonId,
    }
    /// The issue was resolved.
    Resolved {
        /// The issue.
        issue: IssueId,
        /// What had caused it.
        #[schemars(extend("x-personal" = "account"))]
        cause?: Text,
    }
    /// A resolved or closed issue came back.
    Reopened {
        /// The issue.
        issue: IssueId,
    }
    /// The issue is done.
    Closed {
        /// The issue.
        issue: IssueId,
        /// How content the client was.
        satisfaction?: Rating,
    }
    /// The issue belongs to another account, in whose stream it goes on.
    Moved {
        /// The issue.
        issue: IssueId,
        /// The other account.
        to: AccountId,
    }
}

/// What changed about an issue: absent is kept, `null` is emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline, extend("minProperties" = 1))]
pub struct IssueChanges {
    /// What kind of issue it is.
    #[serde(rename = "type", default, skip_serializing_if = "Patch::is_keep")]
    pub issue_type: Patch<IssueType>,
    /// How bad it is.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub severity: Patch<Severity>,
    /// The subject line.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(extend("x-personal" = "account"))]
    pub subject: Patch<Text>,
    /// The order it is about.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub order: Patch<OrderId>,
    /// Who raised it.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub contact: Patch<ContactId>,
    /// The instant by which a first answer is due.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub respond_by: Patch<Instant>,
    /// The instant by which it is to be resolved.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub resolve_by: Patch<Instant>,
}

impl Check for Changed {
    fn check(&self) -> Result<(), Invalid> {
        if self.changes == IssueChanges::default() {
            return Err(Invalid::at("changes", "names no change"));
        }
        Ok(())
    }
}
