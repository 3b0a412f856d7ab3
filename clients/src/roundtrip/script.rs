//! What one call is given and what it is answered, as plain JSON; the generated echo turns it into types and back.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use crochet_openapi::{ByteStream, Caller, Event, EventStream, Problem};
use futures_util::stream;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One call.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// Arguments by their names on the wire.
    pub(super) arguments: BTreeMap<String, Value>,
    pub(super) body: Option<Value>,
    /// The status of the answer; 4XX and 5XX are problems.
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, Value>,
    pub(super) reply: Value,
    /// Whether the operation is public: then nobody finds out who asks.
    public: bool,
    noted: Mutex<Vec<Noted>>,
}

/// Where services find the script of the call under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stage(Arc<Mutex<Arc<Script>>>);

impl Stage {
    pub(super) fn play(&self, script: &Arc<Script>) {
        *self.0.lock().unwrap() = script.clone();
    }

    pub(crate) fn script(&self) -> Arc<Script> {
        self.0.lock().unwrap().clone()
    }
}

/// What a service was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Noted {
    originator: Option<String>,
    request_id: String,
    traceparent: Option<String>,
    arguments: String,
    body: String,
}

impl Script {
    pub(super) fn new(
        arguments: BTreeMap<String, Value>,
        body: Option<Value>,
        status: u16,
        headers: BTreeMap<String, Value>,
        reply: Value,
    ) -> Self {
        Self {
            arguments,
            body,
            status,
            headers,
            reply,
            public: false,
            noted: Mutex::default(),
        }
    }

    pub(super) fn asked_by_anyone(mut self, public: bool) -> Self {
        self.public = public;
        self
    }

    pub(super) fn take_noted(&self) -> Vec<Noted> {
        std::mem::take(&mut self.noted.lock().unwrap())
    }

    // The caller's side.

    pub(crate) fn argument<T: FromStr<Err: Debug>>(&self, name: &str) -> T {
        self.optional(name)
            .unwrap_or_else(|| panic!("{name} is not in the script"))
    }

    pub(crate) fn optional<T: FromStr<Err: Debug>>(&self, name: &str) -> Option<T> {
        self.arguments.get(name).map(|value| scalar(value))
    }

    pub(crate) fn list<T: FromStr<Err: Debug>>(&self, name: &str) -> Option<Vec<T>> {
        let items = self.arguments.get(name)?.as_array().expect("a list");
        Some(items.iter().map(|item| scalar(item)).collect())
    }

    pub(crate) fn body_json<T: DeserializeOwned>(&self) -> T {
        json(self.body.as_ref().expect("a body"))
    }

    pub(crate) fn body_bytes(&self) -> ByteStream {
        bytes(self.body.as_ref().expect("a body"))
    }

    // The service's side.

    pub(crate) fn note(&self, caller: &Caller, arguments: String, body: String) {
        let noted = Noted {
            originator: (!self.public).then(|| caller.originator().to_string()),
            request_id: caller.request.request_id().to_owned(),
            traceparent: caller.request.traceparent().map(str::to_owned),
            arguments,
            body,
        };
        self.noted.lock().unwrap().push(noted);
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn problem(&self, status: u16) -> Problem {
        let mut problem = Problem::new(status, "as the script says").with_request_id("r-42");
        problem.instance = Some("/there".to_owned());
        problem
    }

    pub(crate) fn header<T: FromStr<Err: Debug>>(&self, name: &str) -> T {
        self.optional_header(name)
            .unwrap_or_else(|| panic!("the header {name} is not in the script"))
    }

    pub(crate) fn optional_header<T: FromStr<Err: Debug>>(&self, name: &str) -> Option<T> {
        self.headers.get(name).map(|value| scalar(value))
    }

    pub(crate) fn reply_json<T: DeserializeOwned>(&self) -> T {
        json(&self.reply)
    }

    pub(crate) fn reply_text(&self) -> String {
        self.reply.as_str().expect("text").to_owned()
    }

    pub(crate) fn reply_bytes(&self) -> ByteStream {
        bytes(&self.reply)
    }

    pub(crate) fn reply_events<T: DeserializeOwned + Send + 'static>(&self) -> EventStream<T> {
        let items = self.reply.as_array().cloned().unwrap_or_default();
        let events = items.into_iter().enumerate().map(|(id, item)| {
            Ok(Event::new(json(&item))
                .with_id(id.to_string())
                .with_name("changed")
                .with_retry_ms(1))
        });
        EventStream::new(stream::iter(events.collect::<Vec<_>>()))
    }
}

fn scalar<T: FromStr<Err: Debug>>(value: &Value) -> T {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse()
        .unwrap_or_else(|error| panic!("{text:?} does not parse: {error:?}"))
}

fn json<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error} in {value}"))
}

/// The text of the value in pieces of seven bytes.
fn bytes(value: &Value) -> ByteStream {
    let text = value.as_str().expect("bytes are a string in a script").as_bytes();
    let pieces: Vec<_> = text
        .chunks(7)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    ByteStream::new(stream::iter(pieces))
}
