//! Whether this process lives, and whether it wants requests.

use async_trait::async_trait;
use crochet_api::platform::{Check, CheckState, HealthOperations, Liveness, Readiness};
use crochet_openapi::{Caller, Location, Problem, Violation};

use super::PlatformService;
use crate::services::wire::count;

/// How long a caller that found a dependency down is asked to wait.
const RETRY_S: u32 = 1;

#[async_trait]
impl HealthOperations for PlatformService {
    async fn check_liveness(&self, _: &Caller) -> Result<Liveness, Problem> {
        Ok(Liveness {
            live: true,
            uptime_s: count(self.started.elapsed().as_secs()),
        })
    }

    async fn check_readiness(&self, _: &Caller) -> Result<Readiness, Problem> {
        if !self.parts.checks.readiness.get() {
            return Err(Problem::unavailable(
                "this server is starting or going away",
                RETRY_S,
            ));
        }
        let checks = self.parts.checks.run().await;
        let failed: Vec<&Check> = checks
            .iter()
            .filter(|check| check.needed && check.state == CheckState::Failed)
            .collect();
        if failed.is_empty() {
            return Ok(Readiness { ready: true, checks });
        }
        let mut problem =
            Problem::unavailable("something that this server depends on does not answer", RETRY_S);
        problem.errors = failed.into_iter().map(violation).collect();
        Err(problem)
    }
}

fn violation(check: &Check) -> Violation {
    Violation {
        location: Location::Body,
        pointer: format!("/checks/{}", check.name),
        code: "dependency".into(),
        detail: format!("{}: {}", check.name, check.detail.as_deref().unwrap_or("failed")),
    }
}
