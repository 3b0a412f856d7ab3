//! All ports over one database file.

use std::path::Path;
use std::sync::Arc;

use crochet_domain::ports::{Clock, Contexts, Ingest, Ledger, Orthos, Remediations, StorageError};

use crate::contexts::SqlContexts;
use crate::database::Database;
use crate::ingest::SqlIngest;
use crate::ledger::SqlLedger;
use crate::orthos::SqlOrthos;
use crate::remediations::SqlRemediations;
use crate::signals::Signals;

/// One open database and the wake-ups that go with it. Clones share both.
#[derive(Clone)]
pub struct Store {
    database: Database,
    clock: Arc<dyn Clock>,
    signals: Signals,
}

impl Store {
    /// Opens the database file, makes it if needed, and brings its schema up to date.
    ///
    /// # Errors
    /// The file cannot be read, written or migrated.
    pub async fn open(file: &Path, clock: Arc<dyn Clock>) -> Result<Self, StorageError> {
        Ok(Self { database: Database::open(file).await?, clock, signals: Signals::default() })
    }

    /// Lets running transactions end and closes the file.
    ///
    /// # Errors
    /// The log could not be moved into the file; it will be at the next start.
    pub async fn close(&self) -> Result<(), StorageError> {
        self.database.close().await
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
        Arc::new(SqlRemediations { database: self.database.clone() })
    }

    /// The pipeline's ledger. Take it once: each hears the writes that nobody has waited for since it was taken.
    #[must_use]
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::new(SqlLedger::new(self.database.clone(), self.clock.clone(), &self.signals))
    }
}
