//! The embedded work queue.
//!
//! A lease moves `visible_at` into the future and raises `deliveries`, so an expired lease needs no sweeper and a
//! receipt is the pair of id and `deliveries`. Deliveries that were given back are counted as `released`: the rest were
//! in vain.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, index, number, primary_key, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [work_queues(), work_items(), work_dedup(), dead_items()] {
            manager.create_table(table).await?;
        }
        let lane = ["queue", "priority", "tenant", "visible_at", "id"];
        manager.create_index(index("work_items", &lane)).await?;
        manager.create_index(index("work_dedup", &["expires_at"])).await?;
        manager.create_index(index("dead_items", &["queue", "id"])).await
    }
}

fn work_queues() -> TableCreateStatement {
    Table::create()
        .table("work_queues")
        .col(text("name").primary_key())
        .col(flag("paused"))
        .take()
}

fn work_items() -> TableCreateStatement {
    Table::create()
        .table("work_items")
        .col(id("id").primary_key())
        .col(text("queue"))
        .col(text("tenant"))
        .col(number("priority"))
        .col(bytes("payload"))
        .col(text("headers"))
        .col(flag("leased"))
        .col(number("deliveries"))
        .col(number("released"))
        .col(number("attempts_max"))
        .col(number("pushed_at"))
        .col(number("visible_at"))
        .take()
}

fn work_dedup() -> TableCreateStatement {
    Table::create()
        .table("work_dedup")
        .col(text("queue"))
        .col(text("key"))
        .col(number("expires_at"))
        .primary_key(&mut primary_key(&["queue", "key"]))
        .take()
}

fn dead_items() -> TableCreateStatement {
    Table::create()
        .table("dead_items")
        .col(id("id").primary_key())
        .col(text("queue"))
        .col(text("tenant"))
        .col(number("priority"))
        .col(bytes("payload"))
        .col(text("headers"))
        .col(number("deliveries"))
        .col(number("attempts_max"))
        .col(number("pushed_at"))
        .col(number("died_at"))
        .col(text("reason"))
        .take()
}
