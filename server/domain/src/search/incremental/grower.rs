//! Grows complete grids: depth first over the cells of a layer, the smallest successor list first.
//!
//! The far corner of a layer is where a remediation is made and where the grown orthos appear. Memory follows the
//! depth of one layer. It must never report a grid that another parent of the same version is to report.

use smallvec::SmallVec;

use super::layer::{Layer, Layers, Source};
use super::sink::{Finds, make_ortho, make_remediation};
use super::squares;
use crate::ids::{OrthoId, Version, WordId};
use crate::ortho::{Extents, Geometry, Ortho, Shape};
use crate::phrases::{ContextView, Node};
use crate::search::lines::{Lines, NotAnOrtho};

/// Grows grids of one view and collects what is found.
#[derive(Debug)]
pub struct Grower<'v> {
    view: &'v ContextView,
    layers: Layers,
    finds: Finds,
    /// Orthos found that are still to be grown, by their place in the finds.
    open: Vec<usize>,
}

/// A grid being grown: an ortho, or a line, which has one axis and no id.
struct Seedling<'a> {
    cells: &'a [WordId],
    lines: Lines,
    version: Version,
    id: Option<OrthoId>,
}

/// The state of filling one layer.
struct Fill<'a> {
    seedling: &'a Seedling<'a>,
    layer: &'a Layer,
    /// Old nodes below the cells of the layer, along the growing axis.
    below: Vec<Node>,
    /// Parents (as bits by axis) that report before this one does.
    preferred: u32,
    /// Words by coordinate sum, old and placed.
    shells: Vec<SmallVec<[WordId; 8]>>,
    words: Vec<WordId>,
    nodes: Vec<Node>,
}

impl<'v> Grower<'v> {
    /// A grower that has found nothing.
    #[must_use]
    pub fn new(view: &'v ContextView) -> Self {
        Self {
            view,
            layers: Layers::default(),
            finds: Finds::default(),
            open: Vec::new(),
        }
    }

