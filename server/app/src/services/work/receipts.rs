//! Receipts between the spec, where they are opaque, and the port.
//!
//! A receipt that cannot be read is one that was never given out, so the lease it names is lost. It must never make a
//! batch fail for the sake of one receipt.

use crochet_api::work::{Receipt as Shown, SettleOutcome, SettledItem, SettledWork};
use crochet_domain::ports::{NackOutcome, Receipt, Settlement};
use crochet_openapi::Problem;

use crate::services::wire::said;

/// The receipts of one request, with those that can be read.
pub(super) struct Settling {
    shown: Vec<(Shown, bool)>,
    known: Vec<Receipt>,
}

impl Settling {
    /// These receipts.
    pub(super) fn of(shown: Vec<Shown>) -> Self {
        let mut known = Vec::with_capacity(shown.len());
        let mark = |receipt: Shown| {
            let read = read(&receipt);
            known.extend(read);
            (receipt, read.is_some())
        };
        let shown = shown.into_iter().map(mark).collect();
        Self { shown, known }
    }

    /// Those that can be read.
    pub(super) fn known(&self) -> &[Receipt] {
        &self.known
    }

    /// What became of all of them, given what became of the known ones.
    pub(super) fn settled(self, outcomes: Vec<Settlement>) -> SettledWork {
        let mut outcomes = outcomes.into_iter();
        let settle = |(receipt, known): (Shown, bool)| {
            let outcome = known.then(|| outcomes.next()).flatten();
            SettledItem {
                receipt,
                outcome: match outcome {
                    Some(Settlement::Done) => SettleOutcome::Done,
                    Some(Settlement::Lost) | None => SettleOutcome::Lost,
                },
            }
        };
        SettledWork {
            items: self.shown.into_iter().map(settle).collect(),
        }
    }
}

/// A nacked delivery.
pub(super) fn nacked(receipt: Shown, outcome: NackOutcome) -> SettledItem {
    let outcome = match outcome {
        NackOutcome::Requeued => SettleOutcome::Done,
        NackOutcome::Dead => SettleOutcome::Dead,
        NackOutcome::Lost => SettleOutcome::Lost,
    };
    SettledItem { receipt, outcome }
}

/// A receipt as it is given out: the item and the delivery.
pub(super) fn shown(receipt: Receipt) -> Result<Shown, Problem> {
    said(format!("{}.{}", receipt.id, receipt.attempt))
}

/// The delivery that a receipt names.
pub(super) fn read(receipt: &str) -> Option<Receipt> {
    let (id, attempt) = receipt.split_once('.')?;
    Some(Receipt {
        id: id.parse().ok()?,
        attempt: attempt.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use crochet_domain::ports::WorkItemId;

    use super::*;

    #[test]
    fn a_receipt_that_was_never_given_out_is_lost_beside_one_that_was() {
        let receipt = Receipt {
            id: WorkItemId::generate(),
            attempt: 2,
        };
        let given = shown(receipt).unwrap();
        let settling = Settling::of(vec![Shown::try_from("made-up").unwrap(), given]);
        assert_eq!(settling.known(), [receipt]);
        let outcomes: Vec<_> = settling
            .settled(vec![Settlement::Done])
            .items
            .into_iter()
            .map(|item| item.outcome)
            .collect();
        assert_eq!(outcomes, [SettleOutcome::Lost, SettleOutcome::Done]);
    }
}
