//! Who calls an operation, and how a service calls another one.
//!
//! Authority is a type: no `Caller`, no call. A person's credential never leaves the service that
//! received it; services call each other as themselves and say for whom. This module must never know
//! how a caller was recognised.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::RequestContext;

/// The scope that lets a caller act for another one.
pub const RELAY_SCOPE: &str = "calls:relay";

/// A set of scopes, shared by everything that the same caller does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(Arc<BTreeSet<String>>);

impl Scopes {
    /// Whether `scope` is in the set.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// The scopes in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<S: Into<String>> FromIterator<S> for Scopes {
    fn from_iter<I: IntoIterator<Item = S>>(scopes: I) -> Self {
        Self(Arc::new(scopes.into_iter().map(Into::into).collect()))
    }
}

/// The names of the roles that a person has, shared by everything that the same caller does. They explain a caller's
/// scopes and decide nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles(Option<Arc<[String]>>);

impl Roles {
    /// The names, as they were given.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The names, as they were given.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.as_slice().iter().map(String::as_str)
    }
}

impl<S: Into<String>> FromIterator<S> for Roles {
    fn from_iter<I: IntoIterator<Item = S>>(roles: I) -> Self {
        let roles: Arc<[String]> = roles.into_iter().map(Into::into).collect();
        Self((!roles.is_empty()).then_some(roles))
    }
}

/// What kind of party a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// Nobody in particular; may call what is public.
    Anonymous,
    /// A person, through a session.
    Person,
    /// An API key.
    Key,
    /// A program that acts for itself, by a token of its own.
    Program,
    /// One of our own services or workers.
    Service,
}

/// The party that makes one call. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The name under which it is audited, such as `key:7f3a` or `service:ingestor`.
    pub subject: Arc<str>,
    /// What kind of party it is.
    pub kind: CallerKind,
    /// The roles that it has, if it is a person.
    pub roles: Roles,
    /// What it may do.
    pub scopes: Scopes,
    /// Whether it is a person who is here themselves, and not a program that they have let in.
    pub in_session: bool,
    /// The subject that it acts for, when it is a service.
    pub on_behalf_of: Option<Arc<str>>,
    /// The request that the call serves.
    pub request: RequestContext,
}

impl Caller {
    /// A caller that acts for itself.
    pub fn new(
        subject: impl Into<Arc<str>>,
        kind: CallerKind,
        scopes: Scopes,
        request: RequestContext,
    ) -> Self {
        Self {
            subject: subject.into(),
            kind,
            roles: Roles::default(),
            scopes,
            in_session: false,
            on_behalf_of: None,
            request,
        }
    }

    /// The same caller, who has these roles.
    #[must_use]
    pub fn with_roles(mut self, roles: Roles) -> Self {
        self.roles = roles;
        self
    }

    /// The same caller, who is here themselves.
    #[must_use]
    pub fn in_session(mut self) -> Self {
        self.in_session = true;
        self
    }

    /// Nobody, who may call what is public.
    #[must_use]
    pub fn anonymous(request: RequestContext) -> Self {
        Self::new("anonymous", CallerKind::Anonymous, Scopes::default(), request)
    }

    /// The subject whose wish this is: the one acted for, or the caller itself.
    #[must_use]
    pub fn originator(&self) -> &Arc<str> {
        self.on_behalf_of.as_ref().unwrap_or(&self.subject)
    }
}

/// The name and authority under which a service calls others.
#[derive(Debug, Clone)]
pub struct Identity {
    subject: Arc<str>,
    scopes: Scopes,
}

impl Identity {
    /// The identity of the service `name` with the scopes of its role.
    #[must_use]
    pub fn service(name: &str, scopes: Scopes) -> Self {
        Self {
            subject: format!("service:{name}").into(),
            scopes,
        }
    }

    /// The caller to use for work that `caller` asked for, within the same request.
    #[must_use]
    pub fn acting_for(&self, caller: &Caller) -> Caller {
        Caller {
            on_behalf_of: Some(caller.originator().clone()),
            ..self.alone(caller.request.clone())
        }
    }

    /// The caller to use for work that nobody asked for, such as sweeping.
    #[must_use]
    pub fn alone(&self, request: RequestContext) -> Caller {
        Caller::new(
            self.subject.clone(),
            CallerKind::Service,
            self.scopes.clone(),
            request,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, CallerKind, Identity, Roles, Scopes};
    use crate::RequestContext;

    fn person() -> Caller {
        Caller::new(
            "person:ada",
            CallerKind::Person,
            Scopes::from_iter(["orthos:read"]),
            RequestContext::new(),
        )
        .with_roles(Roles::from_iter(["viewer"]))
        .in_session()
    }

    #[test]
    fn a_service_acts_with_its_own_scopes_in_the_name_of_its_caller() {
        let identity = Identity::service("ingestor", Scopes::from_iter(["work:push"]));
        let person = person();
        let acting = identity.acting_for(&person);
        assert_eq!(&*acting.subject, "service:ingestor");
        assert_eq!(acting.on_behalf_of.as_deref(), Some("person:ada"));
        assert!(acting.scopes.contains("work:push") && !acting.scopes.contains("orthos:read"));
        assert_eq!(
            acting.roles.as_slice(),
            [""; 0],
            "a person's roles stay with the person"
        );
        assert!(!acting.in_session, "a service is nobody who is here");
        assert_eq!(acting.request, person.request);
    }

    #[test]
    fn the_first_in_a_chain_of_services_stays_the_originator() {
        let first = Identity::service("ingestor", Scopes::default()).acting_for(&person());
        let second = Identity::service("orthos", Scopes::default()).acting_for(&first);
        assert_eq!(&**second.originator(), "person:ada");
    }
}
