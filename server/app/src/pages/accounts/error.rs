//! The page that Kratos sends a browser to when a flow goes wrong outside any form.

use std::sync::Arc;

use crochet_auth::flows::FlowError;
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use super::{Accounts, RETRY_AFTER_S};
use crate::pages::Site;
use crate::pages::endpoint::Visit;

#[derive(Serialize, Default)]
struct Shown {
    message: Option<String>,
    reason: Option<String>,
}

/// Shows it.
pub(super) async fn show(
    accounts: Arc<Accounts>,
    site: Arc<Site>,
    visit: Visit,
) -> Result<Response, Problem> {
    let query = visit.request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let id = pairs.find_map(|(name, value)| (name == "id").then(|| value.into_owned()));
    let shown = match accounts.flows.error(id.as_deref().unwrap_or_default()).await {
        Ok(error) => Shown {
            message: Some(error.message).filter(|message| !message.is_empty()),
            reason: error.reason,
        },
        Err(FlowError::Unavailable) => {
            return Err(Problem::unavailable("nobody can sign in now", RETRY_AFTER_S));
        }
        Err(_) => Shown::default(),
    };
    site.answer(&visit.frame, 400, "flows/error.html", shown)
}
