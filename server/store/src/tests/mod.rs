//! The ports of the pipeline on temporary SQLite files: what order, crashes and redelivery must not change.

mod abandoned;
mod again;
mod audit;
mod contexts;
mod damage;
mod ingest;
mod keys;
mod ledger;
mod lists;
mod long_texts;
mod pipeline;
mod reports;
mod roles;
mod schema;
mod sightings;
mod sign_ins;
mod surveys;
mod worker;
