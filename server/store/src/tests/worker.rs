//! A worker of the pipeline without a queue: it takes rows of the ledger, works with a view that may be behind, and may
//! die between any two calls. It talks to the ports alone.

use std::sync::Arc;

use crochet_domain::phrases::{ContextView, TextWords};
use crochet_domain::pipeline::{Budget, Found, Report, begin};
use crochet_domain::ports::{
    ContextKey, Contexts, Ingest, Ingested, ItemId, ItemReport, Ledger, LedgerItem, NewContext, NewText,
    Orthos, PageRequest, Remediations, WaveRecord,
};
use crochet_domain::search::incremental::Waiting;
use crochet_domain::{Bounds, ContextSettings, WorkPayload};

use sha2::{Digest, Sha256};

use crate::Store;

pub(super) type Text = Vec<Vec<String>>;

/// A text of sentences like `a b. c d`.
pub(super) fn text(sentences: &str) -> Text {
    let words = |sentence: &str| sentence.split_whitespace().map(ToOwned::to_owned).collect();
    sentences
        .split('.')
        .map(words)
        .filter(|words: &Vec<String>| !words.is_empty())
        .collect()
}

/// Small budgets, so that items hand back what is left.
pub(super) const SMALL: Budget = Budget {
    found_max: 3,
    asked_max: 2,
};

/// The whole report of some items, to be taken in any case.
pub(super) fn report_of(items: &[ItemId], report: Report) -> ItemReport {
    ItemReport {
        items: items.to_vec(),
        report,
        more: false,
        truncated: false,
        newest_only: false,
    }
}

/// The ports of one store, and one context in it.
pub(super) struct World {
    pub(super) contexts: Arc<dyn Contexts>,
    pub(super) ingest: Arc<dyn Ingest>,
    pub(super) orthos: Arc<dyn Orthos>,
    pub(super) remediations: Arc<dyn Remediations>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) context: ContextKey,
    pub(super) bounds: Bounds,
}

impl World {
    pub(super) async fn new(store: &Store, bounds: Bounds) -> Self {
        let settings = ContextSettings {
            bounds,
            ..ContextSettings::default()
        };
        let new = NewContext {
            slug: "c".to_owned(),
            title: "C".to_owned(),
            settings,
        };
        let context = store.contexts().create(new).await.unwrap().key;
        Self::of(store, context, bounds)
    }

    pub(super) fn of(store: &Store, context: ContextKey, bounds: Bounds) -> Self {
        Self {
            contexts: store.contexts(),
            ingest: store.ingest(),
            orthos: store.orthos(),
            remediations: store.remediations(),
            ledger: store.ledger(),
            context,
            bounds,
        }
    }

    pub(super) fn text(&self, sentences: Text) -> NewText {
        let name = format!("{sentences:?}");
        let mut words = TextWords::default();
        for sentence in sentences {
            words.push(sentence.iter().map(String::as_str));
        }
        NewText {
            context: self.context,
            title: "a text".to_owned(),
            text_hash: Sha256::digest(&name).into(),
            bytes: name.len() as u64,
            words,
            search: true,
        }
    }

    pub(super) async fn add(&self, sentences: Text) -> Ingested {
        self.ingest.ingest(self.text(sentences)).await.unwrap()
    }

    pub(super) async fn wave(&self, sentences: Text) -> WaveRecord {
        match self.add(sentences).await {
            Ingested::Added(wave) => wave,
            Ingested::Unchanged(wave) => panic!("{wave:?} was there"),
        }
    }

    /// All rows that are not done, whatever became of them so far.
    pub(super) async fn open_items(&self) -> Vec<LedgerItem> {
        let items = self.ledger.unpushed(10_000).await.unwrap();
        let ids: Vec<_> = items.iter().map(|item| item.id).collect();
        self.ledger.mark_pushed(&ids).await.unwrap();
        let past_all = chrono::DateTime::<chrono::Utc>::MAX_UTC;
        let handed = self.ledger.handed(past_all, None, 10_000).await.unwrap();
        let ids: Vec<_> = handed.iter().map(|item| item.id).collect();
        self.ledger.open(&ids).await.unwrap()
    }

    /// Works until nothing is open.
    pub(super) async fn settle(&self, budget: Budget) {
        let mut view = ContextView::new(self.bounds);
        loop {
            let items = self.open_items().await;
            if items.is_empty() {
                return;
            }
            for item in items {
                self.work(&item, &mut view, budget).await;
            }
        }
    }

    /// One item from begin to done. A report that is behind is refused once, and then taken.
    pub(super) async fn work(&self, item: &LedgerItem, view: &mut ContextView, budget: Budget) {
        let mut found = self.search(std::slice::from_ref(item), view, budget).await;
        let mut newest_only = true;
        loop {
            let sent = ItemReport {
                newest_only,
                ..report_of(&[item.id], found.report.clone())
            };
            let sent = self.orthos.report_expansion(self.context, sent).await.unwrap();
            if sent.done {
                return;
            }
            if sent.taken {
                found.reported();
            }
            newest_only = false;
            self.refresh(view).await;
            found.catch_up(view);
        }
    }

    /// The first half: what items lead to. Refreshes the view only if it must.
    pub(super) async fn search(&self, items: &[LedgerItem], view: &mut ContextView, budget: Budget) -> Found {
        let payload = |item: &LedgerItem| WorkPayload::from_json(&item.payload).unwrap();
        let payloads: Vec<WorkPayload> = items.iter().map(payload).collect();
        if payloads
            .iter()
            .any(|payload| view.version() < payload.min_version())
        {
            self.refresh(view).await;
        }
        let mut begun = begin(payloads, view, budget).unwrap();
        let (pairs, mut page) = (begun.pairs(), PageRequest::first(3));
        loop {
            let answer = self.remediations.waiting(self.context, &pairs, page);
            let answer = answer.await.unwrap();
            let waiting = answer.items.into_iter().map(|found| Waiting {
                shape: found.shape,
                cells: found.cells,
            });
            begun.hear(view, &waiting.collect::<Vec<_>>());
            let Some(next) = answer.next else { break };
            page = PageRequest {
                limit: 3,
                after: Some(next),
            };
        }
        begun.finish(view).unwrap()
    }

    /// Brings a view up to date, in small batches.
    pub(super) async fn refresh(&self, view: &mut ContextView) {
        let mut from = 0;
        loop {
            let batch = self
                .contexts
                .sentences_since(self.context, view.version(), from, 2)
                .await
                .unwrap();
            for word in &batch.words {
                view.add_word(word.number, &word.word).unwrap();
            }
            for sentence in &batch.sentences {
                view.add_sentence(sentence.version, &sentence.words).unwrap();
            }
            match batch.next {
                Some(next) => from = next,
                None => return view.advance(batch.version).unwrap(),
            }
        }
    }
}
