//! How much one item may find before it hands back what is left.
//!
//! A budget shapes reports, never results: what it cuts becomes other items.

/// Limits of one step, looked at after each grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Orthos and remediations found.
    pub found_max: usize,
    /// Grids grown, lines included.
    pub grown_max: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            found_max: 12_000,
            grown_max: 200_000,
        }
    }
}
