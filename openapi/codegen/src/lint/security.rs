//! Rules about who may call.

use crate::diagnostic::Diagnostic;
use crate::ir::{SchemeUse, Security, SecurityScheme, SecuritySchemeKind, Specs};

/// Every use of a scheme, with the scheme if the document declares it. What operations inherit is looked at once, in
/// the document.
fn uses(specs: &Specs) -> impl Iterator<Item = (&SchemeUse, Option<&SecurityScheme>)> {
    specs.documents.iter().flat_map(|spec| {
        let own = spec
            .operations
            .iter()
            .filter_map(|operation| operation.security.as_ref());
        let own = own.filter(|security| !security.inherited);
        own.chain(&spec.security)
            .flat_map(Security::uses)
            .map(|used| (used, spec.security_scheme(&used.scheme)))
    })
}

/// A requirement names a scheme of its document.
pub(super) fn schemes_are_declared(specs: &Specs) -> Vec<Diagnostic> {
    let undeclared = uses(specs)
        .filter(|(_, scheme)| scheme.is_none())
        .map(|(used, _)| {
            let message = format!("no security scheme is called `{}`", used.scheme);
            Diagnostic::error("scheme-undeclared", &used.location, message)
                .help("declare it under `components/securitySchemes`, by a `$ref` if another document has it")
        });
    undeclared.collect()
}

/// A requirement names scopes that its OAuth 2 scheme declares; a misspelt scope would lock everybody out.
pub(super) fn scopes_are_declared(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (used, scheme) in uses(specs) {
        let Some(scheme) = scheme.filter(|scheme| matches!(scheme.kind, SecuritySchemeKind::OAuth2(_)))
        else {
            continue;
        };
        for scope in &used.scopes {
            if !scheme.scopes().iter().any(|(known, _)| known == scope) {
                let message = format!("the scheme `{}` declares no scope `{scope}`", scheme.name);
                let complaint = Diagnostic::error("scope-undeclared", &used.location, message);
                found.push(complaint.help(format!("its scopes are declared at {}", scheme.location)));
            }
        }
    }
    found
}

/// Only OAuth 2 and OpenID Connect know scopes in OpenAPI 3.0.
pub(super) fn scopes_need_a_scheme_that_has_them(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (used, scheme) in uses(specs) {
        if !used.scopes.is_empty() && scheme.is_some_and(|scheme| !scheme.takes_scopes()) {
            let message = format!("the scheme `{}` has no scopes", used.scheme);
            let complaint = Diagnostic::error("scheme-without-scopes", &used.location, message);
            found.push(
                complaint.help("write `[]`; the scopes of the other alternatives hold for this one too"),
            );
        }
    }
    found
}

/// Silence never means public: an operation says `security`, or its document does.
pub(super) fn security_is_said(specs: &Specs) -> Vec<Diagnostic> {
    let silent = specs
        .operations()
        .filter(|(_, operation)| operation.security.is_none())
        .map(|(_, operation)| {
            let message = format!("`{}` does not say who may call it", operation.name());
            Diagnostic::error("security-missing", &operation.location, message)
                .help("`security: [{oauth2: [<scope>]}, {apiKey: []}]`, or `security: []` for everybody")
        });
    silent.collect()
}
