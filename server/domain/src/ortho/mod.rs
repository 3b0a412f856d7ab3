//! Orthos, remediations and their geometry: shapes, cells, lines, one canonical form, one id, orders.
//!
//! The k words at coordinate sum 1 differ, so sorting the axes by their axis word (byte order) gives one canonical
//! grid per ortho. Cells are row-major, the last axis fastest. It must never know how grids are found or stored.

mod geometry;
mod grid;
mod rank;
mod shape;

pub use geometry::{Cells, Coordinates, Geometry};
pub use grid::{Ortho, Remediation, ortho_id, remediation_id};
pub use rank::{Order, RankKey};
pub use shape::{Extents, Shape, ShapeError};

#[cfg(test)]
mod tests;
