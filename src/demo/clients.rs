//! The clients: sixty accounts, six of them global with divisions and sites below, and who held them at the start.

use jiff::civil::{Date, date};
use serde_json::json;
use tenure_schemas::Instant;

use super::book::Book;
use super::tape::{Fact, Tape};
use super::{FIRST_DAY, at};

/// How much an account is worth managing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Key,
    Developing,
    Maintained,
    Streamlined,
}

impl Size {
    fn tier(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Developing => "developing",
            Self::Maintained => "maintained",
            Self::Streamlined => "streamlined",
        }
    }
}

/// A client account as it is taken over.
pub(super) struct Client {
    pub(super) id: &'static str,
    name: &'static str,
    parent: Option<&'static str>,
    region: &'static str,
    industry: &'static str,
    pub(super) size: Size,
    /// Who holds it at the start; empty where nobody does.
    owner: &'static str,
}

macro_rules! clients {
    ($($id:literal, $name:literal, $parent:expr, $region:literal, $industry:literal, $size:ident, $owner:literal;)+) => {
        &[$(Client {
            id: $id, name: $name, parent: $parent, region: $region, industry: $industry, size: Size::$size, owner: $owner,
        },)+]
    };
}

/// Every account, parents before their children.
#[rustfmt::skip]
pub(super) const CLIENTS: &[Client] = clients![
    "acct-norden-dairy", "Norden Dairy", None, "nordics", "dairy", Key, "p-07";
    "acct-norden-dairy-sweden", "Norden Dairy Sweden", Some("acct-norden-dairy"), "nordics", "dairy", Developing, "p-07";
    "acct-norden-dairy-malmo", "Norden Dairy, Malmö plant", Some("acct-norden-dairy-sweden"), "nordics", "dairy", Maintained, "p-07";
    "acct-norden-dairy-finland", "Norden Dairy Finland", Some("acct-norden-dairy"), "nordics", "dairy", Maintained, "p-03";
    "acct-norden-dairy-germany", "Norden Dairy Germany", Some("acct-norden-dairy"), "dach", "dairy", Maintained, "p-04";
    "acct-halloway-snacks", "Halloway Snacks", None, "uk-ireland", "snacks", Key, "p-06";
    "acct-halloway-snacks-ireland", "Halloway Snacks Ireland", Some("acct-halloway-snacks"), "uk-ireland", "snacks", Maintained, "p-06";
    "acct-halloway-snacks-leeds", "Halloway Snacks, Leeds plant", Some("acct-halloway-snacks"), "uk-ireland", "snacks", Developing, "p-06";
    "acct-halloway-snacks-benelux", "Halloway Snacks Benelux", Some("acct-halloway-snacks"), "benelux", "snacks", Maintained, "p-05";
    "acct-grauwald-confectionery", "Grauwald Confectionery", None, "dach", "confectionery", Key, "p-04";
    "acct-grauwald-confectionery-bavaria", "Grauwald Confectionery Bavaria", Some("acct-grauwald-confectionery"), "dach", "confectionery", Developing, "p-04";
    "acct-grauwald-confectionery-austria", "Grauwald Confectionery Austria", Some("acct-grauwald-confectionery"), "dach", "confectionery", Maintained, "p-04";
    "acct-grauwald-confectionery-iberia", "Grauwald Confectionery Iberia", Some("acct-grauwald-confectionery"), "iberia", "confectionery", Streamlined, "p-08";
    "acct-lakemere-foods", "Lakemere Foods", None, "north-america", "ready meals", Key, "p-09";
    "acct-lakemere-foods-midwest", "Lakemere Foods Midwest", Some("acct-lakemere-foods"), "north-america", "ready meals", Developing, "p-09";
    "acct-lakemere-foods-duluth", "Lakemere Foods, Duluth plant", Some("acct-lakemere-foods-midwest"), "north-america", "ready meals", Maintained, "p-09";
    "acct-lakemere-foods-texas", "Lakemere Foods Texas", Some("acct-lakemere-foods"), "north-america", "ready meals", Maintained, "p-09";
    "acct-lakemere-foods-ontario", "Lakemere Foods Ontario", Some("acct-lakemere-foods"), "north-america", "ready meals", Maintained, "p-02";
    "acct-valdelora-foods", "Valdelora Foods", None, "iberia", "preserves", Key, "p-08";
    "acct-valdelora-foods-portugal", "Valdelora Foods Portugal", Some("acct-valdelora-foods"), "iberia", "preserves", Maintained, "p-08";
    "acct-valdelora-foods-seville", "Valdelora Foods, Seville plant", Some("acct-valdelora-foods"), "iberia", "preserves", Maintained, "p-08";
    "acct-tidemarsh-beverages", "Tidemarsh Beverages", None, "north-america", "beverages", Key, "p-02";
    "acct-tidemarsh-beverages-east", "Tidemarsh Beverages East", Some("acct-tidemarsh-beverages"), "north-america", "beverages", Developing, "p-02";
    "acct-tidemarsh-beverages-uk", "Tidemarsh Beverages UK", Some("acct-tidemarsh-beverages"), "uk-ireland", "beverages", Maintained, "p-06";
    "acct-fjordline-seafood", "Fjordline Seafood", None, "nordics", "seafood", Developing, "p-07";
    "acct-bjorkby-bakeries", "Björkby Bakeries", None, "nordics", "bakery", Maintained, "p-07";
    "acct-skarholm-pharma", "Skarholm Pharma", None, "nordics", "pharma", Developing, "p-07";
    "acct-isvik-frozen", "Isvik Frozen", None, "nordics", "frozen food", Maintained, "p-03";
    "acct-tallgren-coffee", "Tallgren Coffee", None, "nordics", "coffee", Maintained, "p-03";
    "acct-ostervik-paper", "Östervik Paper", None, "nordics", "tissue", Streamlined, "p-03";
    "acct-lunda-pet-food", "Lunda Pet Food", None, "nordics", "pet food", Streamlined, "p-03";
    "acct-hohenrain-pharma", "Hohenrain Pharma", None, "dach", "pharma", Developing, "p-04";
    "acct-zellbach-cheese", "Zellbach Cheese", None, "dach", "dairy", Maintained, "p-04";
    "acct-altwiesen-brewery", "Altwiesen Brewery", None, "dach", "beverages", Maintained, "p-04";
    "acct-rietgarten-tea", "Rietgarten Tea", None, "dach", "tea", Streamlined, "p-04";
    "acct-kressnau-cosmetics", "Kressnau Cosmetics", None, "dach", "cosmetics", Maintained, "p-05";
    "acct-vandermeule-chocolate", "Vandermeule Chocolate", None, "benelux", "confectionery", Developing, "p-05";
    "acct-maasoever-dairy", "Maasoever Dairy", None, "benelux", "dairy", Maintained, "p-05";
    "acct-polderhof-vegetables", "Polderhof Vegetables", None, "benelux", "fresh produce", Maintained, "p-05";
    "acct-duinzicht-biscuits", "Duinzicht Biscuits", None, "benelux", "bakery", Maintained, "p-05";
    "acct-calderwick-brewing", "Calderwick Brewing", None, "uk-ireland", "beverages", Key, "p-06";
    "acct-pennyhollow-preserves", "Pennyhollow Preserves", None, "uk-ireland", "preserves", Streamlined, "p-06";
    "acct-thornbeck-pharma", "Thornbeck Pharma", None, "uk-ireland", "pharma", Developing, "p-06";
    "acct-merrivale-biscuits", "Merrivale Biscuits", None, "uk-ireland", "bakery", Maintained, "p-06";
    "acct-ashenholt-household", "Ashenholt Household", None, "uk-ireland", "household", Maintained, "p-06";
    "acct-strandhollow-fish", "Strandhollow Fish", None, "uk-ireland", "seafood", Streamlined, "p-06";
    "acct-olivarra-oils", "Olivarra Oils", None, "iberia", "oils", Maintained, "p-08";
    "acct-costamora-sauces", "Costamora Sauces", None, "iberia", "sauces", Maintained, "p-08";
    "acct-bodegas-torrezal", "Bodegas Torrezal", None, "iberia", "beverages", Streamlined, "p-08";
    "acct-granja-neverra", "Granja Neverra", None, "iberia", "dairy", Streamlined, "p-08";
    "acct-brightmere-bottling", "Brightmere Bottling", None, "north-america", "beverages", Maintained, "p-09";
    "acct-cedarfork-cereal", "Cedarfork Cereal", None, "north-america", "cereals", Developing, "p-09";
    "acct-prairiemont-flour", "Prairiemont Flour", None, "north-america", "flour", Maintained, "p-09";
    "acct-redspruce-pet-nutrition", "Redspruce Pet Nutrition", None, "north-america", "pet food", Maintained, "p-09";
    "acct-pinemoor-coffee", "Pinemoor Coffee", None, "north-america", "coffee", Maintained, "p-09";
    "acct-maplewyck-syrup", "Maplewyck Syrup", None, "north-america", "preserves", Streamlined, "p-02";
    "acct-harbourlath-seafood", "Harbourlath Seafood", None, "north-america", "seafood", Streamlined, "p-02";
    "acct-verdant-oat-drinks", "Verdant Oat Drinks", None, "nordics", "plant drinks", Developing, "p-03";
    "acct-copperwick-spirits", "Copperwick Spirits", None, "uk-ireland", "beverages", Maintained, "p-12";
    "acct-sunmesa-snacks", "Sunmesa Snacks", None, "north-america", "snacks", Streamlined, "";
];

