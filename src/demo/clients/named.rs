//! The sixty accounts that the story names, six of them global with divisions and sites below.

use jiff::civil::{Date, date};

use super::{Client, Loss, Shut, Size};
use crate::demo::{FIRST_DAY, at};

/// An account as the story writes it down.
struct Named {
    id: &'static str,
    name: &'static str,
    parent: Option<&'static str>,
    region: &'static str,
    industry: &'static str,
    size: Size,
    /// Who holds it at the start; empty where nobody does.
    owner: &'static str,
}

macro_rules! named {
    ($($id:literal, $name:literal, $parent:expr, $region:literal, $industry:literal, $size:ident, $owner:literal;)+) => {
        &[$(Named {
            id: $id, name: $name, parent: $parent, region: $region, industry: $industry, size: Size::$size, owner: $owner,
        },)+]
    };
}

/// Every one of them, parents before their children.
#[rustfmt::skip]
const NAMED: &[Named] = named![
    "acct-norden-dairy", "Norden Dairy", None, "europe", "dairy", Key, "p-07";
    "acct-norden-dairy-sweden", "Norden Dairy Sweden", Some("acct-norden-dairy"), "europe", "dairy", Developing, "p-07";
    "acct-norden-dairy-malmo", "Norden Dairy, Malmö plant", Some("acct-norden-dairy-sweden"), "europe", "dairy", Maintained, "p-07";
    "acct-norden-dairy-finland", "Norden Dairy Finland", Some("acct-norden-dairy"), "europe", "dairy", Maintained, "p-03";
    "acct-norden-dairy-germany", "Norden Dairy Germany", Some("acct-norden-dairy"), "europe", "dairy", Maintained, "p-04";
    "acct-halloway-snacks", "Halloway Snacks", None, "europe", "snacks", Key, "p-06";
    "acct-halloway-snacks-ireland", "Halloway Snacks Ireland", Some("acct-halloway-snacks"), "europe", "snacks", Maintained, "p-06";
    "acct-halloway-snacks-leeds", "Halloway Snacks, Leeds plant", Some("acct-halloway-snacks"), "europe", "snacks", Developing, "p-06";
    "acct-halloway-snacks-benelux", "Halloway Snacks Benelux", Some("acct-halloway-snacks"), "europe", "snacks", Maintained, "p-05";
    "acct-grauwald-confectionery", "Grauwald Confectionery", None, "europe", "confectionery", Key, "p-04";
    "acct-grauwald-confectionery-bavaria", "Grauwald Confectionery Bavaria", Some("acct-grauwald-confectionery"), "europe", "confectionery", Developing, "p-04";
    "acct-grauwald-confectionery-austria", "Grauwald Confectionery Austria", Some("acct-grauwald-confectionery"), "europe", "confectionery", Maintained, "p-04";
    "acct-grauwald-confectionery-iberia", "Grauwald Confectionery Iberia", Some("acct-grauwald-confectionery"), "europe", "confectionery", Streamlined, "p-08";
    "acct-lakemere-foods", "Lakemere Foods", None, "americas", "ready meals", Key, "p-09";
    "acct-lakemere-foods-midwest", "Lakemere Foods Midwest", Some("acct-lakemere-foods"), "americas", "ready meals", Developing, "p-09";
    "acct-lakemere-foods-duluth", "Lakemere Foods, Duluth plant", Some("acct-lakemere-foods-midwest"), "americas", "ready meals", Maintained, "p-09";
    "acct-lakemere-foods-texas", "Lakemere Foods Texas", Some("acct-lakemere-foods"), "americas", "ready meals", Maintained, "p-09";
    "acct-lakemere-foods-ontario", "Lakemere Foods Ontario", Some("acct-lakemere-foods"), "americas", "ready meals", Maintained, "p-02";
    "acct-valdelora-foods", "Valdelora Foods", None, "europe", "preserves", Key, "p-08";
    "acct-valdelora-foods-portugal", "Valdelora Foods Portugal", Some("acct-valdelora-foods"), "europe", "preserves", Maintained, "p-08";
    "acct-valdelora-foods-seville", "Valdelora Foods, Seville plant", Some("acct-valdelora-foods"), "europe", "preserves", Maintained, "p-08";
    "acct-tidemarsh-beverages", "Tidemarsh Beverages", None, "americas", "beverages", Key, "p-02";
    "acct-tidemarsh-beverages-east", "Tidemarsh Beverages East", Some("acct-tidemarsh-beverages"), "americas", "beverages", Developing, "p-02";
    "acct-tidemarsh-beverages-uk", "Tidemarsh Beverages UK", Some("acct-tidemarsh-beverages"), "europe", "beverages", Maintained, "p-06";
    "acct-fjordline-seafood", "Fjordline Seafood", None, "europe", "seafood", Developing, "p-07";
    "acct-bjorkby-bakeries", "Björkby Bakeries", None, "europe", "bakery", Maintained, "p-07";
    "acct-skarholm-pharma", "Skarholm Pharma", None, "europe", "pharma", Developing, "p-07";
    "acct-isvik-frozen", "Isvik Frozen", None, "europe", "frozen food", Maintained, "p-03";
    "acct-tallgren-coffee", "Tallgren Coffee", None, "europe", "coffee", Maintained, "p-03";
    "acct-ostervik-paper", "Östervik Paper", None, "europe", "tissue", Streamlined, "p-03";
    "acct-lunda-pet-food", "Lunda Pet Food", None, "europe", "pet food", Streamlined, "p-03";
    "acct-hohenrain-pharma", "Hohenrain Pharma", None, "europe", "pharma", Developing, "p-04";
    "acct-zellbach-cheese", "Zellbach Cheese", None, "europe", "dairy", Maintained, "p-04";
    "acct-altwiesen-brewery", "Altwiesen Brewery", None, "europe", "beverages", Maintained, "p-04";
    "acct-rietgarten-tea", "Rietgarten Tea", None, "europe", "tea", Streamlined, "p-04";
    "acct-kressnau-cosmetics", "Kressnau Cosmetics", None, "europe", "cosmetics", Maintained, "p-05";
    "acct-vandermeule-chocolate", "Vandermeule Chocolate", None, "europe", "confectionery", Developing, "p-05";
    "acct-maasoever-dairy", "Maasoever Dairy", None, "europe", "dairy", Maintained, "p-05";
    "acct-polderhof-vegetables", "Polderhof Vegetables", None, "europe", "fresh produce", Maintained, "p-05";
    "acct-duinzicht-biscuits", "Duinzicht Biscuits", None, "europe", "bakery", Maintained, "p-05";
    "acct-calderwick-brewing", "Calderwick Brewing", None, "europe", "beverages", Key, "p-06";
    "acct-pennyhollow-preserves", "Pennyhollow Preserves", None, "europe", "preserves", Streamlined, "p-06";
    "acct-thornbeck-pharma", "Thornbeck Pharma", None, "europe", "pharma", Developing, "p-06";
    "acct-merrivale-biscuits", "Merrivale Biscuits", None, "europe", "bakery", Maintained, "p-06";
    "acct-ashenholt-household", "Ashenholt Household", None, "europe", "household", Maintained, "p-06";
    "acct-strandhollow-fish", "Strandhollow Fish", None, "europe", "seafood", Streamlined, "p-06";
    "acct-olivarra-oils", "Olivarra Oils", None, "europe", "oils", Maintained, "p-08";
    "acct-costamora-sauces", "Costamora Sauces", None, "europe", "sauces", Maintained, "p-08";
    "acct-bodegas-torrezal", "Bodegas Torrezal", None, "europe", "beverages", Streamlined, "p-08";
    "acct-granja-neverra", "Granja Neverra", None, "europe", "dairy", Streamlined, "p-08";
    "acct-brightmere-bottling", "Brightmere Bottling", None, "americas", "beverages", Maintained, "p-09";
    "acct-cedarfork-cereal", "Cedarfork Cereal", None, "americas", "cereals", Developing, "p-09";
    "acct-prairiemont-flour", "Prairiemont Flour", None, "americas", "flour", Maintained, "p-09";
    "acct-redspruce-pet-nutrition", "Redspruce Pet Nutrition", None, "americas", "pet food", Maintained, "p-09";
    "acct-pinemoor-coffee", "Pinemoor Coffee", None, "americas", "coffee", Maintained, "p-09";
    "acct-maplewyck-syrup", "Maplewyck Syrup", None, "americas", "preserves", Streamlined, "p-02";
    "acct-harbourlath-seafood", "Harbourlath Seafood", None, "americas", "seafood", Streamlined, "p-02";
    "acct-verdant-oat-drinks", "Verdant Oat Drinks", None, "europe", "plant drinks", Developing, "p-03";
    "acct-copperwick-spirits", "Copperwick Spirits", None, "europe", "beverages", Maintained, "p-12";
    "acct-sunmesa-snacks", "Sunmesa Snacks", None, "americas", "snacks", Streamlined, "";
];

