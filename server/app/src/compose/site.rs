//! The pages of this process, where people sign in here and everything that a page shows can be reached.

use std::sync::Arc;

use crochet_auth::Gate;
use crochet_openapi::Audit;
use crochet_routes::contexts::GuardedContexts;
use crochet_routes::ingestor::GuardedIngestor;
use crochet_routes::orthos::GuardedOrthos;
use crochet_routes::platform::GuardedPlatform;

use super::access::People;
use super::reach::Reach;
use crate::pages::{PagesParts, Site};

/// The pages. A service of another process is guarded here: there it would be asked under the authority of this process,
/// not under that of the visitor. Whom a guard refuses is noted.
pub(super) fn of(gate: &Gate, people: Option<People>, reach: &Reach<'_>, audit: &Audit) -> Option<Arc<Site>> {
    let people = people?;
    Some(Arc::new(Site::new(PagesParts {
        gate: gate.clone(),
        sessions: people.sessions,
        sign_ins: people.sign_ins,
        accounts: people.accounts,
        programs: people.programs,
        contexts: Arc::new(GuardedContexts::new(reach.contexts().ok()?).noting(audit.clone())),
        ingestor: Arc::new(GuardedIngestor::new(reach.ingestor().ok()?).noting(audit.clone())),
        orthos: Arc::new(GuardedOrthos::new(reach.orthos().ok()?).noting(audit.clone())),
        platform: Arc::new(GuardedPlatform::new(reach.platform().ok()?).noting(audit.clone())),
        audit: audit.clone(),
    })))
}
