//! Keys of stored things. The database makes none of them: they are UUIDs made where the thing is made, version 7
//! where a listing by age is wanted, so that no backend needs sequences.

use uuid::Uuid;

macro_rules! key {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new key, ordered by the time of its making.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

key! {
    /// A context from its creation to its deletion. A slug that is deleted and made again gets another key.
    ContextKey,
    /// One text ingested into a context.
    CorpusId,
    /// One wave of work: everything that follows from one ingest.
    WaveId,
    /// One row of the pipeline's ledger.
    ItemId,
    /// One survey job.
    SurveyId,
    /// One API key.
    KeyId,
    /// One message on the work queue.
    WorkItemId,
    /// One entry of the audit log.
    AuditEntryId,
}
