//! One delivery of one item, as the relay wrote it: which row of the ledger, which context, what to do.
//!
//! It must never know what the work is.

use crochet_api::common::ContextId;
use crochet_api::work::{Receipt, WorkItem};
use crochet_domain::pipeline::WorkPayload;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// What stands in the payload of the queue.
#[derive(Debug, Deserialize)]
struct Envelope {
    item: Uuid,
    context: Uuid,
    work: Value,
}

/// A delivery that can be worked on.
#[derive(Debug)]
pub(super) struct Delivery {
    /// The row of the ledger.
    pub(super) item: Uuid,
    /// The context by its key, which a context made later under the same name does not share.
    pub(super) context: ContextId,
    /// What to do.
    pub(super) work: WorkPayload,
}

/// A delivery that nobody can work on, now or later.
#[derive(Debug, thiserror::Error)]
#[error("the work item cannot be read: {0}")]
pub(super) struct Unreadable(String);

impl Delivery {
    pub(super) fn read(leased: &WorkItem) -> Result<Self, Unreadable> {
        let unreadable = |error: &dyn std::fmt::Display| Unreadable(error.to_string());
        let value = Value::Object(leased.payload.0.clone().into_iter().collect());
        let envelope: Envelope = serde_json::from_value(value).map_err(|error| unreadable(&error))?;
        let json = serde_json::to_vec(&envelope.work).map_err(|error| unreadable(&error))?;
        let work = WorkPayload::from_json(&json).map_err(|error| unreadable(&error))?;
        let context = envelope
            .context
            .to_string()
            .parse()
            .map_err(|error| unreadable(&error))?;
        Ok(Self {
            item: envelope.item,
            context,
            work,
        })
    }
}

/// What became of a delivery.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is done, or moot.
    Done(Receipt),
    /// It is to be delivered again.
    Failed(crochet_api::work::Nack),
    /// It was not begun, or not to its end, for no fault of its own.
    GivenBack(Receipt),
}
