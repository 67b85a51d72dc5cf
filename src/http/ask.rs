//! A question as a resource answers it: one view of the ledger, one moment, the filters and the page.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tenure_replay::merges::{self, Whole};
use tenure_replay::{Account, AsOf, Clock, Day};
use tenure_schemas::{AccountId, Instant, PersonId};
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::cursor::Cursor;
use super::page::{Page, Pager};
use super::params::Moment;
use super::problem::{Problem, ProblemType};
use crate::view::{View, ViewDirectory};

/// What an answer rests on: asked again about the same moment at the same size, it is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Resolved {
    /// The moment: a date, or an instant.
    #[schema(example = "2024-03-01")]
    pub(super) as_of: String,
    /// The zone in which a date is a day.
    #[schema(example = "UTC")]
    pub(super) zone: String,
    /// The time up to which knowledge counts, where the question names one; else when the last event that the answer
    /// rests on was recorded, and `null` while there is none.
    pub(super) known_at: Option<Instant>,
    /// How many events of the ledger it rests on.
    pub(super) size: u64,
    /// Whose time of learning counts: the ledger's own, or that of the systems that reported.
    pub(super) clock: Clock,
    /// Under the clock of the sources: for how many of the events that were looked at the ledger's time of recording
    /// counts, because they do not say when their source learned of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fell_back: Option<u64>,
}

/// A question.
pub(super) struct Ask<F> {
    pub(super) view: Arc<View>,
    /// The parameters of this kind of question.
    pub(super) filter: F,
    /// The moment, where the question is about one.
    pub(super) moment: Moment,
    /// The most items on the page.
    pub(super) limit: usize,
    pub(super) cursor: Option<Cursor>,
    /// What the list is of, for its cursors.
    pub(super) of: String,
    /// The parts of the path by name, decoded.
    pub(super) path: BTreeMap<String, String>,
    /// Set once nobody waits for the answer.
    pub(super) stop: CancellationToken,
}

impl<F> Ask<F> {
    /// The moment that is asked about.
    pub(super) fn as_of(&self) -> &AsOf {
        &self.moment.as_of
    }

    /// The last instant of the moment.
    pub(super) fn instant(&self) -> Instant {
        self.moment.as_of.instant()
    }

    /// The civil day of the moment, for what is counted in whole days.
    pub(super) fn day(&self) -> Day {
        self.moment.as_of.day_in(&self.moment.zone)
    }

    /// The end of a date, or the moment where that is its day: a series ends with the moment, not with its day.
    pub(super) fn at_the_end_of(&self, date: Date) -> AsOf {
        if date == self.day().date { self.as_of().clone() } else { AsOf::Day { date, zone: self.moment.zone.clone() } }
    }

