//! Where a running server is: a small file in the ledger's directory, read by the command line.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::SocketAppender;

/// The file's name in the ledger's directory.
const FILE: &str = "serve.json";
/// The longest path that a Unix socket can have everywhere, in bytes.
const MAX_SOCKET_PATH: usize = 100;

/// Which process serves a ledger, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The server's process id.
    pub pid: u32,
    /// The address of the read API.
    pub http: SocketAddr,
    /// The path of the socket that takes appends.
    pub socket: PathBuf,
}

/// Why the file could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum WhereaboutsError {
    /// The file could not be written.
    #[error("could not write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
    /// The file could not be read.
    #[error("could not read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
    /// The server is there and does not let us in.
    #[error("the server (process {pid}) has this ledger, but its socket {} cannot be used", socket.display())]
    Connect {
        /// The server's process id.
        pid: u32,
        /// The socket.
        socket: PathBuf,
        /// What failed.
        #[source]
        source: std::io::Error,
    },
}

/// What a look for a running server found.
#[derive(Debug)]
pub enum Found {
    /// A server that takes appends.
    Running(Whereabouts, SocketAppender),
    /// Nobody; what a dead server left behind does not count.
    Nobody,
}

impl Whereabouts {
    /// The socket's path for a ledger: in its directory, or in the user's runtime directory when that path is too long.
    pub fn socket_path(dir: &Path, runtime_dir: Option<&Path>) -> PathBuf {
        let own = dir.join("append.sock");
        if own.as_os_str().len() <= MAX_SOCKET_PATH {
            return own;
        }
        let name = format!("tenure-{:08x}.sock", crc32fast::hash(dir.as_os_str().as_encoded_bytes()));
        runtime_dir.map_or_else(std::env::temp_dir, Path::to_owned).join(name)
    }

    /// Writes the file, whole or not at all. The caller holds the ledger, so that a file found there is a dead server's.
    pub fn publish(&self, dir: &Path) -> Result<(), WhereaboutsError> {
        let (path, draft) = (dir.join(FILE), dir.join("serve.json.new"));
        let json = serde_json::to_vec_pretty(self).unwrap_or_default();
        let written = std::fs::write(&draft, json).and_then(|()| std::fs::rename(&draft, &path));
        written.map_err(|source| WhereaboutsError::Write { path, source })
    }

    /// Removes the file when the server stops.
    pub fn withdraw(dir: &Path) {
        if let Err(error) = std::fs::remove_file(dir.join(FILE)) {
            tracing::warn!(%error, "could not remove {FILE}; the next server replaces it");
        }
    }

    /// Reads the file, whether or not its server still runs.
    pub fn read(dir: &Path) -> Result<Option<Self>, WhereaboutsError> {
        let path = dir.join(FILE);
        match std::fs::read(&path) {
            // A file that a crash cut short says nothing; the server's lock decides.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(source) => Err(WhereaboutsError::Read { path, source }),
        }
    }

    /// Looks for a running server and connects to it.
    pub fn find(dir: &Path) -> Result<Found, WhereaboutsError> {
        let Some(there) = Self::read(dir)? else { return Ok(Found::Nobody) };
        match SocketAppender::connect(&there.socket) {
            Ok(appender) => Ok(Found::Running(there, appender)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                Ok(Found::Nobody)
            }
            Err(source) => Err(WhereaboutsError::Connect { pid: there.pid, socket: there.socket, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_moves_the_socket_to_the_runtime_directory() {
        let runtime = Path::new("/run/user/7");
        let short = Whereabouts::socket_path(Path::new("/data/ledger"), Some(runtime));
        assert_eq!(short, Path::new("/data/ledger/append.sock"));
        let long = Path::new("/data").join("x".repeat(100));
        let moved = Whereabouts::socket_path(&long, Some(runtime));
        assert!(moved.starts_with(runtime) && moved.as_os_str().len() <= MAX_SOCKET_PATH, "{}", moved.display());
        assert_ne!(moved, Whereabouts::socket_path(&long.join("y"), Some(runtime)));
    }

    #[test]
    fn what_a_dead_server_left_behind_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(Whereabouts::find(dir.path()), Ok(Found::Nobody)));
        let socket = dir.path().join("append.sock");
        let there = Whereabouts { pid: 1, http: "127.0.0.1:7171".parse().unwrap(), socket };
        there.publish(dir.path()).unwrap();
        assert_eq!(Whereabouts::read(dir.path()).unwrap(), Some(there));
        assert!(matches!(Whereabouts::find(dir.path()), Ok(Found::Nobody)));
        std::fs::write(dir.path().join(FILE), "{\"pid\":").unwrap();
        assert!(matches!(Whereabouts::find(dir.path()), Ok(Found::Nobody)));
        Whereabouts::withdraw(dir.path());
        assert_eq!(Whereabouts::read(dir.path()).unwrap(), None);
    }
}
