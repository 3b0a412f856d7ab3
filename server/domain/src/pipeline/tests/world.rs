//! The pipeline with everything that can happen to it: texts that come at any moment, a queue that repeats, delays
//! and loses messages, workers that are behind, stop, or die. A script of random numbers decides what happens.

use super::store::{Key, Store, Taken};
use crate::context::Bounds;
use crate::phrases::ContextView;
use crate::pipeline::step::begin_with;
use crate::pipeline::{Begun, Budget, Found, StepError, WorkPayload, begin};
use crate::search::incremental::Waiting;

/// What a simulated pipeline does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutant {
    /// Nothing.
    Sound,
    /// It settles an item without reading what came while it was worked on.
    NoLateRead,
    /// It works on an item with whatever view it has.
    NoVersionCheck,
    /// It takes for expanded what a report found that was behind.
    TrustsReportsBehind,
    /// It settles all items of a lease with the first report, though the step took only some of them.
    SettlesWhatWasNotTaken,
}

#[derive(Debug)]
enum State {
    Idle,
    Leased,
    Begun(Box<Begun>),
    Answered(Box<Begun>, Vec<Waiting>),
    /// With a report to make.
    Found(Box<Found>),
    /// Its report was behind, and it was refused so often.
    Late(Box<Found>, u32),
    Done,
}

#[derive(Debug)]
struct Worker {
    view: ContextView,
    items: Vec<(Key, WorkPayload)>,
    state: State,
}

/// A store, a queue and some workers.
#[derive(Debug)]
pub(super) struct World {
    pub(super) store: Store,
    queue: Vec<(Key, WorkPayload)>,
    workers: Vec<Worker>,
    budget: Budget,
    mutant: Mutant,
}

impl World {
    pub(super) fn new(bounds: Bounds, workers: usize, budget: Budget, mutant: Mutant) -> Self {
        let mut store = Store::new(bounds);
        store.done_without_late_read = mutant == Mutant::NoLateRead;
        store.trusts_reports_behind = mutant == Mutant::TrustsReportsBehind;
        let worker = |_| Worker {
            view: ContextView::new(bounds),
            items: Vec::new(),
            state: State::Idle,
        };
        Self {
            store,
            queue: Vec::new(),
            workers: (0..workers).map(worker).collect(),
            budget,
            mutant,
        }
    }

    /// Ingests the texts one after the other and lets chance decide what happens meanwhile; then all calms down.
    pub(super) fn run(&mut self, texts: &[Vec<Vec<String>>], script: &[u32]) {
        let mut texts = texts.iter();
        for &chance in script {
            let (what, which) = (chance % 16, (chance / 16) as usize);
            let worker = which % self.workers.len();
            match what {
                0 => texts.next().into_iter().for_each(|text| self.store.ingest(text)),
                1 => self.relay(),
                2 => self.sweep(),
                3 => self.crash(worker, which % 2 == 0),
                4 if !self.queue.is_empty() => {
                    let again = self.queue[which % self.queue.len()].clone();
                    self.queue.push(again);
                }
                6 => self.crash_before_late_read(),
                5 if !self.queue.is_empty() && which % 4 == 0 => {
                    self.queue.swap_remove(which % self.queue.len());
                }
                _ => self.step(worker, which),
            }
        }
        texts.for_each(|text| self.store.ingest(text));
        self.settle();
    }

    /// Lets the workers work until the ledger is done.
    pub(super) fn settle(&mut self) {
        for round in 0.. {
            assert!(round < 1_000_000, "the pipeline does not settle");
            if self.store.settled()
                && self
                    .workers
                    .iter()
                    .all(|worker| matches!(worker.state, State::Idle))
            {
                return;
            }
            if self.queue.is_empty()
                && self
                    .workers
                    .iter()
                    .all(|worker| matches!(worker.state, State::Idle))
            {
                self.sweep();
            }
            self.step(round % self.workers.len(), round);
        }
    }

    /// Hands rows that were not handed over to the queue.
    fn relay(&mut self) {
        for (key, row) in self
            .store
            .ledger
            .iter_mut()
            .filter(|(_, row)| !row.pushed && !row.done)
        {
            row.pushed = true;
            self.queue.push((*key, row.payload.clone()));
        }
    }

