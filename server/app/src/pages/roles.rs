//! Roles: the matrix as one form, reviewed before it counts, with its history beside it and an answer to "why".
//!
//! The form is the matrix as its admin wants it. It travels whole from the matrix to the review and back, so nothing is
//! kept between the steps and nothing that was ticked is lost.

pub(super) mod history;
mod sheet;
mod wanted;
pub(super) mod why;

use std::sync::Arc;

use crochet_api::common::EntityTag;
use crochet_api::platform::{
    AffectedParty, ListScopesParams, NewRoleMatrix, ReadRoleMatrixParams, ReadRoleMatrixResponse,
    ReplaceRoleMatrixParams, RoleChange, RoleMatrix, RoleMatrixChange, RoleMatrixPreview, ScopeInfo,
};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use super::Site;
use super::endpoint::Visit;
use super::form::{as_body, is_about_the_form};
use super::may::Abilities;
use super::problems::{FieldError, all_errors};
use super::reply::see_other;
use sheet::Sheet;
use wanted::Wanted;

/// More scopes than any release has.
const SCOPES_MAX: i32 = 1000;

#[derive(Serialize)]
struct Shown {
    sheet: Sheet,
    etag: String,
    matrix_version: i64,
    new_name: String,
    new_description: String,
    may: Abilities,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct Review {
    changes: Vec<RoleChange>,
    affected: Vec<AffectedParty>,
    affected_all: bool,
    /// What the form said, to be sent again.
    fields: Vec<(String, String)>,
    etag: String,
    matrix_version: i64,
    /// What others changed since the visitor looked, if that is why this is asked again.
    meanwhile: Vec<RoleMatrixChange>,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

/// Shows the matrix.
pub(super) async fn show(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (matrix, etag) = site.matrix(&visit).await?;
    let wanted = Wanted::of_matrix(&matrix);
    let shown = site.sheet(&visit, &matrix, &etag, wanted, None).await?;
    site.page(&visit.frame, "roles.html", shown)
}

/// Takes the form of the matrix: to be reviewed, to be saved, or to be changed further.
pub(super) async fn take(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let (matrix, etag) = site.matrix(&visit).await?;
    let wanted = Wanted::of_form(&visit.form, &matrix);
    match visit.form.get("do") {
        "save" => site.save(&visit, &matrix, etag, wanted).await,
        "change" => {
            let problem = if wanted.new_name.is_empty() {
                None
            } else {
                site.previewed(&visit, &wanted).await.err()
            };
            site.again(&visit, &matrix, &etag, wanted, problem).await
        }
        _ => site.review(&visit, &matrix, &etag, wanted).await,
    }
}

impl Site {
    pub(super) async fn matrix(&self, visit: &Visit) -> Result<(RoleMatrix, EntityTag), Problem> {
        let params = ReadRoleMatrixParams::default();
        let read = self
            .parts
            .platform
            .read_role_matrix(&visit.visitor.caller, params);
        match read.await? {
            ReadRoleMatrixResponse::Ok { body, etag } => Ok((body, etag)),
            ReadRoleMatrixResponse::NotModified { .. } => Err(Problem::internal()),
        }
    }

    async fn scopes(&self, visit: &Visit) -> Result<Vec<ScopeInfo>, Problem> {
        let params = ListScopesParams {
            limit: SCOPES_MAX,
            page_token: None,
        };
        let listed = self.parts.platform.list_scopes(&visit.visitor.caller, params);
        Ok(listed.await?.items)
    }

    async fn sheet(
        &self,
        visit: &Visit,
        matrix: &RoleMatrix,
        etag: &EntityTag,
        wanted: Wanted,
        problem: Option<Problem>,
    ) -> Result<Shown, Problem> {
        let scopes = self.scopes(visit).await?;
        Ok(Shown {
            sheet: Sheet::new(matrix, &scopes, &wanted),
            etag: etag.to_string(),
            matrix_version: matrix.version.get(),
            new_name: wanted.new_name,
            new_description: wanted.new_description,
            may: self.may(&visit.visitor, &["replace_role_matrix"]).await,
            errors: all_errors(problem.as_ref()),
            problem,
        })
    }

    /// The matrix with what the form said, to be changed further.
    async fn again(
        &self,
        visit: &Visit,
        matrix: &RoleMatrix,
        etag: &EntityTag,
        wanted: Wanted,
        problem: Option<Problem>,
    ) -> Result<Response, Problem> {
        let status = problem.as_ref().map_or(200, |problem| problem.status);
        let shown = self.sheet(visit, matrix, etag, wanted, problem).await?;
        self.answer(&visit.frame, status, "roles.html", shown)
    }

    /// Says what the change would do, before it counts.
    async fn review(
        &self,
        visit: &Visit,
        matrix: &RoleMatrix,
        etag: &EntityTag,
        wanted: Wanted,
    ) -> Result<Response, Problem> {
        match self.previewed(visit, &wanted).await {
            Ok(preview) => self.reviewed(visit, matrix, etag, &wanted, preview, None).await,
            Err(problem) if is_about_the_form(&problem) => {
                self.again(visit, matrix, etag, wanted, Some(problem)).await
            }
            Err(problem) => Err(problem),
        }
    }

    /// The page of the review, where it is asked for or where others were faster.
    async fn reviewed(
        &self,
        visit: &Visit,
        matrix: &RoleMatrix,
        etag: &EntityTag,
        wanted: &Wanted,
        preview: RoleMatrixPreview,
        problem: Option<Problem>,
    ) -> Result<Response, Problem> {
        let status = problem.as_ref().map_or(200, |problem| problem.status);
        let review = Review {
            changes: preview.changes,
            affected: preview.affected,
            affected_all: preview.affected_all,
            fields: wanted.fields(),
            etag: etag.to_string(),
            matrix_version: matrix.version.get(),
            meanwhile: self.changes_since(visit, visit.form.get("version")).await?,
            errors: all_errors(problem.as_ref()),
            problem,
        };
        self.answer(&visit.frame, status, "roles_review.html", review)
    }

    async fn previewed(&self, visit: &Visit, wanted: &Wanted) -> Result<RoleMatrixPreview, Problem> {
        let body = as_body::<NewRoleMatrix>(&wanted.body())?;
        let preview = self
            .parts
            .platform
            .preview_role_matrix(&visit.visitor.caller, body);
        preview.await
    }

    async fn save(
        &self,
        visit: &Visit,
        matrix: &RoleMatrix,
        etag: EntityTag,
        wanted: Wanted,
    ) -> Result<Response, Problem> {
        let body = as_body::<NewRoleMatrix>(&wanted.body())?;
        let if_match = EntityTag::try_from(visit.form.get("etag").to_owned())?;
        let params = ReplaceRoleMatrixParams { if_match };
        let saved = self
            .parts
            .platform
            .replace_role_matrix(&visit.visitor.caller, params, body)
            .await;
        match saved {
            Ok(_) => {
                let mut response = see_other("/roles");
                let note = "The change is in force on every server within a second.";
                visit.frame.cookies.set_note(&mut response, note);
                Ok(response)
            }
            Err(problem) if problem.status == 412 => {
                let preview = self.previewed(visit, &wanted).await?;
                self.reviewed(visit, matrix, &etag, &wanted, preview, Some(problem))
                    .await
            }
            Err(problem) if is_about_the_form(&problem) => {
                self.again(visit, matrix, &etag, wanted, Some(problem)).await
            }
            Err(problem) => Err(problem),
        }
    }
}
