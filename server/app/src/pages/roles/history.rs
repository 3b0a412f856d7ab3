//! Who changed which role, and taking a change back.

use std::sync::Arc;

use crochet_api::common::EntityTag;
use crochet_api::platform::{ListRoleChangesParams, MatrixVersion, RoleMatrixChange, UndoRoleChangeParams};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::form::is_about_the_form;
use crate::pages::may::Abilities;
use crate::pages::problems::{FieldError, all_errors};
use crate::pages::query::Query;
use crate::pages::reply::see_other;
use crate::pages::view::calendar;

/// So many changes are looked at for what happened while somebody edited.
const MEANWHILE_MAX: i32 = 20;

#[derive(Serialize)]
struct Shown {
    entries: Vec<Entry>,
    next_page: Option<String>,
    etag: String,
    may: Abilities,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct Entry {
    when: String,
    #[serde(flatten)]
    change: RoleMatrixChange,
}

/// Shows the history, the latest first.
pub(in crate::pages) async fn show(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let shown = site.history(&visit, None).await?;
    site.page(&visit.frame, "roles_history.html", shown)
}

/// Takes a change back.
pub(in crate::pages) async fn undo(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let unknown = || Problem::bad_request("the form names no change");
    let number = visit.form.get("version").parse::<i64>().map_err(|_| unknown())?;
    let version = MatrixVersion::try_from(number).map_err(|_| unknown())?;
    let if_match = EntityTag::try_from(visit.form.get("etag").to_owned())?;
    let params = UndoRoleChangeParams { if_match };
    let undone = site
        .parts
        .platform
        .undo_role_change(&visit.visitor.caller, version, params)
        .await;
    match undone {
        Ok(_) => {
            let mut response = see_other("/roles/history");
            let note = format!("Change {number} is taken back.");
            visit.frame.cookies.set_note(&mut response, &note);
            Ok(response)
        }
        Err(problem) if problem.status == 412 || is_about_the_form(&problem) => {
            let status = problem.status;
            let shown = site.history(&visit, Some(problem)).await?;
            site.answer(&visit.frame, status, "roles_history.html", shown)
        }
        Err(problem) => Err(problem),
    }
}

impl Site {
    async fn history(&self, visit: &Visit, problem: Option<Problem>) -> Result<Shown, Problem> {
        let (_, etag) = self.matrix(visit).await?;
        let params = ListRoleChangesParams {
            page_token: Query::of(visit).page_token()?,
            ..ListRoleChangesParams::default()
        };
        let listed = self
            .parts
            .platform
            .list_role_changes(&visit.visitor.caller, params);
        let page = listed.await?;
        let entry = |change: RoleMatrixChange| Entry {
            when: calendar(change.changed_at),
            change,
        };
        Ok(Shown {
            entries: page.items.into_iter().map(entry).collect(),
            next_page: page.next_page.map(|token| token.to_string()),
            etag: etag.to_string(),
            may: self.may(&visit.visitor, &["undo_role_change"]).await,
            errors: all_errors(problem.as_ref()),
            problem,
        })
    }

    /// The changes after the version that a form was made from.
    pub(super) async fn changes_since(
        &self,
        visit: &Visit,
        version: &str,
    ) -> Result<Vec<RoleMatrixChange>, Problem> {
        let Ok(seen) = version.parse::<i64>() else {
            return Ok(Vec::new());
        };
        let params = ListRoleChangesParams {
            limit: MEANWHILE_MAX,
            page_token: None,
        };
        let listed = self
            .parts
            .platform
            .list_role_changes(&visit.visitor.caller, params);
        let mut changes = listed.await?.items;
        changes.retain(|change| change.version.get() > seen);
        Ok(changes)
    }
}
