//! One step of one work item: from the item and a view of the context to what is found and what is left.
//!
//! A wake has to ask the store what waits, so it comes in two halves. A view older than the item is refused: it lacks
//! phrases that the item is about, and nobody would look for them again.

use super::{Budget, GridPayload, Report, WorkPayload};
use crate::ids::Version;
use crate::ortho::ortho_id;
use crate::phrases::ContextView;
use crate::search::incremental::{self, Finds, Grower, Questions, Waiting, version_nodes};
use crate::search::lines::NotAnOrtho;

/// Why an item cannot be worked on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The view must be refreshed first.
    #[error("the work item needs version {needed} of its context; the view is at {at}")]
    StaleView {
        /// The version that the item is about.
        needed: Version,
        /// The version of the view.
        at: Version,
    },
    /// The item carries words that are no ortho of the context: it never will be worked on.
    #[error("the work item carries a grid that is no ortho")]
    NotAnOrtho(#[from] NotAnOrtho),
    /// The item is part of a survey, which has steps of its own.
    #[error("the work item is part of a survey")]
    Survey,
}

/// The first half of a step.
#[derive(Debug)]
pub enum Begun {
    /// The step is over.
    Found(Found),
    /// The store has to be asked.
    Asks(Asks),
}

/// A wake that waits for answers.
#[derive(Debug)]
pub struct Asks {
    questions: Questions,
    next_items: Vec<WorkPayload>,
}

impl Asks {
    /// The pairs to ask for, ascending.
    #[must_use]
    pub fn pairs(&self) -> &[crate::ids::Pair] {
        self.questions.pairs()
    }

    /// Takes some of the remediations that wait at the pairs. All must come before the end, in any parts and order;
    /// others do no harm.
    pub fn hear<'w>(&mut self, view: &ContextView, waiting: impl IntoIterator<Item = &'w Waiting>) {
        self.questions.hear(view, waiting);
    }

    /// The second half in one, for whoever has all that waits at hand.
    #[must_use]
    pub fn answer<'w>(mut self, view: &ContextView, waiting: impl IntoIterator<Item = &'w Waiting>) -> Found {
        self.hear(view, waiting);
        self.finish(view)
    }

    /// The second half, when all that waits was heard of.
    #[must_use]
    pub fn finish(self, view: &ContextView) -> Found {
        Found::new(view, self.questions.finish(), self.next_items)
    }
}

/// What an item led to.
#[derive(Debug)]
pub struct Found {
    /// What to report.
    pub report: Report,
    waits: incremental::Waits,
}

impl Found {
    fn new(view: &ContextView, finds: Finds, next_items: Vec<WorkPayload>) -> Self {
        let Finds {
            orthos,
            remediations,
            waits,
            ..
        } = finds;
        let context_version = view.version();
        Self {
            report: Report {
                context_version,
                orthos,
                remediations,
                next_items,
            },
            waits,
        }
    }

    /// The late read: what phrases newer than the last report's version allow for the remediations of this item.
    /// To be reported in its turn, until the store says that the context has not moved on.
    #[must_use]
    pub fn late(&self, view: &ContextView, reported: Version) -> Report {
        let orthos = incremental::late(view, &self.report.remediations, &self.waits, reported);
        Report {
            context_version: view.version(),
            orthos,
            ..Report::default()
        }
    }
}

/// Takes the first half of a step.
///
/// # Errors
/// A view that must be refreshed, or an item that nobody can work on.
pub fn begin(payload: &WorkPayload, view: &ContextView, budget: Budget) -> Result<Begun, StepError> {
    let (needed, at) = (payload.min_version(), view.version());
    if at < needed {
        return Err(StepError::StaleView { needed, at });
    }
    begin_with(payload, view, budget)
}

/// As [`begin`], for a view that was found new enough.
pub(super) fn begin_with(
    payload: &WorkPayload,
    view: &ContextView,
    budget: Budget,
) -> Result<Begun, StepError> {
    match *payload {
        WorkPayload::Seed { version, from, to } => Ok(Begun::Found(seed(view, version, from, to, budget))),
        WorkPayload::Wake { version, from, to } => Ok(Begun::Asks(wake(view, version, from, to, budget))),
        WorkPayload::Expand { ref orthos } => expand(view, orthos, budget).map(Begun::Found),
        WorkPayload::Survey { .. } => Err(StepError::Survey),
    }
}

fn seed(view: &ContextView, version: Version, from: u32, to: Option<u32>, budget: Budget) -> Found {
    let nodes = version_nodes(view, version, from, to);
    let mut grower = Grower::new(view);
    let next = grower.grow_seed(nodes.clone(), |grower| grower.found() >= budget.found_max);
    let start = version_nodes(view, version, 0, None).start;
    let parts = rest(next - start, nodes.end - start).into_iter();
    let next_items = parts
        .map(|(from, to)| WorkPayload::Seed {
            version,
            from,
            to: Some(to),
        })
        .collect();
    Found::new(view, grower.finish(), next_items)
}

fn wake(view: &ContextView, version: Version, from: u32, to: Option<u32>, budget: Budget) -> Asks {
    let nodes = version_nodes(view, version, from, to);
    let (questions, next) = incremental::ask(view, version, nodes.clone(), budget.asked_max);
    let start = version_nodes(view, version, 0, None).start;
    let parts = rest(next - start, nodes.end - start).into_iter();
    let next_items = parts
        .map(|(from, to)| WorkPayload::Wake {
            version,
            from,
            to: Some(to),
        })
        .collect();
    Asks {
        questions,
        next_items,
    }
}

/// What is left of a range, in two halves where it is long, so that a second worker can help.
fn rest(next: u32, end: u32) -> Vec<(u32, u32)> {
    const WORTH_SHARING: u32 = 64;
    match end.saturating_sub(next) {
        0 => Vec::new(),
        left if left < WORTH_SHARING => vec![(next, end)],
        left => vec![(next, next + left / 2), (next + left / 2, end)],
    }
}

fn expand(view: &ContextView, grids: &[GridPayload], budget: Budget) -> Result<Found, StepError> {
    let mut grower = Grower::new(view);
    let enough = |grower: &Grower<'_>| grower.found() >= budget.found_max;
    let mut left = Vec::new();
    for grid in grids {
        if enough(&grower) {
            left.push(grid.clone());
            continue;
        }
        let known = |word: &crate::ids::WordId| word.index() < view.vocabulary().len();
        if !grid.cells.iter().all(known) {
            return Err(NotAnOrtho::UnknownWord.into());
        }
        let id = ortho_id(
            &grid.shape,
            grid.cells.iter().map(|&word| view.vocabulary().word(word)),
        );
        grower.grow_ortho(&grid.shape, &grid.cells, id)?;
        grower.grow_found(enough);
    }
    let next_items = if left.is_empty() {
        Vec::new()
    } else {
        vec![WorkPayload::Expand { orthos: left }]
    };
    Ok(Found::new(view, grower.finish(), next_items))
}
