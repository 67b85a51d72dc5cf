//! The firm: Brennhald Packaging Machines, its people, its offerings and who is away when.

use jiff::civil::{Date, date};
use serde_json::json;
use tenure_schemas::Instant;

use super::tape::{Fact, Tape};
use super::{FIRST_DAY, at};

/// One of our people.
struct Person {
    id: &'static str,
    name: &'static str,
    title: &'static str,
    region: &'static str,
    joined: Date,
    capacity: u32,
}

#[rustfmt::skip]
const PEOPLE: [Person; 12] = [
    Person { id: "p-01", name: "Marit Aldenhoff", title: "head of account management", region: "emea", joined: date(2012, 3, 1), capacity: 10 },
    Person { id: "p-02", name: "Cormac Thewlis", title: "lead, Americas and overseas", region: "north-america", joined: date(2014, 9, 1), capacity: 14 },
    Person { id: "p-03", name: "Liv Brattskog", title: "account manager", region: "nordics", joined: date(2018, 1, 8), capacity: 14 },
    Person { id: "p-04", name: "Jonas Ehrenfelder", title: "account manager", region: "dach", joined: date(2016, 5, 2), capacity: 14 },
    Person { id: "p-05", name: "Saskia Vanderploeg", title: "account manager", region: "benelux", joined: date(2019, 2, 4), capacity: 12 },
    Person { id: "p-06", name: "Rhys Penhallick", title: "account manager", region: "uk-ireland", joined: date(2015, 6, 15), capacity: 12 },
    Person { id: "p-07", name: "Tomas Wieland", title: "key account manager", region: "nordics", joined: date(2013, 10, 1), capacity: 10 },
    Person { id: "p-08", name: "Inés Corbalán", title: "account manager", region: "iberia", joined: date(2020, 9, 7), capacity: 12 },
    Person { id: "p-09", name: "Dale Ferrington", title: "account manager", region: "north-america", joined: date(2017, 4, 3), capacity: 14 },
    Person { id: "p-10", name: "Agnieszka Dolinska", title: "customer success manager", region: "emea", joined: date(2019, 8, 19), capacity: 30 },
    Person { id: "p-11", name: "Felix Marbacher", title: "account manager", region: "dach", joined: date(2024, 2, 5), capacity: 12 },
    Person { id: "p-12", name: "Orla Kinnegad", title: "account manager", region: "uk-ireland", joined: date(2024, 10, 14), capacity: 12 },
];

#[rustfmt::skip]
const OFFERINGS: [(&str, &str, &str, Date); 11] = [
    ("cartoner", "Cartoner CT 80", "machines", FIRST_DAY),
    ("case-packer", "Case packer CP 40", "machines", FIRST_DAY),
    ("flow-wrapper", "Flow wrapper FW 12", "machines", FIRST_DAY),
    ("palletiser", "Palletiser PA 6", "machines", FIRST_DAY),
    ("format-parts", "Format parts", "spare parts", FIRST_DAY),
    ("spare-kit", "Spare part kit", "spare parts", FIRST_DAY),
    ("wear-parts", "Wear parts", "spare parts", FIRST_DAY),
    ("training", "Operator training", "services", FIRST_DAY),
    ("remote-service", "Remote service", "services", FIRST_DAY),
    ("shrink-tunnel", "Shrink tunnel ST 5", "machines", FIRST_DAY),
    ("film-inspection", "Film inspection", "machines", date(2024, 9, 2)),
];

/// The machines that are in the catalogue from the first day.
pub(super) const MACHINES: [&str; 4] = ["cartoner", "case-packer", "flow-wrapper", "palletiser"];
/// What is ordered again and again.
pub(super) const PARTS: [&str; 5] = ["format-parts", "spare-kit", "wear-parts", "training", "remote-service"];

/// An absence: from the morning of one day to the morning of another, and who stands in.
pub(super) struct Absence {
    pub(super) person: &'static str,
    pub(super) from: Date,
    pub(super) back: Date,
    pub(super) delegate: &'static str,
    /// The day of the return, where it was before the one that had been announced.
    pub(super) early: Option<Date>,
}

const fn away(person: &'static str, from: Date, back: Date, delegate: &'static str) -> Absence {
    Absence { person, from, back, delegate, early: None }
}

