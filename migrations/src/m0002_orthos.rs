//! Orthos, how many there are of each shape, the grids that wait, and the words of both.
//!
//! `shape` is ascending extents as text; `extents` are the grid's own, in canonical axis order. Whatever else orthos are
//! ranked and filtered by follows from the shape, so one index serves every order.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, number, text};
use crate::tables::{Step, index, of_context, words_of};

pub(crate) const STEP: Step = Step {
    name: "m0002_orthos",
    tables,
    indexes,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![
        orthos(),
        shape_counts(),
        remediations(),
        words_of("ortho_words"),
        words_of("remediation_words"),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    let of_version = ["context_id", "min_version", "shape", "rarity", "id"];
    vec![
        index("orthos", &["context_id", "shape", "rarity", "id"]),
        index("orthos", &of_version),
        index("remediations", &["context_id", "parent_id", "pair", "id"]),
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
            number("rarity"),
        ],
    )
}

/// Orthos by version and shape. Those of version 0, which no ortho has, are of all versions together.
fn shape_counts() -> TableCreateStatement {
    of_context(
        "shape_counts",
        &["version", "shape"],
        [number("version"), text("shape"), number("orthos")],
    )
}

/// One row for each pair of prefixes that a grid waits at; the first is leading, so that a list has each grid once. The
/// foreign key is the promise that no remediation refers to an ortho that is not stored.
fn remediations() -> TableCreateStatement {
    let mut parent = ForeignKey::create()
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
            flag("leading"),
            id("parent_id"),
            bytes("extents"),
            bytes("cells"),
        ],
    )
    .foreign_key(&mut parent)
    .take()
}
