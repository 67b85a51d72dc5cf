//! The generated accounts: groups over several regions, and firms that stand alone.

use jiff::ToSpan;
use jiff::civil::date;

use super::names::{AMERICAS, ASIA_PACIFIC, DIVISIONS, EUROPE, PLANTS, TRADES};
use super::{Client, Loss, Size};
use crate::demo::dice::{Dice, weekday};
use crate::demo::{FIRST_DAY, at, words};

/// A group with two divisions and a plant below each: its name, region and account manager, and the other region.
const GROUPS: [(&str, &str, &str, &str, &str); 16] = [
    ("Aurenholt Foods", "dairy", "europe", "p-24", "americas"),
    ("Bergamark Brands", "confectionery", "europe", "p-26", "asia-pacific"),
    ("Cardoveil Pharma", "pharma", "europe", "p-03", "americas"),
    ("Dunmarrow Drinks", "beverages", "europe", "p-08", "asia-pacific"),
    ("Eichwald Nutrition", "pet food", "europe", "p-25", "americas"),
    ("Fioravalle Pasta", "pasta", "europe", "p-27", "americas"),
    ("Goldenwick Foods", "snacks", "americas", "p-13", "europe"),
    ("Harrowgate Plains Milling", "cereals", "americas", "p-15", "asia-pacific"),
    ("Isla Dorada Coffee", "coffee", "americas", "p-13", "europe"),
    ("Jessamine Home Care", "household", "americas", "p-09", "asia-pacific"),
    ("Heronvale Poultry", "frozen food", "americas", "p-16", "europe"),
    ("Lanternbay Seafoods", "seafood", "asia-pacific", "p-19", "americas"),
    ("Mizukawa Foods", "ready meals", "asia-pacific", "p-21", "europe"),
    ("Nilgara Spices", "spices", "asia-pacific", "p-18", "europe"),
    ("Orchid Straits Beverages", "beverages", "asia-pacific", "p-21", "americas"),
    ("Padmavana Care", "cosmetics", "asia-pacific", "p-22", "europe"),
];

/// How many firms that stand alone there are in a region.
const ALONE: [(&str, usize); 3] = [("europe", 62), ("americas", 50), ("asia-pacific", 48)];
/// The sizes of those, in turn.
const SIZES: [Size; 5] = [Size::Developing, Size::Maintained, Size::Streamlined, Size::Maintained, Size::Streamlined];
/// Every so many of those begin as prospects.
const PROSPECT_EVERY: usize = 16;

/// Who holds the accounts of a region at the start, in turn.
fn roster(region: &str) -> &'static [&'static str] {
    match region {
        "americas" => &["p-13", "p-14", "p-15", "p-16", "p-09", "p-14", "p-15", "p-16", "p-13", "p-02"],
        "asia-pacific" => &["p-19", "p-20", "p-21", "p-22", "p-18", "p-20", "p-19", "p-22", "p-21", "p-20"],
        _ => &["p-24", "p-25", "p-26", "p-27", "p-03", "p-24", "p-25", "p-26", "p-27", "p-08"],
    }
}

/// The generated accounts, parents before their children. Chance decides little here: who is lost, and when.
pub(super) fn clients(seed: u64) -> Vec<Client> {
    let mut all = Vec::new();
    for (number, group) in GROUPS.iter().enumerate() {
        add_group(&mut all, number, *group);
    }
    for (region, count) in ALONE {
        for number in 0..count {
            all.push(alone(region, number));
        }
    }
    lose(&mut all, &mut Dice::new(seed, u64::MAX));
    all
}

fn client(name: &str, region: &'static str, industry: &'static str, size: Size, owner: &'static str) -> Client {
    let first_day = FIRST_DAY;
    Client {
        id: format!("acct-{}", slug(name)),
        name: name.to_owned(),
        parent: None,
        region,
        industry,
        size,
        owner,
        first_day,
        customer_from: Some(first_day),
        shut: None,
        loss: None,
    }
}

