//! The role matrix, every version of it.

use sea_orm_migration::prelude::*;

use crate::columns::{number, number_or_none, text};
use crate::tables::{Step, table};

pub(crate) const STEP: Step = Step {
    name: "m0007_roles",
    tables,
    indexes: Vec::new,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![table(
        "role_matrices",
        &["version"],
        [
            number("version"),
            number("changed_at"),
            text("changed_by"),
            number_or_none("undoes"),
            text("document"),
        ],
    )]
}
