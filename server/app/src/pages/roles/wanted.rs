//! The matrix as somebody wants it: read from the form, written back into it, and said to the API.

use std::collections::{BTreeMap, BTreeSet};

use crochet_api::platform::{RoleMatrix, RoleName};
use serde_json::{Value, json};

use crate::pages::form::Form;

/// `role:editor` holds the description of a role that the form has.
const ROLE: &str = "role:";
/// `grant:editor:contexts:read` is there when the box is ticked.
const GRANT: &str = "grant:";
/// `remove:curator` is there when the role is to go.
const REMOVE: &str = "remove:";

/// What one role is to be.
#[derive(Debug, Clone, Default)]
pub(super) struct WantedRole {
    pub(super) description: String,
    pub(super) scopes: BTreeSet<String>,
    pub(super) removed: bool,
}

/// What the matrix is to be.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) roles: BTreeMap<String, WantedRole>,
    pub(super) new_name: String,
    pub(super) new_description: String,
}

impl Wanted {
    /// The matrix as it is.
    pub(super) fn of_matrix(matrix: &RoleMatrix) -> Self {
        let roles = matrix.roles.iter().map(|role| {
            let wanted = WantedRole {
                description: role.description.to_string(),
                scopes: role.scopes.0.iter().map(ToString::to_string).collect(),
                removed: false,
            };
            (role.name.to_string(), wanted)
        });
        Self {
            roles: roles.collect(),
            ..Self::default()
        }
    }

    /// The matrix as a form says it. What is fixed is taken from the matrix, whatever the form says.
    pub(super) fn of_form(form: &Form, matrix: &RoleMatrix) -> Self {
        let mut wanted = Self {
            new_name: form.get("new_name").to_owned(),
            new_description: form.get("new_description").to_owned(),
            ..Self::default()
        };
        for (field, value) in form.fields() {
            if let Some(role) = field.strip_prefix(ROLE) {
                wanted.role(role).description = value.trim().to_owned();
            } else if let Some((role, scope)) =
                field.strip_prefix(GRANT).and_then(|grant| grant.split_once(':'))
            {
                wanted.role(role).scopes.insert(scope.to_owned());
            } else if let Some(role) = field.strip_prefix(REMOVE) {
                wanted.role(role).removed = true;
            }
        }
        for role in matrix.roles.iter().filter(|role| role.fixed) {
            let scopes = role.scopes.0.iter().map(ToString::to_string);
            wanted.role(&role.name).scopes = scopes.collect();
        }
        wanted.adopt_new();
        wanted
    }

    fn role(&mut self, name: &str) -> &mut WantedRole {
        self.roles.entry(name.to_owned()).or_default()
    }

    /// From here on the new role is one of the roles, so that scopes can be ticked for it; a name that is taken or is none
    /// stays in its field, for its writer to mend.
    fn adopt_new(&mut self) {
        if RoleName::try_from(self.new_name.as_str()).is_err() || self.roles.contains_key(&self.new_name) {
            return;
        }
        let name = std::mem::take(&mut self.new_name);
        self.role(&name).description = std::mem::take(&mut self.new_description);
    }

    /// The fields of a form that says the same.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for (name, role) in &self.roles {
            fields.push((format!("{ROLE}{name}"), role.description.clone()));
            let grants = role.scopes.iter().map(|scope| format!("{GRANT}{name}:{scope}"));
            fields.extend(grants.map(|field| (field, "on".to_owned())));
            if role.removed {
                fields.push((format!("{REMOVE}{name}"), "on".to_owned()));
            }
        }
        fields
    }

    /// The same as the API takes it.
    pub(super) fn body(&self) -> Value {
        let mut roles: Vec<Value> = self
            .roles
            .iter()
            .filter(|(_, role)| !role.removed)
            .map(|(name, role)| json!({"name": name, "description": role.description, "scopes": role.scopes}))
            .collect();
        if !self.new_name.is_empty() {
            roles.push(json!({"name": self.new_name, "scopes": []}));
        }
        json!({ "roles": roles })
    }
}
