//! The matrix in force, as a process knows it.
//!
//! It looks for a newer version when somebody asks and it has not looked for a while, so a change acts on every replica
//! within that while and an idle process looks at nothing. A matrix that cannot be read is a refusal (503), never the
//! one of before: what an admin took away must not come back because the store is down.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use crochet_openapi::Problem;
use tokio::sync::Mutex;

use super::Matrix;

/// How long a matrix is trusted. Together with how long outcomes are remembered it stays below the second after which a
/// change must act.
const TRUSTED: Duration = Duration::from_millis(250);

/// Where matrices are kept.
#[async_trait]
pub trait MatrixSource: Send + Sync {
    /// The latest matrix, or `None` when it is the one of `version`.
    ///
    /// # Errors
    /// 503 when it cannot be read now.
    async fn newer_than(&self, version: u64) -> Result<Option<Matrix>, Problem>;
}

/// The matrix in force.
pub struct Matrices {
    source: Arc<dyn MatrixSource>,
    held: RwLock<Held>,
    looking: Mutex<()>,
}

#[derive(Clone)]
struct Held {
    matrix: Arc<Matrix>,
    looked_at: Option<Instant>,
}

impl Matrices {
    /// The matrix that `source` keeps; until it was read for the first time, `first`.
    #[must_use]
    pub fn new(source: Arc<dyn MatrixSource>, first: Matrix) -> Self {
        let held = RwLock::new(Held {
            matrix: Arc::new(first),
            looked_at: None,
        });
        Self {
            source,
            held,
            looking: Mutex::default(),
        }
    }

    /// The matrix in force now.
    ///
    /// # Errors
    /// 503 when it cannot be found out.
    pub async fn now(&self) -> Result<Arc<Matrix>, Problem> {
        if let Some(matrix) = self.trusted() {
            return Ok(matrix);
        }
        let _only_one_looks = self.looking.lock().await;
        if let Some(matrix) = self.trusted() {
            return Ok(matrix);
        }
        let started = Instant::now();
        let held = self.last_known();
        let newer = self.source.newer_than(held.version()).await?;
        let matrix = newer.map_or(held, Arc::new);
        self.hold(matrix.clone(), started);
        Ok(matrix)
    }

    /// The matrix as it was last seen, for what may be a little out of date: who could help somebody who was refused.
    #[must_use]
    pub fn last_known(&self) -> Arc<Matrix> {
        self.held().matrix
    }

    /// Takes a matrix that this process has just saved, so that it acts here at once.
    pub fn saved(&self, matrix: Matrix) {
        self.hold(Arc::new(matrix), Instant::now());
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn trusted(&self) -> Option<Arc<Matrix>> {
        let held = self.held();
        let looked_at = held.looked_at?;
        (looked_at.elapsed() < TRUSTED).then_some(held.matrix)
    }

    fn hold(&self, matrix: Arc<Matrix>, looked_at: Instant) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if matrix.version() >= held.matrix.version() {
            *held = Held {
                matrix,
                looked_at: Some(looked_at),
            };
        }
    }
}
