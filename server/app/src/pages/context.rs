//! One context: what it has, what is being searched, its best orthos, its texts, and the form that adds one.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Utc;
use crochet_api::common::{ContextId, EntityTag, ShapeCount};
use crochet_api::contexts::{Context, ListCorporaParams, ReadContextParams, ReadContextResponse};
use crochet_api::ingestor::{IngestState, ListIngestsParams, Progress};
use crochet_api::orthos::ListBestParams;
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use super::Site;
use super::endpoint::Visit;
use super::may::Abilities;
use super::problems::{FieldError, field_errors};
use super::view::{Grid, calendar, clock};

/// How many texts are listed.
const TEXTS_MAX: i32 = 100;
/// Of how many shapes the best ortho is shown.
const BEST_MAX: i32 = 6;

/// What the search has found: the part that is fetched again while it goes on.
#[derive(Serialize)]
struct Found {
    context: Context,
    /// Where the server says that something has changed, while it can.
    events: Option<String>,
    progress: Progress,
    searching: bool,
    /// Whether nothing is left but what is given up.
    stands_still: bool,
    stuck_reason: Option<String>,
    now: String,
    shapes: Vec<ShapeCount>,
    best: Vec<Grid>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    found: Found,
    texts: Vec<Text>,
    more_texts: bool,
    may: Abilities,
    values: Values,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct Text {
    title: String,
    words: i64,
    sentences: i64,
    version: i64,
    added: String,
}

/// What stands in the form.
#[derive(Default, Serialize)]
pub(super) struct Values {
    pub(super) title: String,
    pub(super) text: String,
}

/// Shows the context.
pub(super) async fn show(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let shown = shown(&site, &visit, Values::default(), None).await?;
    site.page(&visit.frame, "context.html", shown)
}

/// Shows what the search has found, alone.
pub(super) async fn found(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let found = find(&site, &visit).await?;
    site.page(&visit.frame, "found_only.html", found)
}

/// Shows the context with the form as somebody left it.
pub(super) async fn again(
    site: &Site,
    visit: &Visit,
    values: Values,
    problem: Problem,
) -> Result<Response, Problem> {
    let status = problem.status;
    let shown = shown(site, visit, values, Some(problem)).await?;
    site.answer(&visit.frame, status, "context.html", shown)
}

async fn shown(
    site: &Site,
    visit: &Visit,
    values: Values,
    problem: Option<Problem>,
) -> Result<Shown, Problem> {
    let found = find(site, visit).await?;
    let params = ListCorporaParams {
        limit: TEXTS_MAX,
        ..ListCorporaParams::default()
    };
    let caller = &visit.visitor.caller;
    let texts = site
        .parts
        .contexts
        .list_corpora(caller, found.context.id.clone(), params)
        .await?;
    let text = |corpus: &crochet_api::contexts::Corpus| Text {
        title: corpus.title.to_string(),
        words: corpus.words,
        sentences: corpus.sentences,
        version: corpus.version.get(),
        added: calendar(corpus.created_at),
    };
    Ok(Shown {
        found,
        texts: texts.items.iter().map(text).collect(),
        more_texts: texts.next_page.is_some(),
        may: site
            .may(&visit.visitor, &["create_ingest", "delete_context"])
            .await,
        values,
        errors: field_errors(problem.as_ref(), &BTreeSet::from(["title", "text", "file"])),
        problem,
    })
}

async fn find(site: &Site, visit: &Visit) -> Result<Found, Problem> {
    let (context, _) = site.context(visit).await?;
    let (caller, id) = (&visit.visitor.caller, || context.id.clone());
    let progress = site.parts.ingestor.read_progress(caller, id()).await?;
    let (mut shapes, mut best) = (Vec::new(), Vec::new());
    if site.may_one(&visit.visitor, "list_best").await.is_allowed() {
        shapes = site.parts.orthos.count_shapes(caller, id()).await?.shapes;
        let params = ListBestParams {
            limit: BEST_MAX,
            ..ListBestParams::default()
        };
        let found = site.parts.orthos.list_best(caller, id(), params).await?;
        best = found
            .items
            .iter()
            .flat_map(|shape| &shape.best)
            .map(Grid::from)
            .collect();
    }
    let searching = progress.work_left > 0 || context.version != context.settled_version;
    let stands_still = progress.stuck > 0 && progress.stuck >= progress.work_left;
    Ok(Found {
        events: if searching && !stands_still {
            events(site, visit, &context).await?
        } else {
            None
        },
        searching,
        stands_still,
        stuck_reason: progress
            .waves
            .iter()
            .rev()
            .find_map(|wave| wave.stuck_reason.clone()),
        now: clock(Utc::now()),
        context,
        progress,
        shapes,
        best,
    })
}

/// The events of the ingest that is being searched; none while the search only catches up with itself.
async fn events(site: &Site, visit: &Visit, context: &Context) -> Result<Option<String>, Problem> {
    let params = ListIngestsParams {
        limit: 1,
        page_token: None,
    };
    let caller = &visit.visitor.caller;
    let listed = site
        .parts
        .ingestor
        .list_ingests(caller, context.id.clone(), params)
        .await?;
    let running = listed
        .items
        .into_iter()
        .find(|ingest| ingest.state == IngestState::Searching);
    let id = running.map(|ingest| ingest.id.to_string());
    Ok(id.map(|id| format!("/api/ingestor/v1/contexts/{}/ingests/{id}/events", context.id)))
}

impl Site {
    /// The context of this page's address, and its entity tag.
    pub(super) async fn context(&self, visit: &Visit) -> Result<(Context, EntityTag), Problem> {
        let id = visit.request.raw_path_param("context_id").unwrap_or_default();
        let nothing = |_| Problem::not_found("there is no such context");
        let id = ContextId::try_from(id.to_owned()).map_err(nothing)?;
        let params = ReadContextParams::default();
        let read = self
            .parts
            .contexts
            .read_context(&visit.visitor.caller, id, params);
        match read.await? {
            ReadContextResponse::Ok { body, etag } => Ok((body, etag)),
            // Only who sends a tag is told that it is still current.
            ReadContextResponse::NotModified { .. } => Err(Problem::internal()),
        }
    }
}
