//! What everything around a small GET costs: the same reply from bare poem and from the whole stack.
//!
//! `cargo bench -p crochet-platform` prints requests a second of both and their ratio. The stack recognises the caller
//! by a key, authorises, reads a parameter, serves ids, limits, time limit and metrics, and writes its log line (to
//! nowhere). Both servers have one thread, the client has another; slices alternate, so that a busy machine slows both.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use crochet_openapi::{
    Authenticator, Caller, CallerKind, Credentials, OperationInfo, Problem, RequestContext, Requirement,
    Scheme, SchemeKind, Scopes, Security,
};
use crochet_openapi_poem::{Api, Call, GeneratedRoutes, Host, Operations, Reply, RouteTable, Routes};
use crochet_platform::config::Config;
use crochet_platform::http::{Listener, Serving, Stack, StackSettings};
use crochet_platform::metrics::Metrics;
use crochet_platform::telemetry::{Lines, LogControl, Style};
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::web::{Json, Path};
use poem::{Endpoint, EndpointExt as _, Response, Route, get, handler};
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};
use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::layer::SubscriberExt as _;

const CONNECTIONS: usize = 32;
const SLICE: Duration = Duration::from_millis(500);
const SLICES: usize = 9;
const REQUEST: &[u8] =
    b"GET /api/teas/v1/teas/sencha HTTP/1.1\r\nhost: bench\r\nx-api-key: ck_0123456789_secret\r\n\r\n";

static API_KEY: Scheme = Scheme {
    name: "apiKey",
    kind: SchemeKind::Header("x-api-key"),
};
static ANY_OF: [&[Requirement]; 1] = [&[Requirement {
    scheme: &API_KEY,
    scopes: &["teas:read"],
}]];
static READ_TEA: OperationInfo = OperationInfo {
    spec: "teas",
    tag: "teas",
    operation_id: "read_tea",
    summary: "Read a tea",
    base_path: "/api/teas/v1",
    path: "/teas/{tea}",
    security: Security {
        any_of: &ANY_OF,
        scopes: &["teas:read"],
    },
    produces: &["application/json"],
    ..OperationInfo::EMPTY
};

#[derive(Serialize)]
struct Tea {
    name: String,
    origin: &'static str,
    grams: u32,
}

fn tea(name: String) -> Tea {
    Tea {
        name,
        origin: "Shizuoka",
        grams: 100,
    }
}

#[handler]
fn read_tea(Path(name): Path<String>) -> Json<Tea> {
    Json(tea(name))
}

struct OneKey(Caller);

#[async_trait]
impl Authenticator for OneKey {
    async fn authenticate(
        &self,
        credentials: &Credentials<'_>,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem> {
        let known = credentials.api_key == Some("ck_0123456789_secret");
        Ok(known.then(|| Caller {
            request: request.clone(),
            ..self.0.clone()
        }))
    }
}

struct Teas;

impl OpenApi for Teas {
    fn meta() -> Vec<MetaApi> {
        Vec::new()
    }

    fn register(_: &mut Registry) {}

    fn add_routes(self, table: &mut RouteTable) {
        self.operations().fill(table);
    }
}

impl GeneratedRoutes for Teas {
    fn operations(self) -> Operations {
        let mut routes = Routes::new(Arc::new(self));
        routes.add(&READ_TEA, |_, mut call: Call| async move {
            let name = call
                .path("tea")
                .required(|name: &String, at, found| found.max_length(at, name, 63));
            call.verdict()?;
            Reply::new(200).json(&tea(name.unwrap_or_default()))
        });
        routes.finish()
    }
}

fn plain() -> impl Endpoint<Output = Response> {
    Route::new()
        .at("/api/teas/v1/teas/:tea", get(read_tea))
        .map_to_response()
}

fn routes() -> impl Endpoint<Output = Response> {
    let scopes: Scopes = ["teas:read"].into_iter().collect();
    let caller = Caller::new("bench", CallerKind::Key, scopes, RequestContext::new());
    Api::new(Host::new(Arc::new(OneKey(caller))), Route::new()).mount(Teas)
}

