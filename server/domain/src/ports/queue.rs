//! The work queue: at-least-once delivery with fenced receipts.
//!
//! The contract that every backend proves with one conformance suite:
//! - an item is delivered until it is acked; after `attempts_max` deliveries in vain it is a dead letter with a reason;
//!   one that was released was not in vain;
//! - a receipt names one delivery: a late ack never settles somebody else's lease, it is answered with `Lost`;
//! - a dedup key is remembered for its window, whether or not the item was acked meanwhile, and as long as the item is
//!   in the queue or a dead letter;
//! - a dead letter is kept for a week, and then forgotten; redriven before, it is the same item with new attempts;
//! - of what is ready, higher priority goes first; within a priority tenants take turns, the one with the fewest
//!   leases first; within a tenant the longest ready goes first;
//! - a paused queue takes items and gives none; a full queue takes none.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Page, PageRequest, StorageError, WorkItemId};

/// An item to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushItem {
    /// What to do; the queue does not look inside.
    pub payload: Vec<u8>,
    /// Carried along, such as `traceparent`.
    pub headers: BTreeMap<String, String>,
    /// Not ready before this has passed.
    pub delay: Duration,
    /// Higher goes first.
    pub priority: i32,
    /// Whose work it is; tenants share the workers fairly.
    pub tenant: String,
    /// Items with a key that was pushed within the window are dropped as duplicates.
    pub dedup_key: Option<String>,
    /// How long the key is remembered.
    pub dedup_window: Duration,
    /// Deliveries after which it is a dead letter.
    pub attempts_max: u32,
}

/// What became of a pushed item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is in the queue.
    Accepted(WorkItemId),
    /// Its key was pushed before; nothing was added.
    Duplicate,
}

/// What a worker asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseRequest {
    /// At most this many items.
    pub max: u32,
    /// For how long they are to be nobody else's.
    pub lease: Duration,
    /// How long to wait for the first.
    pub wait: Duration,
}

/// Names one delivery of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Receipt {
    /// The item.
    pub id: WorkItemId,
    /// Which delivery, from 1.
    pub attempt: u32,
}

/// One delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What to settle it with.
    pub receipt: Receipt,
    /// The how manyth attempt this is, from 1; deliveries that were released do not count.
    pub attempt: u32,
    /// What to do.
    pub payload: Vec<u8>,
    /// Carried along.
    pub headers: BTreeMap<String, String>,
    /// Whose work it is.
    pub tenant: String,
    /// Its priority.
    pub priority: i32,
    /// After this delivery fails, whether there is another.
    pub attempts_max: u32,
    /// When it was pushed.
    pub pushed_at: DateTime<Utc>,
    /// When it is anybody's again.
    pub expires_at: DateTime<Utc>,
}

/// Whether a receipt still held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It held; what was asked is done.
    Done,
    /// The lease was lost, or settled before; nothing was changed.
    Lost,
}

/// One delivery that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nack {
    /// Which.
    pub receipt: Receipt,
    /// Not to be delivered again before this has passed.
    pub delay: Duration,
    /// Why.
    pub reason: String,
}

/// What became of a nacked item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NackOutcome {
    /// It is ready again after its delay.
    Requeued,
    /// It was its last attempt: it is a dead letter.
    Dead,
    /// The lease was lost, or settled before; nothing was changed.
    Lost,
}

/// An item that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadItem {
    /// Its key, as it had in the queue.
    pub id: WorkItemId,
    /// What was to be done.
    pub payload: Vec<u8>,
    /// Carried along.
    pub headers: BTreeMap<String, String>,
    /// Whose work it was.
    pub tenant: String,
    /// How often it was delivered in vain.
    pub attempts: u32,
    /// Why it was given up.
    pub reason: String,
    /// When it was pushed.
    pub pushed_at: DateTime<Utc>,
    /// When it was given up.
    pub died_at: DateTime<Utc>,
}

/// What became of the item that was pushed under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is in the queue, whatever it is doing there.
    Queued,
    /// It is a dead letter.
    Dead {
        /// Why it was given up.
        reason: String,
    },
    /// It was acked, or forgotten, or never pushed.
    Unknown,
}

