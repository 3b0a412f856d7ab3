//! The audit log in the words of the spec: listed, exported, and taken from the other processes.
//!
//! Who is written down and when is decided where operations are called, not here. It must never change an entry but for
//! its outcome.

mod csv;
mod spoken;

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::platform::{
    AuditEntry, AuditEntryPage, AuditOperations, ExportAuditEntriesParams, ListAuditEntriesParams,
};
use crochet_domain::ports::{AuditQuery, AuditTrail, PageRequest};
use crochet_openapi::{ByteStream, Caller, Problem};
use futures_util::stream;

use crate::services::problems::problem;
use crate::services::wire::{page, said_page};

pub(crate) use spoken::{entry as to_another, to_record};

/// How many entries of an export are read at once.
const EXPORT_PAGE: u32 = 1_000;

/// Operations on the audit log in the store of this process.
pub struct AuditService {
    trail: Arc<dyn AuditTrail>,
}

impl AuditService {
    /// The service on the log `trail`.
    pub fn new(trail: Arc<dyn AuditTrail>) -> Self {
        Self { trail }
    }
}

#[async_trait]
impl AuditOperations for AuditService {
    async fn list_audit_entries(
        &self,
        _: &Caller,
        params: ListAuditEntriesParams,
    ) -> Result<AuditEntryPage, Problem> {
        let query = spoken::query(
            params.who,
            params.operation,
            params.outcome,
            params.since,
            params.until,
        );
        let found = self
            .trail
            .list(&query, page(params.limit, params.page_token))
            .await;
        let (items, next_page) = said_page(found.map_err(problem)?, spoken::entry)?;
        Ok(AuditEntryPage { items, next_page })
    }

    async fn export_audit_entries(
        &self,
        _: &Caller,
        params: ExportAuditEntriesParams,
    ) -> Result<ByteStream, Problem> {
        let query = spoken::query(
            params.who,
            params.operation,
            params.outcome,
            params.since,
            params.until,
        );
        Ok(exported(self.trail.clone(), query))
    }

    async fn record_audit_entry(&self, _: &Caller, body: AuditEntry) -> Result<(), Problem> {
        let record = spoken::told_by_another(body);
        self.trail.keep(&[record]).await.map_err(problem)
    }
}

/// Where an export is.
enum Step {
    Names,
    From(PageRequest),
    End,
}

/// The log as a table, read page by page while it is sent.
fn exported(trail: Arc<dyn AuditTrail>, query: AuditQuery) -> ByteStream {
    let query = Arc::new(query);
    ByteStream::new(stream::unfold(Step::Names, move |step| {
        let (trail, query) = (trail.clone(), query.clone());
        async move {
            let mut page = match step {
                Step::Names => {
                    let names = csv::names();
                    return Some((names, Step::From(PageRequest::first(EXPORT_PAGE))));
                }
                Step::From(page) => page,
                Step::End => return None,
            };
            match trail.list(&query, page.clone()).await {
                Ok(found) => {
                    page.after = found.next;
                    let next = if page.after.is_some() {
                        Step::From(page)
                    } else {
                        Step::End
                    };
                    Some((csv::rows(&found.items), next))
                }
                Err(error) => Some((Err(problem(error)), Step::End)),
            }
        }
    }))
}
