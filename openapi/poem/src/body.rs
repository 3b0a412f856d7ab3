//! How the body of a request is read: JSON whole, text whole, anything else piece by piece.

use std::io;

use bytes::{Bytes, BytesMut};
use crochet_openapi::{At, ByteStream, Described, Problem, Validate, Violations, read_all_faults};
use futures_util::{Stream, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::{Call, Read, Refused};

impl Call {
    /// A JSON body that must be there.
    ///
    /// # Errors
    /// When it is missing, unreadable or breaks rules, which the verdict then says.
    pub async fn json<T: DeserializeOwned + Described + Validate>(&mut self) -> Read<T> {
        if self.media_type.is_none() {
            return self.no_body();
        }
        let bytes = self.whole().await?;
        // Found out once for all of it, and not by the parser for each string.
        let text = self.utf8(&bytes)?;
        match serde_json::from_str::<T>(text) {
            Ok(value) => {
                value.validate(&At::body(), &mut self.found);
                Ok(value)
            }
            Err(error) => self.refuse_json::<T>(&bytes, &error),
        }
    }

    /// A JSON body that may be left out.
    ///
    /// # Errors
    /// When it is unreadable or breaks rules, which the verdict then says.
    pub async fn optional_json<T: DeserializeOwned + Described + Validate>(&mut self) -> Read<Option<T>> {
        if self.media_type.is_none() {
            Ok(None)
        } else {
            self.json().await.map(Some)
        }
    }

    /// A body of text that must be there.
    ///
    /// # Errors
    /// When it is missing or not UTF-8, which the verdict then says.
    pub async fn text(&mut self) -> Read<String> {
        if self.media_type.is_none() {
            return self.no_body();
        }
        let bytes = self.whole().await?;
        self.utf8(&bytes).map(str::to_owned)
    }

    /// A body of text that may be left out.
    ///
    /// # Errors
    /// When it is not UTF-8, which the verdict then says.
    pub async fn optional_text(&mut self) -> Read<Option<String>> {
        if self.media_type.is_none() {
            Ok(None)
        } else {
            self.text().await.map(Some)
        }
    }

    /// A body that arrives piece by piece and must be there. The limit is kept while it is read.
    ///
    /// # Errors
    /// When it is missing, which the verdict then says.
    pub fn bytes(&mut self) -> Read<ByteStream> {
        if self.media_type.is_none() {
            return self.no_body();
        }
        let stream = ByteStream::new(limited(self.request.take_body(), self.operation.body_bytes_max));
        Ok(match self.length {
            Some(length) => stream.with_length(length),
            None => stream,
        })
    }

    /// A body that arrives piece by piece and may be left out.
    ///
    /// # Errors
    /// Never; the type is that of all readers.
    pub fn optional_bytes(&mut self) -> Read<Option<ByteStream>> {
        if self.media_type.is_none() {
            Ok(None)
        } else {
            self.bytes().map(Some)
        }
    }

    /// Notes that a body that must be there is not.
    ///
    /// # Errors
    /// Always; the verdict says so.
    pub fn no_body<T>(&mut self) -> Read<T> {
        let expected = self.operation.consumes.join(" or ");
        self.found
            .add(&At::body(), "required", format!("must be there, as {expected}"));
        Err(Refused)
    }

    fn utf8<'b>(&mut self, bytes: &'b [u8]) -> Read<&'b str> {
        str::from_utf8(bytes).map_err(|error| {
            let detail = format!("the body is not UTF-8 at byte {}", error.valid_up_to());
            self.unreadable = Some(Problem::bad_request(detail));
            Refused
        })
    }

    async fn whole(&mut self) -> Read<Bytes> {
        let limit = self.operation.body_bytes_max;
        collect(self.request.take_body(), self.length, limit)
            .await
            .map_err(|problem| {
                self.unreadable = Some(problem);
                Refused
            })
    }

    #[cold]
    fn refuse_json<T: DeserializeOwned + Described + Validate>(
        &mut self,
        bytes: &[u8],
        error: &serde_json::Error,
    ) -> Read<T> {
        // A type that does not fit may be noticed long before the text stops being JSON.
        if let Err(error) = serde_json::from_slice::<Value>(bytes) {
            self.unreadable = Some(not_json(bytes, &error));
            return Err(Refused);
        }
        let mut faults = read_all_faults::<T>(bytes);
        // Should serde refuse what the description of the type lets pass, that is still no reason to let it in.
        if faults.is_empty() {
            faults.add(&At::body(), "type", error.to_string());
        }
        self.found.append(faults);
        Err(Refused)
    }
}

/// 400, with the place where the text stops being JSON.
fn not_json(bytes: &[u8], error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let lines_before: usize = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let byte = (lines_before + column).min(bytes.len());
    let said = error.to_string();
    let reason = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(reason, _)| reason);
    let detail = format!("the body is not JSON: {reason} at line {line}, column {column} (byte {byte})");
    let mut found = Violations::default();
    found.add(
        &At::body(),
        "json",
        format!("{reason} at line {line}, column {column} (byte {byte})"),
    );
    let mut problem = Problem::bad_request(detail);
    problem.errors = found.into_vec();
    problem
}

/// All pieces in one, which most bodies arrive as.
pub(crate) async fn collect(body: poem::Body, length: Option<u64>, limit: u64) -> Result<Bytes, Problem> {
    let mut pieces = Box::pin(limited(body, limit));
    let Some(first) = pieces.try_next().await? else {
        return Ok(Bytes::new());
    };
    if length == Some(first.len() as u64) {
        return Ok(first);
    }
    let Some(second) = pieces.try_next().await? else {
        return Ok(first);
    };
    let expected = usize::try_from(length.unwrap_or_default().min(limit)).unwrap_or_default();
    let mut all = BytesMut::with_capacity(expected.max(first.len() + second.len()));
    all.extend_from_slice(&first);
    all.extend_from_slice(&second);
    while let Some(piece) = pieces.try_next().await? {
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

/// Why no more of a body comes.
fn broken(error: &io::Error) -> Problem {
    let status = if error.kind() == io::ErrorKind::TimedOut {
        408
    } else {
        400
    };
    Problem::new(status, format!("the body broke off: {error}"))
}

/// The pieces of a body, up to `limit` bytes.
fn limited(body: poem::Body, limit: u64) -> impl Stream<Item = Result<Bytes, Problem>> + Send + 'static {
    let mut left = limit;
    body.into_bytes_stream().map(move |piece| {
        let piece = piece.map_err(|error| broken(&error))?;
        left = left
            .checked_sub(piece.len() as u64)
            .ok_or_else(|| Problem::content_too_large(limit))?;
        Ok(piece)
    })
}
