//! Types and traits generated from the specs.
