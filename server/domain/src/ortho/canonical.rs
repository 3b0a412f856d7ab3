//! The canonical form of a grid: axes sorted by axis word.
//!
//! It must never compare words itself: who calls knows their byte order.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::geometry::Geometry;
use super::shape::Extents;

/// The axes in canonical order: `result[new axis] = old axis`. `compare` compares the words of two cells.
pub fn axis_order(
    geometry: &Geometry,
    mut compare: impl FnMut(usize, usize) -> Ordering,
) -> SmallVec<[usize; 8]> {
    let mut axes: SmallVec<[usize; 8]> = (0..geometry.dims()).collect();
    axes.sort_unstable_by(|&a, &b| compare(geometry.stride(a), geometry.stride(b)));
    axes
}

/// Rearranges cells so that `order[new axis] = old axis`; cells may lack the far corner, which stays last.
#[must_use]
pub fn permute<T: Copy>(geometry: &Geometry, order: &[usize], cells: &[T]) -> (Extents, Vec<T>) {
    let extents: Extents = order.iter().map(|&axis| geometry.extents()[axis]).collect();
    if order.iter().enumerate().all(|(new, &old)| new == old) {
        return (extents, cells.to_vec());
    }
    let target = Geometry::new(&extents);
    let old_index = |new_cell: usize| -> usize {
        let step = |(axis, &old): (usize, &usize)| target.coordinate(new_cell, axis) * geometry.stride(old);
        order.iter().enumerate().map(step).sum()
    };
    let moved = (0..cells.len()).map(|cell| cells[old_index(cell)]).collect();
    (extents, moved)
}
