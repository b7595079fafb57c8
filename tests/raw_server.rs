//! Servers that do what no well-behaved one does.

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A server on loopback that reads a request to its end and then hands the connection over. Returns its base URL.
pub async fn raw_server<F: Future<Output = ()> + Send>(
    respond: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            read_request(&mut connection).await;
            respond(connection).await;
        }
    });
    url
}

/// The base URL of a server that reads the request and hangs up.
pub async fn hangs_up() -> String {
    raw_server(|connection| async move { drop(connection) }).await
}

/// The base URL of a server that reads the request and never responds.
pub async fn unresponsive() -> String {
    raw_server(|connection| async move {
        std::future::pending::<()>().await;
        drop(connection);
    })
    .await
}

/// A base URL at which nothing listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

/// Reads a request to its end. Returns the lines of its head, and its body.
pub async fn read_request(connection: &mut TcpStream) -> (Vec<String>, Vec<u8>) {
    let mut reader = BufReader::new(connection);
    let (mut head, mut body_length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.expect("a line of the head");
        if let Some(length) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            body_length = length.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let mut body = vec![0; body_length];
    reader.read_exact(&mut body).await.expect("a body");
    (head, body)
}
