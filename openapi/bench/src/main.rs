//! What the chain costs, measured over loopback sockets: the same two requests, answered by bare poem, by
//! generated routes alone, by the full stack (authorisation, validation, problems, request ids, metrics), by
//! poem-openapi, by axum and by dropshot, in the same run.
//!
//! Each server is a process of one thread; what counts is the processor time that it uses for a request,
//! which a busy machine disturbs far less than requests per second. `cargo run --release` prints the table.

mod client;
mod crochet;
mod peers;
mod things;

/// The types and traits generated from `bench.yaml`.
#[allow(missing_docs, reason = "the document describes as little as it can")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/api/modules.rs"));
}

/// The routes generated from `bench.yaml`.
pub mod routes {
    include!(concat!(env!("OUT_DIR"), "/routes/modules.rs"));
}

use client::{Case, Server};

const SERVERS: [&str; 6] = ["poem", "routes", "full", "poem-openapi", "axum", "dropshot"];
/// How often every server has its turn.
const ROUNDS: usize = 9;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match std::env::args().nth(1) {
        Some(name) => runtime.block_on(serve(&name)),
        None => runtime.block_on(measure()),
    }
}

/// What a child process does: serves, having printed its port.
async fn serve(name: &str) {
    match name {
        "poem" => peers::poem().await,
        "routes" => crochet::routes_alone().await,
        "full" => crochet::full().await,
        "poem-openapi" => peers::poem_openapi().await,
        "axum" => peers::axum().await,
        "dropshot" => peers::dropshot().await,
        other => eprintln!("no such server: {other}"),
    }
}

async fn measure() {
    let mut servers = Vec::new();
    for name in SERVERS {
        servers.push(Server::start(name).await);
    }
    for case in Case::ALL {
        let mut costs = vec![Vec::new(); servers.len()];
        for _ in 0..ROUNDS {
            for (server, costs) in servers.iter().zip(&mut costs) {
                costs.push(server.cost_us(case).await);
            }
        }
        print_table(case, &costs);
    }
}

fn print_table(case: Case, costs: &[Vec<f64>]) {
    println!(
        "\n{:<22}{:>12}{:>12}{:>14}",
        case.title(),
        "least us",
        "median us",
        "of bare poem"
    );
    let bare = least(&costs[0]);
    for (name, costs) in SERVERS.iter().zip(costs) {
        println!(
            "{name:<22}{:>12.1}{:>12.1}{:>14.2}",
            least(costs),
            median(costs),
            bare / least(costs)
        );
    }
}

fn least(costs: &[f64]) -> f64 {
    costs.iter().copied().fold(f64::INFINITY, f64::min)
}

fn median(costs: &[f64]) -> f64 {
    let mut sorted = costs.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
