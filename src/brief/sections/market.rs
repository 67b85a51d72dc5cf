//! In words: what the account uses and could use of what we offer, and who competes.

use tenure_replay::brief::{CompetitorLine, Listed, UsedLine, WhitespaceLine, WhitespaceSection};

use super::{amount, remark};
use crate::brief::pen::{Pen, name_or, one_line};
use crate::brief::{Block, Cell, Row, Table, Tone};

pub(super) fn whitespace(section: &WhitespaceSection, pen: &Pen) -> Vec<Block> {
    let used = if section.used.count == 0 {
        remark("Nothing that we offer is in use.")
    } else {
        let rows = section.used.items.iter().map(|line| used(line, pen)).collect();
        let titles = ["In use", "#Orders", "Last ordered", "#Ordered so far"];
        Block::Table(Table::new(Some("In use"), &titles, rows, section.used.more()))
    };
    let open = if section.whitespace.count == 0 {
        remark("There is nothing that we offer and they do not use.")
    } else {
        let rows = section.whitespace.items.iter().map(|line| unused(line, pen)).collect();
        let titles = ["Not in use", "Shown", "Asked for by the need"];
        Block::Table(Table::new(Some("Not in use"), &titles, rows, section.whitespace.more()))
    };
    vec![used, open]
}

fn used(line: &UsedLine, pen: &Pen) -> Row {
    let sums = line.ordered.iter().map(|sum| amount(&sum.amount.to_string(), sum.currency));
    Row {
        cells: vec![
            Cell::new(name_or(line.name.as_ref(), line.offering.as_str())),
            Cell::new(line.orders.to_string()),
            Cell::new(line.last_ordered_at.map_or(String::new(), |at| pen.date(at))),
            Cell::new(sums.collect::<Vec<_>>().join("; ")),
        ],
        tone: Tone::Plain,
        cited: line.cited.clone(),
    }
}

fn unused(line: &WhitespaceLine, pen: &Pen) -> Row {
    let shown = match line.last_presented_at {
        Some(at) => Cell::with(format!("{} times", line.presented), format!("last on {}", pen.date(at))),
        None => Cell::new("never"),
    };
    let category = line.category.as_ref().map_or(String::new(), ToString::to_string);
    let needs: Vec<&str> = line.needs.iter().map(tenure_schemas::NeedId::as_str).collect();
    Row {
        cells: vec![
            Cell::with(name_or(line.name.as_ref(), line.offering.as_str()), category),
            shown,
            Cell::new(needs.join(", ")),
        ],
        tone: Tone::alert_if(line.never_presented && !line.needs.is_empty()),
        cited: line.cited.clone(),
    }
}

pub(super) fn competition(competitors: &Listed<CompetitorLine>, pen: &Pen) -> Vec<Block> {
    if competitors.count == 0 {
        return vec![remark("Nobody was seen to compete.")];
    }
    let rows = competitors.items.iter().map(|line| competitor(line, pen)).collect();
    let titles = ["Competitor", "How strong", "Against", "Last seen"];
    vec![Block::Table(Table::new(None, &titles, rows, competitors.more()))]
}

fn competitor(line: &CompetitorLine, pen: &Pen) -> Row {
    let against: Vec<&str> = line.offerings.iter().map(tenure_schemas::OfferingId::as_str).collect();
    Row {
        cells: vec![
            Cell::new(line.competitor.as_str()),
            Cell::new(line.strength.as_ref().map_or(String::new(), |strength| one_line(strength.as_str()))),
            Cell::new(against.join(", ")),
            Cell::new(line.last_observed_at.map_or(String::new(), |at| pen.date(at))),
        ],
        tone: Tone::Plain,
        cited: line.cited.clone(),
    }
}
