//! Writes Rust from the intermediate representation: types, traits, routes, guards.
//! It reads `crate::ir` only and never sees YAML.
