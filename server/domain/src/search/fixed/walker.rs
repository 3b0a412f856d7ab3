//! The walk: depth first from a 2x2 to everything that grows from it.
//!
//! Each cell knows the node of the line that ends in it along each axis, so a prefix costs nothing; candidates come
//! from the shortest list of successors and are looked up in the others. It must never allocate on the way.

use super::frozen::FrozenPhrases;
use super::plan::{Growth, Plan};
use super::squares::Squares;
use super::survey::Control;
use super::tally::Tally;

/// Walks the orthos of some phrases.
#[derive(Debug)]
pub(super) struct Walker<'f> {
    phrases: &'f FrozenPhrases,
    square: Plan,
    grid: Grid<'f>,
}

/// The grid of the moment, by slots.
#[derive(Debug)]
struct Grid<'f> {
    phrases: &'f FrozenPhrases,
    dims_max: usize,
    words: Vec<u32>,
    /// The line that ends in each slot along each axis, `dims_max` a slot.
    nodes: Vec<u32>,
    surprisal: i64,
    control: &'f Control,
    /// Words that may still be tried.
    tries_left: u64,
}

impl<'f> Walker<'f> {
    /// A walker that keeps this many best orthos of each shape, and leaves off when it is told to or has tried so many
    /// words: what grows from one square need not end within a lifetime.
    pub(super) fn new(phrases: &'f FrozenPhrases, keep: usize, control: &'f Control, tries_max: u64) -> Self {
        let dims_max = usize::from(phrases.bounds().max_dims);
        let grid = Grid {
            phrases,
            dims_max,
            words: Vec::new(),
            nodes: Vec::new(),
            surprisal: 0,
            control,
            tries_left: tries_max,
        };
        Self {
            phrases,
            square: Plan::square(keep),
            grid,
        }
    }

    /// Walks everything that grows from the squares of an origin.
    pub(super) fn walk_origin(&mut self, origin: u32, squares: &mut Squares) {
        squares.gather(self.phrases, origin);
        for (end, group) in squares.groups() {
            for (index, &first) in group.iter().enumerate() {
                if self.has_left_off() {
                    return;
                }
                for &second in &group[index + 1..] {
                    self.walk_square([origin, Squares::between(first), Squares::between(second), end]);
                }
            }
        }
    }

    /// Walks everything that grows from one square: origin, smaller and larger axis word, far corner.
    pub(super) fn walk_square(&mut self, [origin, first, second, corner]: [u32; 4]) {
        let line = |from: u32, word: u32| self.phrases.child(from, word).unwrap_or(word);
        let edges = [
            line(origin, first),
            line(origin, second),
            line(first, corner),
            line(second, corner),
        ];
        self.grid.push(origin, &[]);
        self.grid.push(second, &[(1, edges[1])]);
        self.grid.push(first, &[(0, edges[0])]);
        self.grid.push(corner, &[(0, edges[3]), (1, edges[2])]);
        self.grid.visit(&self.square);
        (0..4).for_each(|_| self.grid.pop());
    }

    /// Whether it left off before the end, so that what was met is not all there is.
    pub(super) fn has_left_off(&self) -> bool {
        self.grid.has_left_off()
    }

    /// How many orthos were met.
    pub(super) fn met(&self) -> u64 {
        let mut met = 0;
        self.square.for_each(&mut |plan| met += plan.count.get());
        met
    }

    /// What was met.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.square.for_each(&mut |plan| tally.add(self.phrases, plan));
        tally
    }
}

impl Grid<'_> {
    fn visit(&mut self, plan: &Plan) {
        plan.count.set(plan.count.get() + 1);
        plan.best
            .borrow_mut()
            .offer(self.phrases, plan, &self.words, self.surprisal);
        for growth in plan.growths(self.phrases.bounds()) {
            self.fill(growth, 0);
        }
    }

    fn has_left_off(&self) -> bool {
        self.tries_left == 0 || self.control.is_stopped()
    }

    fn fill(&mut self, growth: &Growth, place: usize) {
        if self.has_left_off() {
            return;
        }
        let Some(step) = growth.steps.get(place) else {
            self.visit(&growth.target);
            return;
        };
        if place + 1 == growth.steps.len() {
            growth.target.waiting.set(growth.target.waiting.get() + 1);
        }
        let phrases = self.phrases;
        let below = self.node(step.below, growth.axis);
        let mut base = (growth.axis, below);
        let mut candidates = phrases.children(below);
        for &(axis, slot) in &step.beside {
            let node = self.node(slot, axis);
            let children = phrases.children(node);
            if children.len() < candidates.len() {
                (base, candidates) = ((axis, node), children);
            }
        }
        if place == 0
            && let Some(above) = growth.above
        {
            let larger = phrases
                .successors(base.1)
                .partition_point(|&word| word <= self.words[above]);
            candidates.start += larger as u32;
        }
        self.tries_left = self.tries_left.saturating_sub(candidates.len() as u64);
        for candidate in candidates {
            let word = phrases.word(candidate);
            if step.shell.iter().any(|&slot| self.words[slot] == word) {
                continue;
            }
            let start = self.nodes.len();
            self.nodes.resize(start + self.dims_max, word);
            self.nodes[start + base.0] = candidate;
            if self.continue_lines(growth, place, base.0, word, start) {
                self.words.push(word);
                self.surprisal += i64::from(phrases.surprisal(word));
                self.fill(growth, place + 1);
                self.surprisal -= i64::from(phrases.surprisal(word));
                self.words.pop();
            }
            self.nodes.truncate(start);
        }
    }

    /// Looks the word up after all prefixes but that of the base axis.
    fn continue_lines(
        &mut self,
        growth: &Growth,
        place: usize,
        base: usize,
        word: u32,
        start: usize,
    ) -> bool {
        let step = &growth.steps[place];
        let below = (growth.axis, step.below);
        for (axis, slot) in std::iter::once(below).chain(step.beside.iter().copied()) {
            if axis == base {
                continue;
            }
            let Some(node) = self.phrases.child(self.node(slot, axis), word) else {
                return false;
            };
            self.nodes[start + axis] = node;
        }
        true
    }

    fn node(&self, slot: usize, axis: usize) -> u32 {
        self.nodes[slot * self.dims_max + axis]
    }

    fn push(&mut self, word: u32, lines: &[(usize, u32)]) {
        let start = self.nodes.len();
        self.nodes.resize(start + self.dims_max, word);
        for &(axis, node) in lines {
            self.nodes[start + axis] = node;
        }
        self.words.push(word);
        self.surprisal += i64::from(self.phrases.surprisal(word));
    }

    fn pop(&mut self) {
        self.nodes.truncate(self.nodes.len() - self.dims_max);
        let word = self.words.pop().unwrap_or(0);
        self.surprisal -= i64::from(self.phrases.surprisal(word));
    }
}
