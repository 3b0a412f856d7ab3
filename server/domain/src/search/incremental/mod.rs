//! Incremental search: exactly the orthos that new phrases make, for a cost that follows the change.
//!
//! A grid's version is that of the newest phrase it uses. Let Y be a grid of version v, complete or without its far
//! corner, and let its parents be the boxes that lack one layer of it. If a phrase of version v ends in any cell but
//! the corner, some parent has version v. So:
//! - every new complete grid is grown by a layer on every axis and by a new axis, with the phrases of its own version
//!   and older; this reaches every grid with a new parent;
//! - of the parents with version v one alone may report Y (the first by axis, orthos before lines), so nothing is
//!   found twice and no set of seen grids is kept;
//! - a Y where only the corner is new is reached from what was remembered: all cells but the corner
//!   (a remediation), by the pairs of prefixes that end there;
//! - a 2x2 without its corner is two phrases, so it is not remembered but derived.
//!
//! It must never use a phrase that is newer than the view, nor decide by anything but phrases and their versions.

mod grower;
mod layer;
mod neighbours;
mod seed;
mod sink;
mod squares;
mod wake;

pub use grower::Grower;
pub use seed::version_nodes;
pub use sink::{Finds, Waits};
pub use wake::{Questions, Waiting};
