//! A reply that keeps something alive until it is sent or dropped.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, SizeHint};

/// The body as it is, length and all, and what it holds.
pub(super) struct Held<T> {
    body: BoxBody<Bytes, io::Error>,
    _held: T,
}

impl<T> Held<T> {
    pub(super) fn new(body: BoxBody<Bytes, io::Error>, held: T) -> Self {
        Self { body, _held: held }
    }
}

impl<T: Unpin> Body for Held<T> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
