//! The record of who did what, and how it ended.
//!
//! An operation that its document marks `x-audit` is written down before it is done, and not done when that fails; how
//! it ended is added afterwards. So an entry whose end is missing tells of something whose outcome nobody saw, and
//! nothing is ever done that left no trace. A refusal changes nothing, so it is only handed over and waits for nobody; so
//! is what must be possible in any case.
//! It must never know where entries are kept, nor hold anything of a body: there may be a secret in it.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Caller, OperationInfo, Problem};

/// How much of an address is kept.
const RESOURCE_BYTES_MAX: usize = 500;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditOutcome {
    /// It has begun, and nobody saw how it ended.
    Begun,
    /// It was done.
    Done,
    /// Whoever asked may not.
    Denied,
    /// It could not be done as it was asked for.
    Refused,
    /// It went wrong here.
    Failed,
}

impl AuditOutcome {
    fn of(problem: &Problem) -> Self {
        match problem.status {
            401 | 403 => Self::Denied,
            400..=499 => Self::Refused,
            _ => Self::Failed,
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id; later entries have greater ones.
    pub id: Uuid,
    /// When it was tried.
    pub at: DateTime<Utc>,
    /// Who tried, and within which request.
    pub caller: Caller,
    /// What.
    pub operation: &'static OperationInfo,
    /// With which resource: its address on this server.
    pub resource: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// The scopes that would have been needed, for who was denied.
    pub missing: Vec<String>,
}

/// Keeps entries.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Keeps an entry; one of the same id that is there already is replaced.
    ///
    /// # Errors
    /// 503 when it cannot be kept.
    async fn keep(&self, entry: AuditEntry) -> Result<(), Problem>;

    /// Keeps an entry soon, if there is room; waits for nothing.
    fn note(&self, entry: AuditEntry);
}

/// The log, for those who write to it; by itself there is none. Cheap to clone.
#[derive(Clone, Default)]
pub struct Audit(Option<Arc<dyn AuditLog>>);

impl Audit {
    /// Writes to `log`.
    #[must_use]
    pub fn to(log: Arc<dyn AuditLog>) -> Self {
        Self(Some(log))
    }

    /// Writes down what is about to be done.
    ///
    /// # Errors
    /// 503 when it cannot be written down; then it must not be done.
    pub async fn begin(
        &self,
        operation: &'static OperationInfo,
        caller: &Caller,
        resource: String,
    ) -> Result<Recording<'_>, Problem> {
        let Some(log) = self.0.as_deref() else {
            return Ok(Recording(None));
        };
        let entry = entry(operation, caller, resource);
        log.keep(entry.clone()).await?;
        Ok(Recording(Some((log, entry))))
    }

    /// Notes that somebody was kept from calling an operation.
    pub fn denied(
        &self,
        operation: &'static OperationInfo,
        caller: &Caller,
        resource: &str,
        problem: &Problem,
    ) {
        self.note(AuditEntry {
            outcome: AuditOutcome::Denied,
            missing: problem.missing.clone(),
            ..entry(operation, caller, resource.to_owned())
        });
    }

    /// Notes that something was done which must not wait for the log.
    pub fn done(&self, operation: &'static OperationInfo, caller: &Caller, resource: &str) {
        self.note(AuditEntry {
            outcome: AuditOutcome::Done,
            ..entry(operation, caller, resource.to_owned())
        });
    }

    fn note(&self, entry: AuditEntry) {
        if let Some(log) = &self.0 {
            log.note(entry);
        }
    }
}

/// Something that is being done.
#[must_use = "an entry without an end says that nobody saw it"]
pub struct Recording<'a>(Option<(&'a dyn AuditLog, AuditEntry)>);

impl Recording<'_> {
    /// Writes down how it ended, and where what it made can be found. What is done stays done: when the end cannot be
    /// written, the entry says that nobody saw it.
    ///
    /// # Errors
    /// The problem of the outcome.
    pub async fn end<T>(
        self,
        outcome: Result<T, Problem>,
        place: impl FnOnce(&T) -> Option<String>,
    ) -> Result<T, Problem> {
        let Some((log, mut entry)) = self.0 else {
            return outcome;
        };
        match &outcome {
            Ok(reply) => {
                entry.outcome = AuditOutcome::Done;
                if let Some(place) = place(reply) {
                    entry.resource = shortened(place);
                }
            }
            Err(problem) => {
                entry.outcome = AuditOutcome::of(problem);
                entry.missing.clone_from(&problem.missing);
            }
        }
        // The log says itself why it could not.
        let _ = log.keep(entry).await;
        outcome
    }
}

fn entry(operation: &'static OperationInfo, caller: &Caller, resource: String) -> AuditEntry {
    AuditEntry {
        id: Uuid::now_v7(),
        at: Utc::now(),
        caller: caller.clone(),
        operation,
        resource: shortened(resource),
        outcome: AuditOutcome::Begun,
        missing: Vec::new(),
    }
}

fn shortened(mut resource: String) -> String {
    if resource.len() > RESOURCE_BYTES_MAX {
        resource.truncate(resource.floor_char_boundary(RESOURCE_BYTES_MAX));
    }
    resource
}

#[cfg(test)]
mod tests;
