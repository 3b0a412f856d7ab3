//! A stream of server-sent events, before it is written and after it is read.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};

use crate::Problem;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<T> {
    /// What a client sends as `Last-Event-ID` to go on after this event.
    pub id: Option<String>,
    /// The type of the event; `message` when there is none.
    pub name: Option<String>,
    /// How long the client should wait before it connects again, in milliseconds.
    pub retry_ms: Option<u32>,
    /// The payload.
    pub data: T,
}

impl<T> Event<T> {
    /// An event with a payload and nothing else.
    pub const fn new(data: T) -> Self {
        Self {
            id: None,
            name: None,
            retry_ms: None,
            data,
        }
    }

    /// The same with an id to resume after.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same with a type.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same with a wish about reconnecting.
    #[must_use]
    pub const fn with_retry_ms(mut self, retry_ms: u32) -> Self {
        self.retry_ms = Some(retry_ms);
        self
    }
}

/// Events as they happen. A problem ends the stream and is sent as an event named `problem`.
pub struct EventStream<T>(BoxStream<'static, Result<Event<T>, Problem>>);

impl<T> EventStream<T> {
    /// The stream of `events`.
    pub fn new(events: impl Stream<Item = Result<Event<T>, Problem>> + Send + 'static) -> Self {
        Self(events.boxed())
    }
}

impl<T> Stream for EventStream<T> {
    type Item = Result<Event<T>, Problem>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}
