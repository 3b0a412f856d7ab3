//! Where the authorization server of a Crochet is: the server says it (RFC 9728), and that one says the rest (RFC 8414).

use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::exchange::OauthError;

/// Where a server says who gives tokens for it.
const RESOURCE: &str = "/.well-known/oauth-protected-resource";
/// Where an authorization server says how.
const SERVER: &str = "/.well-known/openid-configuration";

/// What a server says about the tokens that it takes.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Resource {
    authorization_servers: Vec<String>,
    #[serde(default)]
    pub(super) scopes_supported: Vec<String>,
    /// What it is called in them.
    pub(super) audience: String,
    /// The name under which the command line is registered.
    pub(super) terminal_client: String,
}

/// How tokens are had.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct AuthorizationServer {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) revocation_endpoint: String,
}

/// What the server at this address says, and who gives tokens for it.
pub(super) async fn discover(
    http: &Client,
    server: &str,
) -> Result<(Resource, AuthorizationServer), OauthError> {
    let resource: Resource = read(http, &format!("{}{RESOURCE}", server.trim_end_matches('/')))
        .await?
        .ok_or_else(|| OauthError::NotOffered(server.to_owned()))?;
    let issuer = resource.authorization_servers.first();
    let issuer = issuer.ok_or_else(|| OauthError::NotOffered(server.to_owned()))?;
    let unlike = || OauthError::Unexpected(format!("{issuer} does not say where to get one"));
    let address = format!("{}{SERVER}", issuer.trim_end_matches('/'));
    let described: AuthorizationServer = read(http, &address).await?.ok_or_else(unlike)?;
    if described.issuer != *issuer {
        // Or one server could have us talk to another in its name.
        return Err(unlike());
    }
    Ok((resource, described))
}

async fn read<T: DeserializeOwned>(http: &Client, address: &str) -> Result<Option<T>, OauthError> {
    let url = Url::parse(address).map_err(|_| OauthError::Address(address.to_owned()))?;
    let away = |error: reqwest::Error| OauthError::Away(error.to_string());
    let answer = http.get(url).send().await.map_err(away)?;
    match answer.status().as_u16() {
        404 => Ok(None),
        200 => answer
            .json()
            .await
            .map(Some)
            .map_err(|_| OauthError::Unexpected(format!("{address} says something else"))),
        status => Err(OauthError::Away(format!("{address} answers {status}"))),
    }
}
