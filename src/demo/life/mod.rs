//! The everyday life of one account, week by week, for as long as it is served.

mod assessments;
mod contacts;
mod costs;
mod knowledge;
mod orders;
mod plans;
mod promises;
mod revisions;
mod service;
mod talk;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use tenure_schemas::{Instant, Zone};
use uuid::Uuid;

use self::contacts::Contact;
use super::book::Book;
use super::clients::{Client, Size};
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
struct Life<'a, 'b> {
    tape: &'a mut Tape,
    book: &'a Book<'b>,
    client: &'a Client,
    dice: Dice,
    contacts: Vec<Contact>,
    /// The last order, for issues to refer to.
    last_order: Option<String>,
    /// From when to when the account is served, in the span that is being told.
    start: Instant,
    end: Instant,
    count: u32,
}

/// Tells the life of `client`.
pub(super) fn live(tape: &mut Tape, book: &Book<'_>, client: &Client, dice: Dice) {
    let spans = client.served();
    let (start, end) = (client.opened(), spans.last().map_or(Instant::MAX, |span| span.1));
    let (contacts, last_order) = (Vec::new(), None);
    let mut life = Life { tape, book, client, dice, contacts, last_order, start, end, count: 1000 };
    life.meet();
    for (start, end) in spans {
        (life.start, life.end) = (start, end);
        life.span();
    }
}

impl Life<'_, '_> {
    /// Tells a fact of this account, unless the account is not served any more by then.
    fn tell(&mut self, fact: Fact) -> Option<Uuid> {
        let within = fact.happens() < self.end;
        within.then(|| self.tape.tell(fact))
    }

    /// A fact of this account.
    fn fact(&self, kind: &'static str, when: Instant, payload: serde_json::Value) -> Fact {
        Fact::of(&self.client.id, kind, when, payload)
    }

    /// The next number in this account, for ids.
    fn number(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    fn responsible(&self, when: Instant) -> &'static str {
        self.book.responsible(self.client, when)
    }

    fn is_souring(&self, when: Instant) -> bool {
        self.client.is_souring(when)
    }

    fn is_large(&self) -> bool {
        matches!(self.client.size, Size::Key | Size::Developing)
    }

    /// Whether it buys at a moment, or is a prospect.
    fn buys(&self, when: Instant) -> bool {
        self.client.customer_from.is_some_and(|from| at(from, 7, 0) <= when)
    }

    /// Keeps only what begins in the span that is being told.
    fn begins(&self, when: Instant) -> bool {
        self.start <= when && when < self.end
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
        let buys = self.buys(at(monday, 6, 0));
        if self.dice.chance(pace.orders) && buys {
            let when = self.some_time(monday);
            self.order(when);
        }
        if self.dice.chance(pace.issues) && buys {
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
            Size::Key => Pace { talks: 2100, orders: 650, issues: 180 },
            Size::Developing => Pace { talks: 930, orders: 320, issues: 86 },
            Size::Maintained => Pace { talks: 415, orders: 160, issues: 39 },
            Size::Streamlined => Pace { talks: 165, orders: 80, issues: 15 },
        };
        if self.is_souring(when) {
            return Pace { talks: usual.talks / 3, orders: usual.orders / 4, issues: usual.issues * 3 };
        }
        if self.book.holder(&self.client.id, when).is_none() {
            return Pace { talks: usual.talks / 3, ..usual };
        }
        usual
    }
}
