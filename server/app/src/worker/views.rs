//! The contexts that the workers of one process have in memory, each once, the least used given up first, and all that
//! nobody used for a while.
//!
//! A view is read by many steps at once and brought forward by one refresh at a time. If a refresh fails in the
//! middle the view is thrown away. It must never be older than who asked for it needs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crochet_api::common::ContextId;
use crochet_api::contexts::{ContextsApi, ListSentencesParams};
use crochet_domain::phrases::ContextView;
use crochet_domain::{Bounds, Version};
use crochet_openapi::Caller;
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};
use tokio::time::Instant;

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
    used: Instant,
}

/// The contexts in memory.
#[derive(Debug)]
pub(super) struct Views {
    most: usize,
    kept: Mutex<HashMap<ContextId, Kept>>,
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

    /// The context as it is now, and at this version at least.
    pub(super) async fn newest(
        &self,
        contexts: &dyn ContextsApi,
        caller: &Caller,
        context: &ContextId,
        version: Version,
    ) -> Result<HeldView, Fault> {
        let current = contexts.read_version(caller, context.clone()).await?;
        let newest = version_of(current.version).max(version);
        self.at(contexts, caller, context, newest).await
    }

    async fn slot(&self, context: &ContextId) -> Arc<RwLock<Slot>> {
        let mut slots = self.kept.lock().await;
        if !slots.contains_key(context) && slots.len() >= self.most {
            let oldest = slots
                .iter()
                .min_by_key(|(_, kept)| kept.used)
                .map(|(id, _)| id.clone());
            oldest.and_then(|id| slots.remove(&id));
        }
        let kept = slots.entry(context.clone()).or_insert_with(|| Kept {
            slot: Arc::default(),
            used: Instant::now(),
        });
        kept.used = Instant::now();
        Arc::clone(&kept.slot)
    }

    /// Gives up contexts that nobody used for so long: a large one takes more memory than all else.
    pub(super) async fn give_up_unused(&self, unused: Duration) {
        let mut slots = self.kept.lock().await;
        slots.retain(|_, kept| kept.used.elapsed() < unused);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn context(name: &str) -> ContextId {
        name.parse().unwrap()
    }

    async fn names(views: &Views) -> Vec<String> {
        let kept = views.kept.lock().await;
        let mut names: Vec<String> = kept.keys().map(ToString::to_string).collect();
        names.sort_unstable();
        names
    }

    #[tokio::test(start_paused = true)]
    async fn the_least_used_context_is_given_up_for_another() {
        let views = Views::new(2);
        for name in ["a", "b", "a", "c"] {
            views.slot(&context(name)).await;
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(names(&views).await, ["a", "c"]);
    }

    #[tokio::test(start_paused = true)]
    async fn contexts_that_nobody_uses_are_given_up() {
        let (views, minute) = (Views::new(8), Duration::from_secs(60));
        views.slot(&context("old")).await;
        tokio::time::advance(minute).await;
        views.slot(&context("new")).await;
        views.give_up_unused(minute).await;
        assert_eq!(names(&views).await, ["new"]);
    }
}
