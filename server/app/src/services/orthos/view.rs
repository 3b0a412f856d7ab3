//! How orthos are shown.
//!
//! It must never read anything itself.

use crochet_api::common::ShapeCount as ShownCount;
use crochet_api::orthos::Ortho as Shown;
use crochet_domain::ortho::Ortho;
use crochet_domain::ports::ShapeCount;
use crochet_openapi::Problem;

use crate::services::spelling::Spelling;
use crate::services::wire::{self, count, extents, ortho_id, shape, version};

/// An ortho in words.
pub(super) fn ortho(ortho: &Ortho, spelling: &Spelling) -> Result<Shown, Problem> {
    Ok(Shown {
        id: ortho_id(ortho.id)?,
        shape: shape(&ortho.shape)?,
        extents: extents(&ortho.shape),
        cells: spelling.words(&ortho.cells)?,
        volume: count(ortho.shape.volume()),
        rarity: ortho.rarity,
        version: version(ortho.min_version)?,
    })
}

/// How many orthos have a shape.
pub(super) fn shape_count(shape: &ShapeCount) -> Result<ShownCount, Problem> {
    Ok(ShownCount {
        shape: wire::shape(&shape.shape)?,
        orthos: count(shape.orthos),
        added: Some(count(shape.added)),
    })
}
