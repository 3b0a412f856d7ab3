//! API keys: made, shown without their secrets, rotated, revoked, and recognised for other processes.
//!
//! A key never has more scopes than the caller who makes it, so nobody gains by making one; and nobody ends
//! one that may do more than they, so nobody locks out those above them.

mod own;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_api::common::{EntityTag, PageToken};
use crochet_api::platform::{
    CallerInfo, CreateKeyResponse, CreateOwnKeyResponse, CreatedKey, IntrospectKey, IntrospectedKey, Key,
    KeyId, KeyPage, KeysOperations, ListKeysParams, ListOwnKeysParams, NewKey, ReadKeyParams,
    ReadKeyResponse, ReadOwnKeyParams, ReadOwnKeyResponse, RevokeKeyParams, RevokeOwnKeyParams, RotateKey,
    RotateKeyParams, RotateKeyResponse, RotateOwnKeyParams, RotateOwnKeyResponse,
};
use crochet_auth::matrix::{Matrices, Matrix};
use crochet_auth::roles::SERVICE;
use crochet_auth::{ApiKey, KeyAuthenticator};
use crochet_domain::ports::{self, Clock, KeyRecord, Keys};
use crochet_openapi::{Caller, Problem, etag};
use crochet_platform::telemetry::events::AppEvent;

use super::access::{kind, scopes};
use crate::services::problems::{changed, problem};
use crate::services::wire::{page, said, said_page};

const KEY_RULE: &str = "a key never has more scopes than its maker";

/// Operations on the keys in the store of this process.
pub struct KeyService {
    keys: Arc<dyn Keys>,
    authenticator: Arc<KeyAuthenticator>,
    matrices: Arc<Matrices>,
    clock: Arc<dyn Clock>,
}

impl KeyService {
    /// The service on these ports; `authenticator` checks what is introspected and forgets what is revoked, `matrices`
    /// know what a role grants.
    pub fn new(
        keys: Arc<dyn Keys>,
        authenticator: Arc<KeyAuthenticator>,
        matrices: Arc<Matrices>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            keys,
            authenticator,
            matrices,
            clock,
        }
    }

    async fn found(&self, id: KeyId) -> Result<KeyRecord, Problem> {
        self.keys.get(ports::KeyId(id.get())).await.map_err(problem)
    }

    /// A new key of the caller's.
    async fn make(&self, caller: &Caller, new: NewKey) -> Result<Made, Problem> {
        let matrix = self.matrices.now().await?;
        let wanted = wanted_scopes(&new, &matrix)?;
        within_callers(KEY_RULE, &wanted, caller, &matrix)?;
        let ends = new
            .expires_in_s
            .map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(1)));
        let key = ApiKey::generate();
        let stored = self.keys.create(ports::NewKey {
            name: new.name.into(),
            prefix: key.prefix().to_owned(),
            hash: key.hash().as_bytes().to_vec(),
            owner: caller.originator().to_string(),
            scopes: wanted.into_iter().collect(),
            expires_at: ends.map(|time| self.clock.now() + time),
        });
        made(stored.await.map_err(problem)?, &key)
    }

    /// A key in the place of `old`, which stays good for a while.
    async fn rotate(&self, caller: &Caller, old: KeyRecord, body: &RotateKey) -> Result<Made, Problem> {
        let matrix = self.matrices.now().await?;
        within_callers(KEY_RULE, &old.scopes.iter().cloned().collect(), caller, &matrix)?;
        let key = ApiKey::generate();
        let successor = ports::NewKey {
            name: old.name.clone(),
            prefix: key.prefix().to_owned(),
            hash: key.hash().as_bytes().to_vec(),
            owner: old.owner.clone(),
            scopes: old.scopes.clone(),
            expires_at: old.expires_at,
        };
        let overlap = Duration::from_secs(u64::try_from(body.overlap_s).unwrap_or(0));
        let rotated = self.keys.rotate(old.id, successor, self.clock.now() + overlap);
        let record = rotated.await.map_err(problem)?;
        self.authenticator.forget();
        made(record, &key)
    }

    /// Nobody ends a key that may do more than they.
    async fn not_stronger(&self, caller: &Caller, record: &KeyRecord) -> Result<(), Problem> {
        let matrix = self.matrices.now().await?;
        within_callers(KEY_RULE, &in_force(&record.scopes, &matrix), caller, &matrix)
    }

    async fn revoke(&self, record: &KeyRecord) -> Result<(), Problem> {
        self.keys.revoke(record.id).await.map_err(problem)?;
        self.authenticator.forget();
        AppEvent::KeyRevoked {
            prefix: &record.prefix,
        }
        .emit();
        Ok(())
    }

    async fn listed(
        &self,
        owner: Option<&str>,
        limit: i32,
        token: Option<PageToken>,
    ) -> Result<KeyPage, Problem> {
        let found = self.keys.list(owner, page(limit, token)).await;
        let (items, next_page) = said_page(found.map_err(problem)?, shown)?;
        Ok(KeyPage { items, next_page })
    }
}

