//! The ports: what the services need from the world, one trait per concern.
//!
//! Each trait is object-safe, `Send + Sync`, and has one error enum of its own; faults of the machine below
//! (disk full, database busy) arrive in all of them as [`StorageError`]. Adapters live in `crochet-store`;
//! services hold `Arc<dyn Trait>`. Nothing here may know SQL, HTTP, or which database is behind a port.

mod audit;
mod clock;
mod contexts;
mod idempotency;
mod ids;
mod ingest;
mod inspection;
mod keys;
mod ledger;
mod orthos;
mod page;
mod queue;
mod remediations;
mod roles;
mod sightings;
mod sign_ins;
mod storage;
mod surveys;

pub use audit::{AuditError, AuditKept, AuditQuery, AuditRecord, AuditTrail, AuditedOutcome};
pub use clock::Clock;
pub use contexts::{
    ContextRecord, ContextState, ContextTotals, ContextVersion, Contexts, ContextsError, CorpusRecord,
    DeleteProgress, NewContext, Occurrence, PhraseQuery, PhraseRecord, SentenceBatch, SentenceRecord,
    WordRecord,
};
pub use idempotency::{Idempotency, IdempotencyError, IdempotencyKey, IdempotentBegin, StoredReply};
pub use ids::{AuditEntryId, ContextKey, CorpusId, ItemId, KeyId, SurveyId, WaveId, WorkItemId};
pub use ingest::{Ingest, IngestError, Ingested, NewText, RunningWaves, WaveRecord, WaveState};
pub use inspection::{ContextDigest, Inspection, InspectionError, StoredFault};
pub use keys::{KeyRecord, Keys, KeysError, NewKey};
pub use ledger::{
    Failure, HandedItem, HandedPlace, ItemKind, Ledger, LedgerDepth, LedgerError, LedgerItem, Stuck,
};
pub use orthos::{ItemReport, OrthoQuery, Orthos, OrthosError, ReportOutcome, ShapeCount};
pub use page::{Cursor, Page, PageRequest};
pub use queue::{
    DeadItem, Fate, Lease, LeaseRequest, Nack, NackOutcome, PeekedItem, PeekedState, PushItem, Pushed, Queue,
    QueueError, QueueStats, Receipt, Settlement,
};
pub use remediations::{RemediationStats, Remediations, RemediationsError};
pub use roles::{MatrixRecord, MatrixStoreError, NewMatrix, RoleMatrices};
pub use sightings::{Sightings, SightingsError};
pub use sign_ins::{SignInTicket, SignIns, SignInsError};
pub use storage::StorageError;
pub use surveys::{
    NewSurvey, SurveyPart, SurveyRecord, SurveyShape, SurveyState, SurveyedOrtho, Surveys, SurveysError,
};
