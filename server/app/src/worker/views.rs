//! The contexts that the workers of one process have in memory, each once, the least used given up first.
//!
//! A view is read by many steps at once and brought forward by one refresh at a time. If a refresh fails in the
//! middle the view is thrown away. It must never be older than who asked for it needs.

use std::collections::HashMap;
use std::sync::Arc;

use crochet_api::common::ContextId;
use crochet_api::contexts::{ContextsApi, ListSentencesParams};
use crochet_domain::phrases::ContextView;
use crochet_domain::{Bounds, Version};
use crochet_openapi::Caller;
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};

use super::fault::Fault;
use super::wire;
use crate::services::contexts::settings::bounds_of;
use crate::services::wire::{version, version_of};

/// A view that stays as it is while it is held.
pub(super) type HeldView = OwnedRwLockReadGuard<Slot, ContextView>;

/// The place of one context; empty until it is first read.
#[derive(Debug, Default)]
pub(super) struct Slot(Option<ContextView>);

#[derive(Debug)]
struct Kept {
    slot: Arc<RwLock<Slot>>,
    used: u64,
}

/// The contexts in memory.
#[derive(Debug)]
pub(super) struct Views {
    most: usize,
    kept: Mutex<(u64, HashMap<ContextId, Kept>)>,
}

impl Views {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            kept: Mutex::default(),
        }
    }

    /// The context at this version or a later one.
    pub(super) async fn at(
        &self,
        contexts: &dyn ContextsApi,
        caller: &Caller,
        context: &ContextId,
        version: Version,
    ) -> Result<HeldView, Fault> {
        let slot = self.slot(context).await;
        let held = Arc::clone(&slot).read_owned().await;
        if let Some(view) = at_least(held, version) {
            return Ok(view);
        }
        let mut write = Arc::clone(&slot).write_owned().await;
        // Somebody may have refreshed it while this one waited.
        if write.0.as_ref().is_none_or(|view| view.version() < version) {
            let before = write.0.take();
            write.0 = Some(refreshed(contexts, caller, context, before).await?);
        }
        at_least(write.downgrade(), version).ok_or_else(|| {
            Fault::Inconsistent(format!("context {context} has not reached version {version}"))
        })
    }

    async fn slot(&self, context: &ContextId) -> Arc<RwLock<Slot>> {
        let mut kept = self.kept.lock().await;
        let (now, slots) = &mut *kept;
        *now += 1;
        if !slots.contains_key(context) && slots.len() >= self.most {
            let oldest = slots
                .iter()
                .min_by_key(|(_, kept)| kept.used)
                .map(|(id, _)| id.clone());
            oldest.and_then(|id| slots.remove(&id));
        }
        let kept = slots.entry(context.clone()).or_insert_with(|| Kept {
            slot: Arc::default(),
            used: 0,
        });
        kept.used = *now;
        Arc::clone(&kept.slot)
    }
}

fn at_least(held: OwnedRwLockReadGuard<Slot>, version: Version) -> Option<HeldView> {
    let fits = |slot: &Slot| slot.0.as_ref().is_some_and(|view| view.version() >= version);
    if !fits(&held) {
        return None;
    }
    OwnedRwLockReadGuard::try_map(held, |slot| slot.0.as_ref()).ok()
}

async fn refreshed(
    contexts: &dyn ContextsApi,
    caller: &Caller,
    context: &ContextId,
    before: Option<ContextView>,
) -> Result<ContextView, Fault> {
    let mut view = match before {
        Some(view) => view,
        None => {
            let read = contexts
                .read_context(caller, context.clone(), Default::default())
                .await?;
            ContextView::new(bounds_of(&wire::context_in(read)?.bounds)?)
        }
    };
    read_sentences(contexts, caller, context, &mut view).await?;
    Ok(view)
}

/// A view with bounds of its own, read from the start and not kept.
pub(super) async fn read_whole(
    contexts: &dyn ContextsApi,
    caller: &Caller,
    context: &ContextId,
    bounds: Bounds,
) -> Result<ContextView, Fault> {
    let mut view = ContextView::new(bounds);
    read_sentences(contexts, caller, context, &mut view).await?;
    Ok(view)
}

/// Brings a view to the version of the context at the last page.
async fn read_sentences(
    contexts: &dyn ContextsApi,
    caller: &Caller,
    context: &ContextId,
    view: &mut ContextView,
) -> Result<(), Fault> {
    let since_version = Some(version(view.version())?);
    let mut page_token = None;
    loop {
        let params = ListSentencesParams {
            since_version,
            page_token,
            ..Default::default()
        };
        let page = contexts.list_sentences(caller, context.clone(), params).await?;
        wire::add_page(view, &page)?;
        page_token = page.next_page;
        if page_token.is_none() {
            return view
                .advance(version_of(page.version))
                .map_err(|error| Fault::Inconsistent(error.to_string()));
        }
        tokio::task::yield_now().await;
    }
}
