//! What a caller is told when a port or the domain says no: every error of below, mapped here and nowhere else.
//!
//! A fault of the machine is logged here, once, with its cause; the caller learns only that it happened. Kinds that
//! programs have to tell apart have a `type` of their own. It must never know which operation was called.

use std::error::Error;
use std::time::Duration;

use crochet_auth::matrix::MatrixError;
use crochet_domain::context::SettingsError;
use crochet_domain::phrases::ViewError;
use crochet_domain::ports::{
    AuditError, ContextsError, IngestError, InspectionError, KeysError, MatrixStoreError, OrthosError,
    QueueError, RemediationsError, SightingsError, SignInsError, StorageError, SurveysError,
};
use crochet_domain::text::TextError;
use crochet_openapi::Problem;

/// An error that a caller can be told about.
pub(crate) trait Told {
    /// The problem to tell.
    fn told(self) -> Problem;
}

/// The problem to tell of any error of below: what `map_err` takes.
pub(crate) fn problem(error: impl Told) -> Problem {
    error.told()
}

/// The type of the problem that a context is gone, for callers that must tell it from any other 404.
pub(crate) const NO_CONTEXT: &str = "/problems/context-not-found";
/// The type of the problem that a survey is gone.
pub(crate) const NO_SURVEY: &str = "/problems/survey-not-found";

/// No context has this name or key.
pub(crate) fn no_context() -> Problem {
    Problem::not_found("there is no such context").with_type(NO_CONTEXT, "Context not found")
}

/// A page token that belongs to another list, or to none.
pub(crate) fn foreign_token() -> Problem {
    Problem::bad_request("the page token does not belong to this list; start again without it")
        .with_type("/problems/page-token", "Page token of another list")
}

/// The resource is no longer what the caller has seen.
pub(crate) fn changed(current: &str) -> Problem {
    Problem::precondition_failed(format!("it has changed since: its entity tag is now {current}"))
        .with_type("/problems/changed", "Changed meanwhile")
        .with_etag(current)
}

/// A change of the role matrix that may not be.
pub(crate) fn broken_role_rule(rule: impl Into<String>) -> Problem {
    Problem::unprocessable(rule).with_type("/problems/role-matrix", "Rule of the role matrix")
}

/// A context has more phrases than a search can hold.
pub(crate) fn too_large(detail: &str) -> Problem {
    Problem::unprocessable(detail).with_type("/problems/context-too-large", "Context too large to search")
}