/// The words of a name, joined for an id.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

fn add_group(
    all: &mut Vec<Client>,
    number: usize,
    (name, industry, home, owner, abroad): (&'static str, &'static str, &'static str, &'static str, &'static str),
) {
    let top = client(name, home, industry, Size::Key, owner);
    let mut holders = roster(abroad).iter().cycle().skip(number * 3);
    let mut next = || holders.next().copied().unwrap_or(owner);
    for (region, holder, size) in [(home, owner, Size::Developing), (abroad, next(), Size::Maintained)] {
        let division = format!("{name} {}", word_of(&DIVISIONS, region, number));
        let plant = format!("{name}, {} plant", word_of(&PLANTS, region, number));
        let plant_size = if number.is_multiple_of(2) { Size::Maintained } else { Size::Streamlined };
        let plant_holder = if region == home { owner } else { next() };
        let division = Client { parent: Some(top.id.clone()), ..client(&division, region, industry, size, holder) };
        let parent = Some(division.id.clone());
        all.push(division);
        all.push(Client { parent, ..client(&plant, region, industry, plant_size, plant_holder) });
    }
    // Parents come before their children.
    all.insert(all.len() - 4, top);
}

fn word_of<const N: usize>(table: &[(&str, [&'static str; N])], region: &str, number: usize) -> &'static str {
    let words = table.iter().find(|(of, _)| *of == region).map(|(_, words)| words);
    words.and_then(|words| words.iter().cycle().nth(number)).copied().unwrap_or_default()
}

fn alone(region: &'static str, number: usize) -> Client {
    let stems: &[&str] = match region {
        "americas" => &AMERICAS,
        "asia-pacific" => &ASIA_PACIFIC,
        _ => &EUROPE,
    };
    let (stem, round) = (stems.iter().cycle().nth(number).copied().unwrap_or_default(), number / stems.len());
    // No two firms of one stem have the same trade.
    let (trade, industry) = TRADES.iter().cycle().nth(number * 7 + round * 11).copied().unwrap_or_default();
    let size = SIZES.iter().cycle().nth(number).copied().unwrap_or(Size::Maintained);
    let owner = roster(region).iter().cycle().nth(number).copied().unwrap_or_default();
    let whole = client(&format!("{stem} {trade}"), region, industry, size, owner);
    if number % PROSPECT_EVERY != PROSPECT_EVERY - 1 {
        return whole;
    }
    // Owned by the lead, for everybody else may leave before they come.
    let months = i64::try_from(number).unwrap_or_default();
    let first_day = weekday(date(2023, 10, 2).saturating_add((months / 2).months()));
    let customer_from = (!number.is_multiple_of(3)).then(|| weekday(first_day.saturating_add(5.months())));
    let owner = crate::demo::firm::lead_of(region);
    Client { owner, first_day, customer_from, ..whole }
}

/// Thirty-three of them are lost to competitors, about one a month; three in five show it beforehand.
fn lose(all: &mut [Client], dice: &mut Dice) {
    const LOST: usize = 33;
    const DAYS_BETWEEN: i64 = 26;
    let customers: Vec<_> = all.iter_mut().filter(|client| client.customer_from == Some(FIRST_DAY)).collect();
    let every = customers.len() / LOST;
    let lost = customers.into_iter().skip(every / 2).step_by(every).take(LOST);
    for (count, client) in lost.enumerate() {
        // Seven and thirty-three have no common divisor, so that each month is met once, in another order.
        let months = i64::try_from(count * 7 % LOST).unwrap_or_default();
        let day = weekday(date(2024, 2, 5).saturating_add((months * DAYS_BETWEEN).days()));
        let to = dice.pick(&words::COMPETITORS);
        client.loss = Some(Loss { at: at(day, 12, 0), warned: count % 5 < 3, to });
    }
}
