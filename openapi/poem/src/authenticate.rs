//! Who is calling, before anything else of a request is looked at.

use crochet_openapi::{
    Caller, Credentials, Denial, OperationInfo, Problem, RELAY_SCOPE, RequestContext, Scheme, SchemeKind,
    authorise,
};
use poem::Request;
use poem::http::header::{AUTHORIZATION, COOKIE};

use crate::host::Host;
use crate::origin;

/// The header that names whom a service acts for.
const ON_BEHALF_OF: &str = "x-on-behalf-of";

/// The caller of `operation`, if one is known and may be.
pub(crate) async fn caller(
    host: &Host,
    operation: &'static OperationInfo,
    request: &Request,
    context: &RequestContext,
) -> Result<Caller, Problem> {
    if operation.security.any_of.is_empty() {
        return Ok(Caller::anonymous(context.clone()));
    }
    let query = QueryKey::find(operation, request);
    let credentials = credentials(operation, request, query.as_ref());
    if credentials.is_empty() {
        return Ok(Caller::anonymous(context.clone()));
    }
    if is_cookie_alone(&credentials) {
        origin::admit(request)?;
    }
    let unknown = || Denial::Unauthenticated.into_problem(operation, Vec::new());
    let known = host.authenticator.authenticate(&credentials, context).await?;
    relayed(known.ok_or_else(unknown)?, request)
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
    let Some(subject) = request.header(ON_BEHALF_OF) else {
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

/// A key in the query, decoded; it outlives the credentials that point to it.
struct QueryKey(String);

impl QueryKey {
    fn find(operation: &OperationInfo, request: &Request) -> Option<Self> {
        let name = operation
            .security
            .schemes()
            .find_map(|scheme| match scheme.kind {
                SchemeKind::Query(name) => Some(name),
                _ => None,
            })?;
        let mut pairs = form_urlencoded::parse(request.uri().query()?.as_bytes());
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| Self(value.into_owned()))
    }
}

/// Only what the schemes of one of the alternatives ask for together.
fn credentials<'r>(
    operation: &OperationInfo,
    request: &'r Request,
    query: Option<&'r QueryKey>,
) -> Credentials<'r> {
    let mut credentials = Credentials::default();
    for all_of in operation.security.any_of {
        let presented: Option<Vec<_>> = all_of
            .iter()
            .map(|requirement| {
                present(requirement.scheme, request, query).map(|value| (requirement.scheme, value))
            })
            .collect();
        for (scheme, value) in presented.into_iter().flatten() {
            let slot = match scheme.kind {
                SchemeKind::Bearer => &mut credentials.bearer,
                SchemeKind::Basic => &mut credentials.basic,
                SchemeKind::Header(_) | SchemeKind::Query(_) => &mut credentials.api_key,
                SchemeKind::Cookie(_) => &mut credentials.cookie,
            };
            *slot = Some(value);
        }
    }
    credentials
}

fn present<'r>(scheme: &Scheme, request: &'r Request, query: Option<&'r QueryKey>) -> Option<&'r str> {
    match scheme.kind {
        SchemeKind::Bearer => authorization(request, "bearer"),
        SchemeKind::Basic => authorization(request, "basic"),
        SchemeKind::Header(name) => request.header(name),
        SchemeKind::Query(_) => query.map(|key| key.0.as_str()),
        SchemeKind::Cookie(name) => cookie(request, name),
    }
}

fn authorization<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    let (named, value) = request.header(AUTHORIZATION)?.split_once(' ')?;
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
