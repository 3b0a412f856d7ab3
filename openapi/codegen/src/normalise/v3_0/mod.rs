//! OpenAPI 3.0: how its objects become the representation. One file for each group of objects of the specification.

mod body;
mod document;
mod operation;
mod parameter;
mod schema;
mod security;
