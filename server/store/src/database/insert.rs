//! Many rows at once.
//!
//! A statement may carry some 32,000 values on SQLite and 65,000 on Postgres, and a prepared statement is kept per
//! text. So rows go in chunks whose sizes are powers of two: a batch of any size is a handful of statements, and these
//! are the same handful the next time. Callers sort rows by key, because batches that lock the same rows in another
//! order deadlock on Postgres.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, Iterable, PrimaryKeyTrait,
    TryInsertResult,
};

/// Largest chunk in rows. Larger ones were no faster and take memory in every connection's statement cache.
const CHUNK_MAX: usize = 256;
/// Largest number of values in a statement.
const VALUES_MAX: usize = 30_000;

type Key<A> = <<<A as ActiveModelTrait>::Entity as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// Inserts rows that cannot be there yet.
pub(crate) async fn insert_all<A>(db: &impl ConnectionTrait, rows: &[A]) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send + Sync,
{
    for chunk in chunks(rows) {
        A::Entity::insert_many(chunk).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Inserts those rows whose primary key is not there yet, and says how many these were.
pub(crate) async fn insert_new<A>(db: &impl ConnectionTrait, rows: &[A]) -> Result<u64, DbErr>
where
    A: ActiveModelTrait + Send + Sync,
{
    let mut inserted = 0;
    for chunk in chunks(rows) {
        let done = A::Entity::insert_many(chunk)
            .on_conflict_do_nothing_on(primary_key::<A>())
            .exec_without_returning(db)
            .await?;
        if let TryInsertResult::Inserted(rows) = done {
            inserted += rows;
        }
    }
    Ok(inserted)
}

/// Inserts those rows whose primary key is not there yet, and returns exactly the keys of these.
pub(crate) async fn insert_new_returning_keys<A>(
    db: &impl ConnectionTrait,
    rows: &[A],
) -> Result<Vec<Key<A>>, DbErr>
where
    A: ActiveModelTrait + Send + Sync,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let mut keys = Vec::new();
    for chunk in chunks(rows) {
        let done = A::Entity::insert_many(chunk)
            .on_conflict_do_nothing_on(primary_key::<A>())
            .exec_with_returning_keys(db)
            .await?;
        if let TryInsertResult::Inserted(new) = done {
            keys.extend(new);
        }
    }
    Ok(keys)
}

fn primary_key<A: ActiveModelTrait>() -> Vec<<A::Entity as EntityTrait>::Column> {
    use sea_orm::PrimaryKeyToColumn;
    <A::Entity as EntityTrait>::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect()
}

fn chunks<A: ActiveModelTrait>(rows: &[A]) -> impl Iterator<Item = Vec<A>> {
    let columns = <A::Entity as EntityTrait>::Column::iter().count().max(1);
    let largest = CHUNK_MAX.min(1 << (VALUES_MAX / columns).ilog2());
    let mut rest = rows;
    std::iter::from_fn(move || {
        let (chunk, left) = rest.split_at(chunk_size(rest.len(), largest)?);
        rest = left;
        Some(chunk.to_vec())
    })
}

/// The largest power of two that does not exceed what is left.
fn chunk_size(left: usize, largest: usize) -> Option<usize> {
    let exponent = left.checked_ilog2()?;
    Some(largest.min(1 << exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_of_any_size_is_cut_into_few_known_sizes() {
        let mut left = 1_337;
        let mut sizes = Vec::new();
        while let Some(size) = chunk_size(left, 256) {
            sizes.push(size);
            left -= size;
        }
        assert_eq!(sizes, [256, 256, 256, 256, 256, 32, 16, 8, 1]);
    }
}