    /// Hands rows over again that are not done.
    fn sweep(&mut self) {
        self.relay();
        let open = self.store.ledger.iter().filter(|(_, row)| !row.done);
        let missing: Vec<_> = open
            .filter(|(key, _)| !self.queue.iter().any(|(queued, _)| queued == *key))
            .map(|(key, row)| (*key, row.payload.clone()))
            .collect();
        self.queue.extend(missing);
    }

    /// A worker dies; its lease ends and the item is delivered again, or the queue lost that too.
    fn crash(&mut self, worker: usize, redelivered: bool) {
        let worker = &mut self.workers[worker];
        worker.state = State::Idle;
        worker.view = ContextView::new(self.store.bounds);
        let items = std::mem::take(&mut worker.items);
        self.queue.extend(items.into_iter().filter(|_| redelivered));
    }

    /// A worker dies between a report that was behind and its late read.
    fn crash_before_late_read(&mut self) {
        let late = |worker: &Worker| matches!(worker.state, State::Late(..));
        if let Some(worker) = self.workers.iter().position(late) {
            self.crash(worker, true);
        }
    }

    fn step(&mut self, index: usize, which: usize) {
        let worker = &mut self.workers[index];
        let store = &mut self.store;
        worker.state = match std::mem::replace(&mut worker.state, State::Idle) {
            State::Idle => {
                for _ in 0..(1 + which % LEASED_MAX).min(self.queue.len()) {
                    let item = self.queue.swap_remove(which % self.queue.len());
                    worker.items.push(item);
                }
                if worker.items.is_empty() {
                    State::Idle
                } else {
                    State::Leased
                }
            }
            State::Leased => worker.begin(store, self.budget, self.mutant),
            State::Begun(begun) => {
                let waiting = store.waiting(&begun.pairs());
                State::Answered(begun, waiting)
            }
            State::Answered(mut begun, waiting) => {
                begun.hear(&worker.view, &waiting);
                match begun.finish(&worker.view) {
                    Ok(found) => State::Found(Box::new(found)),
                    Err(error) => worker.give_up(store, self.mutant, &error),
                }
            }
            State::Found(found) => worker.report(store, found, 0, self.mutant),
            State::Late(mut found, refused) => {
                store.refresh(&mut worker.view);
                found.catch_up(&worker.view);
                worker.report(store, found, refused, self.mutant)
            }
            State::Done if worker.items.is_empty() => State::Idle,
            State::Done => State::Leased,
        };
        self.relay_sometimes(which);
    }

    fn relay_sometimes(&mut self, which: usize) {
        if which.is_multiple_of(5) {
            self.relay();
        }
    }
}

/// How many items are leased at once.
const LEASED_MAX: usize = 5;
/// So often a worker lets its report be refused before it wants it taken.
const PATIENCE: u32 = 2;

impl Worker {
    fn begin(&mut self, store: &Store, budget: Budget, mutant: Mutant) -> State {
        let payloads = self.items.iter().map(|(_, payload)| payload.clone()).collect();
        if mutant == Mutant::NoVersionCheck {
            return State::Begun(Box::new(begin_with(payloads, &self.view, budget)));
        }
        match begin(payloads, &self.view, budget) {
            Ok(begun) => State::Begun(Box::new(begun)),
            Err(StepError::StaleView { .. }) => {
                store.refresh(&mut self.view);
                State::Leased
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Only a mutant asks of a view what is not in it.
    fn give_up(&mut self, store: &mut Store, mutant: Mutant, error: &StepError) -> State {
        assert_eq!(mutant, Mutant::NoVersionCheck, "{error}");
        for (key, _) in self.items.drain(..) {
            store.ledger.get_mut(&key).unwrap().done = true;
        }
        State::Done
    }

    fn report(&mut self, store: &mut Store, mut found: Box<Found>, refused: u32, mutant: Mutant) -> State {
        let taken = match mutant {
            Mutant::SettlesWhatWasNotTaken => self.items.len(),
            _ => found.taken,
        };
        let keys: Vec<Key> = self.items[..taken].iter().map(|(key, _)| *key).collect();
        match store.report(&keys, &found.report, refused < PATIENCE) {
            Taken::Done => {
                self.items.drain(..taken);
                State::Done
            }
            Taken::Behind => {
                found.reported();
                State::Late(found, refused)
            }
            Taken::Refused => State::Late(found, refused + 1),
        }
    }
}
