//! The role matrix, every version of it.

use sea_orm_migration::prelude::*;

use crate::columns::{number, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(role_matrices()).await
    }
}

fn role_matrices() -> TableCreateStatement {
    Table::create()
        .table("role_matrices")
        .col(number("version").primary_key())
        .col(number("changed_at"))
        .col(text("changed_by"))
        .col(ColumnDef::new("undoes").big_integer().null())
        .col(text("document"))
        .take()
}
