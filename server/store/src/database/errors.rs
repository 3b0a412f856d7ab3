//! From the driver's errors to the ports': by code, never by text.

use crochet_domain::ports::StorageError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Why the body of a transaction gave up. `?` turns the driver's errors into it.
#[derive(Debug)]
pub(crate) enum Abort<E> {
    /// The port's own answer: roll back and say so.
    Refused(E),
    /// A stored value could not be read.
    Damaged(String),
    /// The database failed.
    Fault(DbErr),
}

impl<E> From<DbErr> for Abort<E> {
    fn from(error: DbErr) -> Self {
        Self::Fault(error)
    }
}

impl<E: From<StorageError>> Abort<E> {
    /// The port's error; `doing` names the step.
    pub(super) fn into_error(self, doing: &'static str) -> E {
        match self {
            Self::Refused(error) => error,
            Self::Damaged(what) => StorageError::Damaged { what }.into(),
            Self::Fault(error) => storage_error(doing, error).into(),
        }
    }

    /// What it says about the disk, if that is to blame.
    pub(super) fn disk_fault(&self) -> Option<&'static str> {
        let Self::Fault(error) = self else {
            return None;
        };
        match kind(error) {
            Kind::DiskFull => Some("the disk is full"),
            Kind::ReadOnly => Some("the disk is read-only"),
            Kind::Unwritable => Some("the disk cannot be written"),
            Kind::Busy | Kind::Conflict | Kind::Corrupt | Kind::Other => None,
        }
    }

    /// Whether the same transaction may succeed if it is tried again.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(error) if matches!(kind(error), Kind::Conflict))
    }
}

/// What a driver's error means to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Busy,
    Conflict,
    DiskFull,
    ReadOnly,
    Unwritable,
    Corrupt,
    Other,
}

/// The port's error for a driver's.
pub(crate) fn storage_error(doing: &'static str, error: DbErr) -> StorageError {
    match kind(&error) {
        Kind::Busy | Kind::Conflict => StorageError::Busy,
        Kind::DiskFull => StorageError::DiskFull,
        Kind::ReadOnly => StorageError::ReadOnly,
        Kind::Corrupt => StorageError::Damaged {
            what: "the database file".to_owned(),
        },
        Kind::Unwritable | Kind::Other => StorageError::Failed {
            doing,
            source: Box::new(error),
        },
    }
}

fn kind(error: &DbErr) -> Kind {
    let runtime = match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => return Kind::Busy,
        DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime) => runtime,
        _ => return Kind::Other,
    };
    let RuntimeErr::SqlxError(error) = runtime else {
        return Kind::Other;
    };
    match &**error {
        sea_orm::SqlxError::PoolTimedOut => Kind::Busy,
        sea_orm::SqlxError::Io(error) => match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Kind::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => Kind::ReadOnly,
            _ => Kind::Other,
        },
        sea_orm::SqlxError::Database(error) => error.code().map_or(Kind::Other, |code| kind_of_code(&code)),
        _ => Kind::Other,
    }
}

/// SQLSTATE has five characters (Postgres); everything else is an extended result code of SQLite, whose low byte is
/// the primary code.
fn kind_of_code(code: &str) -> Kind {
    match code {
        "40001" | "40P01" => return Kind::Conflict,
        "55P03" => return Kind::Busy,
        "53100" => return Kind::DiskFull,
        "25006" => return Kind::ReadOnly,
        _ => {}
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6) => Kind::Conflict,
        Ok(8) => Kind::ReadOnly,
        Ok(10) => Kind::Unwritable,
        Ok(13) => Kind::DiskFull,
        Ok(11 | 26) => Kind::Corrupt,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_engines_are_known_by_their_meaning() {
        assert_eq!(kind_of_code("40P01"), Kind::Conflict);
        assert_eq!(kind_of_code("517"), Kind::Conflict);
        assert_eq!(kind_of_code("13"), Kind::DiskFull);
        assert_eq!(kind_of_code("53100"), Kind::DiskFull);
        assert_eq!(kind_of_code("1032"), Kind::ReadOnly);
        assert_eq!(kind_of_code("778"), Kind::Unwritable);
        assert_eq!(kind_of_code("26"), Kind::Corrupt);
        assert_eq!(kind_of_code("2067"), Kind::Other);
    }
}
