//! What a lease took, until somebody has it.
//!
//! Whoever waits for work may go away at any moment: a client hangs up, a server stops. The transaction that takes work
//! runs on in a task of its own, because it cannot be called back; what it took for nobody is given back.

use chrono::{DateTime, Utc};
use crochet_domain::ports::{LeaseRequest, Queue, QueueError, Receipt};
use tokio::sync::oneshot;

use super::SqlQueue;
use super::lease::{self, Taken};

/// Takes work, or none of it if nobody waits for the answer to the end.
pub(super) async fn take(
    queue: &SqlQueue,
    name: &str,
    request: LeaseRequest,
    now: DateTime<Utc>,
) -> Result<Taken, QueueError> {
    let (hand_over, handed_over) = oneshot::channel();
    let (queue, name) = (queue.clone(), name.to_owned());
    tokio::spawn(async move {
        let body = |tx| {
            let name = &name;
            async move { lease::take(&tx, name, request, now).await }
        };
        let taken = queue.database.write("leasing work", body).await;
        let unclaimed = taken.map(|taken| Unclaimed {
            queue: queue.clone(),
            name: name.clone(),
            taken: Some(taken),
        });
        // Given to nobody, it is dropped here.
        drop(hand_over.send(unclaimed));
    });
    let unclaimed = handed_over.await.expect("the task sends unless it panics");
    Ok(unclaimed?.claim())
}

struct Unclaimed {
    queue: SqlQueue,
    name: String,
    taken: Option<Taken>,
}

impl Unclaimed {
    fn claim(mut self) -> Taken {
        self.taken.take().expect("it is claimed once")
    }
}

impl Drop for Unclaimed {
    fn drop(&mut self) {
        let leases = self.taken.take().map_or_else(Vec::new, |taken| taken.leases);
        if leases.is_empty() {
            return;
        }
        let (queue, name) = (self.queue.clone(), std::mem::take(&mut self.name));
        tokio::spawn(async move {
            let receipts: Vec<Receipt> = leases.into_iter().map(|lease| lease.receipt).collect();
            // Where that fails too, it comes back when its lease ends.
            drop(queue.release(&name, &receipts).await);
        });
    }
}
