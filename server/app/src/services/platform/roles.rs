//! The role matrix: read, tried out, changed, taken back, and explained.
//!
//! What a matrix is and which rules it keeps is the business of the auth room; here a caller's wish becomes the next
//! version, or a problem that says why not. It must never know who has which role but through [`Owners`].

mod affected;
mod explain;
mod spoken;

pub(super) use spoken::names;

use affected::Census;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::common::EntityTag;
use crochet_api::platform::{
    AccessExplanation, ExplainAccess, ListPermissionsParams, ListRoleChangesParams,
    ListRolePermissionsParams, ListScopesParams, MatrixVersion, NewRoleMatrix, PermissionPage,
    ReadRoleMatrixParams, ReadRoleMatrixResponse, ReplaceRoleMatrixParams, ReplaceRoleMatrixResponse,
    RoleMatrixChangePage, RoleMatrixPreview, RoleName, RolesOperations, ScopePage, UndoRoleChangeParams,
    UndoRoleChangeResponse,
};
use crochet_auth::matrix::{Grants, GrantsByRole, Matrices, Matrix};
use crochet_auth::{KeyAuthenticator, Owners, People};
use crochet_domain::ports::{Keys, MatrixRecord, MatrixStoreError, NewMatrix, RoleMatrices};
use crochet_openapi::{Caller, CallerKind, OperationInfo, Problem, etag};
use crochet_platform::telemetry::events::AppEvent;

use super::access::permissions;
use super::stored::restored;
use crate::services::problems::{broken_role_rule, changed, problem};
use crate::services::wire::{page, said, said_page, slice_page};

/// Lets its bearer change the role matrix.
const CHANGE_ROLES: &str = "roles:write";

/// What the role service is made of.
pub struct RoleParts {
    /// Where versions of the matrix are kept.
    pub kept: Arc<dyn RoleMatrices>,
    /// The matrix in force.
    pub matrices: Arc<Matrices>,
    /// What is remembered of keys, to be forgotten when the matrix changes.
    pub authenticator: Arc<KeyAuthenticator>,
    /// Who has which role.
    pub owners: Arc<dyn Owners>,
    /// The people who have accounts, where any are kept.
    pub people: Option<Arc<dyn People>>,
    /// The keys.
    pub keys: Arc<dyn Keys>,
    /// Every operation of every spec.
    pub operations: &'static [&'static OperationInfo],
}

/// Operations on the role matrix in the store of this process.
pub struct RoleService {
    parts: RoleParts,
}

impl RoleService {
    /// The service on these parts.
    pub fn new(parts: RoleParts) -> Self {
        Self { parts }
    }

    /// The matrix in force, if it is the one that the caller has seen.
    async fn unchanged(&self, if_match: &EntityTag) -> Result<Arc<Matrix>, Problem> {
        let matrix = self.parts.matrices.now().await?;
        let current = tag(&matrix)?;
        if etag::match_allows(Some(if_match.as_ref()), &current) {
            Ok(matrix)
        } else {
            Err(changed(&current))
        }
    }

    /// Keeps `next` and lets it act.
    async fn keep(
        &self,
        caller: &Caller,
        current: &Matrix,
        next: Matrix,
        undoes: Option<u64>,
    ) -> Result<Matrix, Problem> {
        allowed(caller, current, &next)?;
        let document = serde_json::to_string(&next.save()).map_err(|_| Problem::internal())?;
        let changed_by = caller.originator().to_string();
        let new = NewMatrix {
            changed_by,
            undoes,
            document,
        };
        match self.parts.kept.append(current.version(), new).await {
            Ok(_) => {}
            // Somebody was faster, on another server.
            Err(MatrixStoreError::Changed { version }) => return Err(changed(&tag_of(version)?)),
            Err(error) => return Err(problem(error)),
        }
        self.parts.matrices.saved(next.clone());
        self.parts.authenticator.forget();
        AppEvent::RolesChanged {
            version: next.version(),
            by: caller.originator(),
        }
        .emit();
        Ok(next)
    }

