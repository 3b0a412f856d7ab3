//! From where somebody did what the audit log says.

use sea_orm_migration::prelude::*;

use crate::columns::text_or_none;
use crate::tables::Change;

pub(crate) const STEP: Change = Change {
    name: "m0012_addresses",
    columns,
    fill: Vec::new,
    indexes: Vec::new,
};

fn columns() -> Vec<(&'static str, ColumnDef)> {
    vec![("audit_entries", text_or_none("address"))]
}
