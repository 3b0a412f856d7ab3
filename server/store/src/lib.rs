//! SeaORM behind the domain's ports: one SQLite file in a locked data folder, Postgres later from the same code.
//!
//! [`Store::open`] gives every port. Nothing above this crate sees SQL, and nothing in it decides what the pipeline
//! does next: it keeps what it is told, all of it or nothing.

mod audit;
mod clock;
mod contexts;
mod cursor;
mod database;
mod encoding;
#[expect(unreachable_pub, reason = "generated from the migrated schema")]
mod entities;
mod folder;
mod idempotency;
mod ingest;
mod inspection;
mod keys;
mod ledger;
mod orthos;
mod postings;
mod queue;
mod remediations;
mod roles;
mod sightings;
mod sign_ins;
mod signals;
mod store;
mod surveys;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use clock::SystemClock;
pub use folder::{DataFolder, FolderError};
pub use store::Store;
