//! One exchange with an authorization server, and what can go wrong with it.

use std::pin::Pin;
use std::time::Duration;

use oauth2::basic::{BasicErrorResponse, BasicTokenResponse};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError, TokenResponse as _};
use reqwest::Client;
use reqwest::redirect::Policy;
use thiserror::Error;

/// To open a connection.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// For a whole exchange.
const EXCHANGE_MAX: Duration = Duration::from_secs(15);
/// The largest answer: a token is some hundred bytes, a description some thousand.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// How long a token is used that does not say how long it is good.
const GOOD_UNSAID: Duration = Duration::from_secs(60);

/// Why there is no token. It never holds a secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OauthError {
    /// An address that is none.
    #[error("`{0}` is no address of a server")]
    Address(String),
    /// The server gives no tokens.
    #[error("{0} lets nobody sign in from here: it has no OAuth2")]
    NotOffered(String),
    /// The authorization server refuses.
    #[error("refused: {0}")]
    Refused(String),
    /// It does not answer.
    #[error("the authorization server does not answer: {0}")]
    Away(String),
    /// It answers what no authorization server may.
    #[error("the authorization server gave no token: {0}")]
    Unexpected(String),
    /// The browser came back with something else than it was sent for.
    #[error("the answer belongs to another sign-in; begin again")]
    Foreign,
    /// Nobody has signed in, or they have signed out.
    #[error("nobody is signed in; `crochet login` signs in")]
    SignedOut,
    /// The file with the token cannot be read or written.
    #[error("{path} cannot be used")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// A token that was just given.
pub(super) struct Given {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    pub(super) lasts: Duration,
}

impl From<BasicTokenResponse> for Given {
    fn from(said: BasicTokenResponse) -> Self {
        Self {
            access: said.access_token().secret().clone(),
            refresh: said.refresh_token().map(|token| token.secret().clone()),
            lasts: said.expires_in().unwrap_or(GOOD_UNSAID),
        }
    }
}

/// The way to authorization servers: redirections are not followed, because a secret would go with them.
pub(super) fn http() -> Result<Http, OauthError> {
    let http = Client::builder()
        .connect_timeout(CONNECT_MAX)
        .timeout(EXCHANGE_MAX)
        .redirect(Policy::none())
        .build();
    http.map(Http)
        .map_err(|error| OauthError::Away(error.to_string()))
}

/// HTTP as the `oauth2` crate wants it.
pub(super) struct Http(pub(super) Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = SendError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, SendError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(send(&self.0, request))
    }
}

async fn send(http: &Client, request: HttpRequest) -> Result<HttpResponse, SendError> {
    let mut answer = http.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER_BYTES_MAX {
            return Err(SendError::TooLong);
        }
    }
    response.body(body).map_err(SendError::from)
}

/// No answer to a request.
#[derive(Debug, Error)]
pub(super) enum SendError {
    /// No connection, or one that broke.
    #[error("{0}")]
    Broken(String),
    /// An answer without end.
    #[error("it says too much")]
    TooLong,
}

impl From<reqwest::Error> for SendError {
    fn from(error: reqwest::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        Self::Broken(text)
    }
}

impl From<http::Error> for SendError {
    fn from(error: http::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// What an exchange that gave no token says to people.
pub(super) fn failed(error: RequestTokenError<SendError, BasicErrorResponse>) -> OauthError {
    match error {
        RequestTokenError::ServerResponse(said) => {
            let reason = said.error_description().cloned();
            OauthError::Refused(reason.unwrap_or_else(|| said.error().as_ref().to_owned()))
        }
        RequestTokenError::Request(error) => OauthError::Away(error.to_string()),
        // Not the answer itself: it may hold a token.
        RequestTokenError::Parse(..) => OauthError::Unexpected("its answer cannot be read".to_owned()),
        RequestTokenError::Other(text) => OauthError::Unexpected(text),
    }
}
