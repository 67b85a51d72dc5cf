//! What the firm offers: machines, parts and services, two of which come later and two of which go.

use jiff::civil::{Date, date};
use serde_json::json;
use tenure_schemas::Instant;

use super::{FIRST_DAY, at};
use crate::demo::tape::{Fact, Tape};

#[rustfmt::skip]
const OFFERINGS: [(&str, &str, &str, Date); 16] = [
    ("cartoner", "Cartoner CT 80", "machines", FIRST_DAY),
    ("case-packer", "Case packer CP 40", "machines", FIRST_DAY),
    ("flow-wrapper", "Flow wrapper FW 12", "machines", FIRST_DAY),
    ("palletiser", "Palletiser PA 6", "machines", FIRST_DAY),
    ("shrink-tunnel", "Shrink tunnel ST 5", "machines", FIRST_DAY),
    ("tray-former", "Tray former TF 3", "machines", FIRST_DAY),
    ("film-inspection", "Film inspection", "machines", date(2024, 9, 2)),
    ("format-parts", "Format parts", "spare parts", FIRST_DAY),
    ("spare-kit", "Spare part kit", "spare parts", FIRST_DAY),
    ("wear-parts", "Wear parts", "spare parts", FIRST_DAY),
    ("training", "Operator training", "services", FIRST_DAY),
    ("remote-service", "Remote service", "services", FIRST_DAY),
    ("line-audit", "Line audit", "services", FIRST_DAY),
    ("service-contract", "Service contract", "services", FIRST_DAY),
    ("fax-hotline", "Hotline by fax", "services", FIRST_DAY),
    ("energy-report", "Energy report", "services", date(2025, 4, 1)),
];

const RETIRED: [(&str, Date); 2] = [("fax-hotline", date(2024, 3, 28)), ("shrink-tunnel", date(2025, 12, 31))];

/// The machines that are sold from the first day to the last.
pub(in crate::demo) const MACHINES: [&str; 4] = ["cartoner", "case-packer", "flow-wrapper", "palletiser"];
/// What is ordered again and again.
pub(in crate::demo) const PARTS: [&str; 5] = ["format-parts", "spare-kit", "wear-parts", "training", "remote-service"];
/// What one client ordered although it was never in the catalogue.
pub(in crate::demo) const NEVER_LISTED: &str = "labeller-loan";

/// What can be shown to clients at a moment, beside the machines.
pub(in crate::demo) fn presentable(when: Instant) -> &'static [&'static str] {
    if when >= at(date(2025, 4, 2), 0, 0) {
        &["film-inspection", "energy-report", "line-audit", "service-contract"]
    } else if when >= at(date(2024, 9, 3), 0, 0) {
        &["film-inspection", "line-audit", "service-contract"]
    } else {
        &["tray-former", "line-audit", "service-contract"]
    }
}

/// The catalogue, as it grows and shrinks.
pub(super) fn list(tape: &mut Tape) {
    for (offering, name, category, listed) in OFFERINGS {
        let payload = json!({"offering": offering, "name": name, "category": category});
        tape.tell(catalogue("offering.listed", at(listed, 5, 0), payload));
    }
    for (offering, day) in RETIRED {
        tape.tell(catalogue("offering.retired", at(day, 17, 0), json!({"offering": offering})));
    }
}

fn catalogue(kind: &'static str, when: Instant, payload: serde_json::Value) -> Fact {
    Fact::new("catalogue/main", kind, when, payload).by_system("erp").entered()
}
