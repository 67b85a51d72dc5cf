//! `tenure portfolio`: which accounts deserve key-account management, which do not, and what people decided.

mod layout;

use std::path::Path;

use serde_json::{Value, json};

use super::moment::Moment;
use super::reader::Reader;
use super::{Ending, answer, terminal};

/// How often the two questions are asked again where the ledger grew between them.
const TRIES: usize = 5;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    moment: Moment,
    /// How many accounts are proposed at most: a number, or capacities for what our people can carry; what the model
    /// says when absent.
    #[arg(long, value_name = "ACCOUNTS")]
    cap: Option<String>,
    /// The version of the model, such as attractiveness/1; the one in force at the moment when absent.
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    #[command(flatten)]
    choice: Choice,
    /// List the accounts that were not assessed and those that are closed too, instead of counting them.
    #[arg(long)]
    all: bool,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

/// Which accounts are shown; places and proposals are those among all.
#[derive(Debug, Default, clap::Args)]
struct Choice {
    /// Only accounts of which this person is account manager of record.
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,
    /// Only accounts of this tier, as people decided: key, developing, maintained or streamlined.
    #[arg(long)]
    tier: Option<String>,
    /// Only accounts of this region.
    #[arg(long)]
    region: Option<String>,
    /// Only accounts in this quadrant: strategic, star, status, streamline, undecided or `not_assessed`.
    #[arg(long)]
    quadrant: Option<String>,
    /// true or false: only accounts on which people decided as is proposed, or only the others.
    #[arg(long, value_name = "BOOL")]
    agrees: Option<String>,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let reader = Reader::to(dir)?;
    let read = args.read(&reader);
    reader.close();
    let portfolio = read?;
    let text = match args.format {
        answer::Format::Table => layout::lay_out(&portfolio, args.lists_all(), args.choice.in_words().as_deref()),
        answer::Format::Json => serde_json::to_string_pretty(&portfolio)?,
    };
    terminal::say(&text)?;
    Ok(Ending::Done)
}

impl Choice {
    /// What is chosen, as it is said above the accounts that are shown; `None` where all are.
    fn in_words(&self) -> Option<String> {
        let all = [
            ("owner", &self.owner),
            ("tier", &self.tier),
            ("region", &self.region),
            ("quadrant", &self.quadrant),
            ("agrees", &self.agrees),
        ];
        let said = all.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

impl Args {
    /// The numbers with the accounts in `items`, both from one size of the ledger.
    fn read(&self, reader: &Reader) -> anyhow::Result<Value> {
        let mut portfolio = Value::Null;
        for _ in 0..TRIES {
            portfolio = answer::document(reader, &self.of_summary())?;
            let items = answer::all_items(reader, &self.of_accounts())?;
            let after = answer::document(reader, &self.of_summary())?;
            let is_same = portfolio.pointer("/resolved/size") == after.pointer("/resolved/size");
            if let Value::Object(fields) = &mut portfolio {
                fields.insert("items".to_owned(), json!(items));
            }
            if is_same {
                break;
            }
        }
        Ok(portfolio)
    }

    /// Who asks for one quadrant wants to see who is in it.
    fn lists_all(&self) -> bool {
        self.all || self.choice.quadrant.is_some()
    }

    fn of_summary(&self) -> String {
        self.moment.ask_with("/v1/portfolio/summary", &self.measures())
    }

    fn of_accounts(&self) -> String {
        let choice = &self.choice;
        let more = [
            ("owner", choice.owner.as_deref()),
            ("tier", choice.tier.as_deref()),
            ("region", choice.region.as_deref()),
            ("quadrant", choice.quadrant.as_deref()),
            ("agrees", choice.agrees.as_deref()),
            ("limit", Some("1000")),
        ];
        self.moment.ask_with("/v1/portfolio", &[self.measures().as_slice(), &more].concat())
    }

    fn measures(&self) -> [(&str, Option<&str>); 2] {
        [("cap", self.cap.as_deref()), ("model", self.model.as_deref())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_questions_have_the_same_measures() {
        let args = Args {
            moment: Moment::at(Some("2026-03-01"), None),
            cap: Some("capacities".to_owned()),
            model: Some("attractiveness/2".to_owned()),
            all: false,
            choice: Choice { owner: Some("p 1".to_owned()), ..Choice::default() },
            format: answer::Format::Table,
        };
        let asked = "?as_of=2026-03-01&cap=capacities&model=attractiveness%2F2";
        assert_eq!(args.of_summary(), format!("/v1/portfolio/summary{asked}"));
        assert_eq!(args.of_accounts(), format!("/v1/portfolio{asked}&owner=p%201&limit=1000"));
    }
}
