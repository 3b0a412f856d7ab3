//! The filters of all contexts that were asked about, kept in step with the reports.
//!
//! This process is the only one that takes reports for its database, so what it adds after each report is all there
//! is. A filter is read from the store when it is first asked, and again when it is full. It must never say no to an
//! ortho whose report was acknowledged.

use std::collections::HashMap;
use std::sync::Arc;

use crochet_domain::ids::OrthoId;
use crochet_domain::ports::{ContextKey, Orthos, OrthosError};
use tokio::sync::Mutex;

use super::filter::Filter;

/// How many ids are read from the store at once.
const BATCH: u32 = 50_000;

type Slot = Arc<Mutex<Option<Filter>>>;

/// The filters, by context.
pub(super) struct Filters {
    orthos: Arc<dyn Orthos>,
    slots: Mutex<HashMap<ContextKey, Slot>>,
}

impl Filters {
    /// No filters yet.
    pub(super) fn new(orthos: Arc<dyn Orthos>) -> Self {
        Self {
            orthos,
            slots: Mutex::default(),
        }
    }

    /// Asks the filter of a context.
    pub(super) async fn ask<T>(
        &self,
        context: ContextKey,
        ask: impl FnOnce(&Filter) -> T,
    ) -> Result<T, OrthosError> {
        let slot = self.slots.lock().await.entry(context).or_default().clone();
        let mut slot = slot.lock().await;
        match &mut *slot {
            Some(filter) if !filter.is_full() => Ok(ask(filter)),
            stale => Ok(ask(stale.insert(self.read(context).await?))),
        }
    }

    /// Adds what a report brought, if the filter of its context is in use. The store is written already: a filter that
    /// is being read meanwhile may miss the rows, so this waits for it.
    pub(super) async fn add(&self, context: ContextKey, ids: impl IntoIterator<Item = OrthoId> + Send) {
        let Some(slot) = self.slots.lock().await.get(&context).cloned() else {
            return;
        };
        if let Some(filter) = &mut *slot.lock().await {
            for id in ids {
                if !filter.may_contain(&id) {
                    filter.insert(&id);
                }
            }
        }
    }

    async fn read(&self, context: ContextKey) -> Result<Filter, OrthosError> {
        let stored: u64 = self
            .orthos
            .counts(context)
            .await?
            .iter()
            .map(|shape| shape.orthos)
            .sum();
        let mut filter = Filter::with_room(stored);
        let mut after = None;
        loop {
            let ids = self.orthos.ids(context, after, BATCH).await?;
            ids.iter().for_each(|id| filter.insert(id));
            match ids.last() {
                Some(last) => after = Some(*last),
                None => return Ok(filter),
            }
        }
    }
}
