//! Server-sent events as bytes (HTML standard, section 9.2).

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use crochet_openapi::{Event, EventStream, Problem};
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use tokio::time::timeout;

/// After so long without an event a comment is sent, so that nothing on the way takes the stream for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const COMMENT: &str = ": keep-alive\n\n";

/// The bytes of `events`. A problem ends the stream as an event of its own.
pub(crate) fn encode<T: Serialize + Send + 'static>(
    events: EventStream<T>,
) -> impl Stream<Item = Result<Bytes, BrokenOff>> + Send + 'static {
    stream::unfold(Some(events), |state| async move {
        let mut events = state?;
        match timeout(KEEP_ALIVE, events.next()).await {
            Err(_) => Some((Ok(Bytes::from_static(COMMENT.as_bytes())), Some(events))),
            Ok(None) => None,
            Ok(Some(Ok(event))) => match write(&event) {
                Ok(text) => Some((Ok(text.into()), Some(events))),
                Err(error) => {
                    tracing::error!(%error, "an event could not be written as JSON");
                    Some((Ok(last_words(Problem::internal()).into()), None))
                }
            },
            Ok(Some(Err(problem))) => Some((Ok(last_words(problem).into()), None)),
        }
    })
}

/// Streams of events end by themselves; nothing on our side breaks them off.
pub(crate) type BrokenOff = std::io::Error;

fn write<T: Serialize>(event: &Event<T>) -> serde_json::Result<String> {
    let data = serde_json::to_string(&event.data)?;
    let mut text = String::with_capacity(data.len() + 64);
    if let Some(id) = &event.id {
        field(&mut text, "id", id);
    }
    if let Some(name) = &event.name {
        field(&mut text, "event", name);
    }
    if let Some(retry_ms) = event.retry_ms {
        field(&mut text, "retry", &retry_ms.to_string());
    }
    field(&mut text, "data", &data);
    text.push('\n');
    Ok(text)
}

/// A field is one line: an end of line inside would begin another field, and a null byte would void an id.
fn field(text: &mut String, name: &str, value: &str) {
    let value: String = value
        .chars()
        .filter(|letter| !['\n', '\r', '\0'].contains(letter))
        .collect();
    writeln!(text, "{name}: {value}").expect("writing to a String cannot fail");
}

fn last_words(problem: Problem) -> String {
    write(&Event::new(problem).with_name("problem")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crochet_openapi::{Event, EventStream, Problem};
    use futures_util::{StreamExt, stream};

    use super::{COMMENT, encode};

    async fn text(events: Vec<Result<Event<u8>, Problem>>) -> String {
        let pieces: Vec<_> = encode(EventStream::new(stream::iter(events))).collect().await;
        pieces
            .into_iter()
            .map(|piece| String::from_utf8(piece.unwrap().to_vec()).unwrap())
            .collect()
    }

    #[tokio::test]
    async fn an_event_has_its_fields_on_lines_of_their_own() {
        let event = Event::new(7).with_id("1\n2").with_name("step").with_retry_ms(500);
        assert_eq!(
            text(vec![Ok(event)]).await,
            "id: 12\nevent: step\nretry: 500\ndata: 7\n\n"
        );
    }

    #[tokio::test]
    async fn a_problem_is_the_last_event() {
        let told = text(vec![
            Ok(Event::new(1)),
            Err(Problem::bare(503)),
            Ok(Event::new(2)),
        ])
        .await;
        assert!(told.starts_with("data: 1\n\nevent: problem\ndata: {"), "{told}");
        assert!(!told.contains("data: 2"));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_filled_with_comments() {
        let mut events = Box::pin(encode(EventStream::<u8>::new(stream::pending())));
        assert_eq!(events.next().await.unwrap().unwrap(), COMMENT);
    }
}
