//! Versions of the role matrix, each kept whole: small, rare, and history and undo come for nothing.
//!
//! What stands in a version is the business of those who decide about access; here it is a document.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Page, PageRequest, StorageError};

/// A version of the matrix to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMatrix {
    /// Who made it.
    pub changed_by: String,
    /// The version whose change it takes back, if that is what it does.
    pub undoes: Option<u64>,
    /// The matrix, as JSON.
    pub document: String,
}

/// A version of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRecord {
    /// Counted from 1; version 0 is what a new installation starts with and is not kept.
    pub version: u64,
    /// When it came into force.
    pub changed_at: DateTime<Utc>,
    /// Who made it.
    pub changed_by: String,
    /// The version whose change it takes back.
    pub undoes: Option<u64>,
    /// The matrix, as JSON.
    pub document: String,
}

/// Why a question about matrices has no answer.
#[derive(Debug, thiserror::Error)]
pub enum MatrixStoreError {
    /// Another version has come since.
    #[error("the role matrix has changed meanwhile: it is at version {version}")]
    Changed {
        /// The version it is at.
        version: u64,
    },
    /// No such version.
    #[error("there is no such version of the role matrix")]
    NotFound,
    /// The cursor was made for another list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// The machinery failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Keeps the versions of the role matrix.
#[async_trait]
pub trait RoleMatrices: Send + Sync {
    /// The latest version, if it is newer than `version`; cheap when it is not.
    async fn newer_than(&self, version: u64) -> Result<Option<MatrixRecord>, MatrixStoreError>;

    /// One version.
    async fn get(&self, version: u64) -> Result<MatrixRecord, MatrixStoreError>;

    /// Keeps the version after `current`, which must still be the latest.
    async fn append(&self, current: u64, new: NewMatrix) -> Result<MatrixRecord, MatrixStoreError>;

    /// Versions, the latest first.
    async fn list(&self, page: PageRequest) -> Result<Page<MatrixRecord>, MatrixStoreError>;
}
