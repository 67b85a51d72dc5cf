//! The everyday life of one account, week by week, for as long as it is served.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use tenure_schemas::{Instant, Zone};
use uuid::Uuid;

use super::book::Book;
use super::clients::{Client, Size};
use super::contacts::Contact;
use super::dice::Dice;
use super::tape::{Fact, Tape};
use super::{LAST_DAY, at};

/// How many of a thousand weeks bring a contact, an order or an issue; above a thousand, more than one a week.
#[derive(Clone, Copy)]
struct Pace {
    talks: u32,
    orders: u32,
    issues: u32,
}

/// One account, while its life is being told.
pub(super) struct Life<'a> {
    tape: &'a mut Tape,
    pub(super) book: &'a Book,
    pub(super) client: &'static Client,
    pub(super) dice: Dice,
    pub(super) contacts: Vec<Contact>,
    /// The last order, for issues to refer to.
    pub(super) last_order: Option<String>,
    /// From when to when the account is served, in the span that is being told.
    pub(super) start: Instant,
    pub(super) end: Instant,
    count: u32,
}

/// Tells the life of `client`.
pub(super) fn live(tape: &mut Tape, book: &Book, client: &'static Client, dice: Dice) {
    let spans = served(client);
    let (start, end) = (client.opened(), spans.last().map_or(Instant::MAX, |span| span.1));
    let (contacts, last_order) = (Vec::new(), None);
    let mut life = Life { tape, book, client, dice, contacts, last_order, start, end, count: 1000 };
    life.meet();
    for (start, end) in spans {
        (life.start, life.end) = (start, end);
        life.span();
    }
}

/// When the account is served: from its opening, but for the time in which it is closed.
fn served(client: &Client) -> Vec<(Instant, Instant)> {
    let opened = client.opened().saturating_add_seconds(4 * 3600);
    let (always, noon) = (Instant::MAX, |day: Date| at(day, 12, 0));
    match client.id {
        "acct-ostervik-paper" => vec![(opened, noon(date(2024, 6, 14))), (at(date(2025, 1, 27), 9, 0), always)],
        "acct-brightmere-bottling" => vec![(opened, at(date(2025, 5, 12), 8, 0))],
        _ => vec![(opened, lost(client.id).unwrap_or(always))],
    }
}

/// When the client went to a competitor.
pub(super) fn lost(account: &str) -> Option<Instant> {
    match account {
        "acct-merrivale-biscuits" => Some(at(date(2025, 4, 22), 12, 0)),
        "acct-duinzicht-biscuits" => Some(at(date(2025, 12, 10), 12, 0)),
        _ => None,
    }
}

impl Life<'_> {
    /// Tells a fact of this account, unless the account is not served any more by then.
    pub(super) fn tell(&mut self, fact: Fact) -> Option<Uuid> {
        let within = fact.happens() < self.end;
        within.then(|| self.tape.tell(fact))
    }

    /// A fact of this account.
    pub(super) fn fact(&self, kind: &'static str, when: Instant, payload: serde_json::Value) -> Fact {
        Fact::of(self.client.id, kind, when, payload)
    }

    /// The next number in this account, for ids.
    pub(super) fn number(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    pub(super) fn responsible(&self, when: Instant) -> &'static str {
        self.book.responsible(self.client.id, when)
    }

    /// Whether the client is about to be lost: it calls less, orders less and complains more.
    pub(super) fn is_souring(&self, when: Instant) -> bool {
        let half_a_year = 180 * 24 * 3600;
        lost(self.client.id).is_some_and(|lost| when >= lost.saturating_add_seconds(-half_a_year))
    }

    pub(super) fn is_large(&self) -> bool {
        matches!(self.client.size, Size::Key | Size::Developing)
    }

    fn span(&mut self) {
        self.plans();
        self.promises();
        let zone = Zone::utc();
        let last = self.end.min(zone.end_of(LAST_DAY)).date_in(&zone);
        let mut monday = self.start.date_in(&zone);
        while monday.weekday() != Weekday::Monday {
            monday = monday.saturating_add(1.days());
        }
        // A first day in the middle of the week counts from the week after, so that nothing comes before it.
        monday = monday.saturating_add(1.weeks());
        while monday <= last {
            self.week(monday);
            monday = monday.saturating_add(1.weeks());
        }
    }

    fn week(&mut self, monday: Date) {
        let pace = self.pace(at(monday, 12, 0));
        for _ in 0..self.times(pace.talks) {
            let when = self.some_time(monday);
            self.talk(when);
        }
        if self.dice.chance(pace.orders) {
            let when = self.some_time(monday);
            self.order(when);
        }
        if self.dice.chance(pace.issues) {
            let when = self.some_time(monday);
            self.issue(when);
        }
    }

    fn some_time(&mut self, monday: Date) -> Instant {
        let day = self.dice.between(0, 4);
        self.dice.at_work(monday.saturating_add(i64::from(day).days()))
    }

    fn times(&mut self, per_mille: u32) -> u32 {
        per_mille / 1000 + u32::from(self.dice.chance(per_mille % 1000))
    }

    fn pace(&self, when: Instant) -> Pace {
        let usual = match self.client.size {
            Size::Key => Pace { talks: 1000, orders: 340, issues: 130 },
            Size::Developing => Pace { talks: 500, orders: 190, issues: 75 },
            Size::Maintained => Pace { talks: 220, orders: 110, issues: 38 },
            Size::Streamlined => Pace { talks: 90, orders: 60, issues: 15 },
        };
        if self.is_souring(when) {
            return Pace { talks: usual.talks / 2, orders: usual.orders / 3, issues: usual.issues * 3 };
        }
        if self.book.holder(self.client.id, when).is_none() {
            return Pace { talks: usual.talks / 3, ..usual };
        }
        usual
    }
}
