//! The built-in roles: which scopes each grants.
//!
//! What a new installation starts with: from then on the matrix is data that an admin edits. The scopes themselves come
//! from the specs, and a test of the whole house checks that every scope a spec names is granted by some role here.

use crochet_openapi::{RELAY_SCOPE, Scopes};

/// A named set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: &'static str,
    /// What it is for, for the people who assign it.
    pub description: &'static str,
    /// What it grants, as groups that larger roles share.
    groups: &'static [&'static [&'static str]],
}

const READ: &[&str] = &[
    "contexts:read",
    "keys:read",
    "orthos:read",
    "platform:read",
    "remediations:read",
    "roles:read",
    "surveys:read",
    "work:read",
];
/// What everybody does with what is theirs.
const OWN: &[&str] = &["own-keys:write"];
const EDIT: &[&str] = &["contexts:write", "corpora:write", "surveys:write"];
const OPERATE: &[&str] = &["log-level:write", "work:admin", "work:lease", "work:push"];
const ADMINISTER: &[&str] = &[
    "audit:read",
    "audit:write",
    "contexts:delete",
    "expansions:write",
    "keys:introspect",
    "keys:write",
    "people:read",
    "people:write",
    "roles:write",
    "sign-in-links:write",
    RELAY_SCOPE,
];
const SERVE: &[&str] = &[
    "audit:write",
    "corpora:write",
    "expansions:write",
    "keys:introspect",
    "surveys:write",
    "work:lease",
    "work:push",
    RELAY_SCOPE,
];

/// May look at everything.
pub const VIEWER: Role = Role {
    name: "viewer",
    description: "Looks at everything, changes nothing.",
    groups: &[READ, OWN],
};
/// May write content.
pub const EDITOR: Role = Role {
    name: "editor",
    description: "Writes content: contexts, texts, surveys.",
    groups: &[READ, OWN, EDIT],
};
/// May run the machinery: queue, workers, log level.
pub const OPERATOR: Role = Role {
    name: "operator",
    description: "Runs the machinery: queues, workers, the log level.",
    groups: &[READ, OWN, OPERATE],
};
/// May do everything.
pub const ADMIN: Role = Role {
    name: "admin",
    description: "May do everything, and says who may do what.",
    groups: &[READ, OWN, EDIT, OPERATE, ADMINISTER],
};
/// What services and workers need among themselves; not for people.
pub const SERVICE: Role = Role {
    name: "service",
    description: "What our own processes need among themselves.",
    groups: &[READ, SERVE],
};

/// The roles that people and their keys can have, from the smallest on.
pub const FOR_PEOPLE: [Role; 4] = [VIEWER, EDITOR, OPERATOR, ADMIN];

impl Role {
    /// What it grants.
    pub fn scopes(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.groups.iter().copied().flatten().copied()
    }

    /// What it grants, as a caller carries it.
    #[must_use]
    pub fn scope_set(&self) -> Scopes {
        self.scopes().collect()
    }

    /// The role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        FOR_PEOPLE
            .into_iter()
            .chain([SERVICE])
            .find(|role| role.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admin_grants_whatever_any_role_grants() {
        for role in FOR_PEOPLE.into_iter().chain([SERVICE]) {
            for scope in role.scopes() {
                assert!(ADMIN.scope_set().contains(scope), "{scope} of {}", role.name);
            }
        }
    }

    #[test]
    fn services_may_relay_and_people_below_admin_may_not() {
        assert!(SERVICE.scope_set().contains(RELAY_SCOPE));
        for role in [VIEWER, EDITOR, OPERATOR] {
            assert!(!role.scope_set().contains(RELAY_SCOPE), "{}", role.name);
        }
    }

    #[test]
    fn roles_are_found_by_name() {
        assert_eq!(Role::named("editor"), Some(EDITOR));
        assert_eq!(Role::named("nobody"), None);
    }
}
