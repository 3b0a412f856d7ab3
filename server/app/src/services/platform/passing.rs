//! Operations on roles, people, keys and the audit log, passed to whoever has them: the services of this process, or the
//! platform of another.
//!
//! Another process is asked in the name of this one, for the caller; a caller's own credential never leaves.

mod audit;
mod keys;
mod people;
mod roles;

use crochet_api::platform::{AuditOperations, KeysOperations, PeopleOperations, RolesOperations};
use crochet_openapi::{Caller, Problem};

use super::people::no_accounts;
use super::{AccessAt, PlatformService};

impl PlatformService {
    /// Who has the keys, and as whom they are asked.
    fn keys(&self, caller: &Caller) -> (&dyn KeysOperations, Caller) {
        match &self.parts.access {
            AccessAt::Here { keys, .. } => (&**keys, caller.clone()),
            AccessAt::Elsewhere { platform, identity } => (&**platform, identity.acting_for(caller)),
        }
    }

    /// Who has the roles, and as whom they are asked.
    fn roles(&self, caller: &Caller) -> (&dyn RolesOperations, Caller) {
        match &self.parts.access {
            AccessAt::Here { roles, .. } => (&**roles, caller.clone()),
            AccessAt::Elsewhere { platform, identity } => (&**platform, identity.acting_for(caller)),
        }
    }

    /// Who has the people, and as whom they are asked.
    fn people(&self, caller: &Caller) -> Result<(&dyn PeopleOperations, Caller), Problem> {
        match &self.parts.access {
            AccessAt::Here { people, .. } => {
                let people = people.as_deref().ok_or_else(no_accounts)?;
                Ok((people, caller.clone()))
            }
            AccessAt::Elsewhere { platform, identity } => Ok((&**platform, identity.acting_for(caller))),
        }
    }

    /// Who has the audit log, and as whom they are asked.
    fn audit(&self, caller: &Caller) -> (&dyn AuditOperations, Caller) {
        match &self.parts.access {
            AccessAt::Here { audit, .. } => (&**audit, caller.clone()),
            AccessAt::Elsewhere { platform, identity } => (&**platform, identity.acting_for(caller)),
        }
    }
}
