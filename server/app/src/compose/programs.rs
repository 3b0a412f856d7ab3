//! The programs to which Hydra gives tokens, if the configuration names one.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_auth::matrix::Matrices;
use crochet_auth::{HydraAdmin, HydraTokens, Owners, TokenAuthenticator, Trusted};
use crochet_openapi::Problem;
use crochet_platform::config::OauthSettings;

use crate::pages::Programs;
use crate::proxy::{HYDRA, Proxy};

/// A Hydra that cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum ProgramsError {
    /// One of its settings is missing.
    #[error("oauth.issuer, oauth.hydra_url and oauth.hydra_admin_url are set together or not at all")]
    Half,
    /// The setting of this name is no address.
    #[error("{0} is not the address of a server; write http://HOST:PORT or https://HOST:PORT")]
    Address(&'static str),
}

const PUBLIC: ProgramsError = ProgramsError::Address("oauth.hydra_url");
const ADMIN: ProgramsError = ProgramsError::Address("oauth.hydra_admin_url");

/// A Hydra that gives tokens for us.
pub(super) struct Given {
    public: String,
    admin_url: String,
    /// What it is asked and told.
    pub(super) admin: HydraAdmin,
}

/// The Hydra that these settings name. Where a process only calls others it need know nothing but where tokens are had.
pub(super) fn of(settings: &OauthSettings) -> Result<Option<Given>, ProgramsError> {
    let (issuer, public, admin_url) = match (&settings.issuer, &settings.hydra_url, &settings.hydra_admin_url)
    {
        (None, None, None) => return Ok(None),
        (None, Some(_), None) if settings.client_id.is_some() => return Ok(None),
        (Some(issuer), Some(public), Some(admin)) => (issuer, public, admin),
        _ => return Err(ProgramsError::Half),
    };
    let trusted = Trusted {
        issuer: issuer.clone(),
        audience: settings.audience.clone(),
    };
    Ok(Some(Given {
        public: public.clone(),
        admin_url: admin_url.clone(),
        admin: HydraAdmin::at(admin_url, trusted).map_err(|_| ADMIN)?,
    }))
}

impl Given {
    /// Makes callers of its tokens; without `owners` there are no people, and only programs that act for themselves.
    pub(super) fn tokens(
        &self,
        owners: Option<Arc<dyn Owners>>,
        matrices: &Arc<Matrices>,
        memory: Duration,
    ) -> Result<Arc<TokenAuthenticator>, ProgramsError> {
        let checker = HydraTokens::at(&self.public, &self.admin_url, self.admin.trusted(), memory);
        // The other address was taken already.
        let checker = checker.map_err(|_| PUBLIC)?;
        Ok(Arc::new(TokenAuthenticator::new(
            Arc::new(checker),
            owners.unwrap_or_else(|| Arc::new(Nobody)),
            matrices.clone(),
            memory,
        )))
    }

    /// What its pages need.
    pub(super) fn pages(&self, scopes: Vec<&'static str>) -> Result<Arc<Programs>, ProgramsError> {
        let proxy = Proxy::to(&self.public, &HYDRA).map_err(|_| PUBLIC)?;
        Ok(Arc::new(Programs::new(self.admin.clone(), proxy, scopes)))
    }
}

/// Where nobody keeps people there are none.
struct Nobody;

#[async_trait]
impl Owners for Nobody {
    async fn roles_of(&self, _: &str) -> Result<Option<Vec<String>>, Problem> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(issuer: Option<&str>, public: Option<&str>, admin: Option<&str>) -> OauthSettings {
        OauthSettings {
            issuer: issuer.map(str::to_owned),
            hydra_url: public.map(str::to_owned),
            hydra_admin_url: admin.map(str::to_owned),
            ..OauthSettings::default()
        }
    }

    #[test]
    fn a_hydra_is_configured_whole_or_not_at_all() {
        let issuer = Some("http://localhost:7878/.ory/hydra");
        let (public, admin) = (Some("http://127.0.0.1:4444"), Some("http://127.0.0.1:4445"));
        assert!(of(&settings(None, None, None)).unwrap().is_none());
        assert!(of(&settings(issuer, public, admin)).unwrap().is_some());
        for half in [
            settings(issuer, public, None),
            settings(issuer, None, admin),
            settings(None, public, admin),
            settings(None, public, None),
        ] {
            assert!(matches!(of(&half), Err(ProgramsError::Half)), "{half:?}");
        }
        let wrong = settings(issuer, public, Some("hydra"));
        assert!(matches!(
            of(&wrong),
            Err(ProgramsError::Address("oauth.hydra_admin_url"))
        ));
    }

    #[test]
    fn a_process_that_only_calls_others_needs_to_know_where_tokens_are_had() {
        let mut caller = settings(None, Some("http://127.0.0.1:4444"), None);
        caller.client_id = Some("worker".to_owned());
        assert!(of(&caller).unwrap().is_none());
    }
}
