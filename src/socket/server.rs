//! Taking appends from a Unix socket while the ledger is served.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tenure_schemas::Invalid;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_util::codec::{Framed, LinesCodec, LinesCodecError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{MAX_LINE_BYTES, Reply, parse_line, refused};
use crate::ledger::Handle;

/// How many producers may be connected at once; more wait.
const MAX_CLIENTS: usize = 256;

/// Why the socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// An old socket could not be removed.
    #[error("could not remove the old socket {}", path.display())]
    Remove {
        /// Where it is.
        path: PathBuf,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
    /// The socket could not be made.
    #[error("could not listen on the socket {}", path.display())]
    Bind {
        /// Where it was to be.
        path: PathBuf,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
}

/// A socket that producers connect to. Only the user who runs the server may.
#[derive(Debug)]
pub struct SocketServer {
    listener: UnixListener,
    path: PathBuf,
}

impl SocketServer {
    /// Listens at a path. The caller holds the ledger, so that a socket found there is a dead server's.
    pub fn bind(path: &Path) -> Result<Self, SocketError> {
        match std::fs::remove_file(path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(SocketError::Remove { path: path.to_owned(), source });
            }
            Ok(()) | Err(_) => {}
        }
        let failed = |source| SocketError::Bind { path: path.to_owned(), source };
        let listener = UnixListener::bind(path).map_err(failed)?;
        std::fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(Self { listener, path: path.to_owned() })
    }

    /// Serves producers until cancelled; then lets each finish the line that it has sent, and removes the socket.
    pub async fn serve(self, ledger: Handle, cancelled: CancellationToken) {
        let clients = TaskTracker::new();
        let places = Arc::new(Semaphore::new(MAX_CLIENTS));
        loop {
            let accepted = tokio::select! {
                () = cancelled.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            let (Ok((stream, _)), Ok(place)) = (accepted, Arc::clone(&places).acquire_owned().await) else { continue };
            let (ledger, cancelled) = (ledger.clone(), cancelled.clone());
            clients.spawn(async move {
                serve_client(stream, ledger, cancelled).await;
                drop(place);
            });
        }
        clients.close();
        clients.wait().await;
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "could not remove the socket");
        }
    }
}

async fn serve_client(stream: UnixStream, ledger: Handle, cancelled: CancellationToken) {
    let mut lines = Framed::new(stream, LinesCodec::new_with_max_length(MAX_LINE_BYTES));
    loop {
        let line = tokio::select! {
            () = cancelled.cancelled() => break,
            line = lines.next() => line,
        };
        let Some(line) = line else { break };
        if line.is_err() {
            // After an error the stream ends once, and goes on with the next line.
            let _ended = lines.next().await;
        }
        let Some(reply) = answer(line, &ledger).await else { break };
        let text = serde_json::to_string(&reply).unwrap_or_default();
        if lines.send(text).await.is_err() {
            break;
        }
    }
}

/// The answer to a line; `None` when the connection is of no use any more.
async fn answer(line: Result<String, LinesCodecError>, ledger: &Handle) -> Option<Reply> {
    match line {
        Ok(line) => match parse_line(&line) {
            Ok(batch) => Some(ledger.append_async(batch).await.into()),
            Err(refusal) => Some(Reply::Refused(refusal)),
        },
        Err(LinesCodecError::MaxLineLengthExceeded) => {
            let message = format!("the line is longer than {MAX_LINE_BYTES} bytes: send smaller batches");
            Some(Reply::Refused(refused("line_too_long", None, Invalid::new(message))))
        }
        Err(LinesCodecError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
            let message = "the line is no UTF-8: encode it so, nothing of it was written";
            Some(Reply::Refused(refused("malformed", None, Invalid::new(message))))
        }
        Err(LinesCodecError::Io(_)) => None,
    }
}
