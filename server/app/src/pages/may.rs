//! What a visitor may do, for pages that show the rest as unavailable, with the reason.

use std::collections::BTreeMap;

use crochet_openapi::{Authenticator as _, Denial, authorise};
use crochet_routes::OPERATIONS;
use serde::Serialize;

use super::Site;
use super::visitor::Visitor;

/// Whether one operation is open to a visitor.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct May {
    allowed: bool,
    missing: Vec<&'static str>,
    granted_by: Vec<String>,
}

impl May {
    pub(super) fn is_allowed(&self) -> bool {
        self.allowed
    }
}

/// Operations by their names.
pub(super) type Abilities = BTreeMap<&'static str, May>;

impl Site {
    /// What the security table says about these operations.
    pub(super) async fn may(&self, visitor: &Visitor, operations: &[&'static str]) -> Abilities {
        let mut abilities = Abilities::new();
        for &id in operations {
            abilities.insert(id, self.may_one(visitor, id).await);
        }
        abilities
    }

    /// What it says about this one. A name that no spec has is allowed to nobody.
    pub(super) async fn may_one(&self, visitor: &Visitor, id: &str) -> May {
        let Some(operation) = OPERATIONS.iter().find(|operation| operation.operation_id == id) else {
            return May::default();
        };
        match authorise(operation, &visitor.caller) {
            Ok(()) => May {
                allowed: true,
                ..May::default()
            },
            Err(Denial::Unauthenticated) => May::default(),
            Err(Denial::Missing(missing)) => May {
                allowed: false,
                granted_by: self.parts.gate.roles_granting(&missing).await,
                missing,
            },
        }
    }
}
