//! Turns OpenAPI documents into types, traits, routes, guards and clients.
//!
//! The chain is load (text to values that know their place) -> normalise (any OpenAPI document to one
//! intermediate representation, every loss reported) -> lint -> emit. This crate runs in build scripts and behind
//! `crochet lint` and `crochet generate`; it must never know a web framework or any other crate of Crochet.

pub mod client;
pub mod emit;
pub mod ir;
