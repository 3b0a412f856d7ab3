//! The keys that the first start makes: one for the local admin, one for our own processes.
//!
//! They stand in files that only the owner of the data folder can read; the store knows their hashes. A file whose key
//! the store does not know (a restored backup, an edited file), or whose key is of a release that had fewer scopes, gets a
//! new key rather than a server nobody can enter.

use std::path::Path;
use std::sync::Arc;

use crochet_auth::roles::{ADMIN, Role, SERVICE};
use crochet_auth::{ApiKey, KeyAuthenticator};
use crochet_domain::ports::{Keys, KeysError, NewKey};
use crochet_openapi::Problem;
use crochet_platform::local::{FileError, SecretFile};

/// The key of the local admin.
pub(crate) const ADMIN_FILE: &str = "admin.key";
/// The key with which our own processes call each other.
pub(crate) const SERVICE_FILE: &str = "service.key";
/// How often another prefix is tried when one is taken.
const ATTEMPTS_MAX: usize = 3;

/// A key that cannot be made or kept.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Its file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its record.
    #[error("the first keys could not be stored")]
    Keys(#[from] KeysError),
    /// The check of a key that is there already.
    #[error("the first keys could not be checked: {0}")]
    Check(Problem),
}

struct First {
    file: &'static str,
    name: &'static str,
    owner: &'static str,
    role: Role,
}

const FIRST: [First; 2] = [
    First {
        file: ADMIN_FILE,
        name: "local admin",
        owner: "admin",
        role: ADMIN,
    },
    First {
        file: SERVICE_FILE,
        name: "own processes",
        owner: "service:crochet",
        role: SERVICE,
    },
];

/// Sees to it that both keys are there and valid.
pub(crate) async fn ensure(
    folder: &Path,
    keys: &Arc<dyn Keys>,
    authenticator: &KeyAuthenticator,
) -> Result<(), CredentialError> {
    for first in FIRST {
        let file = SecretFile::at(folder.join(first.file));
        if !is_good(&file, first.role, authenticator).await? {
            let key = make(&first, keys).await?;
            file.write(key.reveal())?;
        }
    }
    Ok(())
}

/// Whether the key in the file lets its bearer do all that the role grants.
async fn is_good(
    file: &SecretFile,
    role: Role,
    authenticator: &KeyAuthenticator,
) -> Result<bool, CredentialError> {
    let Some(Ok(key)) = file.read()?.map(|text| ApiKey::parse(&text)) else {
        return Ok(false);
    };
    let verified = authenticator.verify(&key).await.map_err(CredentialError::Check)?;
    Ok(verified.is_some_and(|key| role.scopes().all(|scope| key.scopes.contains(scope))))
}

async fn make(first: &First, keys: &Arc<dyn Keys>) -> Result<ApiKey, CredentialError> {
    let mut attempts = 1;
    loop {
        let key = ApiKey::generate();
        let stored = keys.create(NewKey {
            name: first.name.to_owned(),
            prefix: key.prefix().to_owned(),
            hash: key.hash().as_bytes().to_vec(),
            owner: first.owner.to_owned(),
            scopes: first.role.scopes().map(str::to_owned).collect(),
            expires_at: None,
        });
        match stored.await {
            Ok(_) => return Ok(key),
            Err(KeysError::PrefixTaken) if attempts < ATTEMPTS_MAX => attempts += 1,
            Err(error) => return Err(error.into()),
        }
    }
}
