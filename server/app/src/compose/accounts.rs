//! The people whom Kratos keeps, if the configuration names one.

use std::sync::Arc;

use crochet_auth::flows::KratosFlows;
use crochet_auth::{HydraAdmin, KratosPeople, KratosSessions};
use crochet_platform::config::PeopleSettings;

use crate::pages::Accounts;
use crate::proxy::{KRATOS, Proxy};

/// A Kratos that cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// One of its two addresses is missing.
    #[error("people.kratos_url and people.kratos_admin_url are set together or not at all")]
    Half,
    /// The setting of this name is none.
    #[error("{0} is not the address of a server; write http://HOST:PORT or https://HOST:PORT")]
    Address(&'static str),
}

const PUBLIC: AccountsError = AccountsError::Address("people.kratos_url");
const ADMIN: AccountsError = AccountsError::Address("people.kratos_admin_url");

/// What a process knows people by.
pub(super) struct Kept {
    /// Their sessions, not remembered yet.
    pub(super) sessions: Arc<KratosSessions>,
    /// Themselves.
    pub(super) people: Arc<KratosPeople>,
    /// Their pages.
    pub(super) accounts: Arc<Accounts>,
}

/// The people of the Kratos that these settings name, who let programs in at `hydra`.
pub(super) fn of(
    settings: &PeopleSettings,
    hydra: Option<&HydraAdmin>,
) -> Result<Option<Kept>, AccountsError> {
    let (public, admin) = match (&settings.kratos_url, &settings.kratos_admin_url) {
        (None, None) => return Ok(None),
        (Some(public), Some(admin)) => (public, admin),
        _ => return Err(AccountsError::Half),
    };
    let mut people = KratosPeople::at(admin).map_err(|_| ADMIN)?;
    if let Some(hydra) = hydra {
        people = people.with_programs(hydra.clone());
    }
    let people = Arc::new(people);
    Ok(Some(Kept {
        sessions: Arc::new(KratosSessions::at(public).map_err(|_| PUBLIC)?),
        accounts: Arc::new(Accounts {
            flows: KratosFlows::at(public).map_err(|_| PUBLIC)?,
            people: people.clone(),
            proxy: Arc::new(Proxy::to(public, &KRATOS).map_err(|_| PUBLIC)?),
        }),
        people,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(public: Option<&str>, admin: Option<&str>) -> PeopleSettings {
        PeopleSettings {
            kratos_url: public.map(str::to_owned),
            kratos_admin_url: admin.map(str::to_owned),
        }
    }

    #[test]
    fn a_kratos_is_configured_whole_or_not_at_all() {
        let (public, admin) = ("http://127.0.0.1:4433", "http://127.0.0.1:4434");
        assert!(of(&settings(None, None), None).unwrap().is_none());
        assert!(of(&settings(Some(public), Some(admin)), None).unwrap().is_some());
        for half in [settings(Some(public), None), settings(None, Some(admin))] {
            assert!(matches!(of(&half, None), Err(AccountsError::Half)));
        }
        assert!(matches!(
            of(&settings(Some(public), Some("kratos")), None),
            Err(AccountsError::Address("people.kratos_admin_url"))
        ));
    }
}
