//! The firm: Brennhald Packaging Machines, its people, its offerings and who is away when.

mod absences;
mod offerings;
mod people;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tenure_schemas::Instant;

pub(super) use self::absences::{Absence, absences};
pub(super) use self::offerings::{MACHINES, NEVER_LISTED, PARTS, presentable};
use self::people::PEOPLE;
use super::tape::{Fact, Tape};
use super::{FIRST_DAY, LAST_DAY, at, with};

/// The sales regions.
pub(super) const REGIONS: [&str; 3] = ["europe", "americas", "asia-pacific"];

/// The day from which p-06 could not be asked for anything.
pub(super) const SUDDENLY_ILL: Date = date(2024, 9, 5);

/// Who leads a region.
pub(super) fn lead_of(region: &str) -> &'static str {
    match region {
        "americas" => "p-02",
        "asia-pacific" => "p-18",
        _ => "p-01",
    }
}

/// Who sees to it that the clients of a region succeed.
pub(super) fn success_manager_of(region: &str) -> &'static str {
    match region {
        "americas" => "p-17",
        "asia-pacific" => "p-23",
        _ => "p-10",
    }
}

/// Who stands beside an account manager of a region: somebody who does not leave.
pub(super) fn second_of(region: &str, owner: &str) -> &'static str {
    match (region, owner) {
        ("americas", "p-13") => "p-15",
        ("americas", _) => "p-13",
        ("asia-pacific", "p-19") => "p-21",
        ("asia-pacific", _) => "p-19",
        (_, "p-04") => "p-03",
        _ => "p-04",
    }
}

/// Whether the person works for us and can be asked.
pub(super) fn is_at_work(person: &str, when: Instant) -> bool {
    let left = PEOPLE.iter().find(|known| known.id == person).and_then(|known| known.last_day);
    let gone = if person == "p-06" { Some(at(SUDDENLY_ILL, 6, 0)) } else { left.map(after) };
    gone.is_none_or(|gone| when < gone)
}

/// The moment at which a last day is over.
pub(super) fn after(last_day: Date) -> Instant {
    at(last_day.saturating_add(1.days()), 0, 0)
}

/// What the staff system says about one of our people, as soon as it knows.
pub(super) fn staff(person: &str, kind: &'static str, when: Instant, payload: Value) -> Fact {
    Fact::new(&format!("person/{person}"), kind, when, payload).by_system("hr").entered()
}

/// The people as they joined, and the offerings.
pub(super) fn introduce(tape: &mut Tape) {
    for person in PEOPLE {
        let payload = json!({
            "name": person.name, "email": format!("{}@brennhald.example", person.id), "title": person.title,
            "region": person.region, "capacity": person.capacity,
        });
        let manager = if lead_of(person.region) == person.id { "p-01" } else { lead_of(person.region) };
        let manager = (manager != person.id).then(|| manager.into());
        let payload = with(payload, [("manager", manager)]);
        tape.tell(staff(person.id, "person.joined", at(person.joined, 6, 0), payload));
    }
    offerings::list(tape);
}
