//! Checks keys by asking the platform service of another process.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::platform::{CallerKind as Kind, IntrospectKey, PlatformApi};
use crochet_auth::{ApiKey, KeyChecker, VerifiedKey};
use crochet_openapi::{CallerKind, Identity, Problem, RequestContext, Scopes};

use crate::services::said;

/// Asks `platform` whom a key belongs to, under the authority of this process.
pub(crate) struct Introspection {
    pub(crate) platform: Arc<dyn PlatformApi>,
    pub(crate) identity: Identity,
}

#[async_trait]
impl KeyChecker for Introspection {
    async fn check(&self, presented: &ApiKey) -> Result<Option<VerifiedKey>, Problem> {
        let caller = self.identity.alone(RequestContext::new());
        let body = IntrospectKey {
            secret: said(presented.reveal())?,
        };
        let found = self.platform.introspect_key(&caller, body).await?;
        let Some(known) = found.caller.filter(|_| found.active) else {
            return Ok(None);
        };
        Ok(Some(VerifiedKey {
            subject: known.subject.as_str().into(),
            kind: if known.kind == Kind::Service {
                CallerKind::Service
            } else {
                CallerKind::Key
            },
            scopes: known
                .scopes
                .iter()
                .map(crochet_api::platform::Scope::as_str)
                .collect::<Scopes>(),
            expires_at: found.expires_at,
        }))
    }
}
