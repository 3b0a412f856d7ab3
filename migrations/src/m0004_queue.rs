//! The embedded work queue.
//!
//! A lease moves `visible_at` into the future and raises `deliveries`, so an expired lease needs no sweeper and a
//! receipt is the pair of id and `deliveries`. Deliveries that were given back are counted as `released`: the rest were
//! in vain.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, number, text};
use crate::tables::{Step, index, table};

pub(crate) const STEP: Step = Step {
    name: "m0004_queue",
    tables,
    indexes,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![work_queues(), work_items(), work_dedup(), dead_items()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("work_items", &["queue", "priority", "tenant", "visible_at", "id"]),
        index("work_dedup", &["expires_at"]),
        index("dead_items", &["queue", "id"]),
    ]
}

fn work_queues() -> TableCreateStatement {
    table("work_queues", &["name"], [text("name"), flag("paused")])
}

fn work_items() -> TableCreateStatement {
    table(
        "work_items",
        &["id"],
        [
            id("id"),
            text("queue"),
            text("tenant"),
            number("priority"),
            bytes("payload"),
            text("headers"),
            flag("leased"),
            number("deliveries"),
            number("released"),
            number("attempts_max"),
            number("pushed_at"),
            number("visible_at"),
        ],
    )
}

fn work_dedup() -> TableCreateStatement {
    table(
        "work_dedup",
        &["queue", "key"],
        [text("queue"), text("key"), number("expires_at")],
    )
}

fn dead_items() -> TableCreateStatement {
    table(
        "dead_items",
        &["id"],
        [
            id("id"),
            text("queue"),
            text("tenant"),
            number("priority"),
            bytes("payload"),
            text("headers"),
            number("deliveries"),
            number("attempts_max"),
            number("pushed_at"),
            number("died_at"),
            text("reason"),
        ],
    )
}
