//! Checks keys, and keeps up with the role matrix, by asking the platform service of another process.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::platform::{
    CallerKind as Kind, IntrospectKey, PlatformApi, ReadRoleMatrixParams, ReadRoleMatrixResponse,
};
use crochet_auth::matrix::{Grants, Matrix, MatrixSource, SavedMatrix};
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

/// Asks `platform` for the role matrix, under the authority of this process.
pub(crate) struct RemoteMatrices {
    pub(crate) platform: Arc<dyn PlatformApi>,
    pub(crate) identity: Identity,
    /// The scopes of this release.
    pub(crate) scopes: Vec<&'static str>,
}

#[async_trait]
impl MatrixSource for RemoteMatrices {
    async fn newer_than(&self, version: u64) -> Result<Option<Matrix>, Problem> {
        let caller = self.identity.alone(RequestContext::new());
        let params = ReadRoleMatrixParams::default();
        let answer = self.platform.read_role_matrix(&caller, params).await?;
        let ReadRoleMatrixResponse::Ok { body, .. } = answer else {
            return Ok(None);
        };
        let latest = u64::try_from(body.version.get()).unwrap_or(0);
        if latest == version {
            return Ok(None);
        }
        let roles = body.roles.into_iter().map(|role| {
            let scopes = role.scopes.0.iter().map(ToString::to_string).collect();
            let description = role.description.into();
            (role.name.into(), Grants { description, scopes })
        });
        let saved = SavedMatrix {
            scopes_known: self.scopes.iter().map(|&scope| scope.to_owned()).collect(),
            roles: roles.collect(),
        };
        Ok(Some(Matrix::restore(latest, saved, self.scopes.iter().copied())))
    }
}
