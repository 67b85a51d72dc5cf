//! Getting at a ledger: through the server that runs, or by opening it.

use std::path::Path;
use std::sync::Arc;

use crate::appender::{AppendError, Appender, Batch, Receipt};
use crate::clock::{SharedClock, SystemClock};
use crate::ledger::{Handle, Identity, Ledger, LedgerError};
use crate::log::LogError;
use crate::socket::{Found, SocketAppender, Whereabouts};

/// A ledger to append to. Whoever uses it sees no difference.
pub(super) enum Access {
    /// A running server has it.
    Served(SocketAppender),
    /// This process has it.
    Own(Box<Ledger>, Handle),
}

/// The machine's clock.
pub(super) fn clock() -> SharedClock {
    Arc::new(SystemClock)
}

impl Access {
    /// Finds a running server, or opens the ledger.
    pub(super) fn to(dir: &Path) -> anyhow::Result<Self> {
        match Whereabouts::find(dir)? {
            Found::Running(_, appender) => Ok(Self::Served(appender)),
            Found::Nobody => {
                let ledger = open(dir)?;
                let handle = ledger.handle();
                Ok(Self::Own(Box::new(ledger), handle))
            }
        }
    }

    /// Closes the ledger where this process has it.
    pub(super) fn close(self) {
        if let Self::Own(ledger, handle) = self {
            drop(handle);
            ledger.close();
        }
    }
}

impl Appender for Access {
    fn append(&mut self, batch: Batch) -> Result<Vec<Receipt>, AppendError> {
        match self {
            Self::Served(appender) => appender.append(batch),
            Self::Own(_, handle) => handle.append(batch),
        }
    }
}

/// A ledger that is found or opened when the first batch comes.
pub(super) struct OnDemand<'a> {
    dir: &'a Path,
    access: Option<Access>,
}

impl<'a> OnDemand<'a> {
    /// The ledger in a directory, not opened yet.
    pub(super) fn at(dir: &'a Path) -> Self {
        Self { dir, access: None }
    }

    /// Closes the ledger where it was opened.
    pub(super) fn close(self) {
        if let Some(access) = self.access {
            access.close();
        }
    }
}

impl Appender for OnDemand<'_> {
    fn append(&mut self, batch: Batch) -> Result<Vec<Receipt>, AppendError> {
        let access = match self.access.take() {
            Some(access) => access,
            None => Access::to(self.dir)
                .map_err(|error| AppendError::Unavailable { reason: super::terminal::causes(&error) })?,
        };
        self.access.insert(access).append(batch)
    }
}

/// Opens the ledger in a directory, and says who has it where another process does.
pub(super) fn open(dir: &Path) -> anyhow::Result<Ledger> {
    open_as(dir, clock(), Identity::New)
}

/// The same by another clock; a new ledger gets this identity.
pub(super) fn open_as(dir: &Path, clock: SharedClock, identity: Identity) -> anyhow::Result<Ledger> {
    Ledger::open(dir, clock, identity).map_err(|error| explain(error, dir))
}

fn explain(error: LedgerError, dir: &Path) -> anyhow::Error {
    if !matches!(error, LedgerError::Log(LogError::InUse { .. })) {
        return error.into();
    }
    match Whereabouts::read(dir) {
        Ok(Some(there)) => anyhow::anyhow!(
            "process {} has the ledger in {} and serves it on http://{}; ask it there, or stop it first",
            there.pid,
            dir.display(),
            there.http
        ),
        Ok(None) | Err(_) => error.into(),
    }
}

/// Opens the ledger in a directory that has one; makes none.
pub(super) fn open_existing(dir: &Path) -> anyhow::Result<Ledger> {
    anyhow::ensure!(
        dir.join("db").exists(),
        "there is no ledger in {}; name its directory with --data or TENURE_DATA",
        dir.display()
    );
    open(dir)
}
