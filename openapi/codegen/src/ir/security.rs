//! Who may call: security schemes, and requirements as an OR of ANDs.

use std::collections::HashSet;

use super::{Extensions, Location};

/// One entry of `components/securitySchemes`.
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityScheme {
    /// The name that requirements use.
    pub name: String,
    /// Prose.
    pub description: Option<String>,
    /// What has to be presented.
    pub kind: SecuritySchemeKind,
    /// Vendor extensions.
    pub extensions: Extensions,
    /// Where it is written.
    pub location: Location,
}

/// What a caller has to present.
#[derive(Debug, Clone, PartialEq)]
pub enum SecuritySchemeKind {
    /// A key in a header, in the query or in a cookie.
    ApiKey {
        /// The name of the header, query parameter or cookie.
        name: String,
        /// Which of the three it is.
        place: ApiKeyIn,
    },
    /// An HTTP authentication scheme (RFC 9110), such as `basic` or `bearer`.
    Http {
        /// The scheme, in lower case.
        scheme: String,
        /// A hint how a bearer token is formatted.
        bearer_format: Option<String>,
    },
    /// OAuth 2.
    OAuth2(Box<OAuthFlows>),
    /// OpenID Connect discovery.
    OpenIdConnect {
        /// The discovery address.
        url: String,
    },
    /// A client certificate (3.1).
    MutualTls,
}

/// Where an API key is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyIn {
    /// In a query parameter.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// The OAuth 2 flows that a scheme offers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OAuthFlows {
    /// Implicit.
    pub implicit: Option<OAuthFlow>,
    /// Resource owner password.
    pub password: Option<OAuthFlow>,
    /// Client credentials.
    pub client_credentials: Option<OAuthFlow>,
    /// Authorisation code.
    pub authorization_code: Option<OAuthFlow>,
}

/// One OAuth 2 flow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OAuthFlow {
    /// Where a person authorises.
    pub authorization_url: Option<String>,
    /// Where tokens are issued.
    pub token_url: Option<String>,
    /// Where tokens are refreshed.
    pub refresh_url: Option<String>,
    /// The scopes and what each is for, in order.
    pub scopes: Vec<(String, String)>,
}

impl OAuthFlows {
    /// Every flow that is offered.
    pub fn all(&self) -> impl Iterator<Item = &OAuthFlow> {
        [
            &self.implicit,
            &self.password,
            &self.client_credentials,
            &self.authorization_code,
        ]
        .into_iter()
        .flatten()
    }
}

impl SecurityScheme {
    /// Whether requirements may name scopes with this scheme.
    pub fn takes_scopes(&self) -> bool {
        matches!(
            self.kind,
            SecuritySchemeKind::OAuth2(_) | SecuritySchemeKind::OpenIdConnect { .. }
        )
    }

    /// The scopes that the scheme declares and what each is for; empty for schemes without scopes.
    pub fn scopes(&self) -> Vec<(&str, &str)> {
        let SecuritySchemeKind::OAuth2(flows) = &self.kind else {
            return Vec::new();
        };
        let mut seen = HashSet::new();
        let scopes = flows
            .all()
            .flat_map(|flow| &flow.scopes)
            .filter(|(scope, _)| seen.insert(scope.as_str()));
        scopes
            .map(|(scope, text)| (scope.as_str(), text.as_str()))
            .collect()
    }
}

/// What an operation demands of its caller: any one of the alternatives.
#[derive(Debug, Clone, PartialEq)]
pub struct Security {
    /// The alternatives; an empty list means public.
    pub alternatives: Vec<SecurityAlternative>,
    /// Whether it was taken from the document, since the operation itself says nothing.
    pub inherited: bool,
    /// Where it is written.
    pub location: Location,
}

/// One alternative: every scheme in it must be satisfied. An alternative without schemes lets anybody in.
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityAlternative {
    /// The schemes, all of them demanded.
    pub schemes: Vec<SchemeUse>,
}

/// A scheme and the scopes demanded of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemeUse {
    /// The name of the [`SecurityScheme`].
    pub scheme: String,
    /// The scopes demanded, all of them.
    pub scopes: Vec<String>,
    /// Where it is written.
    pub location: Location,
}

impl Security {
    /// Whether nobody needs to present anything.
    pub fn is_public(&self) -> bool {
        self.alternatives
            .iter()
            .all(|alternative| alternative.schemes.is_empty())
    }

    /// Every scope that any alternative names, sorted, once.
    pub fn scopes(&self) -> Vec<&str> {
        let mut scopes: Vec<&str> = self
            .uses()
            .flat_map(|used| &used.scopes)
            .map(String::as_str)
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// Every use of a scheme in any alternative.
    pub fn uses(&self) -> impl Iterator<Item = &SchemeUse> {
        self.alternatives
            .iter()
            .flat_map(|alternative| &alternative.schemes)
    }
}