    /// What it grows in.
    #[must_use]
    pub const fn view(&self) -> &'v ContextView {
        self.view
    }

    /// How much was found so far.
    #[must_use]
    pub const fn found(&self) -> usize {
        self.finds.len()
    }

    /// Grows a line: a phrase of two words or more, by a new axis.
    ///
    /// # Panics
    /// Never: a phrase of the view is a line of it.
    pub fn grow_line(&mut self, node: Node) {
        let (view, trie) = (self.view, self.view.trie());
        if trie.depth(node) == 2 {
            squares::on_edge(view, node, |ortho| self.explored(ortho));
            return;
        }
        let version = trie.version(node);
        if trie.version(trie.parent(node)) == version {
            // Every grid on this line has a box as new, one cell shorter, that is an ortho and reports it.
            return;
        }
        let words = trie.words(node);
        let geometry = Geometry::new(&[words.len() as u8]);
        let lines = Lines::new(trie, geometry, &words).expect("a phrase of the view is a line of it");
        self.grow_axis(&Seedling {
            cells: &words,
            lines,
            version,
            id: None,
        });
    }

    /// Grows an ortho by a layer on every axis and by a new axis.
    ///
    /// # Errors
    /// Words that are no ortho of this view.
    pub fn grow_ortho(&mut self, shape: &Shape, cells: &[WordId], id: OrthoId) -> Result<(), NotAnOrtho> {
        let extents = shape.extents();
        if cells.len() != shape.cell_count() {
            return Err(NotAnOrtho::CellCount { cells: cells.len() });
        }
        let lines = Lines::new(self.view.trie(), Geometry::new(extents), cells)?;
        let version = lines.version();
        let seedling = Seedling {
            cells,
            lines,
            version,
            id: Some(id),
        };
        for axis in 0..extents.len() {
            let layer = self.layers.get(extents, axis);
            if self.view.bounds().allow(layer.grown.extents()) {
                self.grow_layer(&seedling, &layer, None);
            }
        }
        self.grow_axis(&seedling);
        Ok(())
    }

    /// Grows what was found until nothing is open or `enough` says so.
    ///
    /// # Panics
    /// Never: what was found is an ortho of the view.
    pub fn grow_found(&mut self, mut enough: impl FnMut(&Self) -> bool) {
        while !enough(self) {
            let Some(place) = self.open.pop() else { return };
            let ortho = &self.finds.orthos[place].ortho;
            let (shape, cells, id) = (ortho.shape.clone(), ortho.cells.clone(), ortho.id);
            self.grow_ortho(&shape, &cells, id)
                .expect("what was found is an ortho of the view");
        }
    }

    /// What was found; orthos that were not grown are left to others.
    #[must_use]
    pub fn finish(mut self) -> Finds {
        for place in self.open {
            self.finds.leave(place);
        }
        self.finds
    }

    fn grow_axis(&mut self, seedling: &Seedling<'_>) {
        let geometry = seedling.lines.geometry();
        let mut extents = Extents::from_slice(geometry.extents());
        extents.push(2);
        if !self.view.bounds().allow(&extents) {
            return;
        }
        let view = self.view;
        let axis_word = |axis: usize| seedling.cells[geometry.stride(axis)];
        let origin = view.trie().word_node(seedling.cells[0]);
        for (word, node) in view.trie().children(origin) {
            if view.trie().version(node) > seedling.version {
                continue;
            }
            let axes = 0..geometry.dims();
            if axes.clone().any(|axis| axis_word(axis) == word) {
                continue;
            }
            let place = axes
                .filter(|&axis| view.vocabulary().compare(axis_word(axis), word).is_lt())
                .count();
            let mut old = Extents::from_slice(geometry.extents());
            old.insert(place, 1);
            let layer = self.layers.get(&old, place);
            self.grow_layer(seedling, &layer, Some(node));
        }
    }

    /// Fills one layer in every way; `first` fixes its first cell.
    fn grow_layer(&mut self, seedling: &Seedling<'_>, layer: &Layer, first: Option<Node>) {
        let Some(mut fill) = Fill::new(self.view, seedling, layer) else {
            return;
        };
        let corner = layer.cells.len() - 1;
        let mut cursors: SmallVec<[(Option<Node>, usize); 16]> = SmallVec::new();
        cursors.push(first.map_or_else(|| fill.candidates(self.view, 0), |node| (Some(node), 0)));
        while let Some((next, base)) = cursors.last().copied() {
            let place = cursors.len() - 1;
            if place == corner {
                self.corner(&fill);
                cursors.pop();
                fill.take_back(place);
                continue;
            }
            let Some(node) = next else {
                cursors.pop();
                fill.take_back(place);
                continue;
            };
            let only = place == 0 && first.is_some();
            cursors[place].0 = self.view.trie().next_sibling(node).filter(|_| !only);
            if fill.place(self.view, place, base, node) {
                cursors.push(fill.candidates(self.view, place + 1));
            }
        }
    }

    /// All cells but the far corner are filled: remembers the grid, and takes the words that complete it.
    fn corner(&mut self, fill: &Fill<'_>) {
        let prefixes = fill.prefixes(fill.layer.cells.len() - 1);
        let extents = fill.layer.grown.extents();
        let cells = fill.merged();
        let parent = fill.seedling.id.unwrap_or_else(|| self.support(extents, &cells));
        let remediation = make_remediation(self.view, parent, extents, cells.clone(), &prefixes);
        self.finds.remediation(remediation, &prefixes);
        for (word, version) in closers(self.view, &prefixes) {
            let mut complete = Vec::with_capacity(cells.len() + 1);
            complete.extend_from_slice(&cells);
            complete.push(word);
            if version > fill.seedling.version {
                self.met(make_ortho(self.view, extents, complete, version));
            } else {
                self.explored(make_ortho(self.view, extents, complete, fill.seedling.version));
            }
        }
    }

    fn explored(&mut self, ortho: Ortho) {
        let place = self.finds.explored(ortho);
        self.open.push(place);
    }

    /// Takes an ortho that a newer phrase completes, to be grown in its turn. Several ways may lead to it.
    pub(super) fn met(&mut self, ortho: Ortho) {
        self.open.extend(self.finds.met(ortho));
    }

    /// The stored ortho that a grown line's remediation refers to: the box without the last cells of both lines.
    ///
    /// It is older than the line, so it may be on its way still; reported with the remediation, it is there in time.
    fn support(&mut self, extents: &[u8], cells: &[WordId]) -> OrthoId {
        let long = usize::from(extents[0] < extents[1]);
        let mut smaller = Extents::from_slice(extents);
        smaller[long] -= 1;
        let (grown, box_below) = (Geometry::new(extents), Geometry::new(&smaller));
        let inside = |&cell: &usize| grown.coordinate(cell, long) < usize::from(smaller[long]);
        let words: Vec<WordId> = (0..grown.len()).filter(inside).map(|cell| cells[cell]).collect();
        let lines = Lines::new(self.view.trie(), box_below, &words).expect("a box of a grid has its lines");
        let ortho = make_ortho(self.view, &smaller, words, lines.version());
        let id = ortho.id;
        self.finds.pending(ortho);
        id
    }
}

