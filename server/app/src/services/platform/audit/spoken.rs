//! Entries between the words of the runtime, of the store and of the spec.

use chrono::{DateTime, Utc};
use crochet_api::platform::{AuditEntry, AuditOutcome};
use crochet_domain::ports::{self, AuditQuery, AuditRecord, AuditedOutcome};
use crochet_openapi::{self as runtime, Problem};

use crate::services::platform::access::{kind, scopes};
use crate::services::wire::said;

/// How long a subject may be, as the spec says.
const SUBJECT_MAX: usize = 200;

/// An entry as it is stored.
pub(crate) fn to_record(entry: runtime::AuditEntry) -> AuditRecord {
    let caller = entry.caller;
    AuditRecord {
        id: ports::AuditEntryId(entry.id),
        at: entry.at,
        subject: name(&caller.subject),
        kind: kind(caller.kind).as_str().to_owned(),
        on_behalf_of: caller.on_behalf_of.as_deref().map(name),
        spec: entry.operation.spec.to_owned(),
        operation: entry.operation.operation_id.to_owned(),
        resource: entry.resource,
        outcome: match entry.outcome {
            runtime::AuditOutcome::Begun => AuditedOutcome::Begun,
            runtime::AuditOutcome::Done => AuditedOutcome::Done,
            runtime::AuditOutcome::Denied => AuditedOutcome::Denied,
            runtime::AuditOutcome::Refused => AuditedOutcome::Refused,
            runtime::AuditOutcome::Failed => AuditedOutcome::Failed,
        },
        missing: entry.missing,
        request_id: caller.request.request_id().to_owned(),
        address: caller.request.address().map(|address| address.to_string()),
    }
}

/// A name that the spec has room for, however long the one is that somebody acts for.
fn name(subject: &str) -> String {
    if subject.is_empty() {
        return "nobody".to_owned();
    }
    subject.chars().take(SUBJECT_MAX).collect()
}

/// What a list is asked for, and an export with the same words of its own.
pub(super) fn query(
    who: Option<impl Into<String>>,
    operation: Option<String>,
    outcome: Option<AuditOutcome>,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
) -> AuditQuery {
    AuditQuery {
        who: who.map(Into::into),
        operation,
        outcome: outcome.map(outcome_of),
        since,
        until,
    }
}

/// An entry that another process has said.
pub(super) fn told_by_another(entry: AuditEntry) -> AuditRecord {
    AuditRecord {
        id: ports::AuditEntryId(entry.id.get()),
        at: entry.at,
        subject: entry.subject.into(),
        kind: entry.kind.as_str().to_owned(),
        on_behalf_of: entry.on_behalf_of.map(Into::into),
        spec: entry.spec,
        operation: entry.operation_id,
        resource: entry.resource,
        outcome: outcome_of(entry.outcome),
        missing: entry.missing.iter().map(ToString::to_string).collect(),
        request_id: entry.request_id,
        address: entry.address,
    }
}

/// An entry as it is shown, and as one process tells it another.
pub(crate) fn entry(record: AuditRecord) -> Result<AuditEntry, Problem> {
    Ok(AuditEntry {
        id: said(record.id.0)?,
        at: record.at,
        subject: said(record.subject)?,
        kind: record.kind.parse()?,
        on_behalf_of: record.on_behalf_of.map(said).transpose()?,
        spec: record.spec,
        operation_id: record.operation,
        resource: record.resource,
        outcome: shown(record.outcome),
        missing: scopes(record.missing.iter().map(String::as_str))?,
        request_id: record.request_id,
        address: record.address,
    })
}

pub(super) fn outcome_of(outcome: AuditOutcome) -> AuditedOutcome {
    match outcome {
        AuditOutcome::Begun => AuditedOutcome::Begun,
        AuditOutcome::Done => AuditedOutcome::Done,
        AuditOutcome::Denied => AuditedOutcome::Denied,
        AuditOutcome::Refused => AuditedOutcome::Refused,
        AuditOutcome::Failed => AuditedOutcome::Failed,
    }
}

fn shown(outcome: AuditedOutcome) -> AuditOutcome {
    match outcome {
        AuditedOutcome::Begun => AuditOutcome::Begun,
        AuditedOutcome::Done => AuditOutcome::Done,
        AuditedOutcome::Denied => AuditOutcome::Denied,
        AuditedOutcome::Refused => AuditOutcome::Refused,
        AuditedOutcome::Failed => AuditOutcome::Failed,
    }
}
