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

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_server_that_goes_away_is_said_to_be_lost() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("append.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let mut appender = SocketAppender::connect(&path).unwrap();
        drop(listener.accept().unwrap());
        let answer = appender.append(Batch { drafts: Vec::new(), strict: true });
        assert!(
            matches!(&answer, Err(AppendError::Lost { server, .. }) if server.ends_with("append.sock")),
            "{answer:?}"
        );
        assert!(answer.unwrap_err().to_string().contains("send the same events again"));
    }
}
