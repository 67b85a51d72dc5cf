//! `tenure serve`: opens a ledger and answers until it is stopped.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use super::{Ending, access, terminal};
use crate::http::Limits;
use crate::ledger::Ledger;
use crate::serve::{ServeOptions, Server, stop_signal};

/// Longer than any ledger takes to be read.
const A_DAY: Duration = Duration::from_hours(24);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) listen: Listen,
}

/// Where to listen.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Listen {
    /// The address of the read API.
    #[arg(long, env = "TENURE_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:7171")]
    listen: SocketAddr,
    /// Allow an address that other machines can reach; there is no access control yet.
    #[arg(long)]
    allow_remote: bool,
}

impl Listen {
    /// Refuses an address that is not allowed, before anything is opened.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        Ok(Server::check_address(self.listen, self.allow_remote)?)
    }
}

pub(super) fn run(dir: &Path, args: &Args) -> anyhow::Result<Ending> {
    args.listen.check()?;
    let ledger = access::open(dir)?;
    serve(ledger, dir, &args.listen, |http| {
        terminal::say(&format!("serving {} on http://{http} (Ctrl-C stops)", dir.display()))
    })
}

/// Serves an open ledger until the process is asked to stop. `greet` is told the address once requests are answered.
pub(super) fn serve(
    mut ledger: Ledger,
    dir: &Path,
    listen: &Listen,
    greet: impl FnOnce(SocketAddr) -> std::io::Result<()> + Send,
) -> anyhow::Result<Ending> {
    ledger.follow()?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("could not start threads")?;
    let options = ServeOptions {
        dir: dir.to_owned(),
        listen: listen.listen,
        allow_remote: listen.allow_remote,
        runtime_dir: std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from),
        limits: Limits::default(),
    };
    runtime.block_on(async {
        let server = Server::bind(&options).await?;
        let http = server.http();
        let cancelled = CancellationToken::new();
        let stop = cancelled.clone();
        let waiting = tokio::spawn(async move {
            let waited = stop_signal().await;
            stop.cancel();
            waited
        });
        let serving = server.run(&ledger, access::clock(), cancelled.clone());
        let (ended, greeted) = tokio::join!(serving, greet_when_read(&ledger, cancelled, || greet(http)));
        waiting.abort();
        ended?;
        greeted.context("could not write to standard output")
    })?;
    drop(runtime);
    ledger.close();
    Ok(Ending::Done)
}

/// Greets once questions are answered; until then `/readyz` says that they are not.
async fn greet_when_read(
    ledger: &Ledger,
    cancelled: CancellationToken,
    greet: impl FnOnce() -> std::io::Result<()>,
) -> std::io::Result<()> {
    let current = ledger.current();
    tokio::select! {
        () = cancelled.cancelled() => Ok(()),
        _ = current.fresh(A_DAY) => tokio::task::block_in_place(greet).inspect_err(|_| cancelled.cancel()),
    }
}
