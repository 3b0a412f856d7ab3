//! From the name in an address to the context it stands for.
//!
//! A name may be given to another context after a deletion, a key never; callers that must not be mistaken (workers,
//! above all) send the key in place of the name. It must never guess.

use crochet_api::common::ContextId;
use crochet_domain::ports::{ContextKey, ContextRecord, Contexts};
use crochet_openapi::Problem;

use super::problems::problem;

/// The context of a name or key.
pub(crate) async fn context(contexts: &dyn Contexts, id: &ContextId) -> Result<ContextRecord, Problem> {
    match as_key(id) {
        Some(key) => contexts.get(key).await.map_err(problem),
        None => contexts.find(id).await.map_err(problem),
    }
}

/// The key of a name or key. A key is taken as it is: whoever reads by it finds out whether it still exists.
pub(crate) async fn key(contexts: &dyn Contexts, id: &ContextId) -> Result<ContextKey, Problem> {
    match as_key(id) {
        Some(key) => Ok(key),
        None => Ok(contexts.find(id).await.map_err(problem)?.key),
    }
}

/// The key, if it is one.
pub(crate) fn as_key(id: &str) -> Option<ContextKey> {
    (id.len() == 36).then(|| id.parse().ok()).flatten()
}
