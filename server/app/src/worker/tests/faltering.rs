//! A service that does not answer as often as a test says, or says little at a time, and does what it should otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use async_trait::async_trait;
use crochet_api::common::ContextId;
use crochet_api::remediations::{
    ListRemediationsParams, ListWaitingParams, RemediationPage, RemediationStatistics,
    RemediationsOperations, WaitingPage, WaitingQuery,
};
use crochet_openapi::{Caller, Problem};

use crate::services::RemediationsService;

/// The remediations service behind a bad line.
pub(super) struct Faltering {
    pub(super) service: Arc<RemediationsService>,
    /// So many of the next calls are not answered.
    pub(super) silent: AtomicU32,
    /// Calls that were not answered.
    pub(super) unanswered: AtomicU32,
    /// So many grids stand on one page.
    pub(super) page: AtomicI32,
    /// Pages that were asked for after a first one.
    pub(super) further_pages: AtomicU32,
}

impl Faltering {
    fn falter(&self) -> Result<(), Problem> {
        let less = |silent: u32| silent.checked_sub(1);
        match self.silent.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less) {
            Ok(_) => {
                self.unanswered.fetch_add(1, Ordering::SeqCst);
                Err(Problem::new(503, "the service cannot be reached"))
            }
            Err(_) => Ok(()),
        }
    }
}

#[async_trait]
impl RemediationsOperations for Faltering {
    async fn list_remediations(
        &self,
        caller: &Caller,
        context_id: ContextId,
        params: ListRemediationsParams,
    ) -> Result<RemediationPage, Problem> {
        self.service.list_remediations(caller, context_id, params).await
    }

    async fn read_statistics(
        &self,
        caller: &Caller,
        context_id: ContextId,
    ) -> Result<RemediationStatistics, Problem> {
        self.service.read_statistics(caller, context_id).await
    }

    async fn list_waiting(
        &self,
        caller: &Caller,
        context_id: ContextId,
        mut params: ListWaitingParams,
        body: WaitingQuery,
    ) -> Result<WaitingPage, Problem> {
        self.falter()?;
        params.limit = params.limit.min(self.page.load(Ordering::SeqCst));
        if params.page_token.is_some() {
            self.further_pages.fetch_add(1, Ordering::SeqCst);
        }
        self.service.list_waiting(caller, context_id, params, body).await
    }
}
