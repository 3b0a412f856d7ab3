//! What generated adapters do with an answer: header, body, stream, refusal.

use std::fmt::Display;
use std::str::FromStr;

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, SecondsFormat, Utc};
use crochet_openapi::{ByteStream, EventStream, Problem};
use futures_util::TryStreamExt;
pub use progenitor_client::Error as Unanswered;
use reqwest::header::{CONTENT_LENGTH, ETAG, HeaderMap, LOCATION};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::events::decode;
use crate::net::{Session, guard_idle};

/// What progenitor hands on where a body is not decoded.
pub use progenitor_client::ByteStream as Pieces;

/// Why the transport has no answer of the wanted kind.
pub fn failed(service: &'static str, error: Unanswered<Problem>) -> Error {
    match error {
        Unanswered::ErrorResponse(refusal) => {
            let etag = text(refusal.headers(), ETAG.as_str());
            Error::refused(refusal.into_inner(), etag)
        }
        Unanswered::CommunicationError(source)
        | Unanswered::InvalidUpgrade(source)
        | Unanswered::ResponseBodyError(source) => broken(service, source),
        Unanswered::InvalidResponsePayload(_, error) => unexpected(service, error),
        Unanswered::UnexpectedResponse(response) => unexpected(
            service,
            unexpected_status(response.status().as_u16(), response.headers()),
        ),
        Unanswered::InvalidRequest(reason) | Unanswered::Custom(reason) => Error::Unsendable(reason),
    }
}

fn broken(service: &'static str, source: reqwest::Error) -> Error {
    if source.is_timeout() && !source.is_connect() {
        return Error::Unavailable(Problem::new(504, format!("{service} did not answer in time")));
    }
    Error::Transport { service, source }
}

fn unexpected(service: &'static str, reason: impl Display) -> Error {
    Error::Unexpected {
        service,
        reason: reason.to_string(),
    }
}

/// A success whose status the spec does not name.
pub fn other_status(service: &'static str, status: u16) -> Error {
    unexpected(service, unexpected_status(status, &HeaderMap::new()))
}

fn unexpected_status(status: u16, headers: &HeaderMap) -> String {
    match text(headers, LOCATION.as_str()) {
        Some(location) => format!("status {status}, a redirect to {location}, which is not followed"),
        None => format!("status {status}"),
    }
}

/// A header that the spec promises.
pub fn header<T>(service: &'static str, headers: &HeaderMap, name: &str) -> Result<T, Error>
where
    T: FromStr<Err: Display>,
{
    optional_header(service, headers, name)?
        .ok_or_else(|| unexpected(service, format_args!("the header {name} is missing")))
}

/// A header that may be there.
pub fn optional_header<T>(service: &'static str, headers: &HeaderMap, name: &str) -> Result<Option<T>, Error>
where
    T: FromStr<Err: Display>,
{
    text(headers, name)
        .map(|value| value.parse())
        .transpose()
        .map_err(|error| unexpected(service, format_args!("the header {name}: {error}")))
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// A JSON body that progenitor has left alone, because the operation has several.
pub async fn json<T: DeserializeOwned>(service: &'static str, pieces: Pieces) -> Result<T, Error> {
    let body = all(service, pieces).await?;
    serde_json::from_slice(&body).map_err(|error| unexpected(service, error))
}

/// A text body.
pub async fn string(service: &'static str, pieces: Pieces) -> Result<String, Error> {
    let body = all(service, pieces).await?;
    String::from_utf8(body.into()).map_err(|error| unexpected(service, error))
}

async fn all(service: &'static str, pieces: Pieces) -> Result<Bytes, Error> {
    let whole = pieces
        .into_inner()
        .try_fold(BytesMut::new(), async |mut whole, piece| {
            whole.extend_from_slice(&piece);
            Ok(whole)
        });
    Ok(whole.await.map_err(|source| broken(service, source))?.freeze())
}

/// A body of bytes, handed on as they come.
pub fn bytes(service: &'static str, session: &Session, headers: &HeaderMap, pieces: Pieces) -> ByteStream {
    let stream = ByteStream::new(guard_idle(pieces.into_inner(), service, session.silence()));
    match text(headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok()) {
        Some(length) => stream.with_length(length),
        None => stream,
    }
}

/// A body of events, handed on as they come.
pub fn events<T>(service: &'static str, session: &Session, pieces: Pieces) -> EventStream<T>
where
    T: DeserializeOwned + Send + 'static,
{
    decode(
        guard_idle(pieces.into_inner(), service, session.silence()),
        service,
    )
}

/// A list as one text.
pub fn joined<T: Display>(items: &[T], separator: char) -> String {
    let texts: Vec<String> = items.iter().map(T::to_string).collect();
    texts.join(&separator.to_string())
}

/// A moment as JSON has it.
pub fn moment(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A body of JSON that is sent like bytes, because the operation has other bodies too.
pub fn to_json<T: Serialize>(body: &T) -> Result<reqwest::Body, Error> {
    serde_json::to_vec(body)
        .map(reqwest::Body::from)
        .map_err(|error| Error::Unsendable(error.to_string()))
}
