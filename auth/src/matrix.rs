//! The role matrix: which role grants which scopes.
//!
//! A matrix is a value: changing it makes the next version, and nothing here reads a clock or a store. Which scopes there
//! are is not decided here but in the specs; a matrix that was saved by an older release meets new scopes and lacks
//! dropped ones, which [`Matrix::restore`] settles. It must never know who has which role.

mod change;
mod handle;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crochet_openapi::Scopes;
use serde::{Deserialize, Serialize};

use crate::roles::{ADMIN, FOR_PEOPLE, Role, SERVICE};

pub use change::{ChangeKind, RoleChange};
pub use handle::{Matrices, MatrixSource};

/// What one role is for, and what it grants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// One sentence for the people who assign it.
    pub description: String,
    /// The scopes that it grants.
    pub scopes: BTreeSet<String>,
}

/// The roles by name.
pub type GrantsByRole = BTreeMap<String, Grants>;

/// A matrix as it is kept: with the scopes that there were, to tell "not granted" from "not known then".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedMatrix {
    /// The scopes that there were.
    pub scopes_known: BTreeSet<String>,
    /// The roles.
    pub roles: GrantsByRole,
}

/// Which role grants which scopes, as of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    version: u64,
    scopes_known: BTreeSet<String>,
    roles: GrantsByRole,
}

/// A matrix that may not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// A built-in role is missing.
    #[error("the role {role} is built in and cannot be removed")]
    BuiltInRemoved {
        /// Its name.
        role: String,
    },
    /// Somebody takes a scope away from the role that grants all.
    #[error("the role admin grants every scope, and that cannot be changed")]
    AdminChanged,
    /// A name that stands for our own processes.
    #[error("the name {role} is taken by our own processes")]
    NameTaken {
        /// The name.
        role: String,
    },
    /// No operation demands this scope.
    #[error("there is no scope {scope}")]
    UnknownScope {
        /// The role that would grant it.
        role: String,
        /// The scope.
        scope: String,
    },
}

impl Matrix {
    /// The matrix of a new installation: the built-in roles over the scopes that the specs name.
    #[must_use]
    pub fn built_in<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Self {
        let scopes_known: BTreeSet<String> = scopes.into_iter().map(str::to_owned).collect();
        let roles = FOR_PEOPLE.map(|role| (role.name.to_owned(), defaults(role, &scopes_known)));
        Self {
            version: 0,
            roles: roles.into(),
            scopes_known,
        }
    }

    /// A kept matrix among the scopes of today: those that were not known then are granted as a new installation would,
    /// those that are gone are granted by nobody.
    #[must_use]
    pub fn restore<'a>(version: u64, saved: SavedMatrix, scopes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut today = Self::built_in(scopes);
        today.version = version;
        for (name, kept) in saved.roles {
            let grants = today.roles.entry(name).or_default();
            grants.description = kept.description;
            let newcomers = grants.scopes.difference(&saved.scopes_known).cloned();
            let still_there = kept.scopes.intersection(&today.scopes_known).cloned();
            grants.scopes = newcomers.chain(still_there).collect();
        }
        today.keep_admin_whole();
        today
    }

    /// What to keep of it.
    #[must_use]
    pub fn save(&self) -> SavedMatrix {
        SavedMatrix {
            scopes_known: self.scopes_known.clone(),
            roles: self.roles.clone(),
        }
    }

    /// The next version, with these roles.
    ///
    /// # Errors
    /// When that would break a rule; the first one broken.
    pub fn with_roles(&self, roles: GrantsByRole) -> Result<Self, MatrixError> {
        for role in FOR_PEOPLE {
            if !roles.contains_key(role.name) {
                let role = role.name.to_owned();
                return Err(MatrixError::BuiltInRemoved { role });
            }
        }
        for (role, grants) in &roles {
            if role == SERVICE.name {
                return Err(MatrixError::NameTaken { role: role.clone() });
            }
            if let Some(scope) = grants.scopes.difference(&self.scopes_known).next() {
                let (role, scope) = (role.clone(), scope.clone());
                return Err(MatrixError::UnknownScope { role, scope });
            }
        }
        if roles[ADMIN.name].scopes != self.scopes_known {
            return Err(MatrixError::AdminChanged);
        }
        Ok(Self {
            version: self.version + 1,
            scopes_known: self.scopes_known.clone(),
            roles,
        })
    }

    /// Whether some operation, or the system itself, knows this scope.
    #[must_use]
    pub fn knows(&self, scope: &str) -> bool {
        self.scopes_known.contains(scope)
    }

    /// How often the matrix was changed.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The roles, by name.
    #[must_use]
    pub const fn roles(&self) -> &GrantsByRole {
        &self.roles
    }

    /// Every scope that some operation demands.
    #[must_use]
    pub const fn scopes_known(&self) -> &BTreeSet<String> {
        &self.scopes_known
    }

    /// What these roles grant together; a role that does not exist grants nothing.
    pub fn scopes_of<'a>(&self, roles: impl IntoIterator<Item = &'a str>) -> Scopes {
        let granted = roles.into_iter().filter_map(|role| self.roles.get(role));
        granted.flat_map(|grants| &grants.scopes).cloned().collect()
    }

    /// The roles that grant every one of these scopes, the smallest first.
    #[must_use]
    pub fn granting(&self, scopes: &[&str]) -> Vec<&str> {
        let grants_all = |grants: &Grants| scopes.iter().all(|scope| grants.scopes.contains(*scope));
        let mut granting: Vec<_> = self
            .roles
            .iter()
            .filter(|(_, grants)| grants_all(grants))
            .collect();
        granting.sort_by_key(|(_, grants)| grants.scopes.len());
        granting.into_iter().map(|(name, _)| name.as_str()).collect()
    }

    fn keep_admin_whole(&mut self) {
        let admin = self.roles.entry(ADMIN.name.to_owned()).or_default();
        admin.scopes.clone_from(&self.scopes_known);
    }
}

/// Whether a role of this name comes with every installation.
#[must_use]
pub fn is_built_in(role: &str) -> bool {
    FOR_PEOPLE.iter().any(|known| known.name == role)
}

fn defaults(role: Role, scopes_known: &BTreeSet<String>) -> Grants {
    let scopes = if role == ADMIN {
        scopes_known.clone()
    } else {
        let granted = role.scopes().filter(|scope| scopes_known.contains(*scope));
        granted.map(str::to_owned).collect()
    };
    Grants {
        description: role.description.to_owned(),
        scopes,
    }
}
