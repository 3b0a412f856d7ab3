//! How a reply is written.

use std::fmt::Display;
use std::io;

use crochet_openapi::{ByteStream, EventStream, Problem};
use futures_util::TryStreamExt;
use poem::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use poem::{Body, Response, ResponseParts};
use serde::Serialize;

use crate::events;

/// Room for the headers of a reply and those that the server adds to every one, so that the map never grows.
const HEADERS: usize = 12;

/// A reply on its way: its status, then its headers, then its body.
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    /// The first header whose value does not fit into HTTP.
    unfit: Option<&'static str>,
}

impl Reply {
    /// A reply of this status.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: HeaderMap::with_capacity(HEADERS),
            unfit: None,
        }
    }

    /// With the header `name` (in lower case).
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &impl Display) -> Self {
        match HeaderValue::try_from(value.to_string()) {
            Ok(value) => {
                self.headers.insert(HeaderName::from_static(name), value);
            }
            Err(_) => self.unfit = self.unfit.or(Some(name)),
        }
        self
    }

    /// With the header `name` (in lower case), if it has a value.
    #[must_use]
    pub fn optional_header(self, name: &'static str, value: &Option<impl Display>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// Without a body.
    ///
    /// # Errors
    /// 500 when a header does not fit into HTTP.
    pub fn empty(self) -> Result<Response, Problem> {
        self.finish(None, Body::empty())
    }

    /// With a body of JSON.
    ///
    /// # Errors
    /// 500 when the body or a header cannot be written.
    pub fn json<T: Serialize>(self, body: &T) -> Result<Response, Problem> {
        self.json_as("application/json", body)
    }

    /// With a body of JSON that goes by another media type.
    ///
    /// # Errors
    /// 500 when the body or a header cannot be written.
    pub fn json_as<T: Serialize>(self, media_type: &'static str, body: &T) -> Result<Response, Problem> {
        let text = serde_json::to_vec(body).map_err(|error| {
            tracing::error!(%error, "a reply could not be written as JSON");
            Problem::internal()
        })?;
        self.finish(Some(media_type), text.into())
    }

    /// With a body of text.
    ///
    /// # Errors
    /// 500 when a header does not fit into HTTP.
    pub fn text(self, media_type: &'static str, body: String) -> Result<Response, Problem> {
        self.finish(Some(media_type), body.into())
    }

    /// With a body that is sent piece by piece.
    ///
    /// # Errors
    /// 500 when a header does not fit into HTTP.
    pub fn bytes(mut self, media_type: &'static str, body: ByteStream) -> Result<Response, Problem> {
        if let Some(length) = body.length() {
            self.headers.insert(header::CONTENT_LENGTH, length.into());
        }
        self.finish(
            Some(media_type),
            Body::from_bytes_stream(body.map_err(io::Error::other)),
        )
    }

    /// With server-sent events.
    ///
    /// # Errors
    /// 500 when a header does not fit into HTTP.
    pub fn events<T: Serialize + Send + 'static>(
        mut self,
        stream: EventStream<T>,
    ) -> Result<Response, Problem> {
        self.headers
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // nginx would hold events back until its buffer is full.
        self.headers
            .insert("x-accel-buffering", HeaderValue::from_static("no"));
        self.finish(
            Some("text/event-stream"),
            Body::from_bytes_stream(events::encode(stream)),
        )
    }

    fn finish(mut self, media_type: Option<&'static str>, body: Body) -> Result<Response, Problem> {
        if let Some(name) = self.unfit {
            tracing::error!(header = name, "a reply has a header that does not fit into HTTP");
            return Err(Problem::internal());
        }
        if let Some(media_type) = media_type {
            self.headers
                .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        let parts = ResponseParts {
            status: self.status,
            version: Version::default(),
            headers: self.headers,
            extensions: Extensions::default(),
        };
        Ok(Response::from_parts(parts, body))
    }
}

#[cfg(test)]
mod tests {
    use super::Reply;

    #[test]
    fn a_header_that_does_not_fit_into_http_fails_the_reply() {
        let location = |text: &str| Reply::new(201).header("location", &text).empty();
        assert!(location("/teas/1").is_ok());
        assert_eq!(location("/teas/1\r\nset-cookie: a=b").unwrap_err().status, 500);
    }
}