impl Client {
    /// The currency of its orders.
    pub(super) fn currency(&self) -> &'static str {
        if self.region == "north-america" { "USD" } else { "EUR" }
    }

    /// The first day of the account; three came as prospects.
    pub(super) fn first_day(&self) -> Date {
        match self.id {
            "acct-verdant-oat-drinks" => date(2024, 5, 13),
            "acct-copperwick-spirits" => date(2025, 2, 17),
            "acct-sunmesa-snacks" => date(2025, 8, 4),
            _ => FIRST_DAY,
        }
    }

    pub(super) fn opened(&self) -> Instant {
        at(self.first_day(), 7, 0)
    }

    fn is_global(&self) -> bool {
        self.size == Size::Key && CLIENTS.iter().any(|other| other.parent == Some(self.id))
    }

    /// Who stands beside the account manager; somebody who does not leave.
    fn second(&self) -> &'static str {
        match (self.region, self.owner) {
            ("dach", _) => "p-03",
            ("north-america", "p-02") => "p-09",
            ("nordics" | "benelux" | "uk-ireland", _) => "p-04",
            _ => "p-02",
        }
    }
}

/// Opens every account, with its tier and its first owners.
pub(super) fn open(tape: &mut Tape, book: &mut Book) {
    for client in CLIENTS {
        opened(tape, client);
        assigned(tape, book, client);
    }
}