/// Something stored cannot be said in the terms of the spec.
pub(crate) fn unspeakable(what: &(dyn Error + 'static)) -> Problem {
    tracing::error!(error = what, "a stored value breaks a rule of the spec");
    Problem::internal()
}

impl Told for SignInsError {
    fn told(self) -> Problem {
        let Self::Storage(error) = self;
        error.told()
    }
}

impl Told for AuditError {
    fn told(self) -> Problem {
        match self {
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for SightingsError {
    fn told(self) -> Problem {
        let Self::Storage(error) = self;
        error.told()
    }
}

impl Told for StorageError {
    fn told(self) -> Problem {
        // A disk that is full or read-only has no cause that is not said, and whoever is told so is told again and again.
        if !matches!(self, Self::DiskFull | Self::ReadOnly) {
            tracing::error!(
                error = &self as &(dyn Error + 'static),
                cause = self.source(),
                "storage failed"
            );
        }
        match self {
            Self::DiskFull => Problem::new(507, "the disk of the server is full; nothing was written"),
            Self::ReadOnly => Problem::unavailable("the data of the server cannot be written", 60),
            Self::Busy => Problem::unavailable("the store is busy", 1),
            Self::Damaged { .. } | Self::Failed { .. } => Problem::internal(),
        }
    }
}

impl Told for ContextsError {
    fn told(self) -> Problem {
        match self {
            Self::NotFound => no_context(),
            Self::SlugTaken { slug } => Problem::conflict(format!("there is a context `{slug}` already"))
                .with_type("/problems/context-exists", "Context exists"),
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for IngestError {
    fn told(self) -> Problem {
        match self {
            Self::ContextNotFound => no_context(),
            Self::WaveNotFound => Problem::not_found("there is no such ingest")
                .with_type("/problems/ingest-not-found", "Ingest not found"),
            Self::Busy { retry_after } => {
                Problem::conflict("another text is being added to this context; try again soon")
                    .with_type("/problems/context-busy", "Context busy")
                    .with_retry_after(seconds(retry_after))
            }
            Self::TooManyPhrases { .. } => too_large(&format!(
                "{self}; without a search (`skip`) it can be added; nothing was"
            )),
            Self::TooManyWords => {
                Problem::unprocessable("the context has as many different words as it can have")
            }
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for ViewError {
    fn told(self) -> Problem {
        match self {
            Self::TooManyPhrases => too_large(&self.to_string()),
            _ => unspeakable(&self),
        }
    }
}

impl Told for OrthosError {
    fn told(self) -> Problem {
        match self {
            Self::ContextNotFound => no_context(),
            Self::UnknownParent { .. } => Problem::unprocessable(self.to_string())
                .with_type("/problems/unknown-parent", "Remediation without its ortho"),
            Self::VersionAhead { .. } => Problem::unprocessable(self.to_string())
                .with_type("/problems/version-ahead", "Version of the future"),
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for RemediationsError {
    fn told(self) -> Problem {
        match self {
            Self::ContextNotFound => no_context(),
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for SurveysError {
    fn told(self) -> Problem {
        match self {
            Self::ContextNotFound => no_context(),
            Self::NotFound => {
                Problem::not_found("there is no such survey").with_type(NO_SURVEY, "Survey not found")
            }
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for InspectionError {
    fn told(self) -> Problem {
        match self {
            Self::ContextNotFound => no_context(),
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for QueueError {
    fn told(self) -> Problem {
        match self {
            Self::Full {
                capacity,
                retry_after,
            } => Problem::too_many_requests(
                format!("the queue holds {capacity} items and is full"),
                seconds(retry_after),
            )
            .with_type("/problems/queue-full", "Queue full"),
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for KeysError {
    fn told(self) -> Problem {
        match self {
            Self::NotFound => Problem::not_found("there is no such key")
                .with_type("/problems/key-not-found", "Key not found"),
            // Prefixes are random: that two meet is chance, and trying again makes another.
            Self::PrefixTaken => Problem::unavailable("the key could not be made; try again", 1),
            Self::NotValid => Problem::conflict("the key was revoked or has ended"),
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for TextError {
    fn told(self) -> Problem {
        let (kind, title) = match &self {
            Self::NotUtf8 { .. } => ("/problems/text-not-utf8", "Text is not UTF-8"),
            Self::Nul { .. } => ("/problems/text-nul", "Text has a NUL byte"),
            Self::EndlessWord { .. } => ("/problems/text-endless-word", "Word too long"),
            Self::EndlessSentence { .. } => ("/problems/text-endless-sentence", "Sentence too long"),
            Self::Empty => ("/problems/text-empty", "Text without words"),
        };
        Problem::unprocessable(format!("{self}; nothing was added")).with_type(kind, title)
    }
}

impl Told for MatrixError {
    fn told(self) -> Problem {
        broken_role_rule(self.to_string())
    }
}

impl Told for MatrixStoreError {
    fn told(self) -> Problem {
        match self {
            Self::NotFound => Problem::not_found("the role matrix never had this version"),
            Self::Changed { .. } => Problem::precondition_failed(self.to_string()),
            Self::ForeignCursor => foreign_token(),
            Self::Storage(error) => error.told(),
        }
    }
}

impl Told for SettingsError {
    fn told(self) -> Problem {
        Problem::unprocessable(self.to_string()).with_type("/problems/settings", "Settings out of range")
    }
}

/// Whole seconds, at least one: what `Retry-After` can say.
fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_of_a_fault_is_never_told() {
        let error = StorageError::Failed {
            doing: "reading",
            source: "secret path".into(),
        };
        let problem = problem(ContextsError::Storage(error));
        assert_eq!(problem.status, 500);
        assert!(!problem.to_string().contains("secret"));
    }

    #[test]
    fn a_busy_context_says_when_to_come_back() {
        let error = IngestError::Busy {
            retry_after: Duration::from_millis(200),
        };
        let problem = problem(error);
        assert_eq!((problem.status, problem.retry_after_s), (409, Some(1)));
    }

    #[test]
    fn a_refused_text_says_where_it_is_wrong() {
        let problem = problem(TextError::NotUtf8 { byte: 17, line: 3 });
        assert_eq!(problem.status, 422);
        let detail = problem.detail.as_deref().unwrap_or_default();
        assert!(detail.contains("byte 17, line 3"), "{detail}");
    }
}
