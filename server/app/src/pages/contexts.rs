//! The list of contexts, and the form that creates one.

use std::collections::BTreeSet;
use std::sync::Arc;

use crochet_api::contexts::{
    Context, CreateContextParams, CreateContextResponse, ListContextsParams, NewContext,
};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::Site;
use super::endpoint::Visit;
use super::form::{Form, as_body};
use super::may::Abilities;
use super::problems::{FieldError, field_errors};
use super::query::Query;
use super::reply::see_other;

/// How text may be read, in the words of people.
const PRESETS: [(&str, &str); 4] = [
    ("prose", "Prose: commas end sentences, capitals are folded"),
    ("flowing", "Flowing: sentences run on over commas"),
    ("literal", "Literal: capitals are kept"),
    ("letters", "Letters: hyphens and digits separate words"),
];
/// What the API takes for granted where nothing is said.
const CELLS_MAX: i64 = 4096;

#[derive(Serialize)]
struct Shown {
    contexts: Vec<Context>,
    next_page: Option<String>,
    may: Abilities,
    presets: [(&'static str, &'static str); 4],
    values: Values,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

/// What stands in the form.
#[derive(Serialize)]
struct Values {
    title: String,
    id: String,
    preset: String,
    max_dims: String,
    max_extent: String,
    /// Whether the part below is open.
    more: bool,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            title: String::new(),
            id: String::new(),
            preset: "prose".to_owned(),
            max_dims: "2".to_owned(),
            max_extent: "12".to_owned(),
            more: false,
        }
    }
}

impl Values {
    fn of(form: &Form) -> Self {
        let said = |name: &str| form.get(name).to_owned();
        Self {
            title: said("title"),
            id: said("id"),
            preset: said("preset"),
            max_dims: said("max_dims"),
            max_extent: said("max_extent"),
            more: true,
        }
    }

    /// The same as the API takes it: what is no number is sent as it is, for the API to say so.
    fn body(&self) -> Value {
        let number = |text: &str| {
            text.parse::<i64>()
                .map_or_else(|_| json!(text), |number| json!(number))
        };
        let mut body = json!({
            "title": self.title,
            "tokeniser": {"preset": self.preset},
            "bounds": {
                "max_dims": number(&self.max_dims),
                "max_extent": number(&self.max_extent),
                "max_cells": CELLS_MAX,
            },
        });
        if !self.id.is_empty() {
            body["id"] = json!(self.id);
        }
        body
    }
}

/// Shows the list.
pub(super) async fn list(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let shown = shown(&site, &visit, Values::default(), None).await?;
    site.page(&visit.frame, "contexts.html", shown)
}

/// Creates a context and goes there.
pub(super) async fn create(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let values = Values::of(&visit.form);
    let created = match as_body::<NewContext>(&values.body()) {
        Ok(new) => {
            let params = CreateContextParams::default();
            site.parts
                .contexts
                .create_context(&visit.visitor.caller, params, new)
                .await
        }
        Err(problem) => Err(problem),
    };
    let done = |created: CreateContextResponse| {
        let context = created.body;
        let mut response = see_other(&format!("/contexts/{}", context.id.as_str()));
        let note = format!("“{}” is there. Add its first text.", context.title.as_str());
        visit.frame.cookies.set_note(&mut response, &note);
        Ok(response)
    };
    let again = |problem| shown(&site, &visit, values, Some(problem));
    site.ended(&visit, "contexts.html", created, done, again).await
}

async fn shown(
    site: &Site,
    visit: &Visit,
    values: Values,
    problem: Option<Problem>,
) -> Result<Shown, Problem> {
    let params = ListContextsParams {
        page_token: Query::of(visit).page_token()?,
        ..ListContextsParams::default()
    };
    let page = site
        .parts
        .contexts
        .list_contexts(&visit.visitor.caller, params)
        .await?;
    let fields = BTreeSet::from(["title", "id", "preset", "max_dims", "max_extent"]);
    Ok(Shown {
        contexts: page.items,
        next_page: page.next_page.map(|token| token.to_string()),
        may: site.may(&visit.visitor, &["create_context"]).await,
        presets: PRESETS,
        values,
        errors: field_errors(problem.as_ref(), &fields),
        problem,
    })
}
