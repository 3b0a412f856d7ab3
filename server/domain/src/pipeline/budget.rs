//! How much one item may find or ask before it hands back what is left.
//!
//! A budget shapes reports, never results: what it cuts becomes other items.

/// Limits of one step, looked at after each grid; one grid may overshoot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Orthos and remediations found.
    pub found_max: usize,
    /// Pairs of prefixes asked for.
    pub asked_max: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            found_max: 12_000,
            asked_max: 20_000,
        }
    }
}
