//! What stands one layer around an ortho: the smaller ones inside, the larger ones around it.
//!
//! Every box at the first corner of an ortho is an ortho (heredity), so the smaller ones are cut out and looked up. The
//! larger ones contain all its words, by which the store finds them. It must never search.

use std::collections::BTreeSet;

use crochet_api::orthos::{Direction, Neighbour};
use crochet_domain::ids::WordId;
use crochet_domain::ortho::{Geometry, Ortho, Shape};
use crochet_domain::ports::{ContextKey, ContextRecord, OrthoQuery, PageRequest};
use crochet_openapi::Problem;

use super::{OrthosService, view};
use crate::services::problems::problem;
use crate::services::spelling::Spelling;

/// How many larger orthos of one shape are shown.
const LARGER_MAX: usize = 200;
/// How many orthos with the same words are looked at at once.
const LOOKED_AT: u32 = 500;

impl OrthosService {
    /// The orthos one layer away, the smaller ones first.
    pub(super) async fn neighbours(
        &self,
        context: &ContextRecord,
        ortho: &Ortho,
        direction: Option<Direction>,
    ) -> Result<Vec<Neighbour>, Problem> {
        let mut found = Vec::new();
        if direction != Some(Direction::Larger) {
            let smaller = self.smaller(context.key, ortho).await?;
            found.extend(smaller.into_iter().map(|ortho| (Direction::Smaller, ortho)));
        }
        if direction != Some(Direction::Smaller) {
            let larger = self.larger(context, ortho).await?;
            found.extend(larger.into_iter().map(|ortho| (Direction::Larger, ortho)));
        }
        let words = found.iter().flat_map(|(_, ortho)| &ortho.cells);
        let spelling = Spelling::of(&*self.contexts, context.key, words).await?;
        let show = |(direction, found): (Direction, Ortho)| {
            Ok(Neighbour {
                direction,
                ortho: view::ortho(&found, &spelling)?,
            })
        };
        found.into_iter().map(show).collect()
    }

    async fn smaller(&self, context: ContextKey, ortho: &Ortho) -> Result<Vec<Ortho>, Problem> {
        let spelling = Spelling::of(&*self.contexts, context, &ortho.cells).await?;
        let mut ids = Vec::new();
        for (shape, cells) in (0..ortho.shape.dims()).filter_map(|axis| without_layer(ortho, axis)) {
            let words: Result<Vec<&str>, Problem> = cells.iter().map(|&word| spelling.text(word)).collect();
            ids.push(crochet_domain::ortho::ortho_id(&shape, words?.into_iter()));
        }
        self.orthos.get(context, &ids).await.map_err(problem)
    }

    async fn larger(&self, context: &ContextRecord, ortho: &Ortho) -> Result<Vec<Ortho>, Problem> {
        let words: BTreeSet<WordId> = ortho.cells.iter().copied().collect();
        let mut larger = Vec::new();
        for shape in larger_shapes(ortho.shape.extents()) {
            let Some(shape) = Shape::new(&shape)
                .ok()
                .filter(|_| context.settings.bounds.allow(&shape))
            else {
                continue;
            };
            let query = OrthoQuery {
                shape: Some(shape),
                containing: words.iter().copied().collect(),
                ..OrthoQuery::all(PageRequest::first(LOOKED_AT))
            };
            larger.extend(self.surrounding(context.key, ortho, query).await?);
        }
        Ok(larger)
    }

    /// Those of a list that are one layer around an ortho; most that have its words have them elsewhere.
    async fn surrounding(
        &self,
        context: ContextKey,
        ortho: &Ortho,
        mut query: OrthoQuery,
    ) -> Result<Vec<Ortho>, Problem> {
        let mut larger = Vec::new();
        loop {
            let page = self.orthos.list(context, query.clone()).await.map_err(problem)?;
            larger.extend(page.items.into_iter().filter(|found| surrounds(found, ortho)));
            query.page.after = page.next;
            if query.page.after.is_none() || larger.len() >= LARGER_MAX {
                larger.truncate(LARGER_MAX);
                return Ok(larger);
            }
        }
    }
}

/// The grid without its last layer along an axis: one word less there, or the axis gone. The axis words stay, so the
/// axes stay in their order.
fn without_layer(ortho: &Ortho, axis: usize) -> Option<(Shape, Vec<WordId>)> {
    let geometry = Geometry::new(ortho.shape.extents());
    let last = usize::from(geometry.extents()[axis]) - 1;
    let mut extents = geometry.extents().to_vec();
    if last == 1 {
        extents.remove(axis);
    } else {
        extents[axis] -= 1;
    }
    let kept = (0..geometry.len()).filter(|&cell| geometry.coordinate(cell, axis) < last);
    Some((
        Shape::new(&extents).ok()?,
        kept.map(|cell| ortho.cells[cell]).collect(),
    ))
}

/// Ascending extents of everything one layer or one axis larger.
fn larger_shapes(extents: &[u8]) -> BTreeSet<Vec<u8>> {
    let grown = |axis: usize| {
        let mut extents = extents.to_vec();
        extents[axis] = extents[axis].saturating_add(1);
        extents
    };
    let deeper = extents.iter().copied().chain([2]).collect();
    let all = (0..extents.len()).map(grown).chain([deeper]);
    all.map(|mut extents: Vec<u8>| {
        extents.sort_unstable();
        extents
    })
    .collect()
}

/// Whether a grid without one of its layers is this ortho.
pub(super) fn surrounds(larger: &Ortho, ortho: &Ortho) -> bool {
    (0..larger.shape.dims())
        .filter_map(|axis| without_layer(larger, axis))
        .any(|(shape, cells)| shape == ortho.shape && cells == ortho.cells)
}

#[cfg(test)]
mod tests {
    use crochet_domain::{OrthoId, Version};

    use super::*;

    fn ortho(extents: &[u8], cells: &[u32]) -> Ortho {
        Ortho {
            id: OrthoId::from_bytes([0; 16]),
            shape: Shape::new(extents).unwrap(),
            cells: cells.iter().copied().map(WordId).collect(),
            min_version: Version(1),
            rarity: 0,
        }
    }

    #[test]
    fn a_layer_less_leaves_the_grid_inside() {
        let grid = ortho(&[2, 3], &[0, 1, 2, 3, 4, 5]);
        let inside = ortho(&[2, 2], &[0, 1, 3, 4]);
        assert!(without_layer(&grid, 0).is_none());
        assert!(surrounds(&grid, &inside));
        assert!(!surrounds(&grid, &ortho(&[2, 2], &[1, 2, 4, 5])));
    }

    #[test]
    fn larger_shapes_are_named_once() {
        let shapes: Vec<Vec<u8>> = larger_shapes(&[2, 2]).into_iter().collect();
        assert_eq!(shapes, [vec![2, 2, 2], vec![2, 3]]);
    }
}
