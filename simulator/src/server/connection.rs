use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore, oneshot},
    task::JoinSet,
    time::sleep,
};
use tower_service::Service;

use super::{Server, router};

/// The time that a client may take to send the head of a request, also between requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

const MAX_CONNECTIONS: usize = 16_384;

/// The pause after a failure to accept a connection, which means that the system lacks a resource.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

const TOO_MANY_CONNECTIONS: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// The connection of a request.
#[derive(Clone)]
pub(super) struct Connection {
    reset: Arc<Notify>,
    client: IpAddr,
}

impl Connection {
    /// Returns the address of the client.
    pub(super) fn client(&self) -> IpAddr {
        self.client
    }

    /// Resets the connection. Never returns: the task that awaits this is dropped.
    pub(super) async fn reset(&self) -> ! {
        self.reset.notify_one();
        std::future::pending().await
    }
}

/// Serves until `stopped` receives a message or its sender is dropped. Then closes all connections.
pub(crate) async fn serve(listener: TcpListener, server: Server, mut stopped: oneshot::Receiver<()>) {
    let router = router(server);
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => match (accepted, Arc::clone(&slots).try_acquire_owned()) {
                (Ok((stream, client)), Ok(slot)) => {
                    let router = router.clone();
                    connections.spawn(async move {
                        serve_connection(stream, client.ip(), router).await;
                        drop(slot);
                    });
                }
                (Ok((mut stream, _)), Err(_)) => _ = stream.write_all(TOO_MANY_CONNECTIONS).await,
                (Err(error), _) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
}

/// Responds to the requests of one connection.
async fn serve_connection(stream: TcpStream, client: IpAddr, router: Router) {
    _ = stream.set_nodelay(true);
    let connection = Connection { reset: Arc::default(), client };
    let respond = |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        router.clone().call(request.map(Body::new))
    };
    let mut http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        // A client that closes its sending side still gets its response.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service_fn(respond));
    tokio::select! {
        // An error of a connection is a problem of the client.
        result = &mut http => if let Err(error) = result { tracing::debug!(%error, "connection broken") },
        () = connection.reset.notified() => {
            // Closing a socket that does not linger is what resets the connection.
            _ = http.into_parts().io.into_inner().set_zero_linger();
        }
    }
}