/// A key that was just made, with its tag.
struct Made {
    key: CreatedKey,
    etag: EntityTag,
}

impl Made {
    /// Its address, below the list `keys`.
    fn location(&self, keys: &str) -> String {
        format!("/api/platform/v1/{keys}/{}", self.key.key.id.get())
    }
}

fn made(record: KeyRecord, key: &ApiKey) -> Result<Made, Problem> {
    AppEvent::KeyCreated {
        prefix: &record.prefix,
        owner: &record.owner,
    }
    .emit();
    let etag = tag(&record)?;
    let key = CreatedKey {
        secret: said(key.reveal())?,
        key: shown(record)?,
    };
    Ok(Made { key, etag })
}

/// The key, if it is still the one that the caller has seen.
fn unchanged(record: KeyRecord, if_match: Option<&EntityTag>) -> Result<KeyRecord, Problem> {
    let current = tag(&record)?;
    if etag::match_allows(if_match.map(AsRef::as_ref), &current) {
        Ok(record)
    } else {
        Err(changed(&current))
    }
}

#[async_trait]
impl KeysOperations for KeyService {
    async fn list_keys(&self, _: &Caller, params: ListKeysParams) -> Result<KeyPage, Problem> {
        self.listed(None, params.limit, params.page_token).await
    }

    async fn create_key(&self, caller: &Caller, body: NewKey) -> Result<CreateKeyResponse, Problem> {
        let made = self.make(caller, body).await?;
        Ok(CreateKeyResponse {
            location: made.location("keys"),
            body: made.key,
            etag: made.etag,
        })
    }

    async fn read_key(
        &self,
        _: &Caller,
        key_id: KeyId,
        params: ReadKeyParams,
    ) -> Result<ReadKeyResponse, Problem> {
        let record = self.found(key_id).await?;
        let etag = tag(&record)?;
        if etag::none_match_names(params.if_none_match.as_deref(), &etag) {
            return Ok(ReadKeyResponse::NotModified { etag });
        }
        let body = shown(record)?;
        Ok(ReadKeyResponse::Ok { body, etag })
    }

    async fn revoke_key(
        &self,
        caller: &Caller,
        key_id: KeyId,
        params: RevokeKeyParams,
    ) -> Result<(), Problem> {
        let record = unchanged(self.found(key_id).await?, params.if_match.as_ref())?;
        self.not_stronger(caller, &record).await?;
        self.revoke(&record).await
    }

    async fn rotate_key(
        &self,
        caller: &Caller,
        key_id: KeyId,
        params: RotateKeyParams,
        body: RotateKey,
    ) -> Result<RotateKeyResponse, Problem> {
        let old = unchanged(self.found(key_id).await?, params.if_match.as_ref())?;
        let made = self.rotate(caller, old, &body).await?;
        Ok(RotateKeyResponse {
            location: made.location("keys"),
            body: made.key,
            etag: made.etag,
        })
    }

    async fn list_own_keys(&self, caller: &Caller, params: ListOwnKeysParams) -> Result<KeyPage, Problem> {
        let owner = Some(&**caller.originator());
        self.listed(owner, params.limit, params.page_token).await
    }

    async fn create_own_key(&self, caller: &Caller, body: NewKey) -> Result<CreateOwnKeyResponse, Problem> {
        own::only_people(caller)?;
        let made = self.make(caller, body).await?;
        Ok(CreateOwnKeyResponse {
            location: made.location("caller/keys"),
            body: made.key,
            etag: made.etag,
        })
    }

    async fn read_own_key(
        &self,
        caller: &Caller,
        key_id: KeyId,
        params: ReadOwnKeyParams,
    ) -> Result<ReadOwnKeyResponse, Problem> {
        let record = self.own(caller, key_id).await?;
        let etag = tag(&record)?;
        if etag::none_match_names(params.if_none_match.as_deref(), &etag) {
            return Ok(ReadOwnKeyResponse::NotModified { etag });
        }
        let body = shown(record)?;
        Ok(ReadOwnKeyResponse::Ok { body, etag })
    }

    async fn revoke_own_key(
        &self,
        caller: &Caller,
        key_id: KeyId,
        params: RevokeOwnKeyParams,
    ) -> Result<(), Problem> {
        let record = unchanged(self.own(caller, key_id).await?, params.if_match.as_ref())?;
        self.not_another_visitors(caller, &record).await?;
        self.revoke(&record).await
    }

