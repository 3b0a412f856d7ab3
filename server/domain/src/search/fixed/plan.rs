//! How each shape is reached from its parent: which cells are filled, in which order, and what each continues.
//!
//! The parent of an ortho follows from its shape alone, so shapes form a tree; it is made as far as the walk goes.
//! Cells keep the slot that they were filled into. It must never know words; it keeps the tally of its shape.

use std::cell::{Cell, OnceCell, RefCell};

use smallvec::SmallVec;

use super::tally::Best;
use crate::context::Bounds;
use crate::ortho::{Extents, Geometry};

/// One cell to be filled.
#[derive(Debug)]
pub(super) struct Step {
    /// The slot below, along the growing axis.
    pub(super) below: usize,
    /// Neighbours within the layer: axis and slot.
    pub(super) beside: SmallVec<[(usize, usize); 3]>,
    /// The slots of the same shell that are filled before.
    pub(super) shell: Vec<usize>,
}

/// One way to grow a shape.
#[derive(Debug)]
pub(super) struct Growth {
    /// The axis that grows.
    pub(super) axis: usize,
    /// For a new axis: the slot of the last axis word so far, which the new one has to exceed.
    pub(super) above: Option<usize>,
    /// The cells of the layer in order.
    pub(super) steps: Vec<Step>,
    /// The shape that it leads to.
    pub(super) target: Plan,
}

/// A shape: how it is laid out in slots, how it grows, and how often it was met.
#[derive(Debug)]
pub(super) struct Plan {
    geometry: Geometry,
    /// The slot of each cell, row-major.
    slots: Vec<usize>,
    growths: OnceCell<Vec<Growth>>,
    /// How many orthos have this shape.
    pub(super) count: Cell<u64>,
    /// How many grids of this shape have every cell but the far corner.
    pub(super) waiting: Cell<u64>,
    /// The best of them.
    pub(super) best: RefCell<Best>,
}

impl Plan {
    /// The plan of the 2x2, in row-major slots: all others grow from it.
    pub(super) fn square(keep: usize) -> Self {
        Self::new(Geometry::new(&[2, 2]), vec![0, 1, 2, 3], keep)
    }

    fn new(geometry: Geometry, slots: Vec<usize>, keep: usize) -> Self {
        let best = RefCell::new(Best::new(keep));
        Self {
            geometry,
            slots,
            growths: OnceCell::new(),
            count: Cell::new(0),
            waiting: Cell::new(0),
            best,
        }
    }

    /// The extents of the shape.
    pub(super) fn extents(&self) -> &[u8] {
        self.geometry.extents()
    }

    /// The slots of the cells, row-major.
    pub(super) fn slots(&self) -> &[usize] {
        &self.slots
    }

    /// The ways to grow within bounds.
    pub(super) fn growths(&self, bounds: Bounds) -> &[Growth] {
        self.growths.get_or_init(|| self.make_growths(bounds))
    }

    /// Calls `visit` for this shape and all that were reached from it.
    pub(super) fn for_each(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        for growth in self.growths.get().into_iter().flatten() {
            growth.target.for_each(visit);
        }
    }

    fn make_growths(&self, bounds: Bounds) -> Vec<Growth> {
        let extents = self.extents();
        let longest = extents.iter().copied().max().unwrap_or(0);
        let grown = |axis: usize| {
            let mut grown = Extents::from_slice(extents);
            grown[axis] += 1;
            grown
        };
        // After it has grown, the axis must be the last of the longest.
        let is_last_longest = |&axis: &usize| {
            let length = extents[axis] + 1;
            length >= longest && extents[axis + 1..].iter().all(|&other| other < length)
        };
        let layers = (0..extents.len())
            .filter(is_last_longest)
            .map(|axis| (grown(axis), axis, None));
        let mut wider = Extents::from_slice(extents);
        wider.push(2);
        let last_axis_word = self.slots[self.geometry.stride(extents.len() - 1)];
        let axis = (longest == 2).then_some((wider, extents.len(), Some(last_axis_word)));
        let allowed = layers.chain(axis).filter(|(extents, _, _)| bounds.allow(extents));
        allowed
            .map(|(extents, axis, above)| self.grow(&extents, axis, above))
            .collect()
    }

    fn grow(&self, extents: &[u8], axis: usize, above: Option<usize>) -> Growth {
        let geometry = Geometry::new(extents);
        let last = usize::from(extents[axis]) - 1;
        let mut slots = vec![0; geometry.len()];
        let mut shells: Vec<Vec<usize>> = vec![Vec::new(); geometry.sum(geometry.len() - 1) + 1];
        for cell in (0..geometry.len()).filter(|&cell| geometry.coordinate(cell, axis) < last) {
            let step = |other: usize| geometry.coordinate(cell, other) * self.geometry.stride(other);
            slots[cell] = self.slots[(0..self.geometry.dims()).map(step).sum::<usize>()];
            shells[geometry.sum(cell)].push(slots[cell]);
        }
        let mut steps = Vec::new();
        let layer = (0..geometry.len()).filter(|&cell| geometry.coordinate(cell, axis) == last);
        for (cell, slot) in layer.zip(self.slots.len()..) {
            slots[cell] = slot;
            let others = (0..geometry.dims()).filter(|&other| other != axis);
            let beside = others.filter(|&other| geometry.coordinate(cell, other) > 0);
            let shell = &mut shells[geometry.sum(cell)];
            steps.push(Step {
                below: slots[cell - geometry.stride(axis)],
                beside: beside
                    .map(|other| (other, slots[cell - geometry.stride(other)]))
                    .collect(),
                shell: shell.clone(),
            });
            shell.push(slots[cell]);
        }
        let keep = self.best.borrow().keep();
        Growth {
            axis,
            above,
            steps,
            target: Self::new(geometry, slots, keep),
        }
    }
}
