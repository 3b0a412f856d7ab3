//! What a process depends on, asked all at once, each within its time, without writing anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use crochet_api::platform::{Check as Shown, CheckState};
use futures_util::future::join_all;

use crate::services::wire::count;

/// How long one dependency may take to answer.
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

/// One dependency.
#[async_trait]
pub trait Check: Send + Sync {
    /// Its name.
    fn name(&self) -> &str;

    /// Whether this process wants no requests without it.
    fn is_needed(&self) -> bool {
        true
    }

    /// Whether it answers; if not, what a person should know.
    async fn check(&self) -> Result<(), String>;
}

/// Whether the process wants requests; shared by all who need to know.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on.
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    /// Whether it does.
    #[must_use]
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Everything that a process depends on.
#[derive(Clone, Default)]
pub struct Checks {
    /// Set once the process serves, unset when it is going away.
    pub readiness: Readiness,
    /// The dependencies.
    pub dependencies: Vec<Arc<dyn Check>>,
}

impl Checks {
    /// The state of each dependency, in their order.
    pub(super) async fn run(&self) -> Vec<Shown> {
        join_all(self.dependencies.iter().map(|dependency| run(&**dependency))).await
    }
}

async fn run(dependency: &dyn Check) -> Shown {
    let started = Instant::now();
    let outcome = match tokio::time::timeout(CHECK_TIMEOUT, dependency.check()).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("no answer within {} ms", CHECK_TIMEOUT.as_millis())),
    };
    let took_ms = count(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    let (state, detail) = match outcome {
        Ok(()) => (CheckState::OkValue, None),
        Err(detail) => (CheckState::Failed, Some(detail)),
    };
    Shown {
        name: dependency.name().to_owned(),
        needed: dependency.is_needed(),
        state,
        detail,
        took_ms,
    }
}
