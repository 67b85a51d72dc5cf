//! Terse building of events and questions for the tests.

pub(crate) mod histories;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use tenure_replay::account::Status;
use tenure_replay::{Account, AsOf, Catalogue, Day, Directory, Finding, FindingCode, Models, Person, ownership};
use tenure_schemas::{
    AccountId, Actor, ActorKind, Body, Event, ForeignId, Instant, Kind, PersonId, Reason, ReasonCode, Stream,
    StreamClass, Text, Unread, When, Zone,
};
use uuid::Uuid;

/// The account that most tests speak of.
pub(crate) fn acme() -> AccountId {
    account_id("acme")
}

pub(crate) fn account_id(id: &str) -> AccountId {
    AccountId::new(id).unwrap()
}

pub(crate) fn person_id(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

pub(crate) fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

/// The id of the event at a position.
pub(crate) fn id(position: u64) -> Uuid {
    Uuid::from_u128(u128::from(position) + 1)
}

/// `2024-03-01` (a day in UTC), `2024-03-01@Asia/Tokyo` (a day there), or an instant.
pub(crate) fn when(text: &str) -> When {
    let (time, zone) = text.split_once('@').unwrap_or((text, "UTC"));
    When::parse(time, &zone.parse().unwrap()).unwrap()
}

/// `2024-03-01` (a day in UTC), `2024-03-01@Asia/Tokyo` (a day there), or an instant.
pub(crate) fn as_of(text: &str) -> AsOf {
    let (time, zone) = text.split_once('@').unwrap_or((text, "UTC"));
    let zone: Zone = zone.parse().unwrap();
    AsOf::parse(time, &zone).unwrap()
}

/// The civil day of a moment that [`as_of`] reads; in UTC where it is an instant.
pub(crate) fn day(text: &str) -> Day {
    as_of(text).day_in(&Zone::utc())
}

/// An event of the account `acme`.
pub(crate) fn ev(position: u64, time: &str, kind: &str, payload: Value) -> Event {
    on("account/acme", position, time, kind, payload)
}

/// An event of any stream.
pub(crate) fn on(stream: &str, position: u64, time: &str, kind: &str, payload: Value) -> Event {
    let kind: Kind = kind.parse().unwrap();
    let payload = kind.payload_from_json(payload).unwrap_or_else(|error| panic!("{kind}: {error}"));
    with_body(stream, position, time, Body::Known(payload))
}

/// An event of `acme` that this version cannot read.
pub(crate) fn unread(position: u64, time: &str, kind: &str) -> Event {
    let why = "from a newer version".to_owned();
    let body = Body::Unread(Unread { kind: kind.to_owned(), schema: 9, payload: json!({"x": 1}), why });
    with_body("account/acme", position, time, body)
}

fn with_body(stream: &str, position: u64, time: &str, body: Body) -> Event {
    Event {
        position,
        id: id(position),
        stream: stream.parse::<Stream>().unwrap(),
        revision: position,
        when: when(time),
        recorded_at: Instant::from_micros(i64::try_from(position).unwrap()).unwrap(),
        actor: Actor {
            kind: ActorKind::System,
            id: "test".parse::<ForeignId>().unwrap(),
            name: None,
            on_behalf_of: None,
        },
        reason: Some(Reason { code: ReasonCode::Reported, text: Text::new("as told").unwrap() }),
        source: None,
        correlation_id: None,
        causation_id: None,
        body,
    }
}

pub(crate) fn opened(position: u64, time: &str) -> Event {
    ev(position, time, "account.opened", json!({"name": "Acme"}))
}

pub(crate) fn assigned(position: u64, time: &str, person: &str) -> Event {
    ev(position, time, "ownership.assigned", json!({"person": person, "role": "primary"}))
}

pub(crate) fn transferred(position: u64, time: &str, from: &str, to: &str) -> Event {
    ev(position, time, "ownership.transferred", json!({"from": from, "to": to, "role": "primary"}))
}

pub(crate) fn ended(position: u64, time: &str, person: &str) -> Event {
    ev(position, time, "ownership.ended", json!({"person": person, "role": "primary"}))
}

pub(crate) fn contact(position: u64, time: &str, id: &str) -> Event {
    ev(position, time, "contact.added", json!({"contact": id, "name": id}))
}

pub(crate) fn listed(position: u64, time: &str, offering: &str) -> Event {
    on("catalogue/main", position, time, "offering.listed", json!({"offering": offering, "name": offering}))
}

pub(crate) fn retired(position: u64, time: &str, offering: &str) -> Event {
    on("catalogue/main", position, time, "offering.retired", json!({"offering": offering}))
}

pub(crate) fn closed(position: u64, time: &str) -> Event {
    ev(position, time, "account.closed", json!({"reason": "ended"}))
}

pub(crate) fn reopened(position: u64, time: &str) -> Event {
    ev(position, time, "account.reopened", json!({}))
}

pub(crate) fn retracted(position: u64, target: u64) -> Event {
    ev(position, "2030-01-01T00:00:00Z", "event.retracted", json!({"target": id(target)}))
}

/// A correction of the event at `target`; `time` moves it, where given.
pub(crate) fn corrected(position: u64, target: u64, payload: Value, time: Option<&str>) -> Event {
    let mut says = json!({"target": id(target), "payload_schema": 1});
    says["payload"] = payload;
    if let Some(time) = time {
        says["occurred_at"] = json!(when(time).at);
    }
    ev(position, "2030-01-01T00:00:00Z", "event.corrected", says)
}

pub(crate) fn joined(person: &str, position: u64, time: &str) -> Event {
    on(&format!("person/{person}"), position, time, "person.joined", json!({"name": person}))
}

pub(crate) fn departed(person: &str, position: u64, time: &str) -> Event {
    on(&format!("person/{person}"), position, time, "person.departed", json!({}))
}

pub(crate) fn fold(events: &[Event], time: &str) -> Account {
    Account::fold(acme(), events, &as_of(time))
}

/// The account folded over everything.
pub(crate) fn fold_all(events: &[Event]) -> Account {
    fold(events, "2100-01-01T00:00:00Z")
}

pub(crate) fn status(events: &[Event], time: &str) -> Status {
    fold(events, time).status(&as_of(time))
}

/// Everybody who owns `acme` as of a moment: `ana primary global 0` with the event that says so.
pub(crate) fn owners(events: &[Event], time: &str) -> Vec<String> {
    let as_of = as_of(time);
    let firm = Firm::of(events, &as_of);
    let account = firm.account(&acme()).unwrap();
    let owners = ownership::owners(&account, &firm, &as_of);
    owners.iter().map(|owner| format!("{} {} {} {}", owner.person, owner.role, owner.scope, owner.event)).collect()
}

/// Only the people of [`owners`].
pub(crate) fn who(events: &[Event], time: &str) -> Vec<String> {
    owners(events, time).iter().map(|owner| owner.split(' ').next().unwrap().to_owned()).collect()
}

/// The findings in the account's own stream: code and events.
pub(crate) fn own_findings(events: &[Event]) -> Vec<(FindingCode, Vec<u64>)> {
    fold_all(events).findings().map(|finding| (finding.code, finding.events.clone())).collect()
}

pub(crate) fn own_codes(events: &[Event]) -> Vec<FindingCode> {
    own_findings(events).into_iter().map(|(code, _)| code).collect()
}

/// Every finding about `acme`, those that rest on others included.
pub(crate) fn all_findings(events: &[Event], time: &str) -> Vec<Finding> {
    let as_of = as_of(time);
    let firm = Firm::of(events, &as_of);
    let account = firm.account(&acme()).unwrap();
    tenure_replay::directory::findings(&account, &firm, as_of.instant())
}

/// Accounts, people and the catalogue, folded from one list of events.
#[derive(Default)]
pub(crate) struct Firm {
    people: BTreeMap<PersonId, Arc<Person>>,
    accounts: BTreeMap<AccountId, Arc<Account>>,
    catalogue: Arc<Catalogue>,
    models: Arc<Models>,
}

impl Firm {
    pub(crate) fn of(events: &[Event], as_of: &AsOf) -> Self {
        let catalogue = Arc::new(catalogue(events, as_of));
        let mut firm = Self { catalogue, models: Arc::new(models(events, as_of)), ..Self::default() };
        let streams: BTreeSet<Stream> = events.iter().map(|event| event.stream.clone()).collect();
        for stream in streams {
            let own: Vec<Event> = events.iter().filter(|event| event.stream == stream).cloned().collect();
            if let Some(id) = stream.person_id() {
                firm.people.insert(id.clone(), Arc::new(Person::fold(id, &own, as_of)));
            } else if let Some(id) = stream.account_id() {
                firm.accounts.insert(id.clone(), Arc::new(Account::fold(id, &own, as_of)));
            }
        }
        firm
    }
}

impl Directory for Firm {
    fn person(&self, id: &PersonId) -> Option<Arc<Person>> {
        self.people.get(id).cloned()
    }

    fn account(&self, id: &AccountId) -> Option<Arc<Account>> {
        self.accounts.get(id).cloned()
    }

    fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.catalogue)
    }

    fn models(&self) -> Arc<Models> {
        Arc::clone(&self.models)
    }

    /// Any account may be: the folds say which are.
    fn may_be_merged_into(&self, _: &AccountId) -> Vec<AccountId> {
        self.accounts.keys().cloned().collect()
    }
}

