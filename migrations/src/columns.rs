//! The few kinds of column that the tables are made of, so that a kind is spelt one way everywhere.

use sea_orm_migration::prelude::*;

/// A UUID that must be there: keys of ours and 128-bit hashes.
pub(crate) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// A UUID that need not be there.
pub(crate) fn id_or_none(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// A whole number: counts, versions, hashes, and moments in milliseconds. Always of 64 bits, since SQLite has no
/// other and the entities are generated from it.
pub(crate) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// A number or moment that need not be there.
pub(crate) fn number_or_none(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

/// A text.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// A text that need not be there.
pub(crate) fn text_or_none(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// A number that is 0 in the rows that are there.
pub(crate) fn number_from_0(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().default(0).take()
}

/// A yes or no.
pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// A byte string.
pub(crate) fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

/// A byte string that need not be there.
pub(crate) fn bytes_or_none(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().null().take()
}
