//! Why a server does not start, in words for the person who started it.

use crochet_store::FolderError;

use super::failure::Failure;
use crate::compose::ComposeError;
use crate::serve::StartError;

/// Why a server does not start, with what to do about it.
pub(super) fn refused(error: &StartError) -> Failure {
    let failure = Failure::new(chain(error));
    match error {
        StartError::Compose(ComposeError::Folder(folder)) => match folder {
            FolderError::InUse { .. } => failure.try_this("stop that server, or use another --data"),
            FolderError::Newer { .. } => failure.try_this("use the newer crochet, or another --data"),
            FolderError::Unreadable { .. } => failure.try_this("restore it, or use another --data"),
            FolderError::ReadOnly { .. } => failure.try_this("make it writable, or use another --data"),
            FolderError::DiskFull { .. } => failure.try_this("make room, or use another --data"),
            FolderError::Io { .. } => failure.try_this("use another --data"),
        },
        _ => failure,
    }
}

/// An error and what is behind it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
