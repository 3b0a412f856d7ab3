//! What a process depends on: its database, the other processes that it calls, and those who keep people and programs.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::platform::PlatformApi;
use crochet_auth::OryServer;
use crochet_openapi::{Identity, RequestContext};
use crochet_store::Store;

use crate::services::Check;

/// No key has this prefix; looking it up is one read of an index.
const NO_PREFIX: &str = "-";

/// The database of this process: it can be read, and the disk took every write of late.
pub(crate) struct DatabaseCheck(pub(crate) Store);

#[async_trait]
impl Check for DatabaseCheck {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn check(&self) -> Result<(), String> {
        if let Some(fault) = self.0.disk_fault() {
            return Err(fault.to_owned());
        }
        let found = self.0.keys().find(NO_PREFIX).await;
        found.map(drop).map_err(|error| error.to_string())
    }
}

/// The platform service of another process, without which nobody is recognised here.
pub(crate) struct PlatformCheck {
    pub(crate) platform: Arc<dyn PlatformApi>,
    pub(crate) identity: Identity,
}

#[async_trait]
impl Check for PlatformCheck {
    fn name(&self) -> &'static str {
        "platform"
    }

    async fn check(&self) -> Result<(), String> {
        let caller = self.identity.alone(RequestContext::new());
        self.platform
            .check_liveness(&caller)
            .await
            .map(drop)
            .map_err(|problem| problem.to_string())
    }
}

/// Kratos or Hydra. Whoever brings an API key goes on without them, so requests stay welcome.
pub(crate) struct OryCheck {
    pub(crate) name: &'static str,
    pub(crate) server: OryServer,
}

#[async_trait]
impl Check for OryCheck {
    fn name(&self) -> &str {
        self.name
    }

    fn is_needed(&self) -> bool {
        false
    }

    async fn check(&self) -> Result<(), String> {
        if self.server.is_ready().await {
            Ok(())
        } else {
            Err("does not say that it is ready".to_owned())
        }
    }
}
