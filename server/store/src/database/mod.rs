//! One database, two pools: a single writer and a few readers.
//!
//! SQLite has one writer at a time. A transaction that reads and then writes fails at once (`SQLITE_BUSY_SNAPSHOT`)
//! when another has written in between, whatever the busy timeout; so everything that may write begins with `BEGIN
//! IMMEDIATE` on a pool of one, where waiting is a fair queue. [`Database::write`] is the only way to write, and
//! [`Database::read`] gives one consistent view. Nothing outside this module may open a connection.

mod checkpoint;
mod connect;
mod delete;
mod disk;
mod errors;
mod insert;
mod transaction;

pub(crate) use connect::Database;
pub(crate) use delete::delete_some;
pub(crate) use errors::Abort;
pub(crate) use insert::{insert_all, insert_new, insert_new_returning_keys};
pub(crate) use transaction::Tx;
