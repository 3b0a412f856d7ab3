//! What Kratos says when it does not do as asked.

use ory_kratos_client::apis::{Error, ResponseContent};
use serde::Deserialize;

/// How a call failed, as far as we tell failures apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Kratos refused with this status, and perhaps a name for the reason.
    Refused {
        /// 4xx.
        status: u16,
        /// Such as `session_aal2_required`.
        id: Option<String>,
    },
    /// It did not answer, or with something that is no answer; it has been logged.
    Away,
}

impl Failure {
    /// What went wrong when we wanted to do `what`.
    pub(super) fn of<T>(what: &'static str, error: Error<T>) -> Self {
        match error {
            Error::ResponseError(ResponseContent { status, content, .. }) => {
                Self::answered(what, status.as_u16(), &content)
            }
            // Not the whole error: its Display may hold the address with its query.
            Error::Reqwest(error) => Self::away(what, &error.without_url()),
            Error::Serde(error) => Self::away(what, &error),
            Error::Io(error) => Self::away(what, &error),
        }
    }

    /// What an answer of 4xx or 5xx means.
    pub(super) fn answered(what: &'static str, status: u16, body: &str) -> Self {
        if !(400..500).contains(&status) || status == 429 {
            return Self::away(what, &format_args!("status {status}"));
        }
        let id = serde_json::from_str(body)
            .ok()
            .and_then(|said: Said| said.error.id);
        Self::Refused { status, id }
    }

    fn away(what: &'static str, why: &dyn std::fmt::Display) -> Self {
        tracing::warn!(what, "Kratos does not answer: {why}");
        Self::Away
    }
}

#[derive(Deserialize)]
struct Said {
    error: SaidError,
}

#[derive(Deserialize)]
struct SaidError {
    id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn a_refusal_keeps_its_name_when_it_has_one() {
        let named = Failure::answered(
            "ask",
            403,
            r#"{"error": {"id": "session_aal2_required", "code": 403}}"#,
        );
        assert_eq!(
            named,
            Failure::Refused {
                status: 403,
                id: Some("session_aal2_required".to_owned())
            }
        );
        for body in ["", "<html>", "{}", r#"{"error": {"code": 401}}"#] {
            let unnamed = Failure::Refused {
                status: 401,
                id: None,
            };
            assert_eq!(Failure::answered("ask", 401, body), unnamed, "{body}");
        }
    }

    #[test]
    fn a_fault_of_kratos_is_no_refusal() {
        for status in [429, 500, 502, 503, 302] {
            assert_eq!(Failure::answered("ask", status, ""), Failure::Away, "{status}");
        }
    }
}
