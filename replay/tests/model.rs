//! Ownership against a naive model: every rule again, as slowly and plainly as it can be said.

use jiff::civil::Date;
use proptest::prelude::*;
use tenure_replay::{Account, AsOf, ownership};
use tenure_schemas::payload::ownership::Transferred;
use tenure_schemas::{Event, Instant, Payload, Precision, When, Zone};

use crate::kit::histories::{Said, Time, ZONES, build, cases, history, hour, now, ownership as said, plain, time};
use crate::kit::*;

/// Whether the event at `index` stands: no revision that stands itself is about it.
fn is_undone(events: &[Event], index: usize) -> bool {
    (index + 1..events.len()).any(|later| target(&events[later]) == Some(events[index].id) && !is_undone(events, later))
}

fn target(event: &Event) -> Option<uuid::Uuid> {
    match event.payload() {
        Some(Payload::EventCorrected(corrected)) => Some(corrected.target),
        Some(Payload::EventRetracted(retracted)) => Some(retracted.target),
        _ => None,
    }
}

/// When an event happened and what it says, all things considered; `None` when it was never said.
fn effective(events: &[Event], index: usize) -> Option<(When, Payload)> {
    let event = &events[index];
    let about = |later: &&Event| {
        target(later) == Some(event.id) && !is_undone(events, usize::try_from(later.position).unwrap() - first(events))
    };
    let revisions: Vec<&Event> = events[index + 1..].iter().filter(about).collect();
    if target(event).is_some() || revisions.iter().any(|later| later.kind_name() == "event.retracted") {
        return None;
    }
    let recorded = (event.when.clone(), event.payload()?.clone());
    let Some(Payload::EventCorrected(corrected)) = revisions.last().and_then(|last| last.payload()) else {
        return Some(recorded);
    };
    let says = serde_json::to_value(&corrected.payload).unwrap();
    let Ok(payload) = recorded.1.kind().payload_from_json(says) else { return Some(recorded) };
    let Some(at) = corrected.occurred_at else { return Some((recorded.0, payload)) };
    let same_sort = match &event.when.precision {
        Precision::Day { zone, .. } => Some(When::day(at.date_in(zone), zone.clone())),
        Precision::Instant => None,
    };
    Some((same_sort.filter(|day| day.at == at).unwrap_or(When::instant(at)), payload))
}

fn first(events: &[Event]) -> usize {
    usize::try_from(events[0].position).unwrap()
}

/// Somebody holding a role, in the model.
struct Held {
    person: String,
    role: String,
    from: When,
    to: Option<When>,
    event: u64,
}

impl Held {
    fn is_running(&self, at: Instant) -> bool {
        self.to.as_ref().is_none_or(|to| at < to.at)
    }

    /// Half-open; a day counts from its date on, an end on it has ended.
    fn is_held(&self, as_of: &AsOf) -> bool {
        let is_empty = self.to.as_ref().is_some_and(|to| to.at <= self.from.at);
        let ended = self.to.as_ref().is_some_and(|to| has_begun(to, as_of));
        let started = match as_of {
            AsOf::Instant(at) => self.from.at <= *at,
            AsOf::Day { date, zone } => date_of(&self.from, zone) <= *date,
        };
        started && !ended && !is_empty
    }
}

fn date_of(when: &When, zone: &Zone) -> Date {
    when.date_in(zone)
}

/// Whether it lies at or before the first moment of what was asked.
fn has_begun(when: &When, as_of: &AsOf) -> bool {
    match as_of {
        AsOf::Instant(at) => when.at <= *at,
        AsOf::Day { date, zone } if when.is_day() => date_of(when, zone) <= *date,
        AsOf::Day { date, zone } => when.at <= zone.start_of(*date),
    }
}

#[derive(Default)]
struct Model {
    held: Vec<Held>,
    seen: bool,
    closed: Option<When>,
}

impl Model {
    fn of(events: &[Event], as_of: &AsOf) -> Self {
        let mut said: Vec<(When, Payload, u64)> = (0..events.len())
            .filter_map(|index| effective(events, index).map(|(when, says)| (when, says, events[index].position)))
            .filter(|(when, ..)| match as_of {
                AsOf::Instant(at) => when.at <= *at,
                AsOf::Day { date, zone } => date_of(when, zone) <= *date,
            })
            .collect();
        said.sort_by_key(|(when, _, position)| (when.at, *position));
        let mut model = Self { seen: !said.is_empty(), ..Self::default() };
        for (when, says, position) in &said {
            model.hear(when, says, *position);
        }
        model
    }

    fn hear(&mut self, when: &When, says: &Payload, event: u64) {
        if let Payload::OwnershipAssigned(it) = says {
            let until = it.until.map(When::instant);
            self.begin(it.person.as_str(), it.role.as_str(), when, until, event);
        } else if let Payload::OwnershipTransferred(it) = says {
            self.transfer(it, when, event);
        } else if let Payload::OwnershipEnded(it) = says {
            self.end(it.person.as_str(), it.role.as_str(), when);
        } else if matches!(says, Payload::AccountClosed(_)) {
            self.closed.get_or_insert_with(|| when.clone());
        } else if matches!(says, Payload::AccountReopened(_)) {
            self.closed = None;
        } else {
            assert!(matches!(says, Payload::AccountOpened(_)), "not in the model: {says:?}");
        }
    }