/// The catalogue as the events of its streams tell it.
pub(crate) fn catalogue(events: &[Event], as_of: &AsOf) -> Catalogue {
    Catalogue::fold(streams(events, StreamClass::Catalogue).values().map(Vec::as_slice), as_of)
}

/// The models as the events of their streams tell them.
pub(crate) fn models(events: &[Event], as_of: &AsOf) -> Models {
    Models::fold(streams(events, StreamClass::Model).values().map(Vec::as_slice), as_of)
}

/// The events of the streams of a class, stream by stream.
fn streams(events: &[Event], class: StreamClass) -> BTreeMap<Stream, Vec<Event>> {
    let mut streams: BTreeMap<Stream, Vec<Event>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.stream.class() == class) {
        streams.entry(event.stream.clone()).or_default().push(event.clone());
    }
    streams
}

/// A directory in which everybody worked for us from 1900 on.
pub(crate) struct EverybodyWorks;

impl Directory for EverybodyWorks {
    fn person(&self, id: &PersonId) -> Option<Arc<Person>> {
        let joined = joined(id.as_str(), 0, "1900-01-01T00:00:00Z");
        Some(Arc::new(Person::fold(id.clone(), &[joined], &as_of("2100-01-01"))))
    }

    fn account(&self, _: &AccountId) -> Option<Arc<Account>> {
        None
    }

    fn catalogue(&self) -> Arc<Catalogue> {
        Arc::default()
    }

    fn models(&self) -> Arc<Models> {
        Arc::default()
    }
}
