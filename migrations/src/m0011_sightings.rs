//! When people were last here.

use sea_orm_migration::prelude::*;

use crate::columns::{number, text};
use crate::tables::{Step, table};

pub(crate) const STEP: Step = Step {
    name: "m0011_sightings",
    tables,
    indexes: Vec::new,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![table(
        "sightings",
        &["subject"],
        [text("subject"), number("seen_at")],
    )]
}
