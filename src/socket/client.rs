//! Appending to a running server.

use std::io::{BufRead, BufReader, Error, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::{Reply, to_line};
use crate::appender::{AppendError, Appender, Batch, Receipt};

/// A connection to a running server's socket.
#[derive(Debug)]
pub struct SocketAppender {
    path: PathBuf,
    stream: BufReader<UnixStream>,
}

impl SocketAppender {
    /// Connects to the socket at a path.
    pub fn connect(path: &Path) -> Result<Self, Error> {
        let stream = UnixStream::connect(path)?;
        Ok(Self { path: path.to_owned(), stream: BufReader::new(stream) })
    }

    fn exchange(&mut self, line: &str) -> Result<Reply, Error> {
        let stream = self.stream.get_mut();
        stream.write_all(line.as_bytes())?;
        stream.write_all(b"\n")?;
        let mut answer = String::new();
        if self.stream.read_line(&mut answer)? == 0 {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the server closed the connection"));
        }
        serde_json::from_str(&answer).map_err(Error::other)
    }
}

impl Appender for SocketAppender {
    fn append(&mut self, batch: Batch) -> Result<Vec<Receipt>, AppendError> {
        let reply = self.exchange(&to_line(&batch));
        let reply = reply.map_err(|source| AppendError::Lost { server: self.path.display().to_string(), source })?;
        match reply {
            Reply::Receipts(receipts) => Ok(receipts),
            Reply::Refused(refusal) => Err(refusal.into()),
            Reply::Unavailable(reason) => Err(AppendError::Unavailable { reason }),
        }
    }
}