/// What an item in the queue is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeekedState {
    /// Waits for a worker.
    Ready,
    /// A worker has it.
    Leased,
    /// Waits for its time.
    Delayed,
}

/// An item looked at without taking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeekedItem {
    /// Its key.
    pub id: WorkItemId,
    /// What it is doing.
    pub state: PeekedState,
    /// What to do.
    pub payload: Vec<u8>,
    /// Carried along.
    pub headers: BTreeMap<String, String>,
    /// Whose work it is.
    pub tenant: String,
    /// Its priority.
    pub priority: i32,
    /// How often it was delivered, without being released.
    pub attempts: u32,
    /// Deliveries after which it is a dead letter.
    pub attempts_max: u32,
    /// When it was pushed.
    pub pushed_at: DateTime<Utc>,
    /// When it was or will be ready.
    pub ready_at: DateTime<Utc>,
}

/// A queue in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueStats {
    /// Items that wait for a worker.
    pub ready: u64,
    /// Items that a worker has.
    pub leased: u64,
    /// Items that wait for their time.
    pub delayed: u64,
    /// Dead letters.
    pub dead: u64,
    /// Since when the oldest ready item waits.
    pub oldest_ready_at: Option<DateTime<Utc>>,
    /// Whether it gives no items.
    pub paused: bool,
    /// How many items it takes in all.
    pub capacity: u64,
}

/// Why the queue did not do it.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The batch does not fit; nothing of it was taken.
    #[error("the queue holds {capacity} items and is full")]
    Full {
        /// How many it takes in all.
        capacity: u64,
        /// When to try again.
        retry_after: Duration,
    },
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Named queues of items. A queue comes into being with its first push; until then it is an empty one.
#[async_trait]
pub trait Queue: Send + Sync {
    /// The queues there are, by name.
    async fn queues(&self) -> Result<Vec<String>, QueueError>;

    /// Adds items, all or none; the answers come in the order of the items.
    async fn push(&self, queue: &str, items: Vec<PushItem>) -> Result<Vec<Pushed>, QueueError>;

    /// Takes items for a while. Waits for the first up to `wait`, then takes what is there.
    async fn lease(&self, queue: &str, request: LeaseRequest) -> Result<Vec<Lease>, QueueError>;

    /// Prolongs leases: from now on for `lease`.
    async fn extend(
        &self,
        queue: &str,
        receipts: &[Receipt],
        lease: Duration,
    ) -> Result<Vec<Settlement>, QueueError>;

    /// Removes items that are done.
    async fn ack(&self, queue: &str, receipts: &[Receipt]) -> Result<Vec<Settlement>, QueueError>;

    /// Gives items back, all or none, for another attempt or, after the last, as dead letters with the reason; the
    /// answers come in their order.
    async fn nack(&self, queue: &str, nacks: &[Nack]) -> Result<Vec<NackOutcome>, QueueError>;

    /// Gives items back whose time has not come: they are ready again at once, with as many attempts as before.
    async fn release(&self, queue: &str, receipts: &[Receipt]) -> Result<Vec<Settlement>, QueueError>;

    /// The queue in numbers.
    async fn stats(&self, queue: &str) -> Result<QueueStats, QueueError>;

    /// What became of the items that were pushed under these keys, in their order.
    async fn fates(&self, queue: &str, keys: &[String]) -> Result<Vec<Fate>, QueueError>;

    /// Looks at items by age without taking them.
    async fn peek(&self, queue: &str, page: PageRequest) -> Result<Page<PeekedItem>, QueueError>;

    /// Dead letters by age.
    async fn dead(&self, queue: &str, page: PageRequest) -> Result<Page<DeadItem>, QueueError>;

    /// Makes dead letters ready again, with all their attempts; `None` means all. Says how many.
    async fn redrive(&self, queue: &str, ids: Option<&[WorkItemId]>) -> Result<u64, QueueError>;

    /// Whether the queue gives items from now on.
    async fn set_paused(&self, queue: &str, paused: bool) -> Result<(), QueueError>;

    /// Forgets expired dedup keys and dead letters, some at a time. Says how many it looked at: 0 when nothing is left.
    async fn expire(&self) -> Result<u64, QueueError>;
}
