//! Passes the browser's part of another server on under our own origin: Kratos's flows, Hydra's OAuth2 endpoints.
//!
//! One origin means no CORS and cookies that no other host sees. What may be asked is a list of methods and paths, and
//! what is passed on is a list of headers, in both directions: so the other server's administration cannot be reached
//! through it, and nobody can smuggle in who or where they are. Bodies and times are bounded. It must never know what the
//! other server does.

mod headers;
mod paths;

use std::time::Duration;

use bytes::Bytes;
use crochet_openapi::Problem;
use poem::error::ReadBodyError;
use poem::http::Method;
use poem::{Request, Response};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

pub(crate) use paths::{HYDRA, KRATOS, Passed};

/// The largest form of a flow holds a passkey's answer, some kilobytes.
const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// The largest reply is a script of some kilobytes.
const REPLY_BYTES_MAX: usize = 1024 * 1024;
const CONNECT_MAX: Duration = Duration::from_secs(1);
/// Checking a password is made to take long.
const ANSWER_MAX: Duration = Duration::from_secs(15);
/// How long a caller is asked to wait when the other server is away.
const RETRY_AFTER_S: u32 = 2;

/// The way to another server.
pub(crate) struct Proxy {
    target: Url,
    http: Client,
    passed: &'static Passed,
}

/// An address that nothing can be passed on to. It is not repeated: there may be a password in it.
#[derive(Debug, thiserror::Error)]
#[error("not an address to pass requests on to")]
pub(crate) struct ProxyAddressError;

impl Proxy {
    /// Passes on to the server at `target` what `passed` names.
    ///
    /// # Errors
    /// When that is no address.
    pub(crate) fn to(target: &str, passed: &'static Passed) -> Result<Self, ProxyAddressError> {
        let url = Url::parse(target).map_err(|_| ProxyAddressError)?;
        if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
            return Err(ProxyAddressError);
        }
        let http = Client::builder()
            .connect_timeout(CONNECT_MAX)
            .timeout(ANSWER_MAX)
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .map_err(|_| ProxyAddressError)?;
        Ok(Self {
            target: url,
            http,
            passed,
        })
    }

    /// Passes a request on, and gives the answer.
    ///
    /// # Errors
    /// 404 for what is not passed on, 413, 502, and 503 while the other server is away.
    pub(crate) async fn pass(&self, mut request: Request) -> Result<Response, Problem> {
        let nothing_here = || Problem::not_found("nothing is here");
        let path = self
            .passed
            .path(request.method(), request.uri().path())
            .ok_or_else(nothing_here)?;
        let mut url = self.target.clone();
        url.set_path(&format!("{}{path}", self.target.path().trim_end_matches('/')));
        url.set_query(request.uri().query());
        let mut passed = self
            .http
            .request(request.method().clone(), url)
            .headers(headers::to_server(&request, self.passed));
        if request.method() == Method::POST {
            passed = passed.body(body(&mut request).await?);
        }
        let answer = passed.send().await.map_err(|error| self.away(error))?;
        self.answer(answer).await
    }

    async fn answer(&self, mut answer: reqwest::Response) -> Result<Response, Problem> {
        let mut response = Response::builder().status(answer.status()).finish();
        *response.headers_mut() = headers::to_browser(answer.headers());
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| self.away(error))? {
            body.extend_from_slice(&piece);
            if body.len() > REPLY_BYTES_MAX {
                tracing::warn!(server = self.passed.name, "its reply is too large to pass on");
                return Err(Problem::new(502, format!("{} says too much", self.passed.name)));
            }
        }
        response.set_body(body);
        Ok(response)
    }

    fn away(&self, error: reqwest::Error) -> Problem {
        let name = self.passed.name;
        tracing::warn!(server = name, "it does not answer: {}", error.without_url());
        Problem::unavailable(format!("{name} does not answer"), RETRY_AFTER_S)
    }
}

async fn body(request: &mut Request) -> Result<Bytes, Problem> {
    let body = request.take_body().into_bytes_limit(REQUEST_BYTES_MAX);
    body.await.map_err(|error| match error {
        ReadBodyError::PayloadTooLarge => {
            Problem::content_too_large(u64::try_from(REQUEST_BYTES_MAX).unwrap_or(u64::MAX))
        }
        _ => Problem::bad_request("the form did not arrive whole"),
    })
}

#[cfg(test)]
mod tests;
