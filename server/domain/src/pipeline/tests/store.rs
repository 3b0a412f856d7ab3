//! A store in memory with the guarantees that the pipeline asks of a real one: transactions, inserts that ignore
//! what is there, a ledger, and a version that a report is checked against.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Bounds;
use crate::ids::{OrthoId, Pair, RemediationId, Version, WordId};
use crate::ortho::{Ortho, Remediation};
use crate::phrases::{ContextView, Interner};
use crate::pipeline::{Report, WorkPayload};
use crate::search::incremental::Waiting;

pub(super) type Key = [u8; 16];

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) payload: WorkPayload,
    pub(super) pushed: bool,
    pub(super) done: bool,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Its items are done.
    Done,
    /// It is stored, but the context has moved on.
    Behind,
    /// The context has moved on, and nothing of it is stored.
    Refused,
}

#[derive(Debug)]
pub(super) struct Store {
    pub(super) bounds: Bounds,
    pub(super) version: Version,
    words: Interner,
    sentences: Vec<(Version, Vec<WordId>)>,
    pub(super) orthos: BTreeMap<OrthoId, Ortho>,
    pub(super) remediations: BTreeMap<RemediationId, Remediation>,
    pairs: BTreeMap<Pair, BTreeSet<RemediationId>>,
    pub(super) ledger: BTreeMap<Key, Row>,
    /// What a mutant leaves out: the check of the version that guards the late read.
    pub(super) done_without_late_read: bool,
    /// What another leaves out: what a report found that was behind has to be expanded again.
    pub(super) trusts_reports_behind: bool,
}

impl Store {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            version: Version::EMPTY,
            words: Interner::default(),
            sentences: Vec::new(),
            orthos: BTreeMap::new(),
            remediations: BTreeMap::new(),
            pairs: BTreeMap::new(),
            ledger: BTreeMap::new(),
            done_without_late_read: false,
            trusts_reports_behind: false,
        }
    }

    pub(super) fn ingest(&mut self, sentences: &[Vec<String>]) {
        self.version = self.version.next();
        for sentence in sentences {
            let words = sentence.iter().map(|word| self.words.number(word)).collect();
            self.sentences.push((self.version, words));
        }
        self.write(WorkPayload::seed(self.version));
        if self.version > Version(1) {
            self.write(WorkPayload::wake(self.version));
        }
    }

    fn write(&mut self, payload: WorkPayload) {
        let row = Row {
            payload,
            pushed: false,
            done: false,
        };
        self.ledger.entry(row.payload.key(&[0; 16])).or_insert(row);
    }

    pub(super) fn refresh(&self, view: &mut ContextView) {
        for id in view.vocabulary().len()..self.words.vocabulary().len() {
            let id = WordId(id as u32);
            view.add_word(id, self.words.vocabulary().word(id)).unwrap();
        }
        let since = view.version();
        for (version, words) in self.sentences.iter().filter(|(version, _)| *version > since) {
            view.add_sentence(*version, words).unwrap();
        }
        view.advance(self.version).unwrap();
    }

    pub(super) fn view(&self) -> ContextView {
        let mut view = ContextView::new(self.bounds);
        self.refresh(&mut view);
        view
    }

    pub(super) fn waiting(&self, pairs: &[Pair]) -> Vec<Waiting> {
        let ids = pairs.iter().filter_map(|pair| self.pairs.get(pair)).flatten();
        ids.map(|id| &self.remediations[id])
            .map(|found| Waiting {
                shape: found.shape.clone(),
                cells: found.cells.clone(),
            })
            .collect()
    }

    /// Applies a report on some items in one transaction; with `newest_only`, unless it is behind.
    pub(super) fn report(&mut self, items: &[Key], report: &Report, newest_only: bool) -> Taken {
        let is_behind = report.context_version < self.version;
        if is_behind && newest_only && !self.done_without_late_read && !self.trusts_reports_behind {
            return Taken::Refused;
        }
        let mut new = Vec::new();
        // Its late read may never come, and who repeats the item may be cut short elsewhere.
        let left_to_others = is_behind && !self.trusts_reports_behind;
        for found in &report.orthos {
            let is_new = self.orthos.insert(found.ortho.id, found.ortho.clone()).is_none();
            if is_new && (found.pending || left_to_others) {
                new.push(&found.ortho);
            }
        }
        for remediation in &report.remediations {
            assert!(
                self.orthos.contains_key(&remediation.parent),
                "a remediation's parent is stored before it"
            );
            self.remediations
                .entry(remediation.id)
                .or_insert_with(|| remediation.clone());
            for &pair in &remediation.pairs {
                self.pairs.entry(pair).or_default().insert(remediation.id);
            }
        }
        for payload in report.next_items.iter().cloned().chain(WorkPayload::expand(&new)) {
            self.write(payload);
        }
        if is_behind && !self.done_without_late_read {
            return Taken::Behind;
        }
        for item in items {
            self.ledger.get_mut(item).unwrap().done = true;
        }
        Taken::Done
    }

    pub(super) fn settled(&self) -> bool {
        self.ledger.values().all(|row| row.done)
    }

    pub(super) fn word(&self, id: WordId) -> &str {
        self.words.vocabulary().word(id)
    }
}