/// No one is away who stands in for somebody.
pub(super) const ABSENCES: [Absence; 27] = [
    away("p-03", date(2023, 7, 10), date(2023, 7, 24), "p-07"),
    away("p-04", date(2023, 7, 10), date(2023, 7, 24), "p-05"),
    away("p-06", date(2023, 7, 10), date(2023, 7, 24), "p-02"),
    away("p-08", date(2023, 7, 10), date(2023, 7, 24), "p-02"),
    away("p-09", date(2023, 7, 10), date(2023, 7, 24), "p-02"),
    away("p-07", date(2023, 7, 31), date(2023, 8, 14), "p-03"),
    away("p-05", date(2023, 7, 31), date(2023, 8, 14), "p-04"),
    away("p-02", date(2023, 7, 31), date(2023, 8, 14), "p-09"),
    // Parental leave: 84 days, under the 90 that a coverage may last.
    away("p-08", date(2024, 2, 5), date(2024, 4, 29), "p-02"),
    away("p-03", date(2024, 7, 8), date(2024, 7, 22), "p-07"),
    Absence { early: Some(date(2024, 7, 18)), ..away("p-04", date(2024, 7, 8), date(2024, 7, 22), "p-05") },
    away("p-06", date(2024, 7, 8), date(2024, 7, 22), "p-02"),
    away("p-08", date(2024, 7, 8), date(2024, 7, 22), "p-02"),
    away("p-09", date(2024, 7, 8), date(2024, 7, 22), "p-02"),
    away("p-07", date(2024, 7, 29), date(2024, 8, 12), "p-03"),
    away("p-05", date(2024, 7, 29), date(2024, 8, 12), "p-04"),
    away("p-02", date(2024, 7, 29), date(2024, 8, 12), "p-09"),
    away("p-11", date(2024, 7, 29), date(2024, 8, 12), "p-04"),
    away("p-03", date(2025, 7, 7), date(2025, 7, 21), "p-11"),
    away("p-04", date(2025, 7, 7), date(2025, 7, 21), "p-05"),
    away("p-08", date(2025, 7, 7), date(2025, 7, 21), "p-02"),
    away("p-09", date(2025, 7, 7), date(2025, 7, 21), "p-02"),
    away("p-05", date(2025, 7, 28), date(2025, 8, 11), "p-04"),
    away("p-02", date(2025, 7, 28), date(2025, 8, 11), "p-09"),
    away("p-11", date(2025, 7, 28), date(2025, 8, 11), "p-04"),
    away("p-12", date(2025, 7, 28), date(2025, 8, 11), "p-03"),
    away("p-09", date(2026, 2, 16), date(2026, 3, 2), "p-02"),
];

impl Absence {
    pub(super) fn starts(&self) -> Instant {
        at(self.from, 6, 0)
    }

    /// When the person is expected back.
    pub(super) fn until(&self) -> Instant {
        at(self.back, 6, 0)
    }

    /// When the person was back.
    pub(super) fn ends(&self) -> Instant {
        at(self.early.unwrap_or(self.back), 6, 0)
    }
}

/// Whether this is the person who fell ill one Thursday and never came back.
pub(super) fn sudden_absence(person: &str, when: Instant) -> bool {
    person == "p-06" && when >= at(SUDDENLY_ILL, 6, 0)
}

/// The day from which p-06 could not be asked for anything.
pub(super) const SUDDENLY_ILL: Date = date(2024, 9, 5);

/// What the staff system says about one of our people.
pub(super) fn staff(person: &str, kind: &'static str, when: Instant, payload: serde_json::Value) -> Fact {
    Fact::new(&format!("person/{person}"), kind, when, payload).by_system("hr")
}

/// The people as they joined, and the offerings.
pub(super) fn introduce(tape: &mut Tape) {
    for person in &PEOPLE {
        let manager = if person.id == "p-01" { None } else { Some("p-01") };
        let mut payload = json!({
            "name": person.name, "email": format!("{}@brennhald.example", person.id), "title": person.title,
            "region": person.region, "capacity": person.capacity,
        });
        if let (Some(manager), Some(fields)) = (manager, payload.as_object_mut()) {
            fields.insert("manager".to_owned(), manager.into());
        }
        tape.tell(staff(person.id, "person.joined", at(person.joined, 6, 0), payload));
    }
    for (offering, name, category, listed) in OFFERINGS {
        let payload = json!({"offering": offering, "name": name, "category": category});
        tape.tell(Fact::new("catalogue/main", "offering.listed", at(listed, 5, 0), payload).by_system("erp"));
    }
}