    /// A part of the path.
    pub(super) fn part(&self, name: &str) -> &str {
        self.path.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The account that the path names, if the ledger knows it.
    pub(super) fn account_id(&self) -> Result<AccountId, Problem> {
        self.known_account(self.part("account"))
    }

    /// The account of an id, if the ledger knows it.
    pub(super) fn known_account(&self, text: &str) -> Result<AccountId, Problem> {
        if let Ok(id) = AccountId::new(text)
            && self.view.knows_account(&id)?
        {
            return Ok(id);
        }
        let detail = format!(
            "the ledger{} has no event of an account \"{text}\": /v1/accounts lists those it has",
            self.moment.knowing.in_words()
        );
        Err(Problem::new(ProblemType::UnknownAccount, detail))
    }

    /// The account that the path names, as of the moment.
    pub(super) fn account(&self) -> Result<Arc<Account>, Problem> {
        let id = self.account_id()?;
        Ok(self.view.account(&id, self.as_of())?.unwrap_or_else(|| Arc::new(Account::unknown(id))))
    }

    /// The account that the path names, as of the moment, with those that are merged into it.
    pub(super) fn whole(&self) -> Result<Whole, Problem> {
        let (own, directory) = (self.account()?, self.directory());
        let whole = Whole::of(own, &directory);
        directory.finish()?;
        Ok(whole)
    }

    /// Where what is listed below the account that the path names may lie: in it, and in those that are merged into it.
    pub(super) fn below(&self) -> Result<Among, Problem> {
        let (own, directory) = (self.account_id()?, self.directory());
        let merged = merges::merged_into(&own, &directory);
        directory.finish()?;
        let mut ids: Vec<AccountId> = merged.iter().map(|account| account.account().clone()).chain([own]).collect();
        ids.sort_unstable();
        Ok(Among::These(ids))
    }

    /// The person that the path names, if the ledger knows anything of one.
    pub(super) fn person_id(&self) -> Result<PersonId, Problem> {
        let text = self.part("person");
        if let Ok(id) = PersonId::new(text)
            && (self.view.knows_person(&id) || self.view.names_person(&id)?)
        {
            return Ok(id);
        }
        let detail = format!(
            "no event of the ledger{} is about a person \"{text}\": /v1/people lists those that it knows",
            self.moment.knowing.in_words()
        );
        Err(Problem::new(ProblemType::UnknownPerson, detail))
    }

    /// People and accounts as of the moment.
    pub(super) fn directory(&self) -> ViewDirectory {
        self.view.directory(self.as_of())
    }

    /// Stops the work once nobody waits for the answer any more.
    pub(super) fn go_on(&self) -> Result<(), Problem> {
        if self.stop.is_cancelled() {
            return Err(Problem::new(ProblemType::TooSlow, "nobody waits for this answer any more"));
        }
        Ok(())
    }

    /// An empty page that begins where the cursor says.
    pub(super) fn pager<K: Ord + DeserializeOwned, T>(&self) -> Result<Pager<K, T>, Problem> {
        let key = self.cursor.as_ref().map(|cursor| serde_json::from_value(cursor.key.clone())).transpose();
        Ok(Pager::new(key.map_err(|_| Cursor::unreadable())?, self.limit))
    }

    /// A page of things that are there in the order of their keys.
    pub(super) fn page<K: Ord + DeserializeOwned, T>(
        &self,
        items: impl Iterator<Item = (K, T)>,
    ) -> Result<Page<K, T>, Problem> {
        let mut pager = self.pager()?;
        for (key, item) in items {
            if pager.offer(key, || item).is_break() {
                break;
            }
        }
        Ok(pager.finish())
    }

    /// A page of what the accounts hold, account by account in the order of their ids.
    ///
    /// `each` offers what one account holds, by keys that begin with the account.
    pub(super) fn across<K: Ord + DeserializeOwned, T>(
        &self,
        among: &Among,
        mut each: impl FnMut(&Account, &mut Pager<(AccountId, K), T>),
    ) -> Result<Page<(AccountId, K), T>, Problem> {
        let mut pager: Pager<(AccountId, K), T> = self.pager()?;
        let from = pager.after().map(|(account, _)| account.clone());
        self.each_account(among, from.as_ref(), |account| {
            each(account, &mut pager);
            !pager.is_done()
        })?;
        Ok(pager.finish())
    }

    /// Visits accounts in the order of their ids, from `from` on, while `visit` wants more.
    pub(super) fn each_account(
        &self,
        among: &Among,
        from: Option<&AccountId>,
        mut visit: impl FnMut(&Arc<Account>) -> bool,
    ) -> Result<(), Problem> {
        for id in self.ids(among, from) {
            self.go_on()?;
            let Some(account) = self.view.account(id, self.as_of())? else { continue };
            if !visit(&account) {
                break;
            }
        }
        Ok(())
    }

    fn ids<'a>(
        &'a self,
        among: &'a Among,
        from: Option<&'a AccountId>,
    ) -> Box<dyn Iterator<Item = &'a AccountId> + 'a> {
        match among {
            Among::All => Box::new(from.into_iter().chain(self.view.account_ids(from))),
            Among::These(ids) => Box::new(ids.iter().filter(move |id| from.is_none_or(|from| from <= *id))),
        }
    }

    /// What the answer rests on.
    pub(super) fn resolved(&self) -> Resolved {
        Resolved::of(&self.view, &self.moment)
    }
}

impl Resolved {
    /// What a reading of a view as of a moment rests on.
    pub(super) fn of(view: &View, moment: &Moment) -> Self {
        let head = view.head();
        Self {
            as_of: moment.as_of.to_string(),
            zone: moment.zone.to_string(),
            known_at: moment.knowing.known_at.or(head.recorded_at),
            size: head.size,
            clock: moment.knowing.clock,
            fell_back: view.fell_back(),
        }
    }
}

/// The accounts in which an answer may lie.
pub(super) enum Among {
    /// In any.
    All,
    /// In these, in the order of their ids.
    These(Vec<AccountId>),
}

impl Among {
    /// In the one that a filter names, else in any.
    pub(super) fn only(account: Option<&AccountId>) -> Self {
        account.map_or(Self::All, |account| Self::These(vec![account.clone()]))
    }
}
