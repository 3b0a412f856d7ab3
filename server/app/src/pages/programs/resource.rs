//! What programs must know to get tokens for this server (RFC 9728): who gives them, for which scopes, in whose name.
//!
//! The command line asks this first, so here it is registered as a program, where it is not yet.

use std::sync::Arc;

use crochet_auth::Registration;
use crochet_openapi::Problem;
use poem::Response;
use poem::http::header::CONTENT_TYPE;
use serde_json::json;

use super::Programs;
use super::consent::OF_OPENID;

/// Where it is found.
pub(super) const PATH: &str = "/.well-known/oauth-protected-resource";
/// The name under which the command line is registered.
const TERMINAL: &str = "crochet-cli";
/// What people are asked about when they sign in on the command line.
const TERMINAL_NAME: &str = "Crochet on the command line";

/// Describes it.
pub(super) async fn describe(programs: Arc<Programs>) -> Result<Response, Problem> {
    programs.register_terminal().await?;
    let trusted = programs.hydra.trusted();
    let described = json!({
        "resource": resource(&trusted.issuer),
        "authorization_servers": [trusted.issuer],
        "bearer_methods_supported": ["header"],
        "scopes_supported": programs.scopes,
        "audience": trusted.audience,
        "terminal_client": TERMINAL,
    });
    Ok(Response::builder()
        .header(CONTENT_TYPE, "application/json")
        .body(described.to_string()))
}

impl Programs {
    /// Registers the command line, once for as long as this process lives.
    async fn register_terminal(&self) -> Result<(), Problem> {
        let register = async {
            let scopes: Vec<&str> = self.scopes.iter().copied().chain(OF_OPENID).collect();
            let us = &self.hydra.trusted().audience;
            let program = Registration::of_terminal(TERMINAL, TERMINAL_NAME, &scopes, us);
            self.hydra.register(&program).await
        };
        self.terminal.get_or_try_init(|| register).await?;
        Ok(())
    }
}

/// The address of this server: what stands before the way to Hydra.
fn resource(issuer: &str) -> &str {
    issuer.strip_suffix(crate::proxy::HYDRA.prefix).unwrap_or(issuer)
}
