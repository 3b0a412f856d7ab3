//! The decision whether a caller may call an operation: pure, and the same over HTTP and in process.

use crate::{Audit, Caller, CallerKind, OperationInfo, Problem};

/// Why a caller may not call an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// Nobody is known to be calling.
    Unauthenticated,
    /// The caller lacks these scopes.
    Missing(Vec<&'static str>),
}

/// Decides whether `caller` may call `operation`.
///
/// # Errors
/// Says what is lacking.
pub fn authorise(operation: &OperationInfo, caller: &Caller) -> Result<(), Denial> {
    let security = &operation.security;
    if security.is_public() {
        return Ok(());
    }
    if caller.kind == CallerKind::Anonymous {
        return Err(Denial::Unauthenticated);
    }
    if security.scopes.iter().all(|scope| caller.scopes.contains(scope)) {
        return Ok(());
    }
    let missing = security
        .scopes
        .iter()
        .copied()
        .filter(|scope| !caller.scopes.contains(scope));
    Err(Denial::Missing(missing.collect()))
}

/// As [`authorise`], with the denial as the problem that a caller in the same process gets. That somebody was denied is
/// noted in `audit`.
///
/// # Errors
/// 401 or 403.
pub fn admit(operation: &'static OperationInfo, caller: &Caller, audit: &Audit) -> Result<(), Problem> {
    authorise(operation, caller).map_err(|denial| {
        let problem = denial.into_problem(operation, Vec::new());
        if caller.kind != CallerKind::Anonymous {
            audit.denied(operation, caller, &operation.full_path(), &problem);
        }
        problem
    })
}

impl Denial {
    /// The problem that tells the caller so; `granted_by` are the roles that would have helped.
    #[must_use]
    pub fn into_problem(self, operation: &OperationInfo, granted_by: Vec<String>) -> Problem {
        match self {
            Self::Unauthenticated => {
                Problem::unauthorized(format!("{} needs a valid credential", operation.operation_id))
            }
            Self::Missing(scopes) => {
                let detail = format!(
                    "{} needs the scope {}",
                    operation.operation_id,
                    scopes.join(" and ")
                );
                let mut problem =
                    Problem::forbidden(detail).with_type("/problems/scope-missing", "Scope missing");
                problem.missing = scopes.into_iter().map(str::to_owned).collect();
                problem.granted_by = granted_by;
                problem
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Denial, authorise};
    use crate::{
        Caller, CallerKind, OperationInfo, RequestContext, Requirement, Scheme, SchemeKind, Scopes, Security,
    };

    static OAUTH2: Scheme = Scheme {
        name: "oauth2",
        kind: SchemeKind::Bearer,
    };
    static API_KEY: Scheme = Scheme {
        name: "apiKey",
        kind: SchemeKind::Header("X-Api-Key"),
    };

    fn operation(
        any_of: &'static [&'static [Requirement]],
        scopes: &'static [&'static str],
    ) -> OperationInfo {
        OperationInfo {
            spec: "teas",
            tag: "Teas",
            operation_id: "brew_tea",
            security: Security { any_of, scopes },
            ..OperationInfo::EMPTY
        }
    }

    static EITHER: [&[Requirement]; 2] = [
        &[Requirement {
            scheme: &OAUTH2,
            scopes: &["teas:write", "water:read"],
        }],
        &[Requirement {
            scheme: &API_KEY,
            scopes: &[],
        }],
    ];
    static OPTIONAL: [&[Requirement]; 2] = [
        &[],
        &[Requirement {
            scheme: &OAUTH2,
            scopes: &["teas:write"],
        }],
    ];

    fn guarded() -> OperationInfo {
        operation(&EITHER, &["teas:write", "water:read"])
    }

    fn key(scopes: &[&str]) -> Caller {
        Caller::new(
            "key:1",
            CallerKind::Key,
            scopes.iter().copied().collect::<Scopes>(),
            RequestContext::new(),
        )
    }

    #[test]
    fn a_caller_with_every_scope_may_call() {
        assert_eq!(
            authorise(&guarded(), &key(&["teas:write", "water:read", "more"])),
            Ok(())
        );
    }

    #[test]
    fn scopes_are_demanded_of_a_key_although_its_scheme_names_none() {
        assert_eq!(
            authorise(&guarded(), &key(&["water:read"])),
            Err(Denial::Missing(vec!["teas:write"]))
        );
    }

    #[test]
    fn nobody_may_call_what_needs_somebody() {
        let nobody = Caller::anonymous(RequestContext::new());
        assert_eq!(authorise(&guarded(), &nobody), Err(Denial::Unauthenticated));
    }

    #[test]
    fn everybody_may_call_what_is_public_or_optional() {
        let nobody = Caller::anonymous(RequestContext::new());
        assert_eq!(authorise(&operation(&[], &[]), &nobody), Ok(()));
        assert_eq!(authorise(&operation(&OPTIONAL, &["teas:write"]), &nobody), Ok(()));
    }

    #[test]
    fn a_denial_says_what_is_missing_and_who_grants_it() {
        let problem = Denial::Missing(vec!["teas:write"]).into_problem(&guarded(), vec!["editor".into()]);
        assert_eq!(
            (problem.status, &problem.missing[..], &problem.granted_by[..]),
            (403, &["teas:write".to_owned()][..], &["editor".to_owned()][..])
        );
        assert_eq!(
            problem.detail.as_deref(),
            Some("brew_tea needs the scope teas:write")
        );
        assert_eq!(problem.type_uri, "/problems/scope-missing");
    }
}
