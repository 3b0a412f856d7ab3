//! `/metrics`: samples the gauges, then writes everything out.
//!
//! Numbers tell how a company is doing, so they need the scope `platform:read` like any other read; an operator may open
//! them for scrapers that cannot send a key.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_openapi::{Authenticator, Credentials, Handled, Problem, RequestContext};
use poem::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use poem::{Endpoint, Request, Response};

use super::{Gauges, Metrics};
use crate::http::problem_response;

/// The scope that reading metrics needs.
const SCOPE: &str = "platform:read";
/// How long sampling may take before the last values are shown again.
const SAMPLE_TIMEOUT: Duration = Duration::from_secs(2);

/// Brings the gauges up to date.
#[async_trait]
pub trait Sampler: Send + Sync {
    /// Reads the services and sets the gauges; what cannot be read stays as it was.
    async fn sample(&self, gauges: &Gauges);
}

/// Who may read the metrics.
#[derive(Clone)]
pub enum MetricsAccess {
    /// Everybody.
    Public,
    /// Callers with the scope `platform:read`.
    Scoped(Arc<dyn Authenticator>),
}

/// The endpoint behind `/metrics`.
pub struct MetricsEndpoint {
    metrics: Metrics,
    access: MetricsAccess,
    sampler: Arc<dyn Sampler>,
}

impl MetricsEndpoint {
    /// Shows `metrics`, brought up to date by `sampler`, to those whom `access` admits.
    #[must_use]
    pub fn new(metrics: Metrics, access: MetricsAccess, sampler: Arc<dyn Sampler>) -> Self {
        Self {
            metrics,
            access,
            sampler,
        }
    }

    async fn admit(&self, request: &Request) -> Result<(), Problem> {
        let MetricsAccess::Scoped(authenticator) = &self.access else {
            return Ok(());
        };
        let bearer = request
            .header(AUTHORIZATION)
            .and_then(|value| value.strip_prefix("Bearer "));
        let credentials = Credentials {
            bearer,
            api_key: request.header("x-api-key"),
            ..Credentials::default()
        };
        if credentials.is_empty() {
            return Err(Problem::unauthorized("/metrics needs a valid credential"));
        }
        let handled = request.extensions().get::<Handled>().cloned();
        let context = handled.map_or_else(RequestContext::default, |handled| handled.context().clone());
        match authenticator.authenticate(&credentials, &context).await? {
            None => Err(Problem::unauthorized("/metrics needs a valid credential")),
            Some(caller) if caller.scopes.contains(SCOPE) => Ok(()),
            Some(_) => {
                let mut problem = Problem::forbidden(format!("/metrics needs the scope {SCOPE}"));
                problem.missing = vec![SCOPE.to_owned()];
                problem.granted_by = authenticator.roles_granting(&[SCOPE]).await;
                Err(problem)
            }
        }
    }
}

impl Endpoint for MetricsEndpoint {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Err(problem) = self.admit(&request).await {
            return Ok(problem_response(&problem));
        }
        if tokio::time::timeout(SAMPLE_TIMEOUT, self.sampler.sample(&self.metrics.gauges))
            .await
            .is_err()
        {
            tracing::warn!("the gauges were not sampled in time; the last values are shown");
        }
        Ok(Response::builder()
            .header(
                CONTENT_TYPE,
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
            )
            .header(CACHE_CONTROL, "no-store")
            .body(self.metrics.render()))
    }
}