    /// The matrix of a version that was in force once.
    async fn at(&self, version: u64) -> Result<Matrix, Problem> {
        let today = self.parts.matrices.now().await?;
        if version == 0 {
            return Ok(Matrix::built_in(known(&today)));
        }
        let record = self.parts.kept.get(version).await.map_err(problem)?;
        restored(&record, known(&today))
    }

    /// One change, which needs the version before it.
    async fn change(&self, record: &MatrixRecord) -> Result<(Matrix, Matrix), Problem> {
        let today = self.parts.matrices.now().await?;
        let before = self.at(record.version - 1).await?;
        Ok((before, restored(record, known(&today))?))
    }
}

#[async_trait]
impl RolesOperations for RoleService {
    async fn explain_access(&self, _: &Caller, body: ExplainAccess) -> Result<AccessExplanation, Problem> {
        self.explained(body).await
    }

    async fn list_role_permissions(
        &self,
        caller: &Caller,
        role: RoleName,
        params: ListRolePermissionsParams,
    ) -> Result<PermissionPage, Problem> {
        let matrix = self.parts.matrices.now().await?;
        if !matrix.roles().contains_key(role.as_str()) {
            return Err(Problem::not_found(format!("there is no role {role}")));
        }
        let somebody = Caller::new(
            role.to_string(),
            CallerKind::Person,
            matrix.scopes_of([role.as_str()]),
            caller.request.clone(),
        );
        let params = ListPermissionsParams {
            spec: params.spec,
            limit: params.limit,
            page_token: params.page_token,
        };
        permissions(self.parts.operations, &somebody, &matrix, &params)
    }

    async fn list_scopes(&self, _: &Caller, params: ListScopesParams) -> Result<ScopePage, Problem> {
        let matrix = self.parts.matrices.now().await?;
        let scopes: Vec<&String> = matrix.scopes_known().iter().collect();
        let (scopes, next_page) = slice_page(scopes, "scopes", params.limit, params.page_token.as_ref())?;
        let items = scopes
            .into_iter()
            .map(|scope| spoken::scope_info(scope, &matrix, self.parts.operations));
        Ok(ScopePage {
            items: items.collect::<Result<_, _>>()?,
            next_page,
        })
    }

    async fn read_role_matrix(
        &self,
        _: &Caller,
        params: ReadRoleMatrixParams,
    ) -> Result<ReadRoleMatrixResponse, Problem> {
        let matrix = self.parts.matrices.now().await?;
        let etag = tag(&matrix)?;
        if etag::none_match_names(params.if_none_match.as_deref(), &etag) {
            return Ok(ReadRoleMatrixResponse::NotModified { etag });
        }
        Ok(ReadRoleMatrixResponse::Ok {
            body: spoken::matrix(&matrix)?,
            etag,
        })
    }

    async fn replace_role_matrix(
        &self,
        caller: &Caller,
        params: ReplaceRoleMatrixParams,
        body: NewRoleMatrix,
    ) -> Result<ReplaceRoleMatrixResponse, Problem> {
        let current = self.unchanged(&params.if_match).await?;
        let next = current.with_roles(wanted(body)?).map_err(problem)?;
        let kept = if next.roles() == current.roles() {
            (*current).clone()
        } else {
            self.keep(caller, &current, next, None).await?
        };
        Ok(ReplaceRoleMatrixResponse {
            etag: tag(&kept)?,
            body: spoken::matrix(&kept)?,
        })
    }

    async fn preview_role_matrix(
        &self,
        caller: &Caller,
        body: NewRoleMatrix,
    ) -> Result<RoleMatrixPreview, Problem> {
        let current = self.parts.matrices.now().await?;
        let next = current.with_roles(wanted(body)?).map_err(problem)?;
        allowed(caller, &current, &next)?;
        let census = Census {
            people: self.parts.people.clone(),
            keys: self.parts.keys.clone(),
            owners: self.parts.owners.clone(),
        };
        let affected = census.affected(&current, &next).await?;
        Ok(RoleMatrixPreview {
            version: spoken::version(current.version())?,
            changes: spoken::changes(&current, &next)?,
            affected: affected.parties,
            affected_all: affected.all,
        })
    }