fn opened(tape: &mut Tape, client: &Client) {
    let stage = if client.first_day() == FIRST_DAY { "customer" } else { "prospect" };
    let mut payload = json!({
        "name": client.name, "stage": stage, "currency": client.currency(), "region": client.region,
        "industry": client.industry,
    });
    if let (Some(parent), Some(fields)) = (client.parent, payload.as_object_mut()) {
        fields.insert("parent".to_owned(), parent.into());
    }
    tape.tell(Fact::of(client.id, "account.opened", client.opened(), payload));
    let tier = json!({
        "tier": client.size.tier(), "manage_as_key": client.size == Size::Key,
        "rationale": "Revenue of the last three years and what the account manager expects.",
    });
    let decided = Fact::of(client.id, "account.tier_decided", at(client.first_day(), 9, 0), tier);
    tape.tell(decided.by("p-01").because("other", "First sorting of the portfolio in the ledger."));
}

fn assigned(tape: &mut Tape, book: &mut Book, client: &Client) {
    let start = at(client.first_day(), 8, 0);
    if !client.owner.is_empty() {
        book.assign(tape, client.id, client.owner, start, ("new_account", "Account manager at the start."));
    }
    let mut also = |person: &str, role: &str, inherit: bool| {
        let payload = json!({"person": person, "role": role, "inherit": inherit});
        let fact = Fact::of(client.id, "ownership.assigned", start.saturating_add_seconds(60), payload);
        tape.tell(fact.by("p-01").because("new_account", "Part of the account team from the start."));
    };
    if matches!(client.size, Size::Key | Size::Developing) {
        also(client.second(), "secondary", false);
    }
    if client.size == Size::Key {
        also("p-01", "executive_sponsor", client.is_global());
        also("p-10", "customer_success_manager", false);
    }
}
