//! The one error that crosses a service boundary: a problem of RFC 9457.
//!
//! A `Problem` is what a caller may see. Causes (SQL, paths, panics) stay in the log: whoever maps an
//! error of its own to a `Problem` logs it there. It must never know where an error came from.

mod constructors;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::validate::{Violation, Violations};

/// The members of a problem document, as RFC 9457 names them, and Crochet's extensions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemDetails {
    /// A URI that names the kind of problem; `about:blank` when the status says it all.
    #[serde(rename = "type", default = "about_blank")]
    pub type_uri: Cow<'static, str>,
    /// The kind of problem in a few words, the same each time.
    #[serde(default)]
    pub title: Cow<'static, str>,
    /// The HTTP status code.
    pub status: u16,
    /// What went wrong this time, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// A URI that names this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Every place in the request that broke a rule of the spec.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
    /// The id under which the log knows the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// With 403: the scopes that the caller lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// With 403: the roles that would grant what is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub granted_by: Vec<String>,
    /// With 412: the entity tag that the resource has now; sent as `ETag` too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// With 429 and 503: how many seconds to wait; sent as `Retry-After` too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
}

fn about_blank() -> Cow<'static, str> {
    Cow::Borrowed("about:blank")
}

/// A problem document, boxed so that `Result<T, Problem>` stays as small as `T`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Problem(Box<ProblemDetails>);

impl Deref for Problem {
    type Target = ProblemDetails;
    fn deref(&self) -> &ProblemDetails {
        &self.0
    }
}

impl DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut ProblemDetails {
        &mut self.0
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.title)?;
        self.detail
            .as_ref()
            .map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}

impl std::error::Error for Problem {}

impl From<Violations> for Problem {
    /// One 422 that lists every violation.
    fn from(violations: Violations) -> Self {
        let total = violations.total();
        let errors = violations.into_vec();
        let detail = match errors.len() {
            1 => "the request breaks a rule of the spec".to_owned(),
            listed if listed == total => format!("the request breaks rules of the spec in {total} places"),
            listed => format!(
                "the request breaks rules of the spec in {total} places; the first {listed} are listed"
            ),
        };
        let mut problem = Self::unprocessable(detail);
        problem.errors = errors;
        problem
    }
}
