//! One step: from work items of one context and a view of it to what is found and what is left.
//!
//! A step takes as many items as its budget allows, in their order, and makes one report of them: a report costs the
//! store a transaction, and what one item finds another would have to ask for. Wakes have to ask the store what waits, so
//! a step comes in two halves. A view older than an item is refused: it lacks phrases that the item is about, and nobody
//! would look for them again.

use super::{Budget, GridPayload, Report, WorkPayload};
use crate::ids::{Pair, Version};
use crate::ortho::{Remediation, ortho_id};
use crate::phrases::ContextView;
use crate::search::incremental::{Finds, Grower, Questions, Waiting, Waits, version_nodes};
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

/// A step of which the first half is taken: what it asks the store, if anything.
#[derive(Debug)]
pub struct Begun {
    payloads: Vec<WorkPayload>,
    questions: Questions,
    next_items: Vec<WorkPayload>,
    budget: Budget,
}

impl Begun {
    /// The pairs to ask for, ascending.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pair> {
        self.questions.pairs()
    }

    /// Takes some of the remediations that wait at the pairs. All must come before the end, in any parts and order;
    /// others do no harm.
    pub fn hear<'w>(&mut self, view: &ContextView, waiting: impl IntoIterator<Item = &'w Waiting>) {
        self.questions.hear(view, waiting);
    }

    /// The second half, when all that waits was heard of.
    ///
    /// # Errors
    /// An item that nobody can work on.
    pub fn finish(self, view: &ContextView) -> Result<Found, StepError> {
        let Self {
            payloads,
            questions,
            mut next_items,
            budget,
        } = self;
        let enough = |grower: &Grower<'_>| grower.found() >= budget.found_max;
        let mut grower = Grower::new(view);
        grower.take_woken(questions);
        grower.grow_found(enough);
        let mut taken = 0;
        for payload in &payloads {
            // A wake has its answers already.
            if taken > 0 && !payload.is_wake() && enough(&grower) {
                break;
            }
            taken += 1;
            match *payload {
                WorkPayload::Seed { version, from, to } => {
                    next_items.extend(seed(&mut grower, version, from, to, budget));
                }
                WorkPayload::Expand { ref orthos } => next_items.extend(expand(&mut grower, orthos, budget)?),
                WorkPayload::Wake { .. } => {}
                WorkPayload::Survey { .. } => return Err(StepError::Survey),
            }
        }
        let mut found = Found {
            report: Report {
                context_version: view.version(),
                next_items,
                ..Report::default()
            },
            taken,
            reported: Vec::new(),
            waits: Waits::default(),
            budget,
        };
        found.take(grower.finish());
        Ok(found)
    }
}

/// What a step led to.
#[derive(Debug)]
pub struct Found {
    /// What to report.
    pub report: Report,
    /// How many of the items this was, from the first. The others are for another step.
    pub taken: usize,
    /// The remediations of earlier reports.
    reported: Vec<Remediation>,
    /// Where all remediations wait, reported or not.
    waits: Waits,
    budget: Budget,
}

impl Found {
    /// The late read: adds to the report what phrases newer than its version allow for all remediations of this step.
    /// To be repeated until the store says that the context has not moved on.
    pub fn catch_up(&mut self, view: &ContextView) {
        let mut grower = Grower::new(view);
        let remediations = self.reported.iter().chain(&self.report.remediations);
        grower.take_late(remediations, &self.waits, self.report.context_version);
        grower.grow_found(|grower| grower.found() >= self.budget.found_max);
        self.take(grower.finish());
        self.report.context_version = view.version();
    }

    /// The report was taken: what is found from now on makes the next.
    pub fn reported(&mut self) {
        let next = Report {
            context_version: self.report.context_version,
            ..Report::default()
        };
        let report = std::mem::replace(&mut self.report, next);
        self.reported.extend(report.remediations);
    }

    fn take(&mut self, finds: Finds) {
        self.report.orthos.extend(finds.orthos);
        self.report.remediations.extend(finds.remediations);
        self.waits.append(&finds.waits);
    }
}

/// Takes the first half of a step on these items, or on the first of them: at least one. Wakes come first: one that
/// comes behind something else is for another step.
///
/// # Errors
/// A view that must be refreshed.
pub fn begin(payloads: Vec<WorkPayload>, view: &ContextView, budget: Budget) -> Result<Begun, StepError> {
    let needed = payloads.iter().map(WorkPayload::min_version).max();
    match needed.filter(|&needed| view.version() < needed) {
        Some(needed) => Err(StepError::StaleView {
            needed,
            at: view.version(),
        }),
        None => Ok(begin_with(payloads, view, budget)),
    }
}

/// As [`begin`], for a view that was found new enough.
pub(super) fn begin_with(mut payloads: Vec<WorkPayload>, view: &ContextView, budget: Budget) -> Begun {
    let mut questions = Questions::default();
    let mut next_items = Vec::new();
    let wakes = payloads.iter().take_while(|payload| payload.is_wake()).count();
    let mut taken = 0;
    for payload in &payloads {
        // Of each item at least a part must be done: what is left of it must differ from it, or it would be lost with it.
        if questions.len() >= budget.asked_max || (taken >= wakes && payload.is_wake()) {
            break;
        }
        taken += 1;
        if let WorkPayload::Wake { version, from, to } = *payload {
            next_items.extend(wake(&mut questions, view, version, from, to, budget));
        }
    }
    payloads.truncate(taken);
    Begun {
        payloads,
        questions,
        next_items,
        budget,
    }
}

fn wake(
    questions: &mut Questions,
    view: &ContextView,
    version: Version,
    from: u32,
    to: Option<u32>,
    budget: Budget,
) -> impl Iterator<Item = WorkPayload> + use<> {
    let nodes = version_nodes(view, version, from, to);
    let next = questions.ask(view, nodes.clone(), budget.asked_max);
    let start = version_nodes(view, version, 0, None).start;
    let parts = rest(next - start, nodes.end - start).into_iter();
    parts.map(move |(from, to)| WorkPayload::Wake {
        version,
        from,
        to: Some(to),
    })
}

fn seed(
    grower: &mut Grower<'_>,
    version: Version,
    from: u32,
    to: Option<u32>,
    budget: Budget,
) -> impl Iterator<Item = WorkPayload> + use<> {
    let nodes = version_nodes(grower.view(), version, from, to);
    let next = grower.grow_seed(nodes.clone(), |grower| grower.found() >= budget.found_max);
    let start = version_nodes(grower.view(), version, 0, None).start;
    let parts = rest(next - start, nodes.end - start).into_iter();
    parts.map(move |(from, to)| WorkPayload::Seed {
        version,
        from,
        to: Some(to),
    })
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

fn expand(
    grower: &mut Grower<'_>,
    grids: &[GridPayload],
    budget: Budget,
) -> Result<Option<WorkPayload>, StepError> {
    let enough = |grower: &Grower<'_>| grower.found() >= budget.found_max;
    let vocabulary = grower.view().vocabulary();
    let mut left = Vec::new();
    for grid in grids {
        if enough(grower) {
            left.push(grid.clone());
            continue;
        }
        if !grid.cells.iter().all(|word| word.index() < vocabulary.len()) {
            return Err(NotAnOrtho::UnknownWord.into());
        }
        let id = ortho_id(&grid.shape, grid.cells.iter().map(|&word| vocabulary.word(word)));
        grower.grow_ortho(&grid.shape, &grid.cells, id)?;
        grower.grow_found(enough);
    }
    Ok((!left.is_empty()).then_some(WorkPayload::Expand { orthos: left }))
}
