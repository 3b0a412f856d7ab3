//! One history of the database schema, for SQLite and Postgres.
//!
//! Rules of the house: natural keys and UUIDs made by the application, no sequences; moments are `BIGINT` milliseconds
//! since 1970 in UTC, because that sorts and adds the same way on every engine; 128-bit ids are UUID columns; lists of
//! word numbers are byte strings. A migration that was released is never edited. Whoever changes the schema refreshes
//! the entities (CONTRIBUTING.md says how); a test of the store notices when that was forgotten.

use sea_orm_migration::prelude::*;

mod columns;
mod m0001_texts;
mod m0002_orthos;
mod m0003_pipeline;
mod m0004_queue;
mod m0005_access;
mod m0006_sign_in;
mod m0007_roles;
mod m0008_stuck;
mod m0009_figures;
mod m0010_audit;
mod m0011_sightings;
mod m0012_addresses;
mod tables;

/// The history, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_texts::STEP),
            Box::new(m0002_orthos::STEP),
            Box::new(m0003_pipeline::STEP),
            Box::new(m0004_queue::STEP),
            Box::new(m0005_access::STEP),
            Box::new(m0006_sign_in::STEP),
            Box::new(m0007_roles::STEP),
            Box::new(m0008_stuck::STEP),
            Box::new(m0009_figures::STEP),
            Box::new(m0010_audit::STEP),
            Box::new(m0011_sightings::STEP),
            Box::new(m0012_addresses::STEP),
        ]
    }
}
