//! Questions for a newcomer to the demo. `docs/demo.md` asks the same ones, and says where in the answers to look.

/// A question to the demo's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question in plain words.
    pub title: &'static str,
    /// Where the read API answers it: a path with its query, to be appended to the server's address.
    pub path: &'static str,
    /// What the answer shows, in one sentence.
    pub shows: &'static str,
}

/// The questions, and what their answers show in the history of [`super::SEED`].
pub fn questions() -> &'static [Question] {
    &QUESTIONS
}

const QUESTIONS: [Question; 10] = [
    Question {
        title: "Who was accountable for Norden Dairy on the last day of the account manager who left?",
        path: "/v1/accounts/acct-norden-dairy/owners?as_of=2025-03-14",
        shows: "p-03 as primary since 10 March 2025, four days before p-07 left, beside p-04, p-01 and p-10 in other \
                roles, and p-13 and p-19 for the other two regions.",
    },
    Question {
        title: "For how long did nobody answer for Halloway Snacks after the sudden departure?",
        path: "/v1/accounts/acct-halloway-snacks/ownership?as_of=2026-06-30",
        shows: "A gap of six weeks in the primary lane, from 9 September 2024, when p-06 left, to 21 October 2024, when \
                p-12 took over.",
    },
    Question {
        title: "What did p-07 hold on the day on which the departure was announced?",
        path: "/v1/people/p-07/book?as_of=2025-01-13",
        shows: "Seven accounts as primary, among them Norden Dairy with its Swedish division and the Malmö plant.",
    },
    Question {
        title: "Who held Grauwald Confectionery Austria on 25 March 2024, and what was recorded about it?",
        path: "/v1/accounts/acct-grauwald-confectionery-austria/audit?field=owners&as_of=2026-06-30",
        shows: "p-04: the transfer to p-11 that was recorded for 18 March stands corrected, for on 6 May 2024 its date \
                was moved to 1 April.",
    },
    Question {
        title: "Where does what was reported contradict itself?",
        path: "/v1/reports/findings?as_of=2026-06-30",
        shows: "Fourteen contradictions in three years, among them two primaries at once for Fjordline Seafood, p-07 and \
                p-03, from 10 February to 5 March 2025.",
    },
    Question {
        title: "When did Kressnau Cosmetics move to another territory, and when did the ledger learn of it?",
        path: "/v1/accounts/acct-kressnau-cosmetics/timeline?as_of=2026-06-30&kind=ownership.transferred",
        shows: "On 15 January 2024 from p-05 to p-04; it was recorded on 7 February, so that for three weeks the ledger \
                named the wrong account manager.",
    },
    Question {
        title: "What was the order for Cedarfork Cereal's third line worth, and who had doubts?",
        path: "/v1/accounts/acct-cedarfork-cereal/audit?field=payload&as_of=2026-06-30",
        shows: "128,000 dollars: p-17 took it for a slip and corrected it to 12,800, and p-09 took the correction back \
                eight days later.",
    },
    Question {
        title: "After the sudden departure, did the recovery plan for Calderwick Brewing work?",
        path: "/v1/accounts/acct-calderwick-brewing/plans?as_of=2025-11-30",
        shows: "It was in step: a month before its end 91 per cent of its objectives were attained and 91 per cent \
                of its time had passed; it had been reviewed 47 days before.",
    },
    Question {
        title: "Who knew whom at Norden Dairy when the account was about to pass?",
        path: "/v1/accounts/acct-norden-dairy/relationships?as_of=2025-03-07",
        shows: "p-07 and c-02 knew each other best, with nearly a quarter of the strength of all relationships; \
                three days later p-03 had to begin there.",
    },
    Question {
        title: "What could Pinemoor Coffee use, and what did it order that was never in the catalogue?",
        path: "/v1/accounts/acct-pinemoor-coffee/whitespace?as_of=2026-06-30",
        shows: "A case packer, which it was never shown, among others; and it ordered a labeller on loan, which no \
                catalogue ever listed.",
    },
];
