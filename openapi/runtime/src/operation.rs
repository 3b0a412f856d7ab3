//! What a spec says about an operation, as constants that generated code fills in.
//!
//! The routes, the guards, the authorisation walk and the page "what may I call" all read this one
//! table. It must never know how a credential is checked.

/// One operation of a spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationInfo {
    /// The spec it belongs to, such as `orthos`.
    pub spec: &'static str,
    /// Its only tag.
    pub tag: &'static str,
    /// Its unique name, such as `list_orthos`.
    pub operation_id: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// The HTTP method in capitals.
    pub method: &'static str,
    /// The path of the spec's server, such as `/api/orthos/v1`.
    pub base_path: &'static str,
    /// Its path below `base_path`, with `{parameters}`.
    pub path: &'static str,
    /// Who may call it.
    pub security: Security,
    /// The query parameters that it takes; `None` when some of them cannot be told by their names.
    pub query: Option<&'static [&'static str]>,
    /// The media types that its body may have; empty when it has none.
    pub consumes: &'static [&'static str],
    /// The media types that its successful replies have; empty when they have no body.
    pub produces: &'static [&'static str],
    /// How many bytes its body may have (`x-body-limit`).
    pub body_bytes_max: u64,
    /// It takes or gives a body piece by piece, so that a time limit for the whole does not fit.
    pub streams: bool,
    /// Takes an `Idempotency-Key` (`x-idempotent`).
    pub idempotent: bool,
    /// Its reply holds secrets and is never compressed (`x-no-compress`).
    pub no_compress: bool,
    /// Each call is written to the audit log (`x-audit`).
    pub audit: bool,
    /// It will go away (`deprecated`).
    pub deprecated: bool,
}

impl OperationInfo {
    /// Public, without a name, a parameter or a body: what an operation that is written by hand fills in.
    pub const EMPTY: Self = Self {
        spec: "",
        tag: "",
        operation_id: "",
        summary: "",
        method: "GET",
        base_path: "",
        path: "/",
        security: Security::PUBLIC,
        query: Some(&[]),
        consumes: &[],
        produces: &[],
        body_bytes_max: 0,
        streams: false,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// Its path from the root of the server, with `{parameters}`.
    #[must_use]
    pub fn full_path(&self) -> String {
        format!("{}{}", self.base_path, self.path)
    }
}

/// Who may call an operation: anyone who meets every requirement of one of the alternatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Security {
    /// The alternatives of the spec. None at all, or an empty one, lets everybody in.
    pub any_of: &'static [&'static [Requirement]],
    /// Every scope that any alternative names, once. The caller must hold them all, whichever way it
    /// came in: an API key carries scopes of its own, and the spec has no place to say so.
    pub scopes: &'static [&'static str],
}

impl Security {
    /// `security: []`.
    pub const PUBLIC: Self = Self {
        any_of: &[],
        scopes: &[],
    };

    /// Whether nobody needs to be known to call it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.any_of.is_empty() || self.any_of.iter().any(|all_of| all_of.is_empty())
    }

    /// The schemes that the alternatives name, each once per mention.
    pub fn schemes(&self) -> impl Iterator<Item = &'static Scheme> {
        self.any_of
            .iter()
            .copied()
            .flatten()
            .map(|requirement| requirement.scheme)
    }
}

/// One scheme that a request must satisfy, and the scopes that the spec lists with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// The scheme.
    pub scheme: &'static Scheme,
    /// The scopes.
    pub scopes: &'static [&'static str],
}

impl Requirement {
    /// `scheme` with `scopes`.
    #[must_use]
    pub const fn new(scheme: &'static Scheme, scopes: &'static [&'static str]) -> Self {
        Self { scheme, scopes }
    }
}

/// A security scheme of a spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheme {
    /// Its name in the spec.
    pub name: &'static str,
    /// Where the credential stands in a request.
    pub kind: SchemeKind,
}

impl Scheme {
    /// The scheme `name`.
    #[must_use]
    pub const fn new(name: &'static str, kind: SchemeKind) -> Self {
        Self { name, kind }
    }
}

/// Where a credential stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeKind {
    /// `Authorization: Bearer <token>`: OAuth2, OpenID Connect, HTTP bearer.
    Bearer,
    /// `Authorization: Basic <...>`.
    Basic,
    /// A header of this name.
    Header(&'static str),
    /// A query parameter of this name.
    Query(&'static str),
    /// A cookie of this name.
    Cookie(&'static str),
}