fn stacked<E: Endpoint>(inner: E, metrics: &Metrics) -> Stack<E> {
    let settings = StackSettings::of(&Config::default(), |_| false);
    Stack::new(
        inner,
        settings,
        metrics.requests.clone(),
        CancellationToken::new(),
    )
}

/// Starts a server on a thread of its own and says where it listens.
fn serve<F>(make: impl FnOnce(std::sync::mpsc::Sender<SocketAddr>) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()>,
{
    let (say, said) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(make(say));
    });
    said.recv().expect("the server says where it listens")
}

fn serve_bare() -> SocketAddr {
    serve(|say| async move {
        let acceptor = TcpListener::bind("127.0.0.1:0")
            .into_acceptor()
            .await
            .expect("a port");
        let address = acceptor.local_addr()[0]
            .as_socket_addr()
            .copied()
            .expect("a socket address");
        say.send(address).expect("somebody waits");
        let routes = Route::new().at("/api/teas/v1/teas/:tea", get(read_tea));
        poem::Server::new_with_acceptor(acceptor)
            .run(routes)
            .await
            .expect("it serves");
    })
}

fn serve_layers<E>(make: impl FnOnce(&Metrics) -> E + Send + 'static) -> SocketAddr
where
    E: Endpoint<Output = Response> + 'static,
{
    serve(|say| async move {
        let metrics = Metrics::default();
        let listener = Listener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a port");
        say.send(listener.address()).expect("somebody waits");
        let serving = Serving::of(&Config::default().http, metrics.requests.clone());
        listener
            .serve(make(&metrics), serving, CancellationToken::new())
            .await;
    })
}

/// Requests answered in one slice of time.
async fn slice(address: SocketAddr) -> io::Result<usize> {
    let end = Instant::now() + SLICE;
    let clients = (0..CONNECTIONS).map(|_| async move {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut buffer = vec![0; 4096];
        let mut answered = 0;
        while Instant::now() < end {
            stream.write_all(REQUEST).await?;
            let mut filled = 0;
            // Both replies end with the object, and nothing else in them holds a closing brace.
            while filled == 0 || buffer[filled - 1] != b'}' {
                filled += stream.read(&mut buffer[filled..]).await?;
            }
            assert!(
                buffer.starts_with(b"HTTP/1.1 200"),
                "{}",
                String::from_utf8_lossy(&buffer[..filled])
            );
            answered += 1;
        }
        Ok::<usize, io::Error>(answered)
    });
    let answered = futures_util::future::try_join_all(clients).await?;
    Ok(answered.into_iter().sum())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn main() -> io::Result<()> {
    let (_control, filter) = LogControl::new("info").expect("a level");
    let lines = Lines::new(
        Style::Json,
        Arc::new(|line| {
            std::hint::black_box(line.len());
        }),
    );
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(filter).with(lines))
        .expect("the only subscriber");
    let servers = [
        ("bare poem", serve_bare()),
        ("our server", serve_layers(|_| plain())),
        ("+ generated route", serve_layers(|_| routes())),
        ("+ stack", serve_layers(|metrics| stacked(routes(), metrics))),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut rates = vec![Vec::new(); servers.len()];
    for round in 0..=SLICES {
        for ((_, address), rates) in servers.iter().zip(&mut rates) {
            let answered = runtime.block_on(slice(*address))?;
            // The first round warms everything up.
            if round > 0 {
                rates.push(answered as f64 / SLICE.as_secs_f64());
            }
        }
    }
    let mut report = String::from("small GET            requests/s  ratio\n");
    for ((name, _), own) in servers.iter().zip(&rates) {
        let ratios = own.iter().zip(&rates[0]).map(|(own, bare)| own / bare).collect();
        report.push_str(&format!(
            "{name:<20} {:>10.0}  {:>5.2}\n",
            median(own.clone()),
            median(ratios)
        ));
    }
    io::Write::write_all(&mut io::stdout(), report.as_bytes())
}
