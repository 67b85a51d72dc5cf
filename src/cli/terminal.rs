//! Speaking to people on a terminal: lines, progress, and the log of what goes on.

use std::io::{ErrorKind, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing_subscriber::EnvFilter;

/// Whoever read standard output has had enough, as `head` has; that is no failure.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads standard output any more")]
pub(super) struct ReaderGone;

/// Writes a line to standard output.
pub(super) fn say(text: &str) -> std::io::Result<()> {
    print(&format!("{text}\n"))
}

/// Writes to standard output as it is.
pub(super) fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    let gone = |error: std::io::Error| std::io::Error::new(error.kind(), ReaderGone);
    written.map_err(|error| if error.kind() == ErrorKind::BrokenPipe { gone(error) } else { error })
}

/// Whether a command ended because whoever read its output has had enough.
pub(super) fn is_reader_gone(error: &anyhow::Error) -> bool {
    let inner = |cause: &std::io::Error| cause.get_ref().and_then(|inner| inner.downcast_ref::<ReaderGone>()).is_some();
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(inner))
}

/// Writes a line to standard error.
pub(super) fn complain(text: &str) {
    // Nothing is left to do where even the complaint cannot be written.
    let _unwritten = writeln!(std::io::stderr().lock(), "{text}");
}

/// An error and its causes, each once.
pub(super) fn causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // A transparent wrapper repeats what it wraps.
        if !text.ends_with(&cause) {
            text = if text.is_empty() { cause } else { format!("{text}: {cause}") };
        }
    }
    text
}

/// Logs to standard error: what `TENURE_LOG` asks for, or the warnings of a program that keeps running. A command that
/// ends says itself how it ended, once.
pub(super) fn log_to_stderr(keeps_running: bool) {
    let default = if keeps_running { "warn,sled=off,tower_http=off" } else { "off" };
    let filter = EnvFilter::try_from_env("TENURE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let logger = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only a second call could fail, and there is none.
    let _already = logger.with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init();
}

/// A progress bar on a terminal; nothing where standard error goes to a file.
pub(super) fn progress(what: &'static str, total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{msg:>12} [{bar:30}] {human_pos}/{human_len} {per_sec} {eta}");
    if let Ok(style) = style {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.with_message(what)
}

/// A count of what is done, of a number that is not known, on a terminal; nothing where standard error goes to a file.
pub(super) fn count(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{msg} {human_pos} {per_sec}") {
        bar.set_style(style);
    }
    bar.with_message(what)
}

/// How far something has come: a bar on a terminal, a line now and then elsewhere.
pub(super) struct Progress {
    bar: ProgressBar,
    total: u64,
    /// How much has been said in lines.
    said: std::cell::Cell<u64>,
}

impl Progress {
    /// Nothing of `total` is done yet.
    pub(super) fn of(what: &'static str, total: u64) -> Self {
        Self { bar: progress(what, total), total, said: std::cell::Cell::new(0) }
    }

    /// So many are done, and `at` is where.
    pub(super) fn reach(&self, done: u64, at: &str) {
        self.bar.set_position(done);
        let quarter = self.total.div_ceil(4).max(1);
        if self.bar.is_hidden() && done / quarter > self.said.get() / quarter {
            complain(&format!("{}: {done} of {}, up to {at}", self.bar.message(), self.total));
            self.said.set(done);
        }
    }

    /// It is over; says how long it took.
    pub(super) fn finish(self) -> std::time::Duration {
        let took = self.bar.elapsed();
        self.bar.finish_and_clear();
        took
    }
}
