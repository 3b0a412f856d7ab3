//! One delivery of one item, as the relay wrote it: which row of the ledger, which context, what to do; and which
//! deliveries are worked on together.
//!
//! It must never do the work.

use std::collections::VecDeque;

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
    /// What the queue wants to see again.
    pub(super) receipt: Receipt,
    /// The how manyth attempt this is.
    pub(super) attempt: i32,
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
            receipt: leased.receipt.clone(),
            attempt: leased.attempt,
            item: envelope.item,
            context,
            work,
        })
    }

    fn is_survey(&self) -> bool {
        matches!(self.work, WorkPayload::Survey { .. })
    }
}

/// Deliveries by how they are worked on: those of one context's search together, wakes first because a step begins with
/// them; each part of a survey for itself.
pub(super) fn lots(deliveries: Vec<Delivery>) -> VecDeque<Vec<Delivery>> {
    let mut lots: VecDeque<Vec<Delivery>> = VecDeque::new();
    for delivery in deliveries {
        let together = |lot: &&mut Vec<Delivery>| {
            let first = &lot[0];
            !first.is_survey() && !delivery.is_survey() && first.context == delivery.context
        };
        match lots.iter_mut().find(together) {
            Some(lot) => lot.push(delivery),
            None => lots.push_back(vec![delivery]),
        }
    }
    for lot in &mut lots {
        lot.sort_by_key(|delivery| !delivery.work.is_wake());
    }
    lots
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

#[cfg(test)]
mod tests {
    use crochet_domain::Version;

    use super::*;

    fn delivery(context: &str, work: WorkPayload) -> Delivery {
        Delivery {
            receipt: "receipt".parse().unwrap(),
            attempt: 1,
            item: Uuid::nil(),
            context: context.parse().unwrap(),
            work,
        }
    }

    fn part(part: u32) -> WorkPayload {
        WorkPayload::Survey {
            survey: "s".to_owned(),
            version: Version(1),
            part,
            parts: 8,
        }
    }

    #[test]
    fn what_belongs_to_one_context_is_worked_on_together_and_surveys_part_by_part() {
        let (seed, wake) = (WorkPayload::seed(Version(2)), WorkPayload::wake(Version(2)));
        let deliveries = [
            ("a", seed.clone()),
            ("a", part(0)),
            ("b", seed.clone()),
            ("a", wake.clone()),
            ("a", part(1)),
        ];
        let deliveries = deliveries.map(|(context, work)| delivery(context, work));
        let lots = lots(deliveries.into());
        let works = lots
            .iter()
            .map(|lot| lot.iter().map(|delivery| &delivery.work).collect());
        let [first, second] = [part(0), part(1)];
        let expected = [vec![&wake, &seed], vec![&first], vec![&seed], vec![&second]];
        assert_eq!(works.collect::<Vec<Vec<_>>>(), expected);
    }
}
