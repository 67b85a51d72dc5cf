//! The running server: HTTP for readers, a socket for producers, and an orderly end.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::chain;
use crate::clock::SharedClock;
use crate::http::{HttpState, Limits, impatient, router};
use crate::ledger::Ledger;
use crate::socket::{SocketError, SocketServer, Whereabouts, WhereaboutsError};

/// How long readers that are being answered may take when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The ledger's directory.
    pub dir: PathBuf,
    /// The address of the read API.
    pub listen: SocketAddr,
    /// Whether an address that others can reach is allowed.
    pub allow_remote: bool,
    /// Where sockets go whose path would be too long in the ledger's directory.
    pub runtime_dir: Option<PathBuf>,
    /// How much work the read API takes on.
    pub limits: Limits,
}

/// Why a server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Everybody could read the ledger.
    #[error(
        "{listen} can be reached from other machines, and the read API has no access control yet: \
         listen on 127.0.0.1, or pass --allow-remote where the network keeps strangers out"
    )]
    NotLoopback {
        /// The address.
        listen: SocketAddr,
    },
    /// The address is taken, or not ours.
    #[error("could not listen on {listen}; choose another address with --listen")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
    /// The socket could not be opened.
    #[error("could not take appends")]
    Socket(#[from] SocketError),
    /// Others could not be told where the server is.
    #[error("could not say where the server is")]
    Whereabouts(#[from] WhereaboutsError),
    /// Serving HTTP failed.
    #[error("the HTTP server failed")]
    Http(#[source] std::io::Error),
}

/// A server that listens and does not answer yet.
pub struct Server {
    listener: TcpListener,
    socket: SocketServer,
    whereabouts: Whereabouts,
    dir: PathBuf,
    limits: Limits,
}

impl Server {
    /// Refuses an address that other machines can reach, unless that is allowed.
    pub fn check_address(listen: SocketAddr, allow_remote: bool) -> Result<(), ServeError> {
        if listen.ip().is_loopback() || allow_remote {
            return Ok(());
        }
        Err(ServeError::NotLoopback { listen })
    }

    /// Listens on the address and the socket, and says so in the ledger's directory. The caller holds the ledger.
    pub async fn bind(options: &ServeOptions) -> Result<Self, ServeError> {
        let listen = options.listen;
        Self::check_address(listen, options.allow_remote)?;
        let listener = TcpListener::bind(listen).await.map_err(|source| ServeError::Listen { listen, source })?;
        let http = listener.local_addr().map_err(|source| ServeError::Listen { listen, source })?;
        let dir = absolute(&options.dir);
        let path = Whereabouts::socket_path(&dir, options.runtime_dir.as_deref());
        let socket = SocketServer::bind(&path)?;
        let whereabouts = Whereabouts { pid: std::process::id(), http, socket: path };
        whereabouts.publish(&dir)?;
        Ok(Self { listener, socket, whereabouts, dir, limits: options.limits })
    }

    /// The address of the read API.
    pub fn http(&self) -> SocketAddr {
        self.whereabouts.http
    }

    /// Serves until cancelled: then no new request is taken, those under way are answered, whoever follows the ledger
    /// is told that it ends, and the files that say where the server is are removed.
    pub async fn run(
        self,
        ledger: &Ledger,
        clock: SharedClock,
        cancelled: CancellationToken,
    ) -> Result<(), ServeError> {
        let appends = tokio::spawn(self.socket.serve(ledger.handle(), cancelled.clone()));
        let state = HttpState::new(ledger.current(), clock).within(self.limits).until(cancelled.clone());
        let listener = impatient(self.listener, self.limits.stalled);
        let stop = cancelled.clone().cancelled_owned();
        let serving = axum::serve(listener, router(state)).with_graceful_shutdown(stop).into_future();
        let served = tokio::select! {
            served = serving => served,
            () = too_late(&cancelled) => {
                tracing::warn!("some readers did not finish in time and were cut off");
                Ok(())
            }
        };
        cancelled.cancel();
        if let Err(error) = appends.await {
            tracing::error!(reason = chain(&error), "the append socket failed");
        }
        Whereabouts::withdraw(&self.dir);
        served.map_err(ServeError::Http)
    }
}

async fn too_late(cancelled: &CancellationToken) {
    cancelled.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

fn absolute(dir: &Path) -> PathBuf {
    std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned())
}

/// Waits until the process is asked to stop, by Ctrl-C or by a termination signal.
pub async fn stop_signal() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