/// The words that continue all the prefixes, with the version of the newest phrase that they need.
pub(super) fn closers<'a>(
    view: &'a ContextView,
    prefixes: &'a [Node],
) -> impl Iterator<Item = (WordId, Version)> + 'a {
    let trie = view.trie();
    let smallest = prefixes
        .iter()
        .copied()
        .min_by_key(|&prefix| trie.child_count(prefix));
    smallest
        .into_iter()
        .flat_map(move |smallest| trie.children(smallest))
        .filter_map(move |(word, node)| {
            let others = prefixes
                .iter()
                .filter(move |&&prefix| trie.parent(node) != prefix);
            let version = others
                .into_iter()
                .try_fold(trie.version(node), |version, &prefix| {
                    trie.child(prefix, word)
                        .map(|node| version.max(trie.version(node)))
                })?;
            (version <= view.version()).then_some((word, version))
        })
}

impl<'a> Fill<'a> {
    /// Starts to fill, unless another parent of the same version reports all that could come of it.
    fn new(view: &ContextView, seedling: &'a Seedling<'a>, layer: &'a Layer) -> Option<Self> {
        let preferred = preferred(layer, seedling.id.is_none());
        let old = seedling.lines.geometry();
        let dims = layer.grown.dims();
        let new_axis = old.dims() < dims;
        let is_new = |cell: &usize| seedling.lines.cell_version(*cell) == seedling.version;
        for cell in (0..seedling.cells.len()).filter(is_new) {
            // A new axis has extent 1 so far; every old cell lies inside the parents along it.
            let inside = (0..old.dims())
                .filter(|&axis| old.coordinate(cell, axis) + 1 < usize::from(old.extents()[axis]));
            let shifted = |axis: usize| axis + usize::from(new_axis && axis >= layer.axis);
            if inside.fold(0_u32, |bits, axis| bits | 1 << shifted(axis)) & preferred != 0 {
                return None;
            }
        }
        let below = |cell: usize| match new_axis {
            true => view.trie().word_node(seedling.cells[cell]),
            false => seedling.lines.node(cell, layer.axis),
        };
        let mut shells = vec![SmallVec::new(); layer.grown.sum(layer.grown.len() - 1) + 1];
        for (cell, &word) in seedling.cells.iter().enumerate() {
            shells[old.sum(cell)].push(word);
        }
        Some(Self {
            seedling,
            layer,
            below: layer.cells.iter().map(|cell| below(cell.below)).collect(),
            preferred,
            shells,
            words: Vec::with_capacity(layer.cells.len()),
            nodes: Vec::with_capacity(layer.cells.len() * dims),
        })
    }

