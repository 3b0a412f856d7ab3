//! A grid laid over the phrases: the node of every line, the version of every cell; and whether it is an ortho at all.
//!
//! What comes from a store or a message is only words; this is where they are checked against the definition. It must
//! never grow a grid.

use smallvec::SmallVec;

use crate::ids::{Version, WordId};
use crate::ortho::Geometry;
use crate::phrases::{ContextView, Node, Trie};

/// Why words on a box are no ortho.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrtho {
    /// Neither a full box of words nor one without its far corner.
    #[error("{cells} words do not fill the shape")]
    CellCount {
        /// How many words there are.
        cells: usize,
    },
    /// A number that no word has.
    #[error("a cell has a word that is not in the vocabulary")]
    UnknownWord,
    /// A line that does not stand in the texts.
    #[error("the line along axis {axis} that ends in cell {cell} is no phrase")]
    Line {
        /// Where the line ends.
        cell: usize,
        /// The axis it runs along.
        axis: usize,
    },
    /// A word that stands twice in one shell.
    #[error("cells {first} and {second} have one coordinate sum and one word")]
    Shell {
        /// The earlier cell.
        first: usize,
        /// The later cell.
        second: usize,
    },
    /// Axes that are not sorted by their axis words.
    #[error("axis {axis} has a smaller axis word than the axis before")]
    AxisOrder {
        /// The axis that stands too late.
        axis: usize,
    },
}

/// The lines of a grid, complete or without its far corner.
#[derive(Clone, Debug)]
pub struct Lines {
    geometry: Geometry,
    nodes: Vec<Node>,
    versions: Vec<Version>,
}

impl Lines {
    /// Lays words over the phrases.
    ///
    /// # Errors
    /// The first cell where the words are not those of an ortho's lines.
    pub fn new(trie: &Trie, geometry: Geometry, cells: &[WordId]) -> Result<Self, NotAnOrtho> {
        if cells.len() != geometry.len() && cells.len() + 1 != geometry.len() {
            return Err(NotAnOrtho::CellCount { cells: cells.len() });
        }
        let dims = geometry.dims();
        let mut nodes: Vec<Node> = Vec::with_capacity(cells.len() * dims);
        let mut versions = Vec::with_capacity(cells.len());
        for (cell, &word) in cells.iter().enumerate() {
            let mut version = Version::EMPTY;
            for axis in 0..dims {
                let before = match geometry.coordinate(cell, axis) {
                    0 => Node::ROOT,
                    _ => nodes[(cell - geometry.stride(axis)) * dims + axis],
                };
                let node = trie.child(before, word).ok_or(NotAnOrtho::Line { cell, axis })?;
                version = version.max(trie.version(node));
                nodes.push(node);
            }
            versions.push(version);
        }
        Ok(Self {
            geometry,
            nodes,
            versions,
        })
    }

    /// The box.
    #[must_use]
    pub const fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The line that ends in a cell along an axis.
    #[must_use]
    pub fn node(&self, cell: usize, axis: usize) -> Node {
        self.nodes[cell * self.geometry.dims() + axis]
    }

    /// The newest phrase that ends in a cell.
    #[must_use]
    pub fn cell_version(&self, cell: usize) -> Version {
        self.versions[cell]
    }

    /// The newest phrase of the grid.
    #[must_use]
    pub fn version(&self) -> Version {
        self.versions.iter().copied().max().unwrap_or(Version::EMPTY)
    }

    /// The prefixes that end at the far corner, axis by axis; the corner itself does not count.
    #[must_use]
    pub fn corner_prefixes(&self) -> SmallVec<[Node; 4]> {
        let corner = self.geometry.len() - 1;
        (0..self.geometry.dims())
            .map(|axis| self.node(corner - self.geometry.stride(axis), axis))
            .collect()
    }
}

/// Checks words against the whole definition: lines, shells, canonical axis order. The far corner may be missing.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_ortho(view: &ContextView, geometry: Geometry, cells: &[WordId]) -> Result<Lines, NotAnOrtho> {
    let lines = Lines::new(view.trie(), geometry, cells)?;
    let geometry = lines.geometry();
    let mut shells: Vec<Vec<usize>> = Vec::new();
    for (second, &word) in cells.iter().enumerate() {
        let sum = geometry.sum(second);
        if sum >= shells.len() {
            shells.resize_with(sum + 1, Vec::new);
        }
        if let Some(&first) = shells[sum].iter().find(|&&first| cells[first] == word) {
            return Err(NotAnOrtho::Shell { first, second });
        }
        shells[sum].push(second);
    }
    let axis_word = |axis: usize| cells[geometry.stride(axis)];
    let unsorted = (1..geometry.dims()).find(|&axis| {
        view.vocabulary()
            .compare(axis_word(axis - 1), axis_word(axis))
            .is_ge()
    });
    match unsorted {
        Some(axis) => Err(NotAnOrtho::AxisOrder { axis }),
        None => Ok(lines),
    }
}
