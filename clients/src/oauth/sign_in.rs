//! A person lets a program on their own machine in: authorization code with PKCE (RFC 7636, RFC 8252).
//!
//! The browser carries the code, the program alone knows the secret that makes a token of it.

use std::borrow::Cow;

use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenUrl,
};

use super::discovery::{AuthorizationServer, Resource, discover};
use super::exchange::{self, Given, Http, OauthError};
use super::file::Login;

/// With it a login lasts longer than its first token.
const STAY: &str = "offline_access";

/// A sign-in that a browser is sent for.
pub struct SignIn {
    server: String,
    client: String,
    authorization: AuthorizationServer,
    redirect: RedirectUrl,
    verifier: PkceCodeVerifier,
    state: CsrfToken,
    url: String,
    http: Http,
}

/// What the browser brings back, in its query.
#[derive(Default)]
struct Brought {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl SignIn {
    /// Begins to sign in at the server of this address; the browser is to come back to `redirect`. Without `scopes` it
    /// asks for whatever the server knows, and the person gets what they may.
    ///
    /// # Errors
    /// When the server gives no tokens, or does not answer.
    pub async fn begin(server: &str, redirect: &str, scopes: &[String]) -> Result<Self, OauthError> {
        let http = exchange::http()?;
        let (resource, authorization) = discover(&http.0, server).await?;
        let redirect = RedirectUrl::new(redirect.to_owned());
        let redirect = redirect.map_err(|error| OauthError::Address(error.to_string()))?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = url(&resource, &authorization, &redirect, challenge, scopes)?;
        Ok(Self {
            server: server.trim_end_matches('/').to_owned(),
            client: resource.terminal_client,
            authorization,
            redirect,
            verifier,
            state,
            url,
            http,
        })
    }

    /// Where the browser goes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it with the query that the browser came back with.
    ///
    /// # Errors
    /// When the person refused, when the answer is of another sign-in, or when there is no token for it.
    pub async fn finish(self, query: &str) -> Result<Login, OauthError> {
        let brought = brought(query);
        if brought.state.as_deref() != Some(self.state.secret()) {
            return Err(OauthError::Foreign);
        }
        if let Some(error) = brought.error {
            return Err(OauthError::Refused(brought.error_description.unwrap_or(error)));
        }
        let code = brought.code.ok_or(OauthError::Foreign)?;
        let token_url = token_url(&self.authorization.token_endpoint)?;
        let client = BasicClient::new(ClientId::new(self.client.clone())).set_token_uri(token_url);
        let given: Given = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(self.verifier)
            .set_redirect_uri(Cow::Borrowed(&self.redirect))
            .request_async(&self.http)
            .await
            .map_err(exchange::failed)?
            .into();
        Ok(Login::new(
            self.server,
            self.client,
            self.authorization.token_endpoint,
            self.authorization.revocation_endpoint,
            given,
        ))
    }
}

fn url(
    resource: &Resource,
    authorization: &AuthorizationServer,
    redirect: &RedirectUrl,
    challenge: PkceCodeChallenge,
    scopes: &[String],
) -> Result<(String, CsrfToken), OauthError> {
    let endpoint = &authorization.authorization_endpoint;
    let endpoint = AuthUrl::new(endpoint.clone()).map_err(|_| OauthError::Address(endpoint.clone()))?;
    let wanted = if scopes.is_empty() {
        &resource.scopes_supported
    } else {
        scopes
    };
    let client = BasicClient::new(ClientId::new(resource.terminal_client.clone())).set_auth_uri(endpoint);
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .set_redirect_uri(Cow::Borrowed(redirect))
        .set_pkce_challenge(challenge)
        .add_scopes(wanted.iter().cloned().map(Scope::new))
        .add_scope(Scope::new(STAY.to_owned()))
        .add_extra_param("audience", &resource.audience)
        .url();
    Ok((url.into(), state))
}

pub(super) fn token_url(address: &str) -> Result<TokenUrl, OauthError> {
    TokenUrl::new(address.to_owned()).map_err(|_| OauthError::Address(address.to_owned()))
}

fn brought(query: &str) -> Brought {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut brought = Brought::default();
    for (name, value) in pairs {
        let place = match &*name {
            "code" => &mut brought.code,
            "state" => &mut brought.state,
            "error" => &mut brought.error,
            "error_description" => &mut brought.error_description,
            _ => continue,
        };
        *place = Some(value.into_owned());
    }
    brought
}
