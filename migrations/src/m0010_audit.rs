//! The audit log: who did what, who tried, and how it ended.

use sea_orm_migration::prelude::*;

use crate::columns::{id, number, text, text_or_none};
use crate::tables::{Step, index, table};

pub(crate) const STEP: Step = Step {
    name: "m0010_audit",
    tables,
    indexes,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![table(
        "audit_entries",
        &["id"],
        [
            id("id"),
            number("at"),
            text("subject"),
            text("kind"),
            text_or_none("on_behalf_of"),
            text("spec"),
            text("operation"),
            text("resource"),
            text("outcome"),
            text("missing"),
            text("request_id"),
        ],
    )]
}

/// One for each way in which people look, each in the order of time.
fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("audit_entries", &["at", "id"]),
        index("audit_entries", &["subject", "at", "id"]),
        index("audit_entries", &["on_behalf_of", "at", "id"]),
        index("audit_entries", &["operation", "at", "id"]),
        index("audit_entries", &["outcome", "at", "id"]),
    ]
}
