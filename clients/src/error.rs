//! What can go wrong with a call, in the terms of the person who writes it: what is missing, what has changed,
//! what to try again. Every answer of a server is a problem (RFC 9457) and stays at hand.

use std::fmt;

use crochet_openapi::Problem;
use thiserror::Error;

use crate::net::{AuthorizeError, EndpointError};
use crate::oauth::OauthError;

/// Why a call has no result.
#[derive(Error)]
#[non_exhaustive]
pub enum Error {
    /// 403: the caller is known and lacks scopes.
    #[error("{}", denied(.missing, .granted_by, .problem))]
    Denied {
        /// The scopes that are missing.
        missing: Vec<String>,
        /// The roles that would grant them.
        granted_by: Vec<String>,
        /// What the server said.
        problem: Problem,
    },
    /// 401: nobody is known to be calling: no key, or one that is revoked.
    #[error("the server does not know who is calling: {}; set CROCHET_API_KEY, or `crochet login`", said(.0))]
    SignedOut(Problem),
    /// 412: the resource is no longer what it was when it was read. Read it again.
    #[error("changed meanwhile: {}", said(.problem))]
    Changed {
        /// What its `ETag` is now, where the server says so.
        etag: Option<String>,
        /// What the server said.
        problem: Problem,
    },
    /// 404: there is no such thing, or none that this caller may see.
    #[error("not found: {}", said(.0))]
    NotFound(Problem),
    /// 400, 413, 415, 422: the request is wrong. `errors` of the problem names every place.
    #[error("{}", invalid(.0))]
    Invalid(Problem),
    /// 429, 502, 503, 504: not now. It has been tried again where that was safe.
    #[error("not available now: {}", said(.0))]
    Unavailable(Problem),
    /// Any other refusal, such as a 409, or a failure of the server.
    #[error("{}", said(.0))]
    Refused(Problem),
    /// There was no answer: no connection, or one that broke.
    #[error("{service} cannot be reached; is the server running?")]
    Transport {
        /// The service.
        service: &'static str,
        /// What happened.
        #[source]
        source: reqwest::Error,
    },
    /// There was an answer but not one that the spec allows: client and server are of different versions, or this
    /// is another server.
    #[error("{service} answered what its spec does not allow: {reason}")]
    Unexpected {
        /// The service.
        service: &'static str,
        /// What was wrong with it.
        reason: String,
    },
    /// The call was never sent: a value of it breaks a rule of the spec.
    #[error("not sent: {0}")]
    Unsendable(String),
    /// A file that was to be sent cannot be read.
    #[error("{path} cannot be read")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The connection cannot be set up.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// There is no usable credential.
    #[error(transparent)]
    Authorize(#[from] AuthorizeError),
    /// There is no usable token.
    #[error(transparent)]
    Oauth(#[from] OauthError),
    /// HTTP cannot be set up on this machine.
    #[error("HTTP cannot be set up")]
    Setup(#[source] reqwest::Error),
    /// No server is known.
    #[error("{0}")]
    NoServer(String),
}

/// For whoever lets an error fall out of `main`: in words, with its causes below.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = std::error::Error::source(self);
        while let Some(inner) = cause {
            write!(f, "\n  because {inner}")?;
            cause = inner.source();
        }
        match self.request_id() {
            Some(id) => write!(f, "\n  request {id}"),
            None => Ok(()),
        }
    }
}

impl Error {
    /// What the server said, if it said anything.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Denied { problem, .. } | Self::Changed { problem, .. } => Some(problem),
            Self::SignedOut(problem)
            | Self::NotFound(problem)
            | Self::Invalid(problem)
            | Self::Unavailable(problem)
            | Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// The id under which the log of the server knows the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.problem()?.request_id.as_deref()
    }

