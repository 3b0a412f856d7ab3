//! Some rows at a time, so that nobody waits for a long transaction.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    Condition, ConnectionTrait, DbErr, EntityTrait, Iterable, PrimaryKeyToColumn, QueryFilter, QuerySelect,
    QueryTrait,
};

/// Removes up to `rows` of the rows that a condition holds for, and says how many these were. Neither engine can limit a
/// `DELETE`, so the keys are chosen by a subquery.
pub(crate) async fn delete_some<E>(
    db: &impl ConnectionTrait,
    condition: Condition,
    rows: u64,
) -> Result<u64, DbErr>
where
    E: EntityTrait,
{
    let columns: Vec<E::Column> = E::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect();
    let chosen = E::find()
        .select_only()
        .columns(columns.iter().copied())
        .filter(condition)
        .limit(rows)
        .into_query();
    let keys = Expr::tuple(columns.into_iter().map(Expr::col));
    Ok(E::delete_many()
        .filter(keys.in_subquery(chosen))
        .exec(db)
        .await?
        .rows_affected)
}
