//! Items that are given up: the ledger says which and why, and the queue what became of an item by the key that it was
//! pushed under.
//!
//! An item that comes back from the dead letters keeps its id, which its key names, so a letter keeps the count of
//! deliveries that old receipts are told apart by.

use sea_orm_migration::prelude::*;

use crate::columns::{id_or_none, number_from_0, number_or_none, text_or_none};
use crate::tables::{Change, index};

pub(crate) const STEP: Change = Change {
    name: "m0008_stuck",
    columns,
    indexes,
    fill: Vec::new,
};

fn columns() -> Vec<(&'static str, ColumnDef)> {
    vec![
        ("pipeline_items", number_or_none("failed_at")),
        ("pipeline_items", text_or_none("failure")),
        ("work_dedup", id_or_none("item_id")),
        ("dead_items", number_from_0("released")),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        // What says how many items of a wave are given up.
        index("pipeline_items", &["wave_id", "failed_at"])
            .and_where(Expr::col("failed_at").is_not_null())
            .and_where(Expr::col("done_at").is_null())
            .take(),
        // What is forgotten after a while.
        index("dead_items", &["died_at"]),
    ]
}
