//! What can go wrong below every port, whatever it was asked.

/// A fault of the machinery that keeps the data; never the caller's mistake.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No space is left; nothing of the failed write was kept.
    #[error("the disk is full")]
    DiskFull,
    /// The data cannot be written: wrong owner, read-only file system.
    #[error("the data is read-only")]
    ReadOnly,
    /// Others held the store for longer than a caller should wait.
    #[error("the store is busy")]
    Busy,
    /// A stored value does not have the form that it was written with.
    #[error("stored data is damaged: {what}")]
    Damaged {
        /// Which value, of what.
        what: String,
    },
    /// Anything else; `doing` names the step for the log.
    #[error("the store failed while {doing}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// The driver's own error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
