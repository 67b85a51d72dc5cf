//! Connections that are closed once their reader takes nothing any more, so that nobody is waited for without end.

use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::serve::{Listener, ListenerExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;

/// Takes the connections of a listener; one to which nothing could be written for as long as `patience` fails.
pub fn impatient(listener: TcpListener, patience: Duration) -> impl Listener<Addr = SocketAddr> {
    // An event is sent as soon as it is there, however short it is.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection goes on with delays");
        }
    });
    Impatient { listener, patience }
}

struct Impatient<L> {
    listener: L,
    patience: Duration,
}

impl<L: Listener<Io = TcpStream>> Listener for Impatient<L> {
    type Io = Pin<Box<TimeoutStream<TcpStream>>>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (connection, address) = self.listener.accept().await;
        let mut connection = TimeoutStream::new(connection);
        connection.set_write_timeout(Some(self.patience));
        (Box::pin(connection), address)
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
