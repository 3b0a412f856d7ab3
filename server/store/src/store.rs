//! All ports over one database file.

use std::path::Path;
use std::sync::Arc;

use crochet_domain::ports::{
    AuditTrail, Clock, Contexts, Idempotency, Ingest, Inspection, Keys, Ledger, Orthos, Queue, Remediations,
    RoleMatrices, Sightings, SignIns, StorageError, Surveys,
};

use crate::audit::SqlAuditTrail;
use crate::contexts::SqlContexts;
use crate::database::Database;
use crate::idempotency::{SqlIdempotency, free_claims};
use crate::ingest::{PhraseCache, SqlIngest, Turns, discard_unfinished};
use crate::inspection::SqlInspection;
use crate::keys::SqlKeys;
use crate::ledger::SqlLedger;
use crate::orthos::SqlOrthos;
use crate::queue::SqlQueue;
use crate::remediations::SqlRemediations;
use crate::roles::SqlRoleMatrices;
use crate::sightings::SqlSightings;
use crate::sign_ins::SqlSignIns;
use crate::signals::Signals;
use crate::surveys::SqlSurveys;

/// One open database and the wake-ups that go with it. Clones share both.
#[derive(Clone)]
pub struct Store {
    database: Database,
    clock: Arc<dyn Clock>,
    signals: Signals,
    phrases: Arc<PhraseCache>,
    turns: Arc<Turns>,
}

impl Store {
    /// Opens the database file, makes it if needed, and brings its schema up to date.
    ///
    /// # Errors
    /// The file cannot be read, written or migrated.
    pub async fn open(file: &Path, clock: Arc<dyn Clock>) -> Result<Self, StorageError> {
        let database = Database::open(file).await?;
        free_claims(&database).await?;
        discard_unfinished(&database).await?;
        Ok(Self {
            database,
            clock,
            signals: Signals::default(),
            phrases: Arc::default(),
            turns: Arc::default(),
        })
    }

    /// Lets running transactions end and closes the file.
    ///
    /// # Errors
    /// The log could not be moved into the file; it will be at the next start.
    pub async fn close(&self) -> Result<(), StorageError> {
        self.database.close().await
    }

    /// Why the disk did not take a write of late, if that was so; asking writes nothing.
    #[must_use]
    pub fn disk_fault(&self) -> Option<&'static str> {
        self.database.disk_fault()
    }

    #[cfg(test)]
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Contexts and their text.
    #[must_use]
    pub fn contexts(&self) -> Arc<dyn Contexts> {
        Arc::new(SqlContexts {
            database: self.database.clone(),
            clock: self.clock.clone(),
            signals: self.signals.clone(),
        })
    }

    /// Taking texts.
    #[must_use]
    pub fn ingest(&self) -> Arc<dyn Ingest> {
        Arc::new(SqlIngest {
            database: self.database.clone(),
            clock: self.clock.clone(),
            signals: self.signals.clone(),
            phrases: self.phrases.clone(),
            turns: self.turns.clone(),
        })
    }

    /// Orthos and reports.
    #[must_use]
    pub fn orthos(&self) -> Arc<dyn Orthos> {
        Arc::new(SqlOrthos {
            database: self.database.clone(),
            clock: self.clock.clone(),
            signals: self.signals.clone(),
        })
    }

    /// Grids that wait.
    #[must_use]
    pub fn remediations(&self) -> Arc<dyn Remediations> {
        Arc::new(SqlRemediations {
            database: self.database.clone(),
        })
    }

    /// The pipeline's ledger. Take it once: each hears the writes that nobody has waited for since it was taken.
    #[must_use]
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::new(SqlLedger::new(
            self.database.clone(),
            self.clock.clone(),
            &self.signals,
        ))
    }

    /// Surveys.
    #[must_use]
    pub fn surveys(&self) -> Arc<dyn Surveys> {
        Arc::new(SqlSurveys {
            database: self.database.clone(),
            clock: self.clock.clone(),
            signals: self.signals.clone(),
        })
    }

    /// Work queues, each of which takes up to `capacity` items.
    #[must_use]
    pub fn queue(&self, capacity: u64) -> Arc<dyn Queue> {
        Arc::new(SqlQueue {
            database: self.database.clone(),
            clock: self.clock.clone(),
            signals: self.signals.clone(),
            capacity,
        })
    }

    /// API keys.
    #[must_use]
    pub fn keys(&self) -> Arc<dyn Keys> {
        Arc::new(SqlKeys {
            database: self.database.clone(),
            clock: self.clock.clone(),
        })
    }

    /// Versions of the role matrix.
    #[must_use]
    pub fn role_matrices(&self) -> Arc<dyn RoleMatrices> {
        Arc::new(SqlRoleMatrices {
            database: self.database.clone(),
            clock: self.clock.clone(),
        })
    }

    /// Sign-in links and sessions.
    #[must_use]
    pub fn sign_ins(&self) -> Arc<dyn SignIns> {
        Arc::new(SqlSignIns {
            database: self.database.clone(),
            clock: self.clock.clone(),
        })
    }

    /// When people were last here.
    #[must_use]
    pub fn sightings(&self) -> Arc<dyn Sightings> {
        Arc::new(SqlSightings {
            database: self.database.clone(),
            clock: self.clock.clone(),
        })
    }

    /// The audit log.
    #[must_use]
    pub fn audit_trail(&self) -> Arc<dyn AuditTrail> {
        Arc::new(SqlAuditTrail {
            database: self.database.clone(),
        })
    }

    /// Kept answers.
    #[must_use]
    pub fn idempotency(&self) -> Arc<dyn Idempotency> {
        Arc::new(SqlIdempotency {
            database: self.database.clone(),
            clock: self.clock.clone(),
        })
    }

    /// The stored state as a whole.
    #[must_use]
    pub fn inspection(&self) -> Arc<dyn Inspection> {
        Arc::new(SqlInspection {
            database: self.database.clone(),
        })
    }
}
