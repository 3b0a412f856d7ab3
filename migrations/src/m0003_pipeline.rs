//! The pipeline's ledger: waves of work, their items, and surveys.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, number, number_or_none, text};
use crate::tables::{Step, index, table};

pub(crate) const STEP: Step = Step {
    name: "m0003_pipeline",
    tables,
    indexes,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![waves(), pipeline_items(), surveys(), survey_shapes()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    let open = || Expr::col("done_at").is_null();
    vec![
        index("waves", &["context_id", "to_version"]),
        index("surveys", &["context_id", "id"]),
        index("pipeline_items", &["context_id"]),
        // What the relay reads.
        index("pipeline_items", &["created_at", "id"])
            .and_where(Expr::col("pushed_at").is_null())
            .and_where(open())
            .take(),
        // What the sweeper reads.
        index("pipeline_items", &["pushed_at", "id"])
            .and_where(open())
            .take(),
        // What decides whether a wave has settled.
        index("pipeline_items", &["wave_id"]).and_where(open()).take(),
        // What is forgotten after a while.
        index("pipeline_items", &["done_at"])
            .and_where(Expr::col("done_at").is_not_null())
            .take(),
    ]
}

fn waves() -> TableCreateStatement {
    table(
        "waves",
        &["id"],
        [
            id("id"),
            id("context_id"),
            id("corpus_id"),
            text("title"),
            number("from_version"),
            number("to_version"),
            text("state"),
            flag("truncated"),
            number("items_total"),
            number("items_open"),
            number("words"),
            number("sentences_added"),
            number("words_added"),
            number("phrases_added"),
            number("orthos_added"),
            number("remediations_added"),
            number("created_at"),
            number_or_none("ended_at"),
        ],
    )
}

/// `wave_id` is a wave's or a survey's id.
fn pipeline_items() -> TableCreateStatement {
    table(
        "pipeline_items",
        &["id"],
        [
            id("id"),
            id("context_id"),
            id("wave_id"),
            text("kind"),
            bytes("payload"),
            number("pushes"),
            number("created_at"),
            number_or_none("pushed_at"),
            number_or_none("done_at"),
        ],
    )
}

fn surveys() -> TableCreateStatement {
    table(
        "surveys",
        &["id"],
        [
            id("id"),
            id("context_id"),
            number("version"),
            text("request"),
            number("best"),
            text("state"),
            flag("truncated"),
            number("parts_total"),
            number("parts_open"),
            number("orthos"),
            number("created_at"),
            number_or_none("ended_at"),
        ],
    )
}

fn survey_shapes() -> TableCreateStatement {
    table(
        "survey_shapes",
        &["survey_id", "shape"],
        [
            id("survey_id"),
            text("shape"),
            id("context_id"),
            number("orthos"),
            bytes("best"),
        ],
    )
}
