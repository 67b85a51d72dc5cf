//! The rules by which a leaver's lanes find their new owners, as plain data.

use serde::Deserialize;
use tenure_schemas::payload::account::Tier;
use tenure_schemas::payload::handover::HandoverClass;
use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, Invalid, Name, PersonId};

/// Who gets which lanes. The first rule that fits a lane decides.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Whether lanes pass on the day, or a handover begins for each.
    #[serde(default)]
    pub mode: Mode,
    /// How the handovers come about; only with the mode `handover`.
    #[serde(default)]
    pub class: Option<HandoverClass>,
    /// Whether the accounts of one group go to one person of a pool.
    #[serde(default)]
    pub keep_together: Option<KeepTogether>,
    /// The rules, in the order in which they are tried.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Who gets what no rule catches; without it, that stays where it is.
    #[serde(default)]
    pub default: Option<Target>,
}

/// What becomes of a lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It passes to its new owner on the day.
    #[default]
    Transfer,
    /// A handover to its new owner begins on the day; the lane stays until that comes to its transfer.
    Handover,
}

/// What makes a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepTogether {
    /// Accounts with the same account above, and that account.
    Parent,
}

/// A rule: which lanes it is about, and who gets them. Of what it names, everything must fit; of a list, one entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What people call it.
    #[serde(default)]
    pub name: Option<String>,
    /// Only these accounts.
    #[serde(default)]
    pub account: Option<Vec<AccountId>>,
    /// Only accounts below one of these, at any depth as far as the leaver's own accounts reach, and these.
    #[serde(default)]
    pub group: Option<Vec<AccountId>>,
    /// Only accounts of these tiers.
    #[serde(default)]
    pub tier: Option<Vec<Tier>>,
    /// Only accounts of these sales regions.
    #[serde(default)]
    pub region: Option<Vec<Name>>,
    /// Only lanes with these roles.
    #[serde(default)]
    pub role: Option<Vec<Role>>,
    /// Only lanes with these scopes.
    #[serde(default)]
    pub scope: Option<Vec<Scope>>,
    /// The one person who gets them.
    #[serde(default)]
    pub to: Option<PersonId>,
    /// The persons among whom they are shared out.
    #[serde(default)]
    pub pool: Option<Vec<PersonId>>,
    /// How they are shared out; only with a pool.
    #[serde(default)]
    pub by: Option<Share>,
}

/// Who gets what is not caught by a rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The one person.
    #[serde(default)]
    pub to: Option<PersonId>,
    /// The persons among whom it is shared out.
    #[serde(default)]
    pub pool: Option<Vec<PersonId>>,
    /// How it is shared out.
    #[serde(default)]
    pub by: Option<Share>,
}

/// How lanes are shared out among a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// Each account to whoever has most room left; nobody is given more than their capacity.
    #[default]
    SpareCapacity,
    /// To each in turn, whatever their room.
    RoundRobin,
}

/// Who gets lanes: somebody, or one of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takers<'a> {
    /// One person.
    One(&'a PersonId),
    /// One of a pool.
    Pool(&'a [PersonId], Share),
}

impl Rules {
    /// # Errors
    /// Rules that cannot be meant, with the place: `rule 2.pool`, `default`.
    pub fn check(&self) -> Result<(), Invalid> {
        if self.class.is_some() && self.mode == Mode::Transfer {
            return Err(Invalid::at("class", "is only for mode = \"handover\": take it out, or set the mode"));
        }
        if self.rules.is_empty() && self.default.is_none() {
            return Err(Invalid::at("rule", "is missing: without a rule or a default nobody gets anything"));
        }
        for (number, rule) in (1..).zip(&self.rules) {
            let place = format!("rule {number}");
            if !rule.has_condition() {
                let why = "has no condition, so that no later rule is reached: name one, or make it the [default]";
                return Err(Invalid::at(place, why));
            }
            takers(&place, rule.to.as_ref(), rule.pool.as_deref(), rule.by)?;
            rule.lists_something(&place)?;
        }
        let default = self.default.as_ref();
        default
            .map_or(Ok(()), |target| takers("default", target.to.as_ref(), target.pool.as_deref(), target.by).map(drop))
    }

    /// Everybody who is named to get something, with the place.
    pub fn named(&self) -> Vec<(String, PersonId)> {
        let rules = (1..).zip(&self.rules).map(|(number, rule)| (format!("rule {number}"), &rule.to, &rule.pool));
        let default = self.default.iter().map(|target| ("default".to_owned(), &target.to, &target.pool));
        let each = rules.chain(default).flat_map(|(place, to, pool)| {
            let to = to.iter().map(|person| (format!("{place}.to"), person.clone())).collect::<Vec<_>>();
            let pool = pool.iter().flatten().map(|person| (format!("{place}.pool"), person.clone()));
            to.into_iter().chain(pool).collect::<Vec<_>>()
        });
        each.collect()
    }
}

impl Rule {
    fn has_condition(&self) -> bool {
        self.account.is_some()
            || self.group.is_some()
            || self.tier.is_some()
            || self.region.is_some()
            || self.role.is_some()
            || self.scope.is_some()
    }

    /// A list without an entry fits nothing, which nobody means.
    fn lists_something(&self, place: &str) -> Result<(), Invalid> {
        let lists = [
            ("account", self.account.as_ref().map(Vec::len)),
            ("group", self.group.as_ref().map(Vec::len)),
            ("tier", self.tier.as_ref().map(Vec::len)),
            ("region", self.region.as_ref().map(Vec::len)),
            ("role", self.role.as_ref().map(Vec::len)),
            ("scope", self.scope.as_ref().map(Vec::len)),
        ];
        match lists.into_iter().find(|(_, length)| *length == Some(0)) {
            Some((list, _)) => Err(Invalid::at(format!("{place}.{list}"), "is empty, so that nothing fits it")),
            None => Ok(()),
        }
    }

    pub(super) fn takers(&self) -> Option<Takers<'_>> {
        takers("", self.to.as_ref(), self.pool.as_deref(), self.by).ok()
    }
}

impl Target {
    pub(super) fn takers(&self) -> Option<Takers<'_>> {
        takers("", self.to.as_ref(), self.pool.as_deref(), self.by).ok()
    }
}

/// One person or a pool, never both and never none.
fn takers<'a>(
    place: &str,
    to: Option<&'a PersonId>,
    pool: Option<&'a [PersonId]>,
    by: Option<Share>,
) -> Result<Takers<'a>, Invalid> {
    match (to, pool) {
        (Some(_), None) if by.is_some() => {
            Err(Invalid::at(format!("{place}.by"), "is only for a pool: take it out, or name a pool"))
        }
        (Some(to), None) => Ok(Takers::One(to)),
        (None, Some([])) => Err(Invalid::at(format!("{place}.pool"), "is empty: name at least one person")),
        (None, Some(pool)) => {
            match pool.iter().enumerate().find(|(at, one)| pool.iter().take(*at).any(|it| it == *one)) {
                Some((_, twice)) => Err(Invalid::at(format!("{place}.pool"), format!("names {twice} twice"))),
                None => Ok(Takers::Pool(pool, by.unwrap_or_default())),
            }
        }
        (Some(_), Some(_)) => Err(Invalid::at(place, "names both to and a pool: one of them decides")),
        (None, None) => Err(Invalid::at(place, "names nobody: give it to, or a pool")),
    }
}
