//! Where the cells of a box stand: row-major indices, strides, coordinates, coordinate sums.
//!
//! It must never know what stands on the cells.

use smallvec::SmallVec;

use super::shape::Extents;

/// Coordinates of one cell.
pub type Coordinates = SmallVec<[u8; 8]>;

/// A box of cells, 1 axis or more, with the last axis fastest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Geometry {
    extents: Extents,
    strides: SmallVec<[usize; 8]>,
    len: usize,
}

impl Geometry {
    /// The box of these extents.
    #[must_use]
    pub fn new(extents: &[u8]) -> Self {
        let mut strides = SmallVec::from_elem(1, extents.len());
        let mut len = 1;
        for (axis, &extent) in extents.iter().enumerate().rev() {
            strides[axis] = len;
            len *= usize::from(extent);
        }
        Self {
            extents: Extents::from_slice(extents),
            strides,
            len,
        }
    }

    /// The extents.
    #[must_use]
    pub fn extents(&self) -> &[u8] {
        &self.extents
    }

    /// How many axes.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.extents.len()
    }

    /// How many cells.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no cells; never so with extents of 1 or more.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How far apart two neighbours along an axis are.
    #[must_use]
    pub fn stride(&self, axis: usize) -> usize {
        self.strides[axis]
    }

    /// The coordinate of a cell along an axis.
    #[must_use]
    pub fn coordinate(&self, cell: usize, axis: usize) -> usize {
        cell / self.strides[axis] % usize::from(self.extents[axis])
    }

    /// The sum of a cell's coordinates: cells of one sum form a shell.
    #[must_use]
    pub fn sum(&self, cell: usize) -> usize {
        (0..self.dims()).map(|axis| self.coordinate(cell, axis)).sum()
    }

    /// All cells with their coordinates, in order.
    #[must_use]
    pub const fn cells(&self) -> Cells<'_> {
        Cells {
            geometry: self,
            next: 0,
        }
    }

    /// The cells of the line that ends in `cell` along `axis`, from the low edge.
    pub fn line(&self, cell: usize, axis: usize) -> impl Iterator<Item = usize> + '_ {
        let coordinate = self.coordinate(cell, axis);
        let start = cell - coordinate * self.strides[axis];
        (0..=coordinate).map(move |step| start + step * self.strides[axis])
    }
}

/// Iterates over the cells of a box; see [`Geometry::cells`].
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    geometry: &'a Geometry,
    next: usize,
}

impl Iterator for Cells<'_> {
    type Item = (usize, Coordinates);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == self.geometry.len {
            return None;
        }
        let cell = self.next;
        self.next += 1;
        let axes = 0..self.geometry.dims();
        // An extent is a u8, so a coordinate is one too.
        let coordinates = axes
            .map(|axis| self.geometry.coordinate(cell, axis) as u8)
            .collect();
        Some((cell, coordinates))
    }
}
