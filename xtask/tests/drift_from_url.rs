//! `cargo xtask drift` with a URL, against a server on this machine.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Output},
    thread,
};

use tempfile::TempDir;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
servers: [{url: https://example.com}]
paths:
  /things:
    get:
      operationId: listThings
      responses: {'204': {description: Done.}}
";

/// Serves each path in its own way until the test ends.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            // In some tests, the client hangs up.
            let _ = connection.and_then(serve);
        }
    });
    address
}

fn serve(mut connection: TcpStream) -> std::io::Result<()> {
    let lines = BufReader::new(connection.try_clone()?).lines();
    let head: Vec<_> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let path = head[0].split(' ').nth(1).unwrap_or_default().to_owned();
    let whole = |status: &str, headers: &str, body: &str| {
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
    };
    let response = match path.split('?').next().unwrap_or_default() {
        "/api.yaml" => whole("200 OK", "", DOCUMENT),
        "/asks" if head.iter().any(|line| line.eq_ignore_ascii_case("authorization: Basic bWU6aHVudGVyMg==")) => {
            whole("200 OK", "", DOCUMENT)
        }
        "/moved" => whole("302 Found", "location: /api.yaml\r\n", ""),
        "/cycle" => whole("302 Found", "location: /cycle\r\n", ""),
        "/page" => whole("200 OK", "content-type: text/html\r\n", "<!doctype html>"),
        "/empty" => whole("200 OK", "", ""),
        "/binary" => "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\u{0}".to_owned(),
        "/cut" => format!("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n{DOCUMENT}"),
        "/cut-chunks" => format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{}", &DOCUMENT[..4]),
        "/endless" => {
            connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n# ")?;
            loop {
                connection.write_all(&[b'x'; 1 << 12])?;
            }
        }
        "/garbage" => "this is no HTTP\r\n\r\n".to_owned(),
        "/silent" => return Ok(()),
        _ => whole("404 Not Found", "", "{}"),
    };
    connection.write_all(response.as_bytes())
}

/// Runs the command, and returns its exit code, standard output and standard error.
fn drift(upstream: &str) -> (i32, String, String) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("api.yaml"), DOCUMENT).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    // A proxy is not used for loopback.
    command.env("HTTP_PROXY", "http://127.0.0.1:1").env("ALL_PROXY", "http://127.0.0.1:1").env_remove("NO_PROXY");
    command.args(["drift", upstream, "--spec", "api.yaml"]).current_dir(folder.path());
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn a_document_is_read_from_its_url() {
    let server = server();
    let fine = (0, "nothing new; 0 expected\n".to_owned(), String::new());
    assert_eq!(drift(&format!("http://{server}/api.yaml")), fine);
    assert_eq!(drift(&format!("http://{server}/moved")), fine);
    assert_eq!(drift(&format!("http://me:hunter2@{server}/asks")), fine);
}

#[test]
fn a_url_without_a_document_is_refused_without_its_secrets() {
    let server = server();
    for (path, problem) in [
        ("none", "responds with 404 Not Found; check the URL"),
        ("cycle", "it redirects more than 3 times"),
        ("page", "is a web page; download the document itself"),
        ("empty", "is empty; download it again"),
        ("binary", "is neither JSON nor YAML: line 1: this is not text"),
        ("cut", "it is cut off"),
        ("cut-chunks", "it is cut off"),
        ("endless", "is longer than 64 MiB, which no OpenAPI document is"),
        ("garbage", "the response is not HTTP"),
        ("silent", "it is cut off"),
    ] {
        let (code, output, errors) = drift(&format!("http://me:hunter2@{server}/{path}?token=hunter2"));
        assert_eq!((code, output.as_str()), (2, ""), "{path}: {errors}");
        assert!(errors.contains(problem) && errors.contains(&format!("http://{server}/{path}")), "{path}: {errors}");
        assert!(!errors.contains("hunter2"), "{path}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{path}: {errors}");
    }
}

#[test]
fn a_host_that_cannot_be_reached_gets_a_help_text() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in [format!("http://me:hunter2@{closed}/api.json"), "https://me:hunter2@no.invalid/api.json".to_owned()] {
        let (code, output, errors) = drift(&url);
        assert_eq!((code, output.as_str()), (2, ""), "{errors}");
        assert!(errors.starts_with("error: cannot download http"), "{errors}");
        assert!(errors.ends_with("try again, or name a copy of the document\n"), "{errors}");
        assert!(!errors.contains("hunter2"), "{errors}");
    }
}

#[test]
fn a_url_without_tls_is_refused() {
    let (code, _, errors) = drift("http://me:hunter2@example.com/api.json");
    assert_eq!(code, 2);
    assert_eq!(errors, "error: UPSTREAM is a URL without TLS; write https://, or download it and name the copy\n");
    let (code, _, errors) = drift("https://me:hunter 2@example.com/");
    assert_eq!((code, errors.contains("hunter")), (2, false), "{errors}");
}