    async fn list_role_changes(
        &self,
        _: &Caller,
        params: ListRoleChangesParams,
    ) -> Result<RoleMatrixChangePage, Problem> {
        let found = self.parts.kept.list(page(params.limit, params.page_token)).await;
        let found = found.map_err(problem)?;
        let today = self.parts.matrices.now().await?;
        let (records, next_page) = said_page(found, Ok)?;
        let mut items = Vec::with_capacity(records.len());
        let mut older = records.iter().skip(1);
        for record in &records {
            // The version before a change is the next row of the page; only the last row has to look for its own.
            let before = match older.next() {
                Some(before) => restored(before, known(&today))?,
                None => self.at(record.version - 1).await?,
            };
            let after = restored(record, known(&today))?;
            items.push(spoken::record(record, &before, &after)?);
        }
        Ok(RoleMatrixChangePage { items, next_page })
    }

    async fn undo_role_change(
        &self,
        caller: &Caller,
        version: MatrixVersion,
        params: UndoRoleChangeParams,
    ) -> Result<UndoRoleChangeResponse, Problem> {
        let current = self.unchanged(&params.if_match).await?;
        let version = u64::try_from(version.get()).unwrap_or(0);
        let record = self.parts.kept.get(version).await.map_err(problem)?;
        let (before, after) = self.change(&record).await?;
        let roles = current.without_change(&before, &after);
        if &roles == current.roles() {
            return Err(Problem::conflict(
                "nothing of that change is left that could be taken back",
            ));
        }
        let next = current.with_roles(roles).map_err(problem)?;
        let kept = self.keep(caller, &current, next, Some(version)).await?;
        Ok(UndoRoleChangeResponse {
            etag: tag(&kept)?,
            body: spoken::matrix(&kept)?,
        })
    }
}

/// The roles of a request, each of which may be named once.
fn wanted(body: NewRoleMatrix) -> Result<GrantsByRole, Problem> {
    let mut roles = BTreeMap::new();
    for role in body.roles {
        let grants = Grants {
            description: role.description.map(Into::into).unwrap_or_default(),
            scopes: role.scopes.0.iter().map(ToString::to_string).collect(),
        };
        if roles.insert(role.name.to_string(), grants).is_some() {
            return Err(Problem::unprocessable(format!(
                "the role {} is named twice",
                role.name
            )));
        }
    }
    Ok(roles)
}

/// Whether this caller may make this change.
fn allowed(caller: &Caller, current: &Matrix, next: &Matrix) -> Result<(), Problem> {
    within_callers(caller, current, next)?;
    not_locked_out(caller, current, next)
}

/// Nobody takes from themselves, by mistake, what they would need to take it back.
fn not_locked_out(caller: &Caller, current: &Matrix, next: &Matrix) -> Result<(), Problem> {
    let may = |matrix: &Matrix| {
        let scopes = matrix.scopes_of(caller.roles.iter());
        scopes.contains(CHANGE_ROLES)
    };
    if may(current) && !may(next) {
        return Err(broken_role_rule(format!(
            "this would take {CHANGE_ROLES} from all of your own roles; let somebody else do it"
        )));
    }
    Ok(())
}

/// Nobody grants what they do not have.
fn within_callers(caller: &Caller, current: &Matrix, next: &Matrix) -> Result<(), Problem> {
    let gained: BTreeSet<String> = current
        .changes_to(next)
        .into_iter()
        .flat_map(|change| change.gained)
        .filter(|scope| !caller.scopes.contains(scope))
        .collect();
    if gained.is_empty() {
        return Ok(());
    }
    let missing: Vec<&str> = gained.iter().map(String::as_str).collect();
    let mut problem = Problem::forbidden(format!(
        "nobody grants what they do not have; you lack {}",
        missing.join(", ")
    ));
    problem.granted_by = current
        .granting(&missing)
        .into_iter()
        .map(str::to_owned)
        .collect();
    problem.missing = gained.into_iter().collect();
    Err(problem)
}

fn known(matrix: &Matrix) -> impl Iterator<Item = &str> {
    matrix.scopes_known().iter().map(String::as_str)
}

fn tag(matrix: &Matrix) -> Result<EntityTag, Problem> {
    tag_of(matrix.version())
}

fn tag_of(version: u64) -> Result<EntityTag, Problem> {
    said(etag::strong(format!("m{version}")))
}
