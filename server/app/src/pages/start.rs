//! The start page: what this is, for somebody who has never heard of it, what to do next, and who one is.

use std::sync::Arc;

use crochet_openapi::Problem;
use poem::Response;
use poem::http::Method;
use serde::Serialize;

use super::Site;
use super::endpoint::Visit;
use super::may::May;
use super::view::Grid;

/// An ortho of the sample texts, whose sentences the page quotes.
const SAMPLE: [[&str; 3]; 3] = [
    ["and", "she", "went"],
    ["i", "put", "out"],
    ["came", "back", "with"],
];

/// What people come here to do, and the operation behind it.
const ABILITIES: [(&str, &str); 5] = [
    ("Look at contexts and their orthos", "list_orthos"),
    ("Create contexts", "create_context"),
    ("Add texts", "create_ingest"),
    ("Delete contexts", "delete_context"),
    ("Make API keys of your own", "create_own_key"),
];

#[derive(Serialize)]
struct Start {
    sample: Grid,
    abilities: Vec<Ability>,
}

#[derive(Serialize)]
struct Ability {
    what: &'static str,
    may: May,
}

/// Shows it at `/`, and nothing at every address that nobody else has.
pub(super) async fn show_or_nothing(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    if visit.frame.path() != "/" {
        return Err(Problem::not_found(format!(
            "nothing is at {}",
            visit.frame.path()
        )));
    }
    if visit.request.method() != Method::GET {
        return Err(Problem::new(405, "this page can only be looked at"));
    }
    let mut abilities = Vec::with_capacity(ABILITIES.len());
    for (what, operation) in ABILITIES {
        let may = site.may_one(&visit.visitor, operation).await;
        abilities.push(Ability { what, may });
    }
    let rows = SAMPLE.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let start = Start {
        sample: Grid::of_rows("3x3", rows),
        abilities,
    };
    site.page(&visit.frame, "start.html", start)
}
