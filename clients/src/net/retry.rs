//! Asking again: which requests may be sent twice, which answers are worth it, and when.
//! Works on a function that sends, so that it can be tested without a socket and with a clock that stands still.

use std::time::{Duration, SystemTime};

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, Request, Response, StatusCode};
use tokio::time::Instant;

use super::Retries;

/// Why a try was not the last word.
#[derive(Debug)]
pub(super) enum Failure {
    /// An answer that says "not now".
    NotNow(Box<Response>),
    /// No answer in time.
    Late,
    /// No answer at all.
    Broken(reqwest::Error),
}

/// Sorts an answer into the last word and what may pass.
pub(super) fn sort(answer: reqwest::Result<Response>) -> Result<Response, Failure> {
    match answer {
        Ok(response) if may_pass(response.status()) => Err(Failure::NotNow(Box::new(response))),
        Ok(response) => Ok(response),
        Err(error) if error.is_timeout() && !error.is_connect() => Err(Failure::Late),
        Err(error) => Err(Failure::Broken(error)),
    }
}

/// Whether sending the request twice does no more than sending it once, and whether it can be: a body that is
/// streamed is gone after the first try.
pub(super) fn repeatable(request: &Request) -> bool {
    let safe = match *request.method() {
        Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS => true,
        _ => request.headers().contains_key("idempotency-key"),
    };
    safe && request.body().is_none_or(|body| body.as_bytes().is_some())
}

/// Sends until there is a last word, the tries are used up, or the next pause would end after the deadline.
pub(super) async fn persist<F, S>(
    rules: Retries,
    deadline: Option<Instant>,
    send: F,
) -> Result<Response, Failure>
where
    F: FnMut() -> S,
    S: Future<Output = Result<Response, Failure>>,
{
    let pauses = ExponentialBuilder::new()
        .with_jitter()
        .with_min_delay(rules.pause_min)
        .with_max_delay(rules.pause_max)
        .with_max_times(rules.again_max);
    send.retry(pauses)
        .sleep(tokio::time::sleep)
        .when(|failure| !matches!(failure, Failure::Broken(error) if error.is_builder()))
        .adjust(|failure, pause| {
            let pause = pause?.max(asked_for(failure).unwrap_or_default());
            let in_time = deadline.is_none_or(|deadline| Instant::now() + pause < deadline);
            (in_time && pause <= rules.longest_pause()).then_some(pause)
        })
        .notify(|failure, pause| tracing::debug!(?pause, %failure, "asking again"))
        .await
}

impl Retries {
    /// Jitter adds up to one more of the longest pause; only what a server asks for is held against the limit.
    fn longest_pause(self) -> Duration {
        self.pause_max * 2
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotNow(response) => write!(f, "answered {}", response.status()),
            Self::Late => f.write_str("no answer in time"),
            Self::Broken(error) => error.fmt(f),
        }
    }
}

fn may_pass(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

fn asked_for(failure: &Failure) -> Option<Duration> {
    match failure {
        Failure::NotNow(response) => retry_after(response.headers(), SystemTime::now()),
        Failure::Late | Failure::Broken(_) => None,
    }
}

/// `Retry-After` (RFC 9110, 10.2.3): seconds, or a date; a date that has passed is no pause.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
#[path = "retry_tests.rs"]
mod tests;
