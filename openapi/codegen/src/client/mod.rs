//! Writes the client: the client-profile document for progenitor and the adapter of the traits over HTTP.
//! It never decides what a document means; `crate::ir` has done that.
