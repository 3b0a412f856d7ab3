//! What may be asked of the other server: nothing but this.

use poem::http::Method;

/// The part of another server that browsers may use.
pub(crate) struct Passed {
    /// What the other server is called in the log and in problems.
    pub(super) name: &'static str,
    /// Where it is on our origin, without a slash at the end.
    pub(crate) prefix: &'static str,
    /// Below the prefix; `*` stands for one segment.
    allowed: &'static [(Method, &'static str)],
}

/// The flows that browsers walk through, and the script for passkeys. The flows of programs without a browser are left
/// out: they would try passwords without meeting Kratos's guard against forged forms. Signing out is our own page.
pub(crate) static KRATOS: Passed = Passed {
    name: "Kratos",
    prefix: "/.ory/kratos",
    allowed: &[
        (Method::GET, "/self-service/login/browser"),
        (Method::GET, "/self-service/registration/browser"),
        (Method::GET, "/self-service/recovery/browser"),
        (Method::GET, "/self-service/verification/browser"),
        (Method::GET, "/self-service/settings/browser"),
        (Method::POST, "/self-service/login"),
        (Method::POST, "/self-service/registration"),
        (Method::POST, "/self-service/recovery"),
        (Method::POST, "/self-service/verification"),
        (Method::POST, "/self-service/settings"),
        // After one has proved again who one is, Kratos sends the browser here to finish the change.
        (Method::GET, "/self-service/settings"),
        // Links in mails.
        (Method::GET, "/self-service/recovery"),
        (Method::GET, "/self-service/verification"),
        // Where other providers send the browser back.
        (Method::GET, "/self-service/methods/oidc/callback/*"),
        (Method::GET, "/.well-known/ory/webauthn.js"),
    ],
};

impl Passed {
    /// The path at the other server, if this may be asked of it.
    pub(super) fn path<'a>(&self, method: &Method, path: &'a str) -> Option<&'a str> {
        let below = path.strip_prefix(self.prefix)?;
        let fits = |(allowed, pattern): &(Method, &str)| allowed == method && matches(pattern, below);
        self.allowed.iter().any(fits).then_some(below)
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some("*"), Some(segment)) if is_name(segment) => {}
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return false,
        }
    }
}

/// A plain name, which no server reads as anything else.
fn is_name(segment: &str) -> bool {
    !segment.is_empty()
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(method: &Method, path: &str) -> bool {
        KRATOS.path(method, path).is_some()
    }

    #[test]
    fn what_a_browser_needs_is_passed_on() {
        let path = KRATOS.path(&Method::GET, "/.ory/kratos/self-service/login/browser");
        assert_eq!(path, Some("/self-service/login/browser"));
        assert!(passes(&Method::POST, "/.ory/kratos/self-service/login"));
        assert!(passes(
            &Method::GET,
            "/.ory/kratos/self-service/methods/oidc/callback/my-provider"
        ));
    }

    #[test]
    fn nothing_else_is() {
        for path in [
            "/.ory/kratos/admin/identities",
            "/.ory/kratos/self-service/../admin/identities",
            "/.ory/kratos/self-service/login/browser/../../../admin/identities",
            "/.ory/kratos/self-service/%2e%2e/admin",
            "/.ory/kratos/self-service/methods/oidc/callback/..",
            "/.ory/kratos/self-service/methods/oidc/callback/%2e%2e",
            "/.ory/kratos/self-service/methods/oidc/callback/",
            "/.ory/kratos//self-service/login/browser",
            "/.ory/kratos/self-service/login/browser/",
            "/.ory/kratos/self-service/login/api",
            "/.ory/kratos/self-service/login/flows",
            "/.ory/kratos/sessions/whoami",
            "/.ory/kratos/health/ready",
            "/.ory/kratos/",
            "/.ory/kratos",
            "/self-service/login/browser",
        ] {
            for method in [Method::GET, Method::POST] {
                assert!(!passes(&method, path), "{method} {path}");
            }
        }
        for method in [
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
            Method::TRACE,
        ] {
            assert!(!passes(&method, "/.ory/kratos/self-service/login"), "{method}");
        }
    }
}
