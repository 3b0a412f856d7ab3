//! Ends bodies that have gone silent: uploads whose sender stopped, replies whose source hangs.
//!
//! Streams are exempt from the request timeout, so this is what bounds them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use poem::{Body, Request, Response};
use tokio_util::sync::CancellationToken;

use super::head::Sizes;

/// Bodies up to this size arrive or leave in one piece; watching them would cost more than it saves.
const SMALL_BYTES: u64 = 64 * 1024;

/// The body of a request, as whoever waits for the reply sees it.
#[derive(Debug)]
pub(super) struct Upload {
    /// Whether a sender who stops in the middle is noticed; otherwise only the time limit of the request ends it.
    pub(super) ends_itself: bool,
    /// Where there is a body.
    awaited: Option<Awaited>,
}

impl Upload {
    /// Whether it is the sender who keeps everybody waiting.
    pub(super) fn is_awaited(&self) -> bool {
        self.awaited
            .as_ref()
            .is_some_and(|awaited| awaited.0.load(Ordering::Relaxed))
    }
}

/// Whether somebody waits for the next piece of a body.
#[derive(Debug, Clone, Default)]
struct Awaited(Arc<AtomicBool>);

/// Watches the body of a request if it is long or of unknown length.
pub(super) fn watch_upload(request: &mut Request, sizes: Sizes, idle: Duration) -> Upload {
    let is_small = matches!(sizes.body_bytes, Some(1..=SMALL_BYTES));
    let is_streamed = sizes
        .body_bytes
        .map_or(sizes.ends_itself, |bytes| bytes > SMALL_BYTES);
    let awaited = (is_small || is_streamed).then(Awaited::default);
    if let Some(awaited) = awaited.clone() {
        let body = noted(request.take_body(), awaited);
        request.set_body(if is_streamed {
            watched(body, idle, "the sender of this body went silent")
        } else {
            body
        });
    }
    Upload {
        ends_itself: !is_small,
        awaited,
    }
}

fn noted(body: Body, awaited: Awaited) -> Body {
    let mut pieces = Box::pin(body.into_bytes_stream());
    Body::from_bytes_stream(stream::poll_fn(move |context| {
        let piece = pieces.as_mut().poll_next(context);
        awaited.0.store(piece.is_pending(), Ordering::Relaxed);
        piece
    }))
}

/// Watches the body of a reply that is a stream. Events end when the server goes away: their readers come back with the
/// id of the last one, while any other stream would be torn.
pub(super) fn watch_reply(response: &mut Response, idle: Duration, going_away: &CancellationToken) {
    let events = response
        .content_type()
        .is_some_and(|media_type| media_type.starts_with("text/event-stream"));
    let body = watched(response.take_body(), idle, "the source of this body went silent");
    response.set_body(if events {
        let end = going_away.clone().cancelled_owned();
        Body::from_bytes_stream(body.into_bytes_stream().take_until(end))
    } else {
        body
    });
}

fn watched(body: Body, idle: Duration, silent: &'static str) -> Body {
    Body::from_bytes_stream(with_idle_timeout(body.into_bytes_stream(), idle, silent))
}

fn with_idle_timeout(
    stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    idle: Duration,
    silent: &'static str,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold(Some(Box::pin(stream)), move |stream| async move {
        let mut stream = stream?;
        match tokio::time::timeout(idle, stream.next()).await {
            Ok(None) => None,
            Ok(Some(piece)) => Some((piece, Some(stream))),
            Err(_) => Some((Err(io::Error::new(io::ErrorKind::TimedOut, silent)), None)),
        }
    })
}
