//! The pages as browsers ask for them, on a whole process with a database of its own.

mod audit;
mod forms;
mod guards;
mod keys;
mod looks;
mod recorded;
mod roles;
mod sessions;
mod visit;
mod walk;
