//! Figures that used to be counted each time: how many items a queue holds, who has leases, which waves run.

use sea_orm_migration::prelude::*;

use crate::columns::number_from_0;
use crate::tables::{Change, index};

pub(crate) const STEP: Change = Change {
    name: "m0009_figures",
    columns,
    indexes,
    fill,
};

fn columns() -> Vec<(&'static str, ColumnDef)> {
    vec![("work_queues", number_from_0("held"))]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        // What says which tenants have how many leases.
        index("work_items", &["queue", "priority", "tenant", "visible_at"])
            .and_where(Expr::col("leased"))
            .take(),
        // What says how far a context is settled.
        index("waves", &["context_id", "from_version"])
            .and_where(Expr::col("ended_at").is_null())
            .take(),
    ]
}

fn fill() -> Vec<UpdateStatement> {
    let held = Query::select()
        .expr(Expr::col("id").count())
        .from("work_items")
        .and_where(Expr::col(("work_items", "queue")).equals(("work_queues", "name")))
        .take();
    vec![Query::update().table("work_queues").value("held", held).take()]
}
