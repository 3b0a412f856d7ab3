//! The client that asks every server the same, and the processor time that each needs to answer.

use std::fs;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::things::body;

/// The key that the generated service knows.
pub(crate) const KEY: &str = "crochet_bench_0123456789abcdef0123456789abcdef";
/// How many connections ask at once.
const CONNECTIONS: usize = 8;

/// A request that is measured.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Small,
    Items,
}

impl Case {
    pub(crate) const ALL: [Self; 2] = [Self::Small, Self::Items];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Small => "GET small",
            Self::Items => "POST 1,000 objects",
        }
    }

    fn requests(self) -> usize {
        match self {
            Self::Small => 8_000,
            Self::Items => 400,
        }
    }

    fn bytes(self) -> Vec<u8> {
        let head = format!("HTTP/1.1\r\nHost: bench\r\nX-Api-Key: {KEY}\r\nAccept: */*\r\n");
        match self {
            Self::Small => format!("GET /api/bench/v1/small {head}\r\n").into_bytes(),
            Self::Items => {
                let body = body();
                let length = body.len();
                let mut bytes = format!(
                    "POST /api/bench/v1/items {head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
                )
                .into_bytes();
                bytes.extend(body);
                bytes
            }
        }
    }
}

/// A server in a process of its own, stopped when dropped.
pub(crate) struct Server {
    port: u16,
    process: Child,
}

impl Server {
    pub(crate) async fn start(name: &str) -> Self {
        let executable = std::env::current_exe().expect("this executable");
        let mut process = Command::new(executable)
            .arg(name)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("starting a server");
        let stdout = process.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .await
            .expect("reading the port");
        let port = line.trim().parse().expect("a port");
        Self { port, process }
    }

    /// Microseconds of processor time for one request.
    pub(crate) async fn cost_us(&self, case: Case) -> f64 {
        let request = case.bytes();
        let each = case.requests() / CONNECTIONS;
        let before = self.processor_ns();
        let connections = (0..CONNECTIONS).map(|_| tokio::spawn(ask(self.port, request.clone(), each)));
        for connection in connections.collect::<Vec<_>>() {
            connection.await.expect("a connection");
        }
        (self.processor_ns() - before) as f64 / 1_000.0 / (each * CONNECTIONS) as f64
    }

    /// The time that all threads of the process have been on a processor (proc(5), schedstat).
    fn processor_ns(&self) -> u64 {
        let id = self.process.id().expect("a running process");
        let threads = fs::read_dir(format!("/proc/{id}/task")).expect("a running process");
        let times =
            threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("schedstat")).ok());
        times
            .filter_map(|line| line.split(' ').next()?.parse::<u64>().ok())
            .sum()
    }
}

/// Asks `count` times over one connection, and reads every answer to its end.
async fn ask(port: u16, request: Vec<u8>, count: usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("connecting");
    stream.set_nodelay(true).expect("an option");
    let mut buffer = vec![0; 64 * 1024];
    for _ in 0..count {
        stream.write_all(&request).await.expect("writing");
        let mut filled = 0;
        loop {
            filled += stream.read(&mut buffer[filled..]).await.expect("reading");
            if is_whole(&buffer[..filled]) {
                break;
            }
        }
    }
}

/// Whether a reply has all the bytes that its head announces. Every server here announces them.
fn is_whole(reply: &[u8]) -> bool {
    let text = String::from_utf8_lossy(reply);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    assert!(head.starts_with("HTTP/1.1 200"), "{text}");
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.expect("a length")
}
