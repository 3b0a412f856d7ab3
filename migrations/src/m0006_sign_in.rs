//! Sign-in links and the sessions that they opened. A link that is spent and a session that is ended are gone.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, index, number, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 2] = ["sign_in_links", "sessions"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.create_table(tickets(table)).await?;
            manager.create_index(index(table, &["expires_at"])).await?;
        }
        Ok(())
    }
}

fn tickets(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(text("id").primary_key())
        .col(bytes("hash"))
        .col(text("role"))
        .col(number("expires_at"))
        .take()
}