    fn transfer(&mut self, it: &Transferred, when: &When, event: u64) {
        let (role, to) = (it.role.as_str(), it.to.as_str());
        if !self.end(it.from.as_str(), role, when) {
            let running = self.held.iter().filter(|held| held.role == role && held.is_running(when.at));
            let last = running.max_by_key(|held| (held.from.at, held.event)).map(|held| held.person.clone());
            if let Some(last) = last.filter(|last| last != to) {
                self.end(&last, role, when);
            }
        }
        self.begin(to, role, when, None, event);
    }

    fn begin(&mut self, person: &str, role: &str, when: &When, to: Option<When>, event: u64) {
        let holds = |held: &Held| held.person == person && held.role == role && held.is_running(when.at);
        if !self.held.iter().any(holds) {
            self.held.push(Held { person: person.to_owned(), role: role.to_owned(), from: when.clone(), to, event });
        }
    }

    fn end(&mut self, person: &str, role: &str, when: &When) -> bool {
        let holds = |held: &&mut Held| held.person == person && held.role == role && held.is_running(when.at);
        let held = self.held.iter_mut().find(holds);
        held.map(|held| held.to = Some(when.clone())).is_some()
    }

    fn owners(&self, as_of: &AsOf) -> Vec<String> {
        let was_open = |held: &&Held| {
            self.closed.as_ref().is_none_or(|closed| !has_begun(closed, as_of) && held.from.at < closed.at)
        };
        let held = self.held.iter().filter(|held| self.seen && held.is_held(as_of)).filter(was_open);
        let mut lines: Vec<_> =
            held.map(|held| (held.role.clone(), held.from.at, held.event, held.person.clone())).collect();
        lines.sort();
        lines.into_iter().map(|(role, _, event, person)| format!("{person} {role} {event}")).collect()
    }
}

fn answer(events: &[Event], as_of: &AsOf) -> Vec<String> {
    let account = Account::fold(acme(), events, as_of);
    let owners = ownership::owners(&account, &EverybodyWorks, as_of);
    owners.iter().map(|owner| format!("{} {} {}", owner.person, owner.role, owner.event)).collect()
}

fn question() -> impl Strategy<Value = AsOf> {
    prop_oneof![
        now().prop_map(AsOf::Instant),
        (1u8..10, 0..ZONES.len()).prop_map(|(day, zone)| as_of(&format!("2024-01-{day:02}@{}", ZONES[zone]))),
    ]
}

proptest! {
    #![proptest_config(cases(500))]

    /// 500 histories, 48 questions each at random sizes.
    #[test]
    fn owners_are_those_of_the_model(
        events in history(said(), time(), 24),
        questions in prop::collection::vec((question(), any::<prop::sample::Index>()), 48),
    ) {
        for (as_of, upto) in &questions {
            let known = &events[..=upto.index(events.len())];
            prop_assert_eq!(answer(known, as_of), Model::of(known, as_of).owners(as_of), "{:?}", as_of);
        }
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn what_happens_later_changes_no_earlier_answer(
        events in history(said(), time(), 16),
        later in prop::collection::vec((plain(), hour()), 1..8),
        questions in prop::collection::vec(question(), 8),
    ) {
        let mut more = events.clone();
        for mut event in build(&later, false) {
            event.position = more.len() as u64;
            event.id = id(event.position);
            event.when = When::instant(event.when.at.saturating_add_seconds(60 * 24 * 3_600));
            more.push(event);
        }
        for as_of in &questions {
            let (before, after) = (Account::fold(acme(), &events, as_of), Account::fold(acme(), &more, as_of));
            prop_assert_eq!(before, after);
        }
    }

    /// Without corrections and with every time once, the order of recording changes positions alone.
    #[test]
    fn the_order_of_recording_matters_only_at_equal_times(
        said in prop::collection::vec(plain(), 2..20),
        order in Just((0..20usize).collect::<Vec<_>>()).prop_shuffle(),
        questions in prop::collection::vec(now(), 8),
    ) {
        let hours = |index: usize| Time::Hour { day: 1 + u8::try_from(index / 8).unwrap(), hour: u8::try_from(3 * (index % 8)).unwrap() };
        let in_time: Vec<(Said, Time)> = said.iter().cloned().enumerate().map(|(index, said)| (said, hours(index))).collect();
        let shuffled: Vec<_> = order.iter().filter_map(|index| in_time.get(*index).cloned()).collect();
        let (in_time, shuffled) = (build(&in_time, false), build(&shuffled, false));
        for at in questions {
            let people = |events: &[Event]| -> Vec<_> {
                let owners = ownership::owners(&Account::fold(acme(), events, &AsOf::Instant(at)), &EverybodyWorks, &AsOf::Instant(at));
                owners.into_iter().map(|owner| (owner.person, owner.role, owner.from, owner.to)).collect()
            };
            prop_assert_eq!(people(&in_time), people(&shuffled));
            let codes = |events: &[Event]| -> Vec<_> {
                Account::fold(acme(), events, &AsOf::Instant(at)).findings().map(|f| (f.from, f.code)).collect()
            };
            prop_assert_eq!(codes(&in_time), codes(&shuffled));
        }
    }
}
