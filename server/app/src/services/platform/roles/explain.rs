//! Why somebody may call an operation, or why not.

use crochet_api::platform::{AccessExplanation, ExplainAccess, NeededScope};
use crochet_auth::matrix::Matrix;
use crochet_openapi::{OperationInfo, Problem};

use super::RoleService;
use super::spoken::names;
use crate::services::wire::said;

impl RoleService {
    pub(super) async fn explained(&self, body: ExplainAccess) -> Result<AccessExplanation, Problem> {
        let operation = self.operation(&body.spec, &body.operation_id)?;
        let roles = self.roles_asked_about(&body).await?;
        let matrix = self.parts.matrices.now().await?;
        explanation(operation, &roles, &matrix)
    }

    fn operation(&self, spec: &str, id: &str) -> Result<&'static OperationInfo, Problem> {
        let found = self
            .parts
            .operations
            .iter()
            .find(|operation| operation.spec == spec && operation.operation_id == id);
        found
            .copied()
            .ok_or_else(|| Problem::unprocessable(format!("the spec {spec} has no operation {id}")))
    }

    async fn roles_asked_about(&self, body: &ExplainAccess) -> Result<Vec<String>, Problem> {
        match (&body.subject, &body.roles) {
            (None, Some(roles)) => Ok(roles.iter().map(ToString::to_string).collect()),
            (Some(subject), None) => {
                let roles = self.parts.owners.roles_of(subject).await?;
                roles.ok_or_else(|| Problem::unprocessable(format!("nobody is known as {subject}")))
            }
            _ => Err(Problem::unprocessable("give either a subject or roles")),
        }
    }
}

fn explanation(
    operation: &OperationInfo,
    roles: &[String],
    matrix: &Matrix,
) -> Result<AccessExplanation, Problem> {
    let public = operation.security.is_public();
    let needed = operation.security.scopes;
    let (known, unknown): (Vec<&str>, Vec<&str>) = roles
        .iter()
        .map(String::as_str)
        .partition(|role| matrix.roles().contains_key(*role));
    let needs = needed.iter().map(|&scope| need(scope, &known, matrix));
    let needs: Vec<NeededScope> = needs.collect::<Result<_, _>>()?;
    let allowed = public || needs.iter().all(|need| !need.held_through.is_empty());
    let would_help = if allowed {
        Vec::new()
    } else {
        matrix.granting(needed)
    };
    Ok(AccessExplanation {
        allowed,
        public,
        roles: names(roles.iter().map(String::as_str))?,
        unknown_roles: names(unknown)?,
        needs,
        would_help: names(would_help)?,
    })
}

fn need(scope: &str, roles: &[&str], matrix: &Matrix) -> Result<NeededScope, Problem> {
    let granted_by = matrix.granting(&[scope]);
    let held = granted_by.iter().copied().filter(|role| roles.contains(role));
    Ok(NeededScope {
        scope: said(scope)?,
        held_through: names(held)?,
        granted_by: names(granted_by.iter().copied())?,
    })
}
