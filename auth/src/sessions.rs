//! The port through which a session's cookie becomes a person, whoever keeps the session.
//!
//! Kratos is one keeper, the sign-in links of this process are another; nothing above can tell them apart. It must never
//! know what a person may do: roles are names here, and the matrix says what they grant.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_openapi::Problem;

/// The name of the one cookie that carries a session, of either kind.
pub const SESSION_COOKIE: &str = "crochet_session";

/// The type of the problem that a person meets who has a second factor and has shown only the first.
pub const SECOND_FACTOR_NEEDED: &str = "/problems/second-factor-needed";

/// The longest value of a cookie that is looked at; a longer one is nobody's.
pub const COOKIE_BYTES_MAX: usize = 4_096;

/// The public name of a session: it can be listed and revoked by it, and not used.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionId(String);

impl SessionId {
    /// The id as its keeper writes it.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as its keeper writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How well a session proves its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// By one factor.
    OneFactor,
    /// By two, or more.
    TwoFactors,
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPerson {
    /// `person:<id>`.
    pub subject: Arc<str>,
    /// The names of their roles, which need not exist any more.
    pub roles: Vec<String>,
    /// What to call them.
    pub name: String,
    /// Their address, if their sessions' keeper knows one.
    pub email: Option<String>,
    /// The session that proved them.
    pub session: SessionId,
    /// When that ends.
    pub expires_at: DateTime<Utc>,
    /// When they last proved in it who they are, if its keeper knows.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// How well it proves them.
    pub assurance: Assurance,
}

/// Knows sessions by the value of their cookie.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// The person whose session it is; `None` when it is unknown, ended, or its person is disabled.
    ///
    /// # Errors
    /// 403 of type [`SECOND_FACTOR_NEEDED`]; 503 when it cannot be found out now.
    async fn check(&self, cookie: &str) -> Result<Option<VerifiedPerson>, Problem>;
}

/// Whether a text can be the value of a cookie (RFC 6265, section 4.1.1) of a size that is looked at.
#[must_use]
pub fn is_cookie_value(text: &str) -> bool {
    let octet = |byte: u8| matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e);
    (1..=COOKIE_BYTES_MAX).contains(&text.len()) && text.bytes().all(octet)
}

#[cfg(test)]
mod tests {
    use super::{COOKIE_BYTES_MAX, is_cookie_value};

    #[test]
    fn what_cannot_be_a_cookie_is_told_apart() {
        assert!(is_cookie_value("MTczMg==|x-y_z.~"));
        assert!(is_cookie_value(&"a".repeat(COOKIE_BYTES_MAX)));
        let long = "a".repeat(COOKIE_BYTES_MAX + 1);
        for bad in ["", "a b", "a;b", "a,b", "a\"b", "a\\b", "a\r\nb", "é", &long] {
            assert!(!is_cookie_value(bad), "{bad:?}");
        }
    }
}
