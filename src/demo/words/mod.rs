//! The words in which the demo's people speak.

pub(super) mod names;

pub(super) const SUBJECTS: [&str; 12] = [
    "Delivery date of the next order",
    "Output of line 2 since the format change",
    "Paper film instead of plastic",
    "Visit of the plant manager",
    "Prices for next year",
    "Operator training for the new shift",
    "Spare parts on stock at the plant",
    "Layout of the new hall",
    "Noise at the cartoner",
    "Results of the last quarter",
    "Tender for end-of-line packaging",
    "Remote access for our service",
];

pub(super) const SUMMARIES: [&str; 12] = [
    "They want two weeks less; we look for a slot in assembly and answer by Friday.",
    "Went through the figures together. The change-over costs them forty minutes a shift.",
    "The levy on plastics worries them more than the price of the retrofit.",
    "Short call. Nothing open on either side.",
    "They compare us with another maker and asked for references in their trade.",
    "The new shift leader needs training; they would come to us for two days.",
    "Agreed to keep wear parts for half a year at the plant.",
    "The budget for the new hall moves to next year.",
    "They praised the last service visit.",
    "Complaint about late spare parts; we owe them an explanation.",
    "They buy through the group from spring on. Central purchasing will call.",
    "Showed the inspection on their own film. They want a trial on line 4.",
];

pub(super) const ISSUES: [&str; 10] = [
    "Film breaks since the last service",
    "Carton flaps stay open",
    "Drive reports overload",
    "Spare part does not fit",
    "Certificate for the food contact parts",
    "Login for the service portal",
    "Counter shows the wrong number",
    "Gluing unit drips",
    "Which lubricant for the main chain?",
    "Line stops when the palletiser is full",
];

pub(super) const CAUSES: [&str; 6] = [
    "Film of another thickness under the same article number.",
    "A sensor had been moved during cleaning.",
    "Wear of the main chain.",
    "A setting was lost with the last update.",
    "Wrong part picked in our warehouse.",
    "The operator had an old manual.",
];

pub(super) const NOTES: [(&str, &str); 6] = [
    ("preference", "Wants drawings on paper before a visit."),
    ("sensitivity", "Do not mention the fire in the old hall."),
    ("politics", "Technology and purchasing do not agree; bring both to one table."),
    ("risk", "The lease of the plant ends next year."),
    ("other", "The canteen closes at one; plan visits around it."),
    ("preference", "Calls before eight are welcome, calls after four are not."),
];

/// What we promise.
pub(super) const OUR_PROMISES: [&str; 4] = [
    "A service engineer on site within a day.",
    "Reference visit at a client of the same trade.",
    "A price that holds until the end of the year.",
    "The training documents in the language of the operators.",
];

/// What clients promise.
pub(super) const THEIR_PROMISES: [&str; 3] = [
    "Sending the drawings of the new hall.",
    "A forecast of the film consumption.",
    "Naming somebody who decides about the line.",
];

pub(super) const NEEDS: [&str; 5] = [
    "Run paper film on the existing machines.",
    "Change formats in less than ten minutes.",
    "One maker for the whole end of the line.",
    "Fewer people at night.",
    "Proof of tightness for every pack.",
];

pub(super) const COMPETITORS: [&str; 5] =
    ["Ostrava Verpak", "Kaltenbrunn Packtechnik", "Pontevalle Macchine", "Stonegate Packline", "Hoshimine Kikai"];

pub(super) const STRENGTHS: [&str; 3] = [
    "Quoted on the last tender.",
    "Two lines in the older hall are theirs.",
    "Their service engineer lives around the corner.",
];

pub(super) const METRICS: [&str; 3] = ["spare part delivery", "time to a first answer", "training of operators"];

pub(super) const RATIONALES: [&str; 4] = [
    "As last year; nothing has changed.",
    "From the figures of the last four quarters.",
    "What the plant manager told us of their plans.",
    "The team agreed after the yearly visit.",
];

pub(super) const OBJECTIVES: [(&str, &str, &str); 3] = [
    ("Win the next line of the group", "share of spend", "per cent"),
    ("Bring unplanned standstill down", "unplanned standstill", "hours a month"),
    ("Know the people who decide", "decision makers met", "persons"),
];

pub(super) const ACTIONS: [&str; 5] = [
    "Invite the plant managers to a reference plant",
    "Offer the service contract for all lines",
    "Walk the lines with our service manager",
    "Meet the new head of purchasing",
    "Send the study on paper film",
];
