//! `tenure show`: what is good to know of an account before a call, laid out for a terminal.

mod page;

use std::path::Path;

use super::moment::Moment;
use super::{Ending, answer};
use crate::http::address::escape;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The account's id.
    #[arg(value_name = "ACCOUNT")]
    account: String,
    #[command(flatten)]
    moment: Moment,
    /// For people, or for machines.
    #[arg(long, value_enum, default_value_t = answer::Format::Table)]
    format: answer::Format,
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    let target = args.moment.ask(&format!("/v1/accounts/{}/overview", escape(&args.account)));
    answer::show(dir, &target, args.format, page::lay_out)
}
