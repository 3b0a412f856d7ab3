//! What stands one layer around an ortho: the smaller ones inside, the larger ones around it, and what is missing.
//!
//! Every box at the first corner of an ortho is an ortho (heredity), so the smaller ones are cut out and looked up. The
//! larger ones contain all its words, which is how the store finds them. It must never search.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crochet_api::common::PageToken;
use crochet_api::orthos::{Candidate, Completion, Direction, ListCompletionsParams, Neighbour};
use crochet_domain::ids::{OrthoId, WordId};
use crochet_domain::ortho::{Geometry, Ortho, Remediation, Shape};
use crochet_domain::ports::{ContextKey, ContextRecord, OrthoQuery, PageRequest, PhraseQuery};
use crochet_openapi::Problem;

use super::{OrthosService, view};
use crate::services::problems::problem;
use crate::services::remediations::prefixes;
use crate::services::spelling::Spelling;
use crate::services::wire::{extents, page, said, said_page, shape};

/// How many larger orthos of one shape are shown.
const LARGER_MAX: u32 = 200;
/// How many words may follow a run before the rest is left out.
const FOLLOWERS_MAX: u32 = 1_000;
/// How many words are proposed for a corner.
const CANDIDATES_MAX: usize = 20;

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
                ..OrthoQuery::all(PageRequest::first(LARGER_MAX))
            };
            let found = self.orthos.list(context.key, query).await.map_err(problem)?;
            larger.extend(found.items.into_iter().filter(|found| surrounds(found, ortho)));
        }
        Ok(larger)
    }

    /// The grids around an ortho that wait for a corner, with the words that come close.
    pub(super) async fn completions(
        &self,
        context: &ContextRecord,
        ortho: OrthoId,
        params: ListCompletionsParams,
    ) -> Result<(Vec<Completion>, Option<PageToken>), Problem> {
        let wanted = page(params.limit, params.page_token);
        let found = self
            .remediations
            .of_parent(context.key, ortho, wanted)
            .await
            .map_err(problem)?;
        let mut followers = BTreeMap::new();
        for prefix in found.items.iter().flat_map(prefixes) {
            if let Entry::Vacant(entry) = followers.entry(prefix) {
                let words = self.followers(context.key, entry.key()).await?;
                entry.insert(words);
            }
        }
        let proposed = followers.values().flatten();
        let words = found.items.iter().flat_map(|grid| &grid.cells).chain(proposed);
        let spelling = Spelling::of(&*self.contexts, context.key, words).await?;
        said_page(found, |grid| completion(&grid, &followers, &spelling))
    }

    /// The words that stand behind a run somewhere.
    async fn followers(&self, context: ContextKey, run: &[WordId]) -> Result<BTreeSet<WordId>, Problem> {
        let query = PhraseQuery {
            prefix: run.to_vec(),
            longest: u32::try_from(run.len() + 1).unwrap_or(u32::MAX),
            page: PageRequest::first(FOLLOWERS_MAX),
        };
        let found = self.contexts.phrases(context, query).await.map_err(problem)?;
        let next = |words: Vec<WordId>| words.get(run.len()).copied();
        Ok(found
            .items
            .into_iter()
            .filter_map(|phrase| next(phrase.words))
            .collect())
    }
}

fn completion(
    grid: &Remediation,
    followers: &BTreeMap<Vec<WordId>, BTreeSet<WordId>>,
    spelling: &Spelling,
) -> Result<Completion, Problem> {
    let runs = prefixes(grid);
    let runs_said = runs.iter().map(|run| said(spelling.run(run)?));
    Ok(Completion {
        shape: shape(&grid.shape)?,
        extents: extents(&grid.shape),
        cells: spelling.words(&grid.cells)?,
        waiting_for: runs_said.collect::<Result<_, Problem>>()?,
        candidates: candidates(&runs, followers, spelling)?,
    })
}

/// The words that follow some of the runs, those that lack the fewest phrases first.
fn candidates(
    runs: &[Vec<WordId>],
    followers: &BTreeMap<Vec<WordId>, BTreeSet<WordId>>,
    spelling: &Spelling,
) -> Result<Vec<Candidate>, Problem> {
    let lacks = |word: WordId| -> Vec<&Vec<WordId>> {
        runs.iter()
            .filter(|run| !followers.get(*run).is_some_and(|words| words.contains(&word)))
            .collect()
    };
    let words: BTreeSet<WordId> = runs
        .iter()
        .filter_map(|run| followers.get(run))
        .flatten()
        .copied()
        .collect();
    let mut ranked: Vec<(WordId, Vec<&Vec<WordId>>)> =
        words.into_iter().map(|word| (word, lacks(word))).collect();
    ranked.retain(|(_, missing)| !missing.is_empty());
    ranked.sort_by_key(|(word, missing)| (missing.len(), *word));
    ranked.truncate(CANDIDATES_MAX);
    let candidate = |(word, missing): (WordId, Vec<&Vec<WordId>>)| {
        let phrase = |run: &Vec<WordId>| said(format!("{} {}", spelling.run(run)?, spelling.text(word)?));
        Ok(Candidate {
            word: spelling.word(word)?,
            missing: missing.into_iter().map(phrase).collect::<Result<_, Problem>>()?,
        })
    };
    ranked.into_iter().map(candidate).collect()
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
fn surrounds(larger: &Ortho, ortho: &Ortho) -> bool {
    (0..larger.shape.dims())
        .filter_map(|axis| without_layer(larger, axis))
        .any(|(shape, cells)| shape == ortho.shape && cells == ortho.cells)
}

#[cfg(test)]
mod tests {
    use crochet_domain::Version;

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
