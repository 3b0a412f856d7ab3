//! The orthos service: finds, ranks and explains orthos, takes the reports of workers, and runs surveys.
//!
//! The report is the only way in. Whoever asks the filter after a report was acknowledged finds what it brought. It
//! must never change an ortho.

mod check;
mod complete;
mod completions;
mod explain;
mod filter;
mod filters;
mod find;
mod grow;
mod operations;
mod report;
mod surveys;
#[cfg(test)]
mod tests;
mod view;
mod watched;

use std::sync::Arc;

use crochet_api::contexts::ContextsApi;
use crochet_domain::ports::{Contexts, Inspection, Orthos, Remediations, Surveys};
use crochet_openapi::Identity;

use self::filters::Filters;

/// Implements the orthos spec on the ports of orthos, remediations and surveys.
pub struct OrthosService {
    identity: Identity,
    contexts_api: Arc<dyn ContextsApi>,
    contexts: Arc<dyn Contexts>,
    orthos: Arc<dyn Orthos>,
    remediations: Arc<dyn Remediations>,
    surveys: Arc<dyn Surveys>,
    inspection: Arc<dyn Inspection>,
    filters: Filters,
}

/// What the orthos service is made of.
pub struct OrthosParts {
    /// Its name and authority when it calls the contexts service.
    pub identity: Identity,
    /// The contexts service, which knows where phrases stand.
    pub contexts_api: Arc<dyn ContextsApi>,
    /// Names, words and versions.
    pub contexts: Arc<dyn Contexts>,
    /// Stored orthos.
    pub orthos: Arc<dyn Orthos>,
    /// Stored remediations.
    pub remediations: Arc<dyn Remediations>,
    /// Survey jobs.
    pub surveys: Arc<dyn Surveys>,
    /// Whole contexts, for digests and checks.
    pub inspection: Arc<dyn Inspection>,
}

impl OrthosService {
    /// The service on these parts.
    pub fn new(parts: OrthosParts) -> Self {
        Self {
            identity: parts.identity,
            contexts_api: parts.contexts_api,
            contexts: parts.contexts,
            filters: Filters::new(parts.orthos.clone()),
            orthos: parts.orthos,
            remediations: parts.remediations,
            surveys: parts.surveys,
            inspection: parts.inspection,
        }
    }
}