    /// The prefix nodes of a cell, the growing axis at its place, axes without a neighbour left out.
    fn prefixes(&self, place: usize) -> SmallVec<[Node; 4]> {
        let (dims, cell) = (self.layer.grown.dims(), &self.layer.cells[place]);
        let before = cell.beside.iter().filter(|&&(axis, _)| axis < self.layer.axis);
        let after = cell.beside.iter().filter(|&&(axis, _)| axis > self.layer.axis);
        let node = |&(axis, neighbour): &(usize, usize)| self.nodes[neighbour * dims + axis];
        before
            .map(node)
            .chain([self.below[place]])
            .chain(after.map(node))
            .collect()
    }

    /// The first candidate for a cell and which of its prefixes it comes from: the one with fewest successors.
    fn candidates(&self, view: &ContextView, place: usize) -> (Option<Node>, usize) {
        let prefixes = self.prefixes(place);
        let fewest = (0..prefixes.len()).min_by_key(|&base| view.trie().child_count(prefixes[base]));
        let base = fewest.expect("a cell of a layer continues the line below it");
        (view.trie().first_child(prefixes[base]), base)
    }

    /// Places the word of `node`, a successor of prefix `base`, if all other prefixes and the shell allow it.
    fn place(&mut self, view: &ContextView, place: usize, base: usize, node: Node) -> bool {
        let (trie, limit) = (view.trie(), self.seedling.version);
        let mut version = trie.version(node);
        let word = trie.word(node);
        let cell = &self.layer.cells[place];
        if version > limit || self.shells[cell.sum].contains(&word) {
            return false;
        }
        let prefixes = self.prefixes(place);
        let mut nodes: SmallVec<[Node; 4]> = SmallVec::new();
        for (index, &prefix) in prefixes.iter().enumerate() {
            let found = if index == base {
                Some(node)
            } else {
                trie.child(prefix, word)
            };
            let Some(found) = found else { return false };
            version = version.max(trie.version(found));
            nodes.push(found);
        }
        if version > limit || (version == limit && cell.inside & self.preferred != 0) {
            return false;
        }
        let start = trie.word_node(word);
        let mut continued = nodes.into_iter();
        for axis in 0..self.layer.grown.dims() {
            let continues = axis == self.layer.axis || cell.beside.iter().any(|&(beside, _)| beside == axis);
            let node = if continues { continued.next() } else { None };
            self.nodes.push(node.unwrap_or(start));
        }
        self.words.push(word);
        self.shells[cell.sum].push(word);
        true
    }

    /// Takes the word before `place` off again.
    fn take_back(&mut self, place: usize) {
        let Some(last) = place.checked_sub(1) else { return };
        self.words.pop();
        self.nodes.truncate(last * self.layer.grown.dims());
        self.shells[self.layer.cells[last].sum].pop();
    }

    /// The words of the grown grid without its far corner.
    fn merged(&self) -> Vec<WordId> {
        let sources = &self.layer.sources[..self.layer.sources.len() - 1];
        let word = |&source: &Source| match source {
            Source::Old(cell) => self.seedling.cells[cell],
            Source::New(cell) => self.words[cell],
        };
        sources.iter().map(word).collect()
    }
}

/// The parents, as bits by axis, that report a grown grid before this one if they are as new: parents that are
/// orthos before those that are lines, then by axis.
fn preferred(layer: &Layer, grows_line: bool) -> u32 {
    let extents = layer.grown.extents();
    let is_line = |axis: usize| extents.len() == 2 && extents[axis] == 2;
    let before = |axis: &usize| match (is_line(*axis), grows_line) {
        (false, true) => *axis != layer.axis,
        (true, false) => false,
        _ => *axis < layer.axis,
    };
    (0..extents.len())
        .filter(before)
        .fold(0, |bits, axis| bits | 1 << axis)
}
