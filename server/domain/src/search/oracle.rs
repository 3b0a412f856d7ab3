//! What the orthos of a small text are by the definition alone: every grid is tried, cell by cell.
//!
//! It shares nothing with the searches but the tokeniser, the bounds and the ids, so that it can prove them wrong.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Bounds;
use crate::ids::{OrthoId, RemediationId};
use crate::ortho::{Shape, ortho_id, remediation_id};

/// All grids of some sentences: complete ones, and those without their far corner, by id with shape and words.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    pub(crate) complete: BTreeMap<OrthoId, (Shape, Vec<String>)>,
    pub(crate) missing: BTreeMap<RemediationId, (Shape, Vec<String>)>,
}

struct Search<'a> {
    words: BTreeSet<&'a str>,
    phrases: BTreeSet<&'a [String]>,
    extents: Vec<u8>,
    grid: Vec<String>,
    oracle: Oracle,
}

impl Oracle {
    pub(crate) fn of(sentences: &[Vec<String>], bounds: Bounds) -> Self {
        let mut phrases = BTreeSet::new();
        for sentence in sentences {
            for start in 0..sentence.len() {
                phrases.extend((start + 2..=sentence.len()).map(|end| &sentence[start..end]));
            }
        }
        let words = sentences.iter().flatten().map(String::as_str).collect();
        let mut search = Search {
            words,
            phrases,
            extents: Vec::new(),
            grid: Vec::new(),
            oracle: Self::default(),
        };
        search.shapes(bounds);
        search.oracle
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        counts(self.complete.values().map(|(shape, _)| shape))
    }

    pub(crate) fn missing_counts(&self) -> BTreeMap<String, usize> {
        counts(self.missing.values().map(|(shape, _)| shape))
    }
}

pub(crate) fn counts<'a>(shapes: impl Iterator<Item = &'a Shape>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for shape in shapes {
        *counts.entry(shape.ascending().to_string()).or_default() += 1;
    }
    counts
}

impl Search<'_> {
    fn shapes(&mut self, bounds: Bounds) {
        if self.extents.len() >= 2 {
            self.fill();
        }
        for extent in 2..=bounds.max_extent {
            self.extents.push(extent);
            if bounds.allow(&self.extents) {
                self.shapes(bounds);
            }
            self.extents.pop();
        }
    }

    fn coordinates(&self, mut cell: usize) -> Vec<usize> {
        let mut coordinates = vec![0; self.extents.len()];
        for axis in (0..self.extents.len()).rev() {
            coordinates[axis] = cell % usize::from(self.extents[axis]);
            cell /= usize::from(self.extents[axis]);
        }
        coordinates
    }

    fn cell(&self, coordinates: &[usize]) -> usize {
        coordinates
            .iter()
            .zip(&self.extents)
            .fold(0, |cell, (at, &extent)| cell * usize::from(extent) + at)
    }

    fn fill(&mut self) {
        let cells: usize = self.extents.iter().map(|&extent| usize::from(extent)).product();
        if self.grid.len() + 1 == cells && self.canonical() {
            let shape = Shape::new(&self.extents).unwrap();
            let id = remediation_id(&shape, self.grid.iter().map(String::as_str));
            self.oracle.missing.insert(id, (shape, self.grid.clone()));
        }
        if self.grid.len() == cells {
            if self.canonical() {
                let shape = Shape::new(&self.extents).unwrap();
                let id = ortho_id(&shape, self.grid.iter().map(String::as_str));
                self.oracle.complete.insert(id, (shape, self.grid.clone()));
            }
            return;
        }
        for word in self.words.clone() {
            self.grid.push(word.to_owned());
            if self.last_fits() {
                self.fill();
            }
            self.grid.pop();
        }
    }

    fn last_fits(&self) -> bool {
        let last = self.grid.len() - 1;
        let at = self.coordinates(last);
        let sum: usize = at.iter().sum();
        let twin = |cell: usize| {
            self.grid[cell] == self.grid[last] && self.coordinates(cell).iter().sum::<usize>() == sum
        };
        if (0..last).any(twin) {
            return false;
        }
        (0..at.len()).filter(|&axis| at[axis] > 0).all(|axis| {
            let step = |along: usize| {
                let mut coordinates = at.clone();
                coordinates[axis] = along;
                self.grid[self.cell(&coordinates)].clone()
            };
            let line: Vec<String> = (0..=at[axis]).map(step).collect();
            self.phrases.contains(&line[..])
        })
    }

    fn canonical(&self) -> bool {
        let axis_word = |axis: usize| {
            let mut coordinates = vec![0; self.extents.len()];
            coordinates[axis] = 1;
            &self.grid[self.cell(&coordinates)]
        };
        (1..self.extents.len()).all(|axis| axis_word(axis - 1).as_bytes() < axis_word(axis).as_bytes())
    }
}
