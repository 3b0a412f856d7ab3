//! Tables and indexes as the history writes them, and a migration as what it makes.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, number};

/// One step of the history: the tables and indexes that it makes, in one transaction.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) tables: fn() -> Vec<TableCreateStatement>,
    pub(crate) indexes: fn() -> Vec<IndexCreateStatement>,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in (self.tables)() {
            manager.create_table(table).await?;
        }
        for index in (self.indexes)() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// A step of the history that adds to tables that are there: columns, what stands in them in the rows that are there if
/// that is not what a new row begins with, and indexes.
pub(crate) struct Change {
    pub(crate) name: &'static str,
    pub(crate) columns: fn() -> Vec<(&'static str, ColumnDef)>,
    pub(crate) fill: fn() -> Vec<UpdateStatement>,
    pub(crate) indexes: fn() -> Vec<IndexCreateStatement>,
}

impl MigrationName for Change {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Change {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in (self.columns)() {
            let alter = Table::alter().table(table).add_column(column).take();
            manager.alter_table(alter).await?;
        }
        for update in (self.fill)() {
            manager.execute(update).await?;
        }
        for index in (self.indexes)() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// A table with its primary key.
pub(crate) fn table(
    name: &'static str,
    key: &[&'static str],
    columns: impl IntoIterator<Item = ColumnDef>,
) -> TableCreateStatement {
    let mut table = Table::create().table(name).take();
    for column in columns {
        table.col(column);
    }
    table.primary_key(&mut columns_of(key)).take()
}

/// A table of what belongs to a context: its rows are kept together and go with it.
pub(crate) fn of_context(
    name: &'static str,
    key: &[&'static str],
    columns: impl IntoIterator<Item = ColumnDef>,
) -> TableCreateStatement {
    let key: Vec<&str> = std::iter::once("context_id").chain(key.iter().copied()).collect();
    table(name, &key, std::iter::once(id("context_id")).chain(columns))
}

/// An inverted index: for each word of a context what has it, packed; the rows that are written together are a part.
pub(crate) fn words_of(name: &'static str) -> TableCreateStatement {
    of_context(
        name,
        &["word", "part"],
        [number("word"), number("part"), bytes("entries")],
    )
}

/// An index that is named after its table and columns.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    columns_of(columns)
        .name(format!("ix_{table}_{}", columns.join("_")))
        .table(table)
        .take()
}

/// As [`index`], and no two rows are alike in these columns.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().take()
}

fn columns_of(columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(*column);
    }
    index.take()
}
