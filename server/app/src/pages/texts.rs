//! Adding a text to a context, pasted or as a file.

use std::sync::Arc;

use crochet_api::ingestor::{CreateIngestParams, NewIngest};
use crochet_openapi::Problem;
use poem::Response;
use serde_json::json;

use super::Site;
use super::context::{Values, again};
use super::endpoint::Visit;
use super::form::{as_body, is_about_the_form};
use super::reply::see_other;

/// Adds the text and goes to the context, where its orthos are coming.
pub(super) async fn add(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (context, _) = site.context(&visit).await?;
    let form = &visit.form;
    let pasted = form.get("text");
    let values = Values {
        title: form.get("title").to_owned(),
        text: if pasted.is_empty() {
            form.get("file")
        } else {
            pasted
        }
        .to_owned(),
    };
    let body = match form.problem_of_file("file").filter(|_| pasted.is_empty()) {
        Some(problem) => Err(problem),
        None => as_body::<NewIngest>(&json!({"title": values.title, "text": values.text})),
    };
    let added = match body {
        Ok(new) => {
            let params = CreateIngestParams::default();
            site.parts
                .ingestor
                .create_ingest(&visit.visitor.caller, context.id.clone(), params, new)
                .await
        }
        Err(problem) => Err(problem),
    };
    match added {
        Ok(added) => {
            let ingest = added.body;
            let note = if ingest.duplicate {
                "The context has this very text already; nothing was added.".to_owned()
            } else {
                format!("“{}” is in the context.", ingest.title.as_str())
            };
            let mut response = see_other(&format!("/contexts/{}", context.id.as_str()));
            visit.frame.cookies.set_note(&mut response, &note);
            Ok(response)
        }
        Err(problem) if is_about_the_form(&problem) => again(&site, &visit, values, problem).await,
        Err(problem) => Err(problem),
    }
}
