//! Orthos and remediations as rows and back.

use crochet_domain::ports::ContextKey;
use crochet_domain::{Ortho, OrthoId, Remediation, Shape, Version, WordId};
use sea_orm::Set;
use uuid::Uuid;

use crate::database::Abort;
use crate::encoding::{pack, unpack};
use crate::entities::{orthos, remediations};

pub(super) fn ortho_row(context: ContextKey, ortho: &Ortho) -> orthos::ActiveModel {
    orthos::ActiveModel {
        context_id: Set(context.0),
        id: Set(Uuid::from_bytes(*ortho.id.as_bytes())),
        shape: Set(ortho.shape.ascending().to_string()),
        extents: Set(ortho.shape.extents().to_vec()),
        cells: Set(pack(&ortho.cells)),
        min_version: Set(ortho.min_version.into()),
        rarity: Set(ortho.rarity.into()),
    }
}

/// One row for each pair that the grid waits at.
pub(super) fn remediation_rows(
    context: ContextKey,
    remediation: &Remediation,
) -> impl Iterator<Item = remediations::ActiveModel> {
    let extents = remediation.shape.extents().to_vec();
    let cells = pack(&remediation.cells);
    remediation
        .pairs
        .iter()
        .enumerate()
        .map(move |(place, pair)| remediations::ActiveModel {
            context_id: Set(context.0),
            pair: Set(pair.0),
            id: Set(Uuid::from_bytes(*remediation.id.as_bytes())),
            leading: Set(place == 0),
            parent_id: Set(Uuid::from_bytes(*remediation.parent.as_bytes())),
            extents: Set(extents.clone()),
            cells: Set(cells.clone()),
        })
}

pub(crate) fn ortho_of<E>(row: &orthos::Model) -> Result<Ortho, Abort<E>> {
    let what = || format!("ortho {} of context {}", row.id, row.context_id);
    let (shape, cells) = grid_of(&row.extents, &row.cells, what)?;
    Ok(Ortho {
        id: OrthoId::from_bytes(*row.id.as_bytes()),
        shape,
        cells,
        min_version: Version::try_from(row.min_version).map_err(|_| Abort::Damaged(what()))?,
        rarity: i32::try_from(row.rarity).map_err(|_| Abort::Damaged(what()))?,
    })
}

/// Shape and words of stored bytes.
pub(crate) fn grid_of<E>(
    extents: &[u8],
    cells: &[u8],
    what: impl Fn() -> String,
) -> Result<(Shape, Vec<WordId>), Abort<E>> {
    let shape = Shape::new(extents).map_err(|_| Abort::Damaged(what()))?;
    let cells = unpack(cells).ok_or_else(|| Abort::Damaged(what()))?;
    Ok((shape, cells))
}
