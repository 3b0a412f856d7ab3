//! The filters of all contexts that were asked about, kept in step with the reports.
//!
//! This process is the only one that takes reports for its database, so what it adds after each report is all there
//! is. A filter is read from the store when it is first asked, and again when it is full; reports do not wait for
//! that, what they bring meanwhile is added at its end. It must never say no to an ortho whose report was acknowledged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crochet_domain::ids::OrthoId;
use crochet_domain::ports::{ContextKey, Orthos, OrthosError};

use super::filter::Filter;

/// How many ids are read from the store at once.
const BATCH: u32 = 50_000;

/// The filters, by context.
pub(super) struct Filters {
    orthos: Arc<dyn Orthos>,
    slots: Mutex<HashMap<ContextKey, Arc<Slot>>>,
}

/// The filter of one context.
#[derive(Default)]
struct Slot {
    /// Held while the filter is read from the store.
    reading: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    filter: Option<Filter>,
    /// What reports brought since the reading began.
    missed: Vec<OrthoId>,
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
        ask: impl Fn(&Filter) -> T,
    ) -> Result<T, OrthosError> {
        let slot = locked(&self.slots).entry(context).or_default().clone();
        if let Some(answer) = slot.answer(&ask) {
            return Ok(answer);
        }
        let _reading = slot.reading.lock().await;
        if let Some(answer) = slot.answer(&ask) {
            return Ok(answer);
        }
        locked(&slot.state).missed.clear();
        match self.read(context).await {
            Ok(filter) => Ok(slot.put(filter, &ask)),
            Err(error) => {
                self.forget(context);
                Err(error)
            }
        }
    }

    /// Adds what a report brought, if the filter of its context is in use. The store has it already.
    pub(super) fn add(&self, context: ContextKey, ids: &[OrthoId]) {
        let Some(slot) = locked(&self.slots).get(&context).cloned() else {
            return;
        };
        let mut state = locked(&slot.state);
        if slot.reading.try_lock().is_err() {
            state.missed.extend(ids);
        }
        if let Some(filter) = &mut state.filter {
            insert_new(filter, ids);
        }
    }

    /// Gives up the filter of a context that is gone.
    pub(super) fn forget(&self, context: ContextKey) {
        locked(&self.slots).remove(&context);
    }

    async fn read(&self, context: ContextKey) -> Result<Filter, OrthosError> {
        let counts = self.orthos.counts(context).await?;
        let mut filter = Filter::with_room(counts.iter().map(|shape| shape.orthos).sum());
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

impl Slot {
    fn answer<T>(&self, ask: &impl Fn(&Filter) -> T) -> Option<T> {
        let state = locked(&self.state);
        state.filter.as_ref().filter(|filter| !filter.is_full()).map(ask)
    }

    /// Takes a filter that was read, with what was missed meanwhile, and asks it.
    fn put<T>(&self, mut filter: Filter, ask: &impl Fn(&Filter) -> T) -> T {
        let mut state = locked(&self.state);
        insert_new(&mut filter, &std::mem::take(&mut state.missed));
        let answer = ask(&filter);
        state.filter = Some(filter);
        answer
    }
}

fn insert_new(filter: &mut Filter, ids: &[OrthoId]) {
    for id in ids {
        if !filter.may_contain(id) {
            filter.insert(id);
        }
    }
}

/// A lock that a panic elsewhere does not spoil: every change of what it guards is whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::World;

    #[tokio::test]
    async fn what_is_reported_while_a_filter_is_read_is_in_it() {
        let world = World::new().await;
        let filters = Filters::new(world.stored_orthos());
        let (context, id) = (ContextKey::generate(), OrthoId::from_bytes([7; 16]));
        let slot = locked(&filters.slots).entry(context).or_default().clone();
        let reading = slot.reading.lock().await;
        filters.add(context, &[id]);
        let read = Filter::with_room(0);
        assert!(slot.put(read, &|filter| filter.may_contain(&id)));
        drop(reading);
        let asked = filters.ask(context, |filter| filter.may_contain(&id)).await;
        assert!(asked.unwrap());
    }

    #[tokio::test]
    async fn a_context_that_does_not_exist_leaves_no_filter_behind() {
        let world = World::new().await;
        let filters = Filters::new(world.stored_orthos());
        let asked = filters.ask(ContextKey::generate(), Filter::items).await;
        assert!(matches!(asked, Err(OrthosError::ContextNotFound)));
        assert!(locked(&filters.slots).is_empty());
    }
}
