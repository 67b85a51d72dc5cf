//! In words: how the account is doing, dimension by dimension, and what moves that.

use tenure_replay::brief::{Cited, HealthSection};
use tenure_replay::health::{Band, DimensionScore, Health, Moved};

use super::{percent, remark, word, words};
use crate::brief::{Block, Cell, Line, Row, Table, Tone};

pub(super) fn health(section: &HealthSection) -> Vec<Block> {
    let health = &section.health;
    let titles = ["Dimension", "#Weight", "#Score", "#Its part"];
    let rows = health.dimensions.iter().map(dimension).collect();
    vec![
        super::lines(None, vec![headline(health)], 0),
        Block::Table(Table::new(None, &titles, rows, 0)),
        remark(&format!("Scores by {} describe accounts; they are not made for judging employees.", health.model)),
    ]
}

fn headline(health: &Health) -> Line {
    let score = health.overall.map_or_else(|| "no score".to_owned(), percent);
    let capped = if health.capped_by.is_empty() {
        String::new()
    } else {
        format!(", held down by {}", words(&health.capped_by))
    };
    let share = percent(health.evidence_share);
    let text = format!("{}: {score}{capped}, with {share} of the weights present.", word(&health.band));
    Line { text, detail: None, tone: Tone::alert_if(health.band == Band::Red), cited: Cited::default() }
}

fn dimension(score: &DimensionScore) -> Row {
    let missing = score.missing.map_or_else(String::new, |missing| format!("missing: {}", word(&missing)));
    Row {
        cells: vec![
            Cell::with(word(&score.dimension), missing),
            Cell::new(score.weight.to_string()),
            Cell::new(score.score.map_or_else(|| "–".to_owned(), percent)),
            Cell::new(score.contribution.map_or_else(|| "–".to_owned(), percent)),
        ],
        tone: if score.missing.is_some() { Tone::Muted } else { Tone::Plain },
        cited: moved_by(&score.moved_by),
    }
}

/// The events that moved a dimension most, which are few.
fn moved_by(moved: &[Moved]) -> Cited {
    let mut events: Vec<u64> = moved.iter().map(|moved| moved.event).collect();
    events.sort_unstable();
    Cited { events, more_events: 0 }
}
