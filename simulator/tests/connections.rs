//! Many open connections. This test has a process of its own, because it uses all file descriptors.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

const CONNECTIONS: usize = 10_000;

/// A process that is killed when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_request_gets_a_response_beside_ten_thousand_open_connections() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clickhouse-cloud-simulator"));
    let spawned = command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut running = Running(spawned.unwrap());
    let mut printed = BufReader::new(running.0.stdout.take().unwrap());
    let mut line = String::new();
    printed.read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap().trim_end().trim_end_matches('\'').to_owned();

    let mut open = Vec::new();
    while open.len() < CONNECTIONS {
        match TcpStream::connect(&address) {
            Ok(stream) => open.push(stream),
            Err(error) if open.len() < 500 => panic!("{error} after {} connections", open.len()),
            // The limit of this machine.
            Err(_) => break,
        }
    }
    println!("{} open connections", open.len());
    for stream in open.iter_mut().step_by(2) {
        stream.write_all(b"GET / HTTP/1.1\r\nhost:").unwrap();
    }

    // Closes one, in case this process has no more file descriptors.
    open.pop();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET /_simulator/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}
