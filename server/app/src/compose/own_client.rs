//! The client with which this process gets tokens to call others, where it has one of its own.

use crochet_auth::roles::SERVICE;
use crochet_client::{ClientCredentials, OauthError};
use crochet_platform::config::OauthSettings;
use crochet_platform::local::{FileError, SecretFile};
use secrecy::ExposeSecret as _;

/// A client that cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum OwnClientError {
    /// Nobody said where tokens are had.
    #[error("oauth.client_id needs oauth.hydra_url: there its tokens are had")]
    NoUrl,
    /// Nobody said what its secret is.
    #[error("oauth.client_id needs oauth.client_secret_file, or oauth.client_secret")]
    NoSecret,
    /// The file with its secret cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Where tokens are had is no address.
    #[error(transparent)]
    Oauth(#[from] OauthError),
}

/// The client that these settings name. It asks for whatever our own processes need.
pub(super) fn of(settings: &OauthSettings) -> Result<Option<ClientCredentials>, OwnClientError> {
    let Some(id) = &settings.client_id else {
        return Ok(None);
    };
    let hydra = settings.hydra_url.as_ref().ok_or(OwnClientError::NoUrl)?;
    let token_url = format!("{}/oauth2/token", hydra.trim_end_matches('/'));
    let client = ClientCredentials::new(&token_url, id, secret(settings)?)?;
    let scopes = SERVICE.scopes();
    Ok(Some(client.scopes(scopes).audience(&settings.audience)))
}

fn secret(settings: &OauthSettings) -> Result<String, OwnClientError> {
    if let Some(secret) = &settings.client_secret {
        return Ok(secret.expose_secret().to_owned());
    }
    let file = settings.client_secret_file.as_ref();
    let found = file
        .map(|file| SecretFile::at(file).read())
        .transpose()?
        .flatten();
    found.ok_or(OwnClientError::NoSecret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> OauthSettings {
        OauthSettings {
            hydra_url: Some("http://127.0.0.1:4444".to_owned()),
            client_id: Some("worker".to_owned()),
            ..OauthSettings::default()
        }
    }

    #[test]
    fn a_client_needs_a_secret_and_a_place_to_get_tokens() {
        assert!(of(&OauthSettings::default()).unwrap().is_none());
        assert!(matches!(of(&settings()), Err(OwnClientError::NoSecret)));
        let nowhere = OauthSettings {
            hydra_url: None,
            ..settings()
        };
        assert!(matches!(of(&nowhere), Err(OwnClientError::NoUrl)));
        let given = OauthSettings {
            client_secret: Some("s3cret".to_owned().into()),
            ..settings()
        };
        assert!(of(&given).unwrap().is_some());
    }

    #[test]
    fn a_secret_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let from_file = OauthSettings {
            client_secret_file: Some(file.clone()),
            ..settings()
        };
        assert!(
            matches!(of(&from_file), Err(OwnClientError::NoSecret)),
            "there is no such file"
        );
        std::fs::write(file, "s3cret\n").unwrap();
        assert_eq!(secret(&from_file).unwrap(), "s3cret");
    }
}
