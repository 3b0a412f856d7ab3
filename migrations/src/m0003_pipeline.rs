//! The pipeline's ledger: waves of work, their items, and surveys.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, index, moment_or_none, number, primary_key, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [waves(), pipeline_items(), surveys(), survey_shapes()] {
            manager.create_table(table).await?;
        }
        manager
            .create_index(index("waves", &["context_id", "to_version"]))
            .await?;
        manager
            .create_index(index("surveys", &["context_id", "id"]))
            .await?;
        manager.create_index(unpushed()).await?;
        manager.create_index(open_by_push()).await?;
        manager.create_index(done()).await?;
        manager.create_index(open_by_wave()).await?;
        manager
            .create_index(index("pipeline_items", &["context_id"]))
            .await
    }
}

/// What the relay reads.
fn unpushed() -> IndexCreateStatement {
    index("pipeline_items", &["created_at", "id"])
        .and_where(Expr::col("pushed_at").is_null())
        .and_where(Expr::col("done_at").is_null())
        .take()
}

/// What is forgotten after a while.
fn done() -> IndexCreateStatement {
    index("pipeline_items", &["done_at"])
        .and_where(Expr::col("done_at").is_not_null())
        .take()
}

/// What the sweeper reads.
fn open_by_push() -> IndexCreateStatement {
    index("pipeline_items", &["pushed_at", "id"])
        .and_where(Expr::col("done_at").is_null())
        .take()
}

/// What decides whether a wave has settled.
fn open_by_wave() -> IndexCreateStatement {
    index("pipeline_items", &["wave_id"])
        .and_where(Expr::col("done_at").is_null())
        .take()
}

fn waves() -> TableCreateStatement {
    Table::create()
        .table("waves")
        .col(id("id").primary_key())
        .col(id("context_id"))
        .col(id("corpus_id"))
        .col(text("title"))
        .col(number("from_version"))
        .col(number("to_version"))
        .col(text("state"))
        .col(flag("truncated"))
        .col(number("items_total"))
        .col(number("items_open"))
        .col(number("words"))
        .col(number("sentences_added"))
        .col(number("words_added"))
        .col(number("phrases_added"))
        .col(number("orthos_added"))
        .col(number("remediations_added"))
        .col(number("created_at"))
        .col(moment_or_none("ended_at"))
        .take()
}

/// `wave_id` is a wave's or a survey's id.
fn pipeline_items() -> TableCreateStatement {
    Table::create()
        .table("pipeline_items")
        .col(id("id").primary_key())
        .col(id("context_id"))
        .col(id("wave_id"))
        .col(text("kind"))
        .col(bytes("payload"))
        .col(number("pushes"))
        .col(number("created_at"))
        .col(moment_or_none("pushed_at"))
        .col(moment_or_none("done_at"))
        .take()
}

fn surveys() -> TableCreateStatement {
    Table::create()
        .table("surveys")
        .col(id("id").primary_key())
        .col(id("context_id"))
        .col(number("version"))
        .col(text("request"))
        .col(number("best"))
        .col(text("state"))
        .col(flag("truncated"))
        .col(number("parts_total"))
        .col(number("parts_open"))
        .col(number("orthos"))
        .col(number("created_at"))
        .col(moment_or_none("ended_at"))
        .take()
}

fn survey_shapes() -> TableCreateStatement {
    Table::create()
        .table("survey_shapes")
        .col(id("survey_id"))
        .col(text("shape"))
        .col(id("context_id"))
        .col(number("orthos"))
        .col(bytes("best"))
        .primary_key(&mut primary_key(&["survey_id", "shape"]))
        .take()
}
