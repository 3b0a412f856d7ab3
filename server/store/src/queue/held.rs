//! How many items a queue holds: a figure of its row, changed with the items in one transaction, so that nobody has to count
//! them.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::Outcome;
use crate::database::Tx;
use crate::entities::work_queues::{Column, Entity, Model};

/// The row of a queue, which is made if need be.
pub(super) async fn row(tx: &Tx, queue: &str) -> Outcome<Model> {
    if let Some(row) = Entity::find_by_id(queue).one(&**tx).await? {
        return Ok(row);
    }
    let row = Model {
        name: queue.to_owned(),
        paused: false,
        held: 0,
    };
    Ok(row.into_active_model().insert(&**tx).await?)
}

/// So many items have come.
pub(super) async fn more(tx: &Tx, queue: &str, items: usize) -> Outcome<()> {
    change(tx, queue, items as i64).await
}

/// So many items have gone.
pub(super) async fn less(tx: &Tx, queue: &str, items: usize) -> Outcome<()> {
    change(tx, queue, -(items as i64)).await
}

async fn change(tx: &Tx, queue: &str, by: i64) -> Outcome<()> {
    if by == 0 {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::Held, Expr::col(Column::Held).add(by))
        .filter(Column::Name.eq(queue))
        .exec(&**tx)
        .await?;
    Ok(())
}
