//! The Rust client generated from the specs.
