//! Static search: all orthos of a text that no longer changes, counted and ranked but not kept.
//!
//! Every ortho is built from exactly one parent. Its axes are sorted by axis word; if its longest extent is more than
//! 2, the parent lacks the last layer of the last of the longest axes; if all extents are 2, it lacks the last axis.
//! So a depth-first walk meets every ortho once: no set of seen grids, memory of one grid's depth, and subtrees that
//! can be shared out by origin word. Words are numbered by their byte order here, so comparing them is comparing
//! numbers. It must never know versions, stores or remediations.

mod estimate;
mod frozen;
mod plan;
mod squares;
mod survey;
mod tally;
mod walker;

pub use estimate::{Estimate, estimate};
pub use frozen::FrozenPhrases;
pub use survey::{Control, SurveyOptions, survey};
pub use tally::{Ranked, Tally};

#[cfg(test)]
mod tests;