    /// What a refusal means; `etag` is the header of that name beside it, which also those send who know nothing of our
    /// problems.
    pub(crate) fn refused(problem: Problem, etag: Option<String>) -> Self {
        match problem.status {
            400 | 413 | 415 | 422 => Self::Invalid(problem),
            401 => Self::SignedOut(problem),
            403 => Self::Denied {
                missing: problem.missing.clone(),
                granted_by: problem.granted_by.clone(),
                problem,
            },
            404 => Self::NotFound(problem),
            412 => Self::Changed {
                etag: etag.or_else(|| problem.etag.clone()),
                problem,
            },
            429 | 502..=504 => Self::Unavailable(problem),
            _ => Self::Refused(problem),
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::refused(problem, None)
    }
}

/// For services that call each other: a caller of a trait sees a problem, whichever side of HTTP it is on. The
/// details of a broken connection stay in the log.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied { problem, .. } | Error::Changed { problem, .. } => problem,
            Error::SignedOut(problem)
            | Error::NotFound(problem)
            | Error::Invalid(problem)
            | Error::Unavailable(problem)
            | Error::Refused(problem) => problem,
            Error::Transport { service, source } if source.is_timeout() => {
                tracing::warn!(
                    service,
                    error = &source as &dyn std::error::Error,
                    "no answer in time"
                );
                Self::new(504, format!("{service} did not answer in time"))
            }
            Error::Transport { service, source } => {
                tracing::warn!(service, error = &source as &dyn std::error::Error, "no answer");
                Self::unavailable(format!("{service} cannot be reached"), 1)
            }
            Error::Unexpected { service, reason } => {
                tracing::error!(service, reason, "an answer that the spec does not allow");
                Self::new(502, format!("{service} answered what its spec does not allow"))
            }
            other => Self::new(500, other.to_string()),
        }
    }
}

fn said(problem: &Problem) -> &str {
    problem.detail.as_deref().unwrap_or(&problem.title)
}

fn denied(missing: &[String], granted_by: &[String], problem: &Problem) -> String {
    match (missing.is_empty(), granted_by.is_empty()) {
        (true, _) => said(problem).to_owned(),
        (false, true) => format!("not allowed: {} is missing", missing.join(", ")),
        (false, false) => format!(
            "not allowed: {} is missing; {} has it",
            missing.join(", "),
            granted_by.join(" or ")
        ),
    }
}

fn invalid(problem: &Problem) -> String {
    let places = problem.errors.iter().map(|error| {
        format!(
            "\n  {} {}",
            if error.pointer.is_empty() {
                "the body"
            } else {
                &error.pointer
            },
            error.detail
        )
    });
    std::iter::once(said(problem).to_owned()).chain(places).collect()
}

#[cfg(test)]
mod tests {
    use crochet_openapi::Problem;

    use super::Error;

    #[test]
    fn a_refusal_says_what_is_missing_and_who_grants_it() {
        let mut problem = Problem::forbidden("no");
        problem.missing = vec!["contexts:delete".to_owned()];
        problem.granted_by = vec!["admin".to_owned()];
        let error = Error::from(problem);
        assert_eq!(
            error.to_string(),
            "not allowed: contexts:delete is missing; admin has it"
        );
        let Error::Denied {
            missing, granted_by, ..
        } = error
        else {
            unreachable!("403 is Denied")
        };
        assert_eq!(
            (missing, granted_by),
            (vec!["contexts:delete".to_owned()], vec!["admin".to_owned()])
        );
    }

    #[test]
    fn every_status_becomes_an_error_and_the_same_problem_again() {
        for status in 400..=599 {
            let problem = Problem::new(status, "why").with_request_id("r1");
            let error = Error::from(problem.clone());
            assert_eq!(error.request_id(), Some("r1"));
            assert_eq!(Problem::from(error), problem);
        }
    }

    #[test]
    fn an_error_that_falls_out_of_main_is_in_words() {
        let error = Error::from(Problem::not_found("no context is called holmes").with_request_id("r1"));
        assert_eq!(
            format!("{error:?}"),
            "not found: no context is called holmes\n  request r1"
        );
    }

    #[test]
    fn a_412_carries_the_etag_of_now() {
        let error = Error::refused(Problem::new(412, "v4 meanwhile"), Some("\"v4\"".to_owned()));
        assert!(matches!(error, Error::Changed { etag: Some(etag), .. } if etag == "\"v4\""));
        let error = Error::from(Problem::new(412, "v4 meanwhile").with_etag("\"v4\""));
        assert!(matches!(error, Error::Changed { etag: Some(etag), .. } if etag == "\"v4\""));
    }
}
