//! API keys, and answers kept for repeated requests.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, bytes_or_none, id, id_or_none, number, number_or_none, text};
use crate::tables::{Step, index, table, unique};

pub(crate) const STEP: Step = Step {
    name: "m0005_access",
    tables,
    indexes,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![api_keys(), idempotency()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("api_keys", &["prefix"]),
        index("idempotency", &["expires_at"]),
    ]
}

fn api_keys() -> TableCreateStatement {
    table(
        "api_keys",
        &["id"],
        [
            id("id"),
            text("name"),
            text("prefix"),
            bytes("hash"),
            text("owner"),
            text("scopes"),
            number("created_at"),
            number_or_none("expires_at"),
            number_or_none("last_used_at"),
            number_or_none("revoked_at"),
            id_or_none("rotated_from"),
        ],
    )
}

/// Without a `status` the first request is still at work.
fn idempotency() -> TableCreateStatement {
    table(
        "idempotency",
        &["subject", "operation", "key"],
        [
            text("subject"),
            text("operation"),
            text("key"),
            bytes("body_hash"),
            number_or_none("status"),
            bytes_or_none("reply"),
            number("expires_at"),
        ],
    )
}
