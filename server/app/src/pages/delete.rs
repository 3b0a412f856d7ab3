//! Deleting a context: asked first, and only what was seen is deleted.

use std::sync::Arc;

use crochet_api::common::EntityTag;
use crochet_api::contexts::{Context, DeleteContextParams};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use super::Site;
use super::endpoint::Visit;
use super::form::Form;
use super::may::Abilities;
use super::problems::FieldError;
use super::reply::see_other;

#[derive(Serialize)]
struct Shown {
    context: Context,
    etag: String,
    /// What the visitor saw, when that is not what is there now.
    seen: Option<Seen>,
    may: Abilities,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

/// The context as a form remembers it.
#[derive(Serialize)]
struct Seen {
    version: i64,
    corpora: i64,
    orthos: i64,
}

impl Seen {
    fn of(form: &Form) -> Self {
        let number = |name: &str| form.get(name).parse().unwrap_or(0);
        Self {
            version: number("version"),
            corpora: number("corpora"),
            orthos: number("orthos"),
        }
    }
}

/// Asks whether to delete it.
pub(super) async fn ask(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let shown = shown(&site, &visit, None, None).await?;
    site.page(&visit.frame, "delete.html", shown)
}

/// Deletes it, if it is what the visitor saw; otherwise shows both.
pub(super) async fn delete(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (context, _) = site.context(&visit).await?;
    let seen = EntityTag::try_from(visit.form.get("etag").to_owned())?;
    let params = DeleteContextParams { if_match: seen };
    let deleted = site
        .parts
        .contexts
        .delete_context(&visit.visitor.caller, context.id.clone(), params)
        .await;
    match deleted {
        Ok(()) => {
            let mut response = see_other("/contexts");
            let note = format!("“{}” is gone.", context.title.as_str());
            visit.frame.cookies.set_note(&mut response, &note);
            Ok(response)
        }
        Err(problem) if problem.status == 412 => {
            let seen = Seen::of(&visit.form);
            let shown = shown(&site, &visit, Some(seen), Some(problem)).await?;
            site.answer(&visit.frame, 412, "delete.html", shown)
        }
        Err(problem) => Err(problem),
    }
}

async fn shown(
    site: &Site,
    visit: &Visit,
    seen: Option<Seen>,
    problem: Option<Problem>,
) -> Result<Shown, Problem> {
    let (context, etag) = site.context(visit).await?;
    Ok(Shown {
        context,
        etag: etag.to_string(),
        seen,
        may: site.may(&visit.visitor, &["delete_context"]).await,
        problem,
        errors: Vec::new(),
    })
}
