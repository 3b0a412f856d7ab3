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
    /// Which cookies are its own, by their names: no other reaches it.
    pub(super) cookies: fn(&str) -> bool,
    /// Whether credentials in `Authorization` are meant for it.
    pub(super) takes_authorization: bool,
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
    // All but Hydra's: whatever Kratos calls its own besides the session, and its forms' guard, it knows itself.
    cookies: |name| !is_hydras(name),
    takes_authorization: false,
};

/// What programs need to get tokens and to give them back, and the ways there for browsers.
pub(crate) static HYDRA: Passed = Passed {
    name: "Hydra",
    prefix: "/.ory/hydra",
    allowed: &[
        (Method::GET, "/oauth2/auth"),
        (Method::POST, "/oauth2/token"),
        (Method::POST, "/oauth2/revoke"),
        (Method::GET, "/oauth2/sessions/logout"),
        (Method::GET, "/userinfo"),
        (Method::GET, "/.well-known/openid-configuration"),
        (Method::GET, "/.well-known/jwks.json"),
    ],
    cookies: is_hydras,
    // Programs prove themselves by it where they get tokens.
    takes_authorization: true,
};

/// Hydra marks its cookies so.
fn is_hydras(name: &str) -> bool {
    name.starts_with("ory_hydra_")
}

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
    fn of_hydra_programs_reach_what_gives_tokens_and_nothing_that_administers() {
        let passes = |method: &Method, path: &str| HYDRA.path(method, path).is_some();
        assert!(passes(&Method::POST, "/.ory/hydra/oauth2/token"));
        assert!(passes(&Method::GET, "/.ory/hydra/.well-known/jwks.json"));
        for path in [
            "/.ory/hydra/admin/clients",
            "/.ory/hydra/oauth2/../admin/clients",
            "/.ory/hydra/oauth2/introspect",
            "/.ory/hydra/oauth2/register",
            "/.ory/hydra/oauth2/token/",
            "/.ory/hydra/health/ready",
            "/.ory/kratos/oauth2/token",
        ] {
            assert!(
                !passes(&Method::POST, path) && !passes(&Method::GET, path),
                "{path}"
            );
        }
        assert!(!passes(&Method::GET, "/.ory/hydra/oauth2/token"));
    }

    #[test]
    fn no_server_sees_the_cookies_of_the_other() {
        for (name, of_hydra) in [
            ("crochet_session", false),
            ("csrf_token_abc", false),
            ("ory_hydra_session_dev", true),
            ("ory_hydra_login_csrf_123", true),
        ] {
            assert_eq!(
                ((HYDRA.cookies)(name), (KRATOS.cookies)(name)),
                (of_hydra, !of_hydra),
                "{name}"
            );
        }
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