/// The named accounts as clients.
pub(super) fn clients() -> impl Iterator<Item = Client> {
    NAMED.iter().map(Named::client)
}

impl Named {
    fn client(&self) -> Client {
        let first_day = self.first_day();
        Client {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            parent: self.parent.map(str::to_owned),
            region: self.region,
            industry: self.industry,
            size: self.size,
            owner: self.owner,
            first_day,
            customer_from: self.customer_from(),
            shut: self.shut(),
            loss: self.loss(),
        }
    }

    /// The first day of the account; three came as prospects.
    fn first_day(&self) -> Date {
        match self.id {
            "acct-verdant-oat-drinks" => date(2024, 5, 13),
            "acct-copperwick-spirits" => date(2025, 2, 17),
            "acct-sunmesa-snacks" => date(2025, 8, 4),
            _ => FIRST_DAY,
        }
    }

    /// Since when it buys, if it does.
    fn customer_from(&self) -> Option<Date> {
        match self.id {
            "acct-verdant-oat-drinks" => Some(date(2024, 11, 4)),
            "acct-copperwick-spirits" | "acct-sunmesa-snacks" => None,
            _ => Some(FIRST_DAY),
        }
    }

    fn shut(&self) -> Option<Shut> {
        let merged = |into, day, reverted: Option<Date>| Shut {
            into: Some(into),
            from: at(day, 8, 0),
            to: reverted.map(|day| at(day, 8, 0)),
        };
        match self.id {
            "acct-ostervik-paper" => {
                let from = at(date(2024, 6, 14), 12, 0);
                Some(Shut { into: None, from, to: Some(at(date(2025, 1, 27), 8, 0)) })
            }
            "acct-brightmere-bottling" => Some(merged("acct-lakemere-foods-midwest", date(2025, 5, 12), None)),
            "acct-maplewyck-syrup" => Some(merged("acct-lakemere-foods-ontario", date(2026, 1, 12), None)),
            "acct-strandhollow-fish" => {
                Some(merged("acct-fjordline-seafood", date(2025, 9, 15), Some(date(2025, 10, 20))))
            }
            _ => None,
        }
    }

    fn loss(&self) -> Option<Loss> {
        let warned = |day, to| Some(Loss { at: at(day, 12, 0), warned: true, to });
        match self.id {
            "acct-merrivale-biscuits" => warned(date(2025, 4, 22), "Ostrava Verpak"),
            "acct-duinzicht-biscuits" => warned(date(2025, 12, 10), "Kaltenbrunn Packtechnik"),
            _ => None,
        }
    }
}