    async fn rotate_own_key(
        &self,
        caller: &Caller,
        key_id: KeyId,
        params: RotateOwnKeyParams,
        body: RotateKey,
    ) -> Result<RotateOwnKeyResponse, Problem> {
        own::only_people(caller)?;
        let old = unchanged(self.own(caller, key_id).await?, params.if_match.as_ref())?;
        let made = self.rotate(caller, old, &body).await?;
        Ok(RotateOwnKeyResponse {
            location: made.location("caller/keys"),
            body: made.key,
            etag: made.etag,
        })
    }

    async fn introspect_key(&self, _: &Caller, body: IntrospectKey) -> Result<IntrospectedKey, Problem> {
        let nobody = IntrospectedKey {
            active: false,
            caller: None,
            expires_at: None,
        };
        let Ok(key) = ApiKey::parse(body.secret.as_str()) else {
            return Ok(nobody);
        };
        let Some(found) = self.authenticator.verify(&key).await? else {
            return Ok(nobody);
        };
        let caller = CallerInfo {
            subject: said(&*found.subject)?,
            kind: kind(found.kind),
            scopes: scopes(found.scopes.iter())?,
            on_behalf_of: None,
        };
        Ok(IntrospectedKey {
            active: true,
            caller: Some(caller),
            expires_at: found.expires_at,
        })
    }
}

/// The scopes of the role and those named beside it.
fn wanted_scopes(new: &NewKey, matrix: &Matrix) -> Result<BTreeSet<String>, Problem> {
    let mut wanted: BTreeSet<String> = new.scopes.iter().flatten().map(ToString::to_string).collect();
    if let Some(unknown) = wanted.iter().find(|scope| !matrix.knows(scope)) {
        return Err(Problem::unprocessable(format!("there is no scope {unknown}")));
    }
    match new.role.as_deref() {
        None => {}
        Some(role) if role == SERVICE.name => wanted.extend(SERVICE.scopes().map(str::to_owned)),
        Some(role) => match matrix.roles().get(role) {
            Some(grants) => wanted.extend(grants.scopes.iter().cloned()),
            None => {
                let roles: Vec<&str> = matrix.roles().keys().map(String::as_str).collect();
                let detail = format!("there is no role {role}; there are {}", roles.join(", "));
                return Err(Problem::unprocessable(detail));
            }
        },
    }
    if wanted.is_empty() {
        return Err(Problem::unprocessable("a key needs a role or scopes"));
    }
    Ok(wanted)
}

/// The scopes that permit something: not those that no operation knows any more, which nobody has.
fn in_force(scopes: &[String], matrix: &Matrix) -> BTreeSet<String> {
    let known = scopes.iter().filter(|scope| matrix.knows(scope));
    known.cloned().collect()
}

/// Nobody gives what they do not have; `rule` is how that is told.
pub(super) fn within_callers(
    rule: &str,
    wanted: &BTreeSet<String>,
    caller: &Caller,
    matrix: &Matrix,
) -> Result<(), Problem> {
    let missing: Vec<&str> = wanted
        .iter()
        .map(String::as_str)
        .filter(|scope| !caller.scopes.contains(scope))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::forbidden(format!("{rule}; you lack {}", missing.join(", ")));
    problem.granted_by = matrix.granting(&missing).into_iter().map(str::to_owned).collect();
    problem.missing = missing.into_iter().map(str::to_owned).collect();
    Err(problem)
}

fn shown(record: KeyRecord) -> Result<Key, Problem> {
    Ok(Key {
        id: said(record.id.0)?,
        prefix: record.prefix,
        name: said(record.name)?,
        owner: said(record.owner)?,
        scopes: scopes(record.scopes.iter().map(String::as_str))?,
        created_at: record.created_at,
        expires_at: record.expires_at,
        last_used_at: record.last_used_at,
        revoked_at: record.revoked_at,
        rotated_from: record.rotated_from.map(|id| said(id.0)).transpose()?,
    })
}

/// The last use is no part of the tag: `If-Match` guards against what people change, not against the key being used.
fn tag(record: &KeyRecord) -> Result<EntityTag, Problem> {
    let state = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or(0, |at| at.timestamp_millis());
    let (ends, revoked) = (state(record.expires_at), state(record.revoked_at));
    said(etag::strong(format!("{}-{ends}-{revoked}", record.prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_that_no_operation_knows_any_more_keeps_no_key_from_its_end() {
        let matrix = Matrix::built_in(["keys:write"]);
        let scopes = ["keys:write", "samovars:light"].map(str::to_owned);
        let counted: Vec<String> = in_force(&scopes, &matrix).into_iter().collect();
        assert_eq!(counted, ["keys:write"]);
    }
}
