//! The cells of one more layer, in the order they are filled: what each continues, and where it ends up.
//!
//! A new axis is a layer too: the grid has extent 1 along it before. Layers depend on the shape alone and are kept.
//! They must never know words.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::rc::Rc;

use crate::ortho::{Extents, Geometry};

/// One cell of a layer.
#[derive(Clone, Debug)]
pub(super) struct LayerCell {
    /// The old cell below it, along the growing axis.
    pub(super) below: usize,
    /// The axes that it has a neighbour in the layer along, and which cell of the layer that is.
    pub(super) beside: SmallVec<[(usize, usize); 3]>,
    /// Its coordinate sum.
    pub(super) sum: usize,
    /// The axes (as bits) where it is not in the last layer: the parents, one per axis, that it belongs to.
    pub(super) inside: u32,
}

/// Where a cell of the grown grid comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// A cell of the old grid.
    Old(usize),
    /// A cell of the layer.
    New(usize),
}

/// A layer to be filled.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// The axis that grows.
    pub(super) axis: usize,
    /// The box with the layer.
    pub(super) grown: Geometry,
    /// The cells of the layer, the far corner last.
    pub(super) cells: Vec<LayerCell>,
    /// Where each cell of the grown box comes from.
    pub(super) sources: Vec<Source>,
}

impl Layer {
    /// One more layer on `axis` of a box, whose extent there may be 1.
    pub(super) fn new(old: &[u8], axis: usize) -> Self {
        let mut extents = Extents::from_slice(old);
        extents[axis] += 1;
        let (old, grown) = (Geometry::new(old), Geometry::new(&extents));
        let last = usize::from(extents[axis]) - 1;
        let mut place = vec![0; grown.len()];
        let mut cells = Vec::new();
        let mut sources = Vec::with_capacity(grown.len());
        for (cell, coordinates) in grown.cells() {
            let old_cell = |less: usize| -> usize {
                let steps = coordinates.iter().enumerate();
                steps
                    .map(|(axis, &step)| usize::from(step) * old.stride(axis))
                    .sum::<usize>()
                    - less * old.stride(axis)
            };
            if usize::from(coordinates[axis]) < last {
                sources.push(Source::Old(old_cell(0)));
                continue;
            }
            place[cell] = cells.len();
            sources.push(Source::New(cells.len()));
            let others = (0..grown.dims()).filter(|&other| other != axis && coordinates[other] > 0);
            let beside = others
                .map(|other| (other, place[cell - grown.stride(other)]))
                .collect();
            let inside = (0..grown.dims())
                .filter(|&axis| coordinates[axis] + 1 < extents[axis])
                .fold(0, |bits, axis| bits | 1 << axis);
            cells.push(LayerCell {
                below: old_cell(1),
                beside,
                sum: grown.sum(cell),
                inside,
            });
        }
        Self {
            axis,
            grown,
            cells,
            sources,
        }
    }
}

/// Layers by shape and axis, made once.
#[derive(Debug, Default)]
pub(super) struct Layers(FxHashMap<(Extents, usize), Rc<Layer>>);

impl Layers {
    pub(super) fn get(&mut self, old: &[u8], axis: usize) -> Rc<Layer> {
        let key = (Extents::from_slice(old), axis);
        let make = || Rc::new(Layer::new(old, axis));
        Rc::clone(self.0.entry(key).or_insert_with(make))
    }
}
