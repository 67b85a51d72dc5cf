//! First and last names of the clients' people, by region.

const EUROPE: ([&str; 24], [&str; 24]) = (
    [
        "Aino", "Bertil", "Celia", "Davor", "Elspeth", "Faustino", "Greta", "Henrik", "Ilse", "Joaquim", "Kirsten",
        "Lorcan", "Matilde", "Nils", "Odile", "Piotr", "Ragna", "Silvan", "Teodora", "Ulrik", "Vesna", "Wim", "Yvette",
        "Zoltan",
    ],
    [
        "Abernolt",
        "Brunnvik",
        "Castellmar",
        "Dunmorrow",
        "Eskelhed",
        "Farrowgate",
        "Grimsholt",
        "Hallenbrook",
        "Ivarsmoen",
        "Kestrelow",
        "Lindquarre",
        "Mossgarth",
        "Nordhavn",
        "Ostermeer",
        "Pellworth",
        "Quillfeather",
        "Rautavirta",
        "Sorbello",
        "Tannenfels",
        "Urbanello",
        "Veldhuyzen",
        "Wexcombe",
        "Ysselstein",
        "Zabranov",
    ],
);

const AMERICAS: ([&str; 20], [&str; 20]) = (
    [
        "Ambrose", "Brenda", "Carlito", "Deandra", "Everett", "Fabiola", "Gus", "Heloisa", "Irving", "Josefa",
        "Kendrick", "Leonora", "Marcelo", "Nadine", "Otis", "Pilar", "Quincy", "Renata", "Sterling", "Thalia",
    ],
    [
        "Ashgrove",
        "Buenavida",
        "Copperfield Lane",
        "Drummondale",
        "Estancia",
        "Fairwater",
        "Greenacre",
        "Hawthornby",
        "Inglewick",
        "Jacaranda",
        "Kittredge Holm",
        "Lakeshore",
        "Monterrosa",
        "Northcutt Vale",
        "Oakhurst",
        "Prairiewood",
        "Riverbend",
        "Sandovalle",
        "Timberlane",
        "Valdeoliva",
    ],
);

const ASIA_PACIFIC: ([&str; 20], [&str; 20]) = (
    [
        "Aiko", "Anh", "Arif", "Bronte", "Chandra", "Daichi", "Farida", "Hana", "Indra", "Jedda", "Kavita", "Kenji",
        "Lachlan", "Linh", "Mei", "Nikhil", "Priya", "Ratna", "Suda", "Tane",
    ],
    [
        "Akatsukawa",
        "Bandarlaya",
        "Chandravel",
        "Dunstanvale",
        "Eucalypta",
        "Fukamizu",
        "Girijapal",
        "Hoshikawara",
        "Irawatma",
        "Kahurangi",
        "Lindarra",
        "Mahanadi",
        "Nakagorou",
        "Obarasawa",
        "Phanthong",
        "Rajasekhan",
        "Sugimachi",
        "Tanahbaru",
        "Waimarino",
        "Yarramundi",
    ],
);

/// The first and last names of a region.
pub(in crate::demo) fn of(region: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match region {
        "americas" => (&AMERICAS.0, &AMERICAS.1),
        "asia-pacific" => (&ASIA_PACIFIC.0, &ASIA_PACIFIC.1),
        _ => (&EUROPE.0, &EUROPE.1),
    }
}
