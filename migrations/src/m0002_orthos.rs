//! Orthos, how many there are of each shape, and the grids that wait.
//!
//! `shape` is ascending extents as text, for people and counts; `extents` are the grid's own, in canonical axis order.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, index, number, primary_key, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [orthos(), shape_counts(), remediations()] {
            manager.create_table(table).await?;
        }
        let rank = ["context_id", "smallest_extent", "volume", "rarity", "id"];
        manager.create_index(index("orthos", &rank)).await?;
        manager
            .create_index(index("orthos", &["context_id", "min_version"]))
            .await?;
        manager
            .create_index(index("remediations", &["context_id", "parent_id"]))
            .await
    }
}

fn orthos() -> TableCreateStatement {
    Table::create()
        .table("orthos")
        .col(id("context_id"))
        .col(id("id"))
        .col(text("shape"))
        .col(bytes("extents"))
        .col(bytes("cells"))
        .col(number("min_version"))
        .col(number("dims"))
        .col(number("smallest_extent"))
        .col(number("volume"))
        .col(number("cell_count"))
        .col(number("rarity"))
        .primary_key(&mut primary_key(&["context_id", "id"]))
        .take()
}

fn shape_counts() -> TableCreateStatement {
    Table::create()
        .table("shape_counts")
        .col(id("context_id"))
        .col(text("shape"))
        .col(number("version"))
        .col(number("orthos"))
        .primary_key(&mut primary_key(&["context_id", "shape", "version"]))
        .take()
}

/// One row for each pair of prefixes that a grid waits at. The foreign key is the promise that no remediation refers
/// to an ortho that is not stored.
fn remediations() -> TableCreateStatement {
    Table::create()
        .table("remediations")
        .col(id("context_id"))
        .col(number("pair"))
        .col(id("id"))
        .col(id("parent_id"))
        .col(bytes("extents"))
        .col(bytes("cells"))
        .primary_key(&mut primary_key(&["context_id", "pair", "id"]))
        .foreign_key(
            ForeignKey::create()
                .name("fk_remediations_parent")
                .from("remediations", ("context_id", "parent_id"))
                .to("orthos", ("context_id", "id")),
        )
        .take()
}
