//! Who holds a lane of an account because of an account above, and when.
//!
//! An assignment that was made with `inherit` holds for the accounts below too, in the same role and the same scope,
//! lane by lane: a lane of an account that has no holder of its own is held by whoever holds it with `inherit` in the
//! nearest account above that is open and where somebody does. So a holder of its own, and a nearer account, come
//! first, each for as long as they are there; who is accountable in the region of the group is so in that region of
//! the division; and no lane is held because of another one. A transfer hands `inherit` on with the lane. What an
//! account is a part of is taken as it was at each time, not as it is now. Nobody inherits an account before its first
//! event, or while it is closed or merged into another.

use std::collections::BTreeMap;
use std::sync::Arc;

use tenure_schemas::payload::ownership::{Role, Scope};
use tenure_schemas::{AccountId, Zone};

use crate::account::{Account, Interval};
use crate::directory::{Directory, MAX_LEVELS};
use crate::moment::AsOf;
use crate::stretch::{self, Stretch};

/// A time in which somebody holds a lane of an account because of an account above.
#[derive(Clone, Debug)]
pub struct Inherited {
    /// The account above.
    pub from: Arc<Account>,
    /// The holder's interval there.
    pub interval: Interval,
    /// When it holds for the account below.
    pub time: Stretch,
}

/// An account above, on one level, and when it is there.
struct Above {
    account: Arc<Account>,
    times: Vec<Stretch>,
    /// Those between, nearest last, so that a circle comes to an end.
    path: Vec<AccountId>,
}

/// What is taken of each lane.
type Taken = BTreeMap<(Role, Scope), Vec<Stretch>>;

/// Who holds which lanes of an account because of accounts above, as far as the directory knows: by role, scope and
/// start. `zone` is that of the day that is asked about, `None` where instants count.
pub fn inherited(account: &Account, directory: &dyn Directory, zone: Option<&Zone>) -> Vec<Inherited> {
    let mut taken = Taken::new();
    if account.lifecycle().parents().next().is_none() {
        return Vec::new();
    }
    for held in account.lanes().intervals() {
        taken.entry((held.role.clone(), held.scope.clone())).or_default().push(held.stretch());
    }
    heirs(account, directory, taken, zone)
}

/// Who holds, or would hold if the account had no holder of its own, the lane of the account manager of record.
pub(crate) fn primary_heirs(account: &Account, directory: &dyn Directory) -> Vec<Inherited> {
    let mut heirs = heirs(account, directory, Taken::new(), None);
    heirs.retain(|heir| heir.interval.role.is_primary() && heir.interval.scope.is_global());
    heirs
}

/// The inherited holders that hold at an instant, or at some moment of a day.
pub fn inherited_at(account: &Account, directory: &dyn Directory, moment: &AsOf) -> Vec<Inherited> {
    let mut all = inherited(account, directory, moment.day_zone());
    all.retain(|inherited| inherited.time.touches(moment));
    all
}

fn heirs(account: &Account, directory: &dyn Directory, mut taken: Taken, zone: Option<&Zone>) -> Vec<Inherited> {
    let mut heirs: Vec<Inherited> = Vec::new();
    let path = vec![account.account().clone()];
    let mut level = climb(account, &account.lifecycle().open_stretches(zone), &path, directory, zone);
    for _ in 0..MAX_LEVELS {
        let here: Vec<Inherited> = level.iter().flat_map(|above| heirs_of(above, &taken, zone)).collect();
        for heir in &here {
            let lane = (heir.interval.role.clone(), heir.interval.scope.clone());
            taken.entry(lane).or_default().push(heir.time);
        }
        heirs.extend(here);
        let next = level.iter().flat_map(|above| climb(&above.account, &above.times, &above.path, directory, zone));
        level = next.collect();
        if level.is_empty() {
            break;
        }
    }
    heirs.sort_by(|one, other| order(one).cmp(&order(other)));
    heirs
}

/// What heirs are sorted by.
fn order(heir: &Inherited) -> (&Role, &Scope, tenure_schemas::Instant, u64) {
    (&heir.interval.role, &heir.interval.scope, heir.time.from.at, heir.interval.event)
}

/// The accounts directly above one, within the times in which that is asked about.
fn climb(
    account: &Account,
    times: &[Stretch],
    path: &[AccountId],
    directory: &dyn Directory,
    zone: Option<&Zone>,
) -> Vec<Above> {
    let mut found: BTreeMap<&AccountId, Vec<Stretch>> = BTreeMap::new();
    for (parent, time) in account.lifecycle().parents().filter(|(parent, _)| !path.contains(parent)) {
        found.entry(parent).or_default().extend(stretch::common(times, &[time], zone));
    }
    let above = found.into_iter().filter(|(_, times)| !times.is_empty()).filter_map(|(id, times)| {
        let path = path.iter().chain([id]).cloned().collect();
        Some(Above { account: directory.account(id)?, times, path })
    });
    above.collect()
}

/// Who holds lanes of an account above for those below, in the times that are not taken.
fn heirs_of(above: &Above, taken: &Taken, zone: Option<&Zone>) -> Vec<Inherited> {
    let open = stretch::common(&above.times, &above.account.lifecycle().open_stretches(zone), zone);
    let mut heirs = Vec::new();
    for interval in above.account.lanes().intervals().filter(|held| held.inherit) {
        let lane = (interval.role.clone(), interval.scope.clone());
        let free = stretch::without(
            &stretch::common(&[interval.stretch()], &open, zone),
            taken.get(&lane).map(Vec::as_slice).unwrap_or_default(),
            zone,
        );
        heirs.extend(free.into_iter().map(|time| Inherited {
            from: Arc::clone(&above.account),
            interval: interval.clone(),
            time,
        }));
    }
    heirs
}
