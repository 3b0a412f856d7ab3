//! A row of the ledger as an item of the queue.

use std::collections::BTreeMap;

use crochet_api::work::{NewWorkItem, WorkPayload};
use crochet_domain::ports::{ItemId, LedgerItem};
use serde_json::Value;

/// How long the queue remembers a key. It only has to outlive a relay that dies between push and note.
const DEDUP_WINDOW_S: i64 = 3_600;
/// Failed deliveries before an item is a dead letter. An item that fails has as many within half a minute; one whose
/// workers are killed survives more of that than anybody would do.
const ATTEMPTS_MAX: i32 = 20;
/// Work of one wave is as urgent as that of another; tenants share the workers.
const PRIORITY: i32 = 5;

/// The key of a row that was pushed so often says so: a sweep is not taken for a repetition.
pub(super) fn key_of(item: ItemId, pushes: u32) -> String {
    format!("{item}.{pushes}")
}

/// The item of a row, unless the row is damaged.
pub(super) fn envelope(item: &LedgerItem) -> serde_json::Result<NewWorkItem> {
    let work: Value = serde_json::from_slice(&item.payload)?;
    let payload = BTreeMap::from([
        ("item".to_owned(), Value::String(item.id.to_string())),
        ("context".to_owned(), Value::String(item.context.to_string())),
        ("work".to_owned(), work),
    ]);
    Ok(NewWorkItem {
        payload: WorkPayload(payload),
        headers: None,
        dedup_key: Some(key_of(item.id, item.pushes)),
        dedup_window_s: DEDUP_WINDOW_S,
        tenant: Some(item.context.to_string()),
        priority: PRIORITY,
        delay_ms: 0,
        attempts_max: ATTEMPTS_MAX,
    })
}
