//! Who is calling, before anything else of a request is looked at.

use crochet_openapi::{
    Caller, Credentials, Denial, OperationInfo, Problem, RELAY_SCOPE, RequestContext, SchemeKind, authorise,
};
use poem::Request;
use poem::http::header::{AUTHORIZATION, COOKIE, HeaderName};

use crate::host::Host;
use crate::origin;

/// The header that names whom a service acts for.
pub(crate) const ON_BEHALF_OF: HeaderName = HeaderName::from_static("x-on-behalf-of");

/// Where the credentials of one operation stand in a request, made ready once: reading the name of a header takes
/// longer than looking it up.
pub(crate) struct Gate {
    operation: &'static OperationInfo,
    any_of: Vec<Vec<Source>>,
    /// The query parameter that may hold a key.
    query: Option<&'static str>,
}

/// Where one credential stands.
enum Source {
    Bearer,
    Basic,
    Header(HeaderName),
    Query,
    Cookie(&'static str),
    /// In a header whose name HTTP does not allow.
    Nowhere,
}

impl Gate {
    pub(crate) fn of(operation: &'static OperationInfo) -> Self {
        let security = &operation.security;
        let alternatives = security.any_of.iter().map(|all_of| {
            let sources = all_of.iter().map(|required| Source::of(required.scheme.kind));
            sources.collect()
        });
        let query = security.schemes().find_map(|scheme| match scheme.kind {
            SchemeKind::Query(name) => Some(name),
            _ => None,
        });
        Self {
            operation,
            any_of: alternatives.collect(),
            query,
        }
    }

    /// The caller of the operation, if one is known and may be.
    pub(crate) async fn caller(
        &self,
        host: &Host,
        request: &Request,
        context: &RequestContext,
    ) -> Result<Caller, Problem> {
        if self.any_of.is_empty() {
            return Ok(Caller::anonymous(context.clone()));
        }
        let key = self.query.and_then(|name| query_key(name, request));
        let credentials = self.credentials(request, key.as_deref());
        if credentials.is_empty() {
            return Ok(Caller::anonymous(context.clone()));
        }
        if is_cookie_alone(&credentials) {
            origin::admit(request)?;
        }
        let unknown = || Denial::Unauthenticated.into_problem(self.operation, Vec::new());
        let known = host.authenticator.authenticate(&credentials, context).await?;
        relayed(known.ok_or_else(unknown)?, request)
    }

    /// Only what the sources of one of the alternatives hold together.
    fn credentials<'r>(&self, request: &'r Request, key: Option<&'r str>) -> Credentials<'r> {
        let mut credentials = Credentials::default();
        for all_of in &self.any_of {
            let mut candidate = credentials;
            if all_of
                .iter()
                .all(|source| source.fill(&mut candidate, request, key))
            {
                credentials = candidate;
            }
        }
        credentials
    }
}

impl Source {
    fn of(kind: SchemeKind) -> Self {
        match kind {
            SchemeKind::Bearer => Self::Bearer,
            SchemeKind::Basic => Self::Basic,
            SchemeKind::Header(name) => HeaderName::try_from(name).map_or(Self::Nowhere, Self::Header),
            SchemeKind::Query(_) => Self::Query,
            SchemeKind::Cookie(name) => Self::Cookie(name),
        }
    }

    /// Puts what stands here into its place among the credentials; says whether there was anything.
    fn fill<'r>(
        &self,
        credentials: &mut Credentials<'r>,
        request: &'r Request,
        key: Option<&'r str>,
    ) -> bool {
        let (place, value) = match self {
            Self::Bearer => (&mut credentials.bearer, authorization(request, "bearer")),
            Self::Basic => (&mut credentials.basic, authorization(request, "basic")),
            Self::Header(name) => (&mut credentials.api_key, header(request, name)),
            Self::Query => (&mut credentials.api_key, key),
            Self::Cookie(name) => (&mut credentials.cookie, cookie(request, name)),
            Self::Nowhere => return false,
        };
        *place = value;
        value.is_some()
    }
}

/// Whether `caller` may call `operation`, and if not, who may.
pub(crate) async fn admit(host: &Host, operation: &OperationInfo, caller: &Caller) -> Result<(), Problem> {
    let Err(denial) = authorise(operation, caller) else {
        return Ok(());
    };
    let roles = match &denial {
        Denial::Missing(scopes) => host.authenticator.roles_granting(scopes).await,
        Denial::Unauthenticated => Vec::new(),
    };
    Err(denial.into_problem(operation, roles))
}

/// What a client could present, for the `WWW-Authenticate` of a 401.
pub(crate) fn challenges(operation: &OperationInfo) -> Vec<String> {
    let mut challenges: Vec<String> = Vec::new();
    for scheme in operation.security.schemes() {
        let challenge = match scheme.kind {
            SchemeKind::Bearer => "Bearer realm=\"crochet\"".to_owned(),
            SchemeKind::Basic => "Basic realm=\"crochet\"".to_owned(),
            SchemeKind::Header(name) => format!("ApiKey realm=\"crochet\", header=\"{name}\""),
            SchemeKind::Query(name) => format!("ApiKey realm=\"crochet\", query=\"{name}\""),
            SchemeKind::Cookie(name) => format!("ApiKey realm=\"crochet\", cookie=\"{name}\""),
        };
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    challenges
}

/// Whether the request proves who calls by what a browser adds to it unasked, whoever made the browser send it.
fn is_cookie_alone(credentials: &Credentials<'_>) -> bool {
    credentials.bearer.is_none() && credentials.basic.is_none() && credentials.api_key.is_none()
}

/// A service may say whom it acts for; nobody else may.
fn relayed(mut caller: Caller, request: &Request) -> Result<Caller, Problem> {
    let Some(subject) = header(request, &ON_BEHALF_OF) else {
        return Ok(caller);
    };
    if !caller.scopes.contains(RELAY_SCOPE) {
        let mut problem = Problem::forbidden(format!("X-On-Behalf-Of needs the scope {RELAY_SCOPE}"));
        problem.missing = vec![RELAY_SCOPE.to_owned()];
        return Err(problem);
    }
    caller.on_behalf_of = Some(subject.into());
    Ok(caller)
}

fn header<'r>(request: &'r Request, name: &HeaderName) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

/// A key in the query, decoded.
fn query_key(name: &str, request: &Request) -> Option<String> {
    let mut pairs = form_urlencoded::parse(request.uri().query()?.as_bytes());
    let (_, value) = pairs.find(|(key, _)| key == name)?;
    Some(value.into_owned())
}

fn authorization<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    let (named, value) = header(request, &AUTHORIZATION)?.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then(|| value.trim())
}

fn cookie<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let lines = request
        .headers()
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}
