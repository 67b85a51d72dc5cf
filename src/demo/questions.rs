//! Five questions for a newcomer to the demo.

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

/// Five questions, and what their answers show in the history of [`super::SEED`].
pub fn questions() -> Vec<Question> {
    vec![
        Question {
            title: "Who was accountable for Norden Dairy on the last day of the account manager who left?",
            path: "/v1/accounts/acct-norden-dairy/owners?as_of=2025-03-14",
            shows: "p-03 as primary since 10 March 2025, four days before p-07 left, beside p-04 as secondary, p-01 as \
                    executive sponsor and p-10 as customer success manager.",
        },
        Question {
            title: "For how long did nobody answer for Halloway Snacks after the sudden departure?",
            path: "/v1/accounts/acct-halloway-snacks/ownership",
            shows: "A gap of six weeks in the primary lane, from 9 September 2024, when p-06 left, to 21 October 2024, \
                    when p-12 took over.",
        },
        Question {
            title: "What did p-07 hold on the day on which the departure was announced?",
            path: "/v1/people/p-07/book?as_of=2025-01-13",
            shows: "Six accounts as primary: Norden Dairy with its Swedish division and the Malmö plant, Skarholm \
                    Pharma, Björkby Bakeries and Fjordline Seafood.",
        },
        Question {
            title: "Who held Grauwald Confectionery Austria on 25 March 2024, and what was recorded about it?",
            path: "/v1/accounts/acct-grauwald-confectionery-austria/audit?field=owners",
            shows: "p-04 at first, then a transfer to p-11 that was recorded for 18 March; it stands corrected, for on 6 May \
                    2024 its date was moved to 1 April, so that p-04 held the account on 25 March.",
        },
        Question {
            title: "Where does what was reported contradict itself?",
            path: "/v1/reports/findings",
            shows: "Among others two primaries at once for Fjordline Seafood, p-07 and p-03, from 10 February to 5 \
                    March 2025.",
        },
    ]
}
