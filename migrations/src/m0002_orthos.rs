//! Orthos, how many there are of each shape, and the grids that wait.
//!
//! `shape` is ascending extents as text, for people and counts; `extents` are the grid's own, in canonical axis order.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, number, text};
use crate::tables::{Step, index, of_context};

pub(crate) const STEP: Step = Step {
    name: "m0002_orthos",
    tables,
    indexes,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![orthos(), shape_counts(), remediations()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index(
            "orthos",
            &["context_id", "smallest_extent", "volume", "rarity", "id"],
        ),
        index("orthos", &["context_id", "min_version"]),
        index("remediations", &["context_id", "parent_id"]),
    ]
}

fn orthos() -> TableCreateStatement {
    of_context(
        "orthos",
        &["id"],
        [
            id("id"),
            text("shape"),
            bytes("extents"),
            bytes("cells"),
            number("min_version"),
            number("dims"),
            number("smallest_extent"),
            number("volume"),
            number("cell_count"),
            number("rarity"),
        ],
    )
}

fn shape_counts() -> TableCreateStatement {
    of_context(
        "shape_counts",
        &["shape", "version"],
        [text("shape"), number("version"), number("orthos")],
    )
}

/// One row for each pair of prefixes that a grid waits at. The foreign key is the promise that no remediation refers
/// to an ortho that is not stored.
fn remediations() -> TableCreateStatement {
    let parent = ForeignKey::create()
        .name("fk_remediations_parent")
        .from("remediations", ("context_id", "parent_id"))
        .to("orthos", ("context_id", "id"))
        .take();
    of_context(
        "remediations",
        &["pair", "id"],
        [
            number("pair"),
            id("id"),
            id("parent_id"),
            bytes("extents"),
            bytes("cells"),
        ],
    )
    .foreign_key(&mut parent.clone())
    .take()
}
