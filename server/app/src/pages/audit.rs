//! The audit log: who did what, who tried, and how it ended, with filters and an export of what they leave.

use std::io;
use std::sync::Arc;

use chrono::{DateTime, Days, Local, NaiveDate, NaiveTime, Utc};
use crochet_api::platform::{
    AuditEntry, AuditOutcome, ExportAuditEntriesParams, ListAuditEntriesParams, Subject,
};
use crochet_openapi::Problem;
use crochet_routes::OPERATIONS;
use futures_util::TryStreamExt as _;
use poem::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use poem::{Body, Response};
use serde::Serialize;

use super::Site;
use super::endpoint::Visit;
use super::form::is_about_the_form;
use super::may::Abilities;
use super::problems::{FieldError, all_errors};
use super::query::{Query, written};
use super::recorded;
use super::view::calendar;

/// The ways in which something can end, in the words of people.
const OUTCOMES: [(AuditOutcome, &str); 5] = [
    (AuditOutcome::Done, "done"),
    (AuditOutcome::Denied, "denied: not allowed"),
    (AuditOutcome::Refused, "refused: not possible as asked"),
    (AuditOutcome::Failed, "failed here"),
    (AuditOutcome::Begun, "begun, end not seen"),
];

#[derive(Serialize)]
struct Shown {
    entries: Vec<Entry>,
    older: Option<String>,
    export: String,
    filters: Filters,
    outcomes: Vec<Choice>,
    operations: Vec<&'static str>,
    may: Abilities,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct Choice {
    name: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Serialize)]
struct Entry {
    when: String,
    outcome_label: &'static str,
    #[serde(flatten)]
    entry: AuditEntry,
}

/// What stands in the form. Days are those of the server's calendar, the last one included.
#[derive(Serialize)]
struct Filters {
    who: String,
    operation: String,
    outcome: String,
    since: String,
    until: String,
}

impl Filters {
    fn of(query: &Query) -> Self {
        Self {
            who: query.text("who"),
            operation: query.text("operation"),
            outcome: query.text("outcome"),
            since: query.text("since"),
            until: query.text("until"),
        }
    }

    fn written(&self) -> String {
        written([
            ("who", &*self.who),
            ("operation", &self.operation),
            ("outcome", &self.outcome),
            ("since", &self.since),
            ("until", &self.until),
        ])
    }

    /// The same as the API takes it, for the subject that `who` names.
    fn wanted(&self, who: &str) -> Result<ListAuditEntriesParams, Problem> {
        Ok(ListAuditEntriesParams {
            who: some(who).map(Subject::try_from).transpose()?,
            operation: some(&self.operation).map(str::to_owned),
            outcome: some(&self.outcome).map(str::parse).transpose()?,
            since: some(&self.since).map(|day| begin_of(day, 0)).transpose()?,
            until: some(&self.until).map(|day| begin_of(day, 1)).transpose()?,
            ..ListAuditEntriesParams::default()
        })
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// When a day begins here, or one so many days later.
fn begin_of(day: &str, later: u64) -> Result<DateTime<Utc>, Problem> {
    let unreadable = || Problem::unprocessable(format!("{day} is no day, such as 2026-11-20"));
    let day: NaiveDate = day.parse().map_err(|_| unreadable())?;
    let day = day.checked_add_days(Days::new(later)).ok_or_else(unreadable)?;
    // Where clocks were changed at midnight, the day begins as soon as it can.
    let midnight = day.and_time(NaiveTime::MIN).and_local_timezone(Local).earliest();
    Ok(midnight.map_or_else(
        || day.and_time(NaiveTime::MIN).and_utc(),
        |moment| moment.with_timezone(&Utc),
    ))
}

/// Shows the log.
pub(super) async fn show(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::of(&visit);
    let filters = Filters::of(&query);
    let listed = site.audited(&visit, &filters, query.get("page_token")).await;
    let (page, problem) = match listed {
        Ok(page) => (Some(page), None),
        Err(problem) if problem.missing.is_empty() && is_about_the_form(&problem) => (None, Some(problem)),
        Err(problem) => return Err(problem),
    };
    let (items, next) = page.map_or_else(Default::default, |page| (page.items, page.next_page));
    let same = filters.written();
    let chosen = |outcome: AuditOutcome| filters.outcome == outcome.as_str();
    let shown = Shown {
        entries: items.into_iter().map(shown).collect(),
        older: next.map(|token| format!("/audit?{same}&{}", written([("page_token", token.as_str())]))),
        export: format!("/audit/export?{same}"),
        outcomes: OUTCOMES
            .map(|(outcome, label)| Choice {
                name: outcome.as_str(),
                label,
                chosen: chosen(outcome),
            })
            .into(),
        operations: operations(),
        may: site
            .may(&visit.visitor, &["export_audit_entries", "explain_access"])
            .await,
        filters,
        errors: all_errors(problem.as_ref()),
        problem,
    };
    match shown.problem.as_ref().map(|problem| problem.status) {
        None => site.page(&visit.frame, "audit.html", shown),
        Some(status) => site.answer(&visit.frame, status, "audit.html", shown),
    }
}

/// Sends the log as a table, to be kept as a file.
pub(super) async fn export(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let wanted = site.wanted(&visit, &Filters::of(&Query::of(&visit))).await?;
    let params = ExportAuditEntriesParams {
        who: wanted.who,
        operation: wanted.operation,
        outcome: wanted.outcome,
        since: wanted.since,
        until: wanted.until,
    };
    let table = site
        .parts
        .platform
        .export_audit_entries(&visit.visitor.caller, params)
        .await?;
    Ok(Response::builder()
        .header(CONTENT_TYPE, "text/csv; charset=utf-8")
        .header(CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\"")
        .header(CACHE_CONTROL, "no-store")
        .body(Body::from_bytes_stream(table.map_err(io::Error::other))))
}

impl Site {
    /// The filters as the API takes them.
    async fn wanted(&self, visit: &Visit, filters: &Filters) -> Result<ListAuditEntriesParams, Problem> {
        let who = self.subject_named(visit, &filters.who).await?;
        filters.wanted(&who)
    }

    async fn audited(
        &self,
        visit: &Visit,
        filters: &Filters,
        token: Option<&str>,
    ) -> Result<crochet_api::platform::AuditEntryPage, Problem> {
        let mut params = self.wanted(visit, filters).await?;
        params.page_token = token.map(str::parse).transpose()?;
        let listed = self
            .parts
            .platform
            .list_audit_entries(&visit.visitor.caller, params);
        listed.await
    }
}

fn shown(entry: AuditEntry) -> Entry {
    let label = OUTCOMES.iter().find(|(outcome, _)| *outcome == entry.outcome);
    Entry {
        when: calendar(entry.at),
        outcome_label: label.map_or("", |(_, label)| label),
        entry,
    }
}

/// Every operation by its name, and what no operation does, to choose from.
fn operations() -> Vec<&'static str> {
    let all = OPERATIONS.iter().chain(&recorded::ALL);
    let mut names: Vec<_> = all.map(|operation| operation.operation_id).collect();
    names.sort_unstable();
    names
}
