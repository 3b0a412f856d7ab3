//! A survey: the walk over all origins, or over one part of them, on as many threads as it may use.
//!
//! Threads take origins from one list, the heaviest first, so that none is left with a heavy one at the end. It must
//! never report a result that was stopped as a whole one.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{Scope, ScopedJoinHandle};

use super::frozen::FrozenPhrases;
use super::squares::Squares;
use super::tally::Tally;
use super::walker::Walker;

/// What a survey looks at and keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveyOptions {
    /// How many of the best orthos of each shape are kept.
    pub keep: usize,
    /// Which part of the origins, from 0.
    pub part: u32,
    /// Of how many parts.
    pub parts: u32,
    /// Threads to use, one at least.
    pub threads: usize,
}

impl Default for SurveyOptions {
    fn default() -> Self {
        Self {
            keep: 3,
            part: 0,
            parts: 1,
            threads: 1,
        }
    }
}

/// How far a survey is, and a way to stop it; shared with whoever waits for it.
#[derive(Debug, Default)]
pub struct Control {
    origins_done: AtomicU32,
    origins: AtomicU32,
    stopped: AtomicBool,
}

impl Control {
    /// Origins walked, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (u32, u32) {
        (
            self.origins_done.load(Ordering::Relaxed),
            self.origins.load(Ordering::Relaxed),
        )
    }

    /// Stops the survey soon; what it then returns is not the whole.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// The walk recurses once per cell of the largest grid, and a grid has up to 65,536 cells.
const STACK_BYTES: usize = 64 << 20;

/// Starts a walk on a thread that is deep enough for it; a walk on any other could end the process.
///
/// # Panics
/// If the system has no thread to give.
pub(super) fn on_deep_stack<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    walk: impl FnOnce() -> T + Send + 'scope,
) -> ScopedJoinHandle<'scope, T> {
    std::thread::Builder::new()
        .name("walk".to_owned())
        .stack_size(STACK_BYTES)
        .spawn_scoped(scope, walk)
        .expect("the system has a thread to give")
}

/// Surveys one part of the origins. The parts are disjoint and together they are all.
///
/// # Panics
/// If the system has no thread to give, or a thread panics.
#[must_use]
pub fn survey(phrases: &FrozenPhrases, options: SurveyOptions, control: &Control) -> Tally {
    let origins = part_of(&by_weight(phrases), options);
    control.origins.store(origins.len() as u32, Ordering::Relaxed);
    let next = AtomicU32::new(0);
    let whole = Mutex::new(Tally::default());
    let walk = || {
        let mut walker = Walker::new(phrases, options.keep, control, u64::MAX);
        let mut squares = Squares::default();
        while let Some(&origin) = origins.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            if control.is_stopped() {
                break;
            }
            walker.walk_origin(origin, &mut squares);
            control.origins_done.fetch_add(1, Ordering::Relaxed);
        }
        let tally = walker.tally();
        whole
            .lock()
            .expect("no thread panics while it merges")
            .merge(tally, options.keep);
    };
    std::thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            on_deep_stack(scope, walk);
        }
    });
    whole.into_inner().expect("no thread panicked while it merged")
}

/// The origins that may have a square, those with the most steps first.
fn by_weight(phrases: &FrozenPhrases) -> Vec<u32> {
    let weight = |origin: u32| -> usize {
        let betweens = phrases.successors(origin);
        if betweens.len() < 2 {
            return 0;
        }
        betweens
            .iter()
            .map(|&between| phrases.successors(between).len())
            .sum()
    };
    let weighted = (0..phrases.word_count()).map(|origin| (weight(origin), origin));
    let mut weighted: Vec<(usize, u32)> = weighted.filter(|&(weight, _)| weight >= 2).collect();
    weighted.sort_unstable_by(|a, b| b.cmp(a));
    weighted.into_iter().map(|(_, origin)| origin).collect()
}

/// Every part gets light and heavy origins.
fn part_of(origins: &[u32], options: SurveyOptions) -> Vec<u32> {
    let (part, parts) = (options.part as usize, options.parts.max(1) as usize);
    origins.iter().copied().skip(part).step_by(parts).collect()
}
