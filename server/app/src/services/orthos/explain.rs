//! Why an ortho is one: its lines as phrases, and the sentences in which each stands.
//!
//! Where phrases stand is the business of the contexts service, so this asks it, in the name of the caller. It must
//! never read sentences itself.

use std::collections::HashMap;

use crochet_api::common::{ContextId, Occurrence, SoughtWords};
use crochet_api::contexts::ListOccurrencesParams;
use crochet_api::orthos::{Line, OrthoDetail};
use crochet_domain::ids::WordId;
use crochet_domain::ortho::{Geometry, Ortho};
use crochet_domain::ports::ContextRecord;
use crochet_openapi::{Caller, Problem};

use super::{OrthosService, view};
use crate::services::problems::problem;
use crate::services::spelling::Spelling;
use crate::services::wire::{said, small};

impl OrthosService {
    /// An ortho with its lines.
    pub(super) async fn explained(
        &self,
        caller: &Caller,
        context: &ContextRecord,
        ortho: Ortho,
        sentences: i32,
    ) -> Result<OrthoDetail, Problem> {
        let spelling = Spelling::of(&*self.contexts, context.key, &ortho.cells).await?;
        let mut known = HashMap::new();
        let mut lines = Vec::new();
        for (axis, cells) in lines_of(&Geometry::new(ortho.shape.extents())) {
            let words: Vec<WordId> = cells.iter().map(|&cell| ortho.cells[cell]).collect();
            let phrase = spelling.run(&words)?;
            if !known.contains_key(&phrase) {
                let found = self.sentences(caller, context, &phrase, sentences).await?;
                known.insert(phrase.clone(), found);
            }
            lines.push(Line {
                axis: small(axis),
                start: coordinates(&ortho, cells[0]),
                sentences: known[&phrase].clone(),
                phrase: said(phrase)?,
            });
        }
        Ok(OrthoDetail {
            ortho: view::ortho(&ortho, &spelling)?,
            corpus_id: self.brought_by(context, &ortho).await?,
            lines,
        })
    }

    async fn sentences(
        &self,
        caller: &Caller,
        context: &ContextRecord,
        phrase: &str,
        most: i32,
    ) -> Result<Vec<Occurrence>, Problem> {
        // A line of very long words is longer than anybody may look for.
        let Some(phrase) = SoughtWords::try_from(phrase).ok().filter(|_| most > 0) else {
            return Ok(Vec::new());
        };
        let params = ListOccurrencesParams {
            phrase,
            limit: most,
            page_token: None,
        };
        let id: ContextId = said(context.key.to_string())?;
        let acting = self.identity.acting_for(caller);
        Ok(self
            .contexts_api
            .list_occurrences(&acting, id, params)
            .await?
            .items)
    }

    /// The text that made the ortho possible.
    async fn brought_by(
        &self,
        context: &ContextRecord,
        ortho: &Ortho,
    ) -> Result<Option<crochet_api::common::CorpusId>, Problem> {
        let versions = [ortho.min_version];
        let texts = self.contexts.corpora_of(context.key, &versions).await;
        let texts = texts.map_err(problem)?;
        texts.first().map(|text| said(text.id.0)).transpose()
    }
}

/// Every line from edge to edge, axis by axis, as its cells.
fn lines_of(geometry: &Geometry) -> Vec<(usize, Vec<usize>)> {
    let ends = |axis: usize| {
        let last = usize::from(geometry.extents()[axis]) - 1;
        (0..geometry.len()).filter(move |&cell| geometry.coordinate(cell, axis) == last)
    };
    (0..geometry.dims())
        .flat_map(|axis| ends(axis).map(move |end| (axis, geometry.line(end, axis).collect())))
        .collect()
}

fn coordinates(ortho: &Ortho, cell: usize) -> Vec<i32> {
    let geometry = Geometry::new(ortho.shape.extents());
    (0..geometry.dims())
        .map(|axis| small(geometry.coordinate(cell, axis)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_of_two_by_three_has_five_lines() {
        let lines = lines_of(&Geometry::new(&[2, 3]));
        assert_eq!(
            lines,
            [
                (0, vec![0, 3]),
                (0, vec![1, 4]),
                (0, vec![2, 5]),
                (1, vec![0, 1, 2]),
                (1, vec![3, 4, 5]),
            ]
        );
    }
}
