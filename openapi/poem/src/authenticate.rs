//! Who is calling, before anything else of a request is looked at.

use crochet_openapi::{
    Caller, Credentials, Denial, OperationInfo, Problem, RELAY_SCOPE, RequestContext, SchemeKind, authorise,
};
use poem::Request;
use poem::http::header::HeaderName;

use crate::host::Host;
use crate::origin;
use crate::presented::Presented;

/// Where the credentials of one operation stand in a request, made ready once: reading the name of a header takes
/// longer than looking it up.
pub(crate) struct Gate {
    operation: &'static OperationInfo,
    any_of: Vec<Vec<Source>>,
    /// The headers that may hold a key.
    keys: Vec<HeaderName>,
    /// The query parameter that may hold a key.
    query: Option<&'static str>,
}

/// Where one credential stands.
enum Source {
    Bearer,
    Basic,
    /// In the header at this place among those that may hold a key.
    Header(usize),
    Query,
    Cookie(&'static str),
    /// In a header whose name HTTP does not allow.
    Nowhere,
}

impl Gate {
    pub(crate) fn of(operation: &'static OperationInfo) -> Self {
        let security = &operation.security;
        let mut keys = Vec::new();
        let alternatives = security.any_of.iter().map(|all_of| {
            let sources = all_of
                .iter()
                .map(|required| Source::of(required.scheme.kind, &mut keys));
            sources.collect()
        });
        let any_of = alternatives.collect();
        let query = security.schemes().find_map(|scheme| match scheme.kind {
            SchemeKind::Query(name) => Some(name),
            _ => None,
        });
        Self {
            operation,
            any_of,
            keys,
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
        let query = self.query.and_then(|name| query_key(name, request));
        let presented = Presented::read(request.headers(), &self.keys);
        let credentials = self.credentials(&presented, query.as_deref());
        if credentials.is_empty() {
            return Ok(Caller::anonymous(context.clone()));
        }
        if is_cookie_alone(&credentials) {
            origin::admit(request)?;
        }
        let unknown = || Denial::Unauthenticated.into_problem(self.operation, Vec::new());
        let known = host.authenticator.authenticate(&credentials, context).await?;
        relayed(known.ok_or_else(unknown)?, &presented)
    }

    /// Only what the sources of one of the alternatives hold together.
    fn credentials<'r>(&self, presented: &Presented<'r>, query: Option<&'r str>) -> Credentials<'r> {
        let mut credentials = Credentials::default();
        for all_of in &self.any_of {
            let mut candidate = credentials;
            if all_of
                .iter()
                .all(|source| source.fill(&mut candidate, presented, query))
            {
                credentials = candidate;
            }
        }
        credentials
    }
}

impl Source {
    fn of(kind: SchemeKind, keys: &mut Vec<HeaderName>) -> Self {
        match kind {
            SchemeKind::Bearer => Self::Bearer,
            SchemeKind::Basic => Self::Basic,
            SchemeKind::Header(name) => {
                HeaderName::try_from(name).map_or(Self::Nowhere, |name| Self::Header(place_of(name, keys)))
            }
            SchemeKind::Query(_) => Self::Query,
            SchemeKind::Cookie(name) => Self::Cookie(name),
        }
    }

    /// Puts what stands here into its place among the credentials; says whether there was anything.
    fn fill<'r>(
        &self,
        credentials: &mut Credentials<'r>,
        presented: &Presented<'r>,
        query: Option<&'r str>,
    ) -> bool {
        let (place, value) = match self {
            Self::Bearer => (&mut credentials.bearer, presented.authorization("bearer")),
            Self::Basic => (&mut credentials.basic, presented.authorization("basic")),
            Self::Header(place) => (&mut credentials.api_key, presented.key(*place)),
            Self::Query => (&mut credentials.api_key, query),
            Self::Cookie(name) => (&mut credentials.cookie, presented.cookie(name)),
            Self::Nowhere => return false,
        };
        *place = value;
        value.is_some()
    }
}

/// Where `name` stands among the headers that may hold a key.
fn place_of(name: HeaderName, keys: &mut Vec<HeaderName>) -> usize {
    keys.iter().position(|known| *known == name).unwrap_or_else(|| {
        keys.push(name);
        keys.len() - 1
    })
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
fn relayed(mut caller: Caller, presented: &Presented<'_>) -> Result<Caller, Problem> {
    let Some(subject) = presented.on_behalf_of else {
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

/// A key in the query, decoded.
fn query_key(name: &str, request: &Request) -> Option<String> {
    let mut pairs = form_urlencoded::parse(request.uri().query()?.as_bytes());
    let (_, value) = pairs.find(|(key, _)| key == name)?;
    Some(value.into_owned())
}

#[cfg(test)]
mod tests {
    use crochet_openapi::{Requirement, Scheme, Security};

    use super::*;

    static TOKEN: Scheme = Scheme::new("token", SchemeKind::Bearer);
    static KEY: Scheme = Scheme::new("key", SchemeKind::Header("X-Api-Key"));
    static SESSION: Scheme = Scheme::new("session", SchemeKind::Cookie("session"));
    static BOTH_OR_SESSION: OperationInfo = OperationInfo {
        security: Security {
            any_of: &[
                &[Requirement::new(&TOKEN, &[]), Requirement::new(&KEY, &[])],
                &[Requirement::new(&SESSION, &[])],
            ],
            scopes: &[],
        },
        ..OperationInfo::EMPTY
    };

    /// What is taken of a request with these headers: token, key, cookie.
    fn taken(headers: &[(&str, &str)]) -> [bool; 3] {
        let builder = headers.iter().fold(Request::builder(), |builder, (name, value)| {
            builder.header(*name, *value)
        });
        let (request, gate) = (builder.finish(), Gate::of(&BOTH_OR_SESSION));
        let found = gate.credentials(&Presented::read(request.headers(), &gate.keys), None);
        [
            found.bearer.is_some(),
            found.api_key.is_some(),
            found.cookie.is_some(),
        ]
    }

    #[test]
    fn credentials_that_are_demanded_together_count_only_together() {
        let (token, key) = (("authorization", "Bearer t"), ("x-api-key", "k"));
        let session = ("cookie", "session=s");
        assert_eq!(taken(&[token, key]), [true, true, false]);
        assert_eq!(taken(&[token]), [false, false, false]);
        assert_eq!(taken(&[key]), [false, false, false]);
        assert_eq!(taken(&[token, session]), [false, false, true]);
    }
}
