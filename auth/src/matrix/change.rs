//! What differs between two matrices, and how a change is taken back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Grants, GrantsByRole, Matrix};

/// What happened to a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It grants or says something else.
    Changed,
}

/// What one change does to one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChange {
    /// Its name.
    pub role: String,
    /// What happened to it.
    pub kind: ChangeKind,
    /// What it grants from now on.
    pub gained: BTreeSet<String>,
    /// What it grants no longer.
    pub lost: BTreeSet<String>,
    /// Whether its description is another.
    pub described: bool,
}

impl Matrix {
    /// What is different in `next`, role by role; empty when nothing is.
    #[must_use]
    pub fn changes_to(&self, next: &Self) -> Vec<RoleChange> {
        let (before, after) = (self.roles(), next.roles());
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        names
            .into_iter()
            .filter_map(|role| change(role, before.get(role), after.get(role)))
            .collect()
    }

    /// These roles without what the change from `before` to `after` did to them; what was changed since stays.
    #[must_use]
    pub fn without_change(&self, before: &Self, after: &Self) -> GrantsByRole {
        let mut roles = self.roles().clone();
        for change in before.changes_to(after) {
            take_back(&mut roles, &change, before.roles().get(&change.role));
        }
        roles
    }
}

fn change(role: &str, before: Option<&Grants>, after: Option<&Grants>) -> Option<RoleChange> {
    let kind = match (before, after) {
        (None, Some(_)) => ChangeKind::Added,
        (Some(_), None) => ChangeKind::Removed,
        (Some(old), Some(new)) if old != new => ChangeKind::Changed,
        _ => return None,
    };
    let nothing = Grants::default();
    let (old, new) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
    Some(RoleChange {
        role: role.to_owned(),
        kind,
        gained: new.scopes.difference(&old.scopes).cloned().collect(),
        lost: old.scopes.difference(&new.scopes).cloned().collect(),
        described: old.description != new.description,
    })
}

fn take_back(roles: &mut BTreeMap<String, Grants>, change: &RoleChange, before: Option<&Grants>) {
    match (change.kind, before) {
        (ChangeKind::Removed, Some(old)) => {
            // Somebody may have made the role anew since; then what it was granted since stays granted.
            let again = roles.entry(change.role.clone()).or_default();
            again.description.clone_from(&old.description);
            again.scopes.extend(old.scopes.iter().cloned());
        }
        (ChangeKind::Changed, Some(old)) => {
            if let Some(grants) = roles.get_mut(&change.role) {
                grants.scopes.retain(|scope| !change.gained.contains(scope));
                grants.scopes.extend(change.lost.iter().cloned());
                if change.described {
                    grants.description.clone_from(&old.description);
                }
            }
        }
        _ => {
            roles.remove(&change.role);
        }
    }
}
