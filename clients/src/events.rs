//! Server-sent events: read, and gone on with after a broken connection where the operation can resume.
//! It must never know what the events are about.

use std::time::Duration;

use bytes::Bytes;
use crochet_openapi::{Event, EventStream, Problem};
use futures_util::stream;
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use sse_stream::{Sse, SseByteStream};

/// How often in a row a connection may break without having brought an event.
const BREAKS_MAX: u32 = 5;

/// The pause before going on, unless the server says otherwise.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest pause that a server may ask for.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Reads the events out of the bytes of one connection. An event named `problem` ends it with that problem.
pub(crate) fn decode<T, S>(pieces: S, service: &'static str) -> EventStream<T>
where
    T: DeserializeOwned + Send + 'static,
    S: Stream<Item = Result<Bytes, Problem>> + Send + 'static,
{
    EventStream::new(
        SseByteStream::new(pieces.boxed()).filter_map(move |block| async move {
            match block {
                Ok(block) => event(block, service).transpose(),
                Err(error) => Some(Err(broken(error, service))),
            }
        }),
    )
}

fn event<T: DeserializeOwned>(block: Sse, service: &str) -> Result<Option<Event<T>>, Problem> {
    // A block without data says only how to reconnect, or that the connection lives.
    let Some(data) = block.data.filter(|data| !data.is_empty()) else {
        return Ok(None);
    };
    if block.event.as_deref() == Some("problem") {
        return Err(serde_json::from_str(&data).unwrap_or_else(|_| Problem::new(500, data)));
    }
    let data = serde_json::from_str(&data).map_err(|error| {
        tracing::error!(service, %error, "an event that the spec does not allow");
        Problem::new(
            502,
            format!("{service} sent an event that its spec does not allow"),
        )
    })?;
    let retry_ms = block.retry.and_then(|retry| u32::try_from(retry).ok());
    Ok(Some(Event {
        id: block.id,
        name: block.event,
        retry_ms,
        data,
    }))
}

fn broken(error: sse_stream::Error, service: &str) -> Problem {
    match error {
        sse_stream::Error::Body(inner) => match inner.downcast::<Problem>() {
            Ok(problem) => *problem,
            Err(_) => Problem::new(503, format!("{service} broke off in the middle of a stream")),
        },
        other => Problem::new(
            502,
            format!("{service} sent what is no stream of events: {other}"),
        ),
    }
}

/// Events over as many connections as it takes. `open` opens the next one, after the event of the given id, or finds that
/// nothing more will come. What the server ends is ended; what breaks (a 503 or 504) is opened again, unless events came
/// without ids: then nobody can tell where to go on.
pub fn resuming<T, O, F>(first: EventStream<T>, open: O) -> EventStream<T>
where
    T: Send + 'static,
    O: FnMut(Option<String>) -> F + Send + 'static,
    F: Future<Output = Result<Option<EventStream<T>>, Problem>> + Send + 'static,
{
    let reader = Reader {
        events: Some(first),
        open,
        last_id: None,
        unnamed: false,
        pause: PAUSE,
        breaks: 0,
    };
    EventStream::new(stream::unfold(reader, |mut reader| async move {
        reader.next().await.map(|item| (item, reader))
    }))
}

struct Reader<T, O> {
    events: Option<EventStream<T>>,
    open: O,
    last_id: Option<String>,
    /// Whether the last event had no id.
    unnamed: bool,
    pause: Duration,
    breaks: u32,
}

impl<T, O, F> Reader<T, O>
where
    O: FnMut(Option<String>) -> F,
    F: Future<Output = Result<Option<EventStream<T>>, Problem>>,
{
    async fn next(&mut self) -> Option<Result<Event<T>, Problem>> {
        loop {
            let problem = match self.events.as_mut()?.next().await {
                Some(Ok(event)) => {
                    self.note(&event);
                    return Some(Ok(event));
                }
                Some(Err(problem)) => problem,
                None => {
                    self.events = None;
                    return None;
                }
            };
            self.events = None;
            match self.reopen(problem).await {
                Ok(events) => self.events = events,
                Err(problem) => return Some(Err(problem)),
            }
        }
    }

    /// The next connection, if there is more to come, after a pause that grows with every break; a server that restarts
    /// needs a while.
    async fn reopen(&mut self, mut problem: Problem) -> Result<Option<EventStream<T>>, Problem> {
        while self.may_resume(&problem) {
            tokio::time::sleep(self.pause * self.breaks).await;
            match (self.open)(self.last_id.clone()).await {
                Ok(events) => return Ok(events),
                Err(next) => problem = next,
            }
        }
        Err(problem)
    }

    fn note(&mut self, event: &Event<T>) {
        self.breaks = 0;
        self.unnamed = event.id.is_none();
        if event.id.is_some() {
            self.last_id.clone_from(&event.id);
        }
        if let Some(retry_ms) = event.retry_ms {
            self.pause = Duration::from_millis(retry_ms.into()).min(PAUSE_MAX);
        }
    }

    fn may_resume(&mut self, problem: &Problem) -> bool {
        self.breaks += 1;
        matches!(problem.status, 503 | 504) && !self.unnamed && self.breaks <= BREAKS_MAX
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
