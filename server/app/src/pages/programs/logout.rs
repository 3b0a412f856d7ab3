//! Signing out where a program asks for it: a button, because anybody can send a browser here.

use std::sync::Arc;

use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use super::{onward, parameter};
use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::reply::let_forms_lead_out;

/// The field and the parameter by which Hydra asks.
pub(in crate::pages) const CHALLENGE: &str = "logout_challenge";

#[derive(Serialize)]
struct Asked {
    challenge: Option<String>,
}

/// Asks.
pub(in crate::pages) async fn ask(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let challenge = parameter(&visit, CHALLENGE);
    if let (Some(challenge), Some(programs)) = (&challenge, &site.parts.programs) {
        programs.hydra.logout_request(challenge).await?;
    }
    let mut response = site.answer(&visit.frame, 200, "programs/logout.html", Asked { challenge })?;
    let_forms_lead_out(&mut response);
    Ok(response)
}

impl Site {
    /// Where the browser goes once its person is signed out, if a program asked for that.
    pub(in crate::pages) async fn after_sign_out(&self, visit: &Visit) -> Result<Option<String>, Problem> {
        let challenge = visit.form.get(CHALLENGE);
        match &self.parts.programs {
            Some(programs) if !challenge.is_empty() => {
                let to = programs.hydra.accept_logout(challenge).await?;
                Ok(Some(onward(&to)?))
            }
            _ => Ok(None),
        }
    }
}
