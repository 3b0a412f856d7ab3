//! Links that sign a person in, where people do not sign in with Kratos.

use crochet_api::platform::{NewSignInLink, SignInLink};
use crochet_auth::LocalSessions;
use crochet_auth::matrix::Matrix;
use crochet_openapi::{Caller, Problem};
use crochet_platform::telemetry::events::AppEvent;

use super::keys::within_callers;

/// A new link; its maker has all that its role grants.
pub(super) async fn create(
    sessions: &LocalSessions,
    matrix: &Matrix,
    caller: &Caller,
    new: &NewSignInLink,
) -> Result<SignInLink, Problem> {
    let role = new.role.as_str();
    let Some(grants) = matrix.roles().get(role) else {
        return Err(Problem::unprocessable(format!("there is no role {role}")));
    };
    within_callers(
        "a link never has more scopes than its maker",
        &grants.scopes,
        caller,
        matrix,
    )?;
    let link = sessions.issue_link(role).await?;
    let by = caller.originator();
    AppEvent::SignInLinkCreated { role, by }.emit();
    Ok(SignInLink {
        path: format!("/signin/{}", link.ticket.reveal()),
        role: new.role.clone(),
        expires_at: link.expires_at,
    })
}

/// Nobody keeps sessions here or elsewhere.
pub(super) fn none_here() -> Problem {
    Problem::conflict("people do not sign in by links here")
}
