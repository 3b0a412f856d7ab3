//! A context as two hashes.
//!
//! Over ids alone: an ortho's id is a hash of its shape and words, a remediation's of its grid. Pairs are left out, for
//! they are hashes of word numbers, which depend on which text came first; and parents, for of the orthos that a grid
//! grows from it is the newest, which depends on how the text was split.

use crochet_domain::ports::{ContextDigest, ContextKey};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Outcome, require};
use crate::database::Tx;
use crate::entities::remediations::{Column, Entity};
use crate::orthos::ids_after;

/// Rows read at a time.
const BATCH: u64 = 10_000;

pub(super) async fn digest(tx: &Tx, context: ContextKey) -> Outcome<ContextDigest> {
    require(tx, context).await?;
    let (orthos, ortho_count) = orthos(tx, context).await?;
    let (remediations, remediation_count) = remediations(tx, context).await?;
    Ok(ContextDigest {
        orthos,
        remediations,
        ortho_count,
        remediation_count,
    })
}

async fn orthos(tx: &Tx, context: ContextKey) -> Outcome<(String, u64)> {
    let (mut hash, mut count, mut after) = (Sha256::new(), 0, None);
    loop {
        let ids = ids_after(tx, context, after, BATCH).await?;
        let Some(last) = ids.last() else {
            return Ok((hex(hash), count));
        };
        after = Some(*last);
        count += ids.len() as u64;
        for id in &ids {
            hash.update(id.as_bytes());
        }
    }
}

/// Rows come by pair; a grid that waits at several pairs counts once. Sorted here, since no index has this order.
async fn remediations(tx: &Tx, context: ContextKey) -> Outcome<(String, u64)> {
    let mut grids: Vec<Uuid> = Vec::new();
    let mut after: Option<(i64, Uuid)> = None;
    loop {
        let rows = batch(tx, context, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some(*last);
        grids.extend(rows.iter().map(|(_, id)| *id));
    }
    grids.sort_unstable();
    grids.dedup();
    let mut hash = Sha256::new();
    for grid in &grids {
        hash.update(grid.as_bytes());
    }
    Ok((hex(hash), grids.len() as u64))
}

async fn batch(tx: &Tx, context: ContextKey, after: Option<(i64, Uuid)>) -> Outcome<Vec<(i64, Uuid)>> {
    let mut query = Entity::find()
        .select_only()
        .columns([Column::Pair, Column::Id])
        .filter(Column::ContextId.eq(context.0))
        .order_by_asc(Column::Pair)
        .order_by_asc(Column::Id)
        .limit(BATCH);
    if let Some((pair, id)) = after {
        let row = Expr::tuple([Expr::col(Column::Pair), Expr::col(Column::Id)]);
        query = query.filter(row.gt(Expr::tuple([Expr::value(pair), Expr::value(id)])));
    }
    Ok(query.into_tuple().all(&**tx).await?)
}

fn hex(hash: Sha256) -> String {
    data_encoding::HEXLOWER.encode(&hash.finalize())
}
