//! The pipeline against the definition: vectors, the properties of the contract, and a simulation of everything that
//! can go wrong between a ledger, a queue and workers.

mod payloads;
mod properties;
mod simulation;
mod store;
mod vectors;
mod world;
