//! The words that Kratos leaves to its pages, and the addresses that they may lead to.

use crate::proxy::KRATOS;
use crochet_auth::flows::{Flow, FlowKind};

/// What a page is called.
pub(super) fn title(kind: FlowKind, flow: &Flow) -> &'static str {
    let second = flow.requested_aal.as_deref() == Some("aal2");
    match kind {
        FlowKind::Login if second => "Sign in: the second step",
        FlowKind::Login if flow.refresh => "Show once more that it is you",
        FlowKind::Login => "Sign in",
        FlowKind::Registration => "Sign up",
        FlowKind::Recovery => "Get back in",
        FlowKind::Verification => "Confirm your address",
        FlowKind::Settings => "Your account",
    }
}

/// What becomes of an address that somebody is asked for.
pub(super) fn lead(kind: FlowKind, flow: &Flow) -> Option<&'static str> {
    let begins = flow.state.as_deref() == Some("choose_method");
    match kind {
        FlowKind::Recovery if begins => Some("A code comes to your address by mail. It lets you in once."),
        FlowKind::Verification if begins => {
            Some("A code comes to your address by mail. It shows that the address is yours.")
        }
        _ => None,
    }
}

/// What stands above the form of a method.
pub(super) fn heading(group: &str) -> Option<&'static str> {
    Some(match group {
        "profile" => "Profile",
        "password" => "Password",
        "code" => "Code by mail",
        "totp" => "Authenticator app",
        "lookup_secret" => "Backup codes",
        "webauthn" => "Security keys",
        "passkey" => "Passkeys",
        "oidc" => "Other accounts",
        _ => return None,
    })
}

/// A name of a field in words: `traits.first_name` is "First name".
pub(super) fn spoken(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name).replace('_', " ");
    let mut letters = last.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The kind of a field; whatever a browser does not know is a text.
pub(super) fn field_kind(kind: &str) -> &str {
    const KNOWN: [&str; 9] = [
        "text",
        "email",
        "password",
        "checkbox",
        "number",
        "url",
        "tel",
        "date",
        "datetime-local",
    ];
    if KNOWN.contains(&kind) { kind } else { "text" }
}

/// Codes are digits, but for backup codes.
pub(super) fn inputmode(name: &str) -> Option<&'static str> {
    matches!(name, "code" | "totp_code").then_some("numeric")
}

/// What a browser may fill in where Kratos does not say.
pub(super) fn autocomplete(name: &str) -> Option<String> {
    let fill = match name {
        "code" | "totp_code" => "one-time-code",
        "email" => "email",
        _ => return None,
    };
    Some(fill.to_owned())
}

/// The place on our own origin that an address of another server's leads to, as far as it is below what is passed on.
pub(in crate::pages) fn below(address: &str, prefix: &str) -> Option<String> {
    let (_, below) = address.split_once(prefix)?;
    below.starts_with('/').then(|| format!("{prefix}{below}"))
}

/// The same for an address of Kratos's.
pub(super) fn below_prefix(address: &str) -> Option<String> {
    below(address, KRATOS.prefix)
}

/// The same for an address that may also be a path of ours.
pub(super) fn own_place(address: &str) -> Option<String> {
    if address.starts_with("http://") || address.starts_with("https://") {
        return below_prefix(address);
    }
    crate::pages::reply::own_path(address).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_are_spoken() {
        assert_eq!(spoken("traits.first_name"), "First name");
        assert_eq!((spoken("code"), spoken("")), ("Code".to_owned(), String::new()));
    }

    #[test]
    fn addresses_lead_nowhere_else() {
        let script = "http://localhost:7878/.ory/kratos/.well-known/ory/webauthn.js";
        assert_eq!(
            below_prefix(script).as_deref(),
            Some("/.ory/kratos/.well-known/ory/webauthn.js")
        );
        assert_eq!(own_place("/settings?flow=1").as_deref(), Some("/settings?flow=1"));
        for elsewhere in [
            "https://evil.example/x",
            "//evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "",
        ] {
            assert_eq!(own_place(elsewhere), None, "{elsewhere}");
        }
    }
}
