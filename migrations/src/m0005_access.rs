//! API keys, and answers kept for repeated requests.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, index, moment_or_none, number, primary_key, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(api_keys()).await?;
        manager.create_table(idempotency()).await?;
        manager
            .create_index(index("api_keys", &["prefix"]).unique().take())
            .await?;
        manager.create_index(index("idempotency", &["expires_at"])).await
    }
}

fn api_keys() -> TableCreateStatement {
    Table::create()
        .table("api_keys")
        .col(id("id").primary_key())
        .col(text("name"))
        .col(text("prefix"))
        .col(bytes("hash"))
        .col(text("owner"))
        .col(text("scopes"))
        .col(number("created_at"))
        .col(moment_or_none("expires_at"))
        .col(moment_or_none("last_used_at"))
        .col(moment_or_none("revoked_at"))
        .col(ColumnDef::new("rotated_from").uuid().null())
        .take()
}

/// Without a `status` the first request is still at work.
fn idempotency() -> TableCreateStatement {
    Table::create()
        .table("idempotency")
        .col(text("subject"))
        .col(text("operation"))
        .col(text("key"))
        .col(bytes("body_hash"))
        .col(ColumnDef::new("status").big_integer().null())
        .col(ColumnDef::new("reply").blob().null())
        .col(number("expires_at"))
        .primary_key(&mut primary_key(&["subject", "operation", "key"]))
        .take()
}
