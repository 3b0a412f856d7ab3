//! Proofs over a whole context: one hash of what is stored, and whether each ortho satisfies the definition.
//!
//! The definition is checked against the sentences, not against what a worker once saw. It must never repair
//! anything.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::common::ContextId;
use crochet_api::orthos::{ContextCheck, Digest as ShownDigest, Fault, ProofsOperations};
use crochet_domain::ortho::{Geometry, Ortho, ortho_id};
use crochet_domain::phrases::ContextView;
use crochet_domain::ports::{ContextKey, ContextRecord, PageRequest, StoredFault};
use crochet_domain::search::lines::check_ortho;
use crochet_openapi::{Caller, Problem};
use sha2::{Digest, Sha256};

use super::{OrthosService, complete};
use crate::services::names;
use crate::services::problems::{problem, unspeakable};
use crate::services::views::view_of;
use crate::services::wire::{count, version};

/// How many faults are listed before a check stops.
const FAULTS_MAX: usize = 1_000;
/// How many orthos are read at once.
const BATCH: u32 = 5_000;

#[async_trait]
impl ProofsOperations for OrthosService {
    async fn read_digest(&self, _: &Caller, context_id: ContextId) -> Result<ShownDigest, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let digest = self.inspection.digest(context.key).await.map_err(problem)?;
        Ok(ShownDigest {
            version: version(context.version)?,
            settled_version: version(context.settled)?,
            digest: both(&digest.orthos, &digest.remediations),
            orthos: digest.orthos,
            remediations: digest.remediations,
            ortho_count: count(digest.ortho_count),
            remediation_count: count(digest.remediation_count),
        })
    }

    async fn check_context(&self, _: &Caller, context_id: ContextId) -> Result<ContextCheck, Problem> {
        let context = names::context(&*self.contexts, &context_id).await?;
        let stored = self
            .inspection
            .faults(context.key, FAULTS_MAX as u32)
            .await
            .map_err(problem)?;
        let view = view_of(&*self.contexts, &context).await?;
        let (checked, view) = (view.version(), Arc::new(view));
        let (orthos, proved) = self.prove(context.key, &view).await?;
        let missing = self.missing(&context, view).await?;
        let faults = stored.into_iter().map(fault).chain(proved).chain(missing);
        Ok(ContextCheck {
            version: version(checked)?,
            orthos: count(orthos),
            faults: faults.take(FAULTS_MAX).collect(),
        })
    }
}

impl OrthosService {
    /// What a settled context lacks, or has too much of.
    async fn missing(&self, context: &ContextRecord, view: Arc<ContextView>) -> Result<Vec<Fault>, Problem> {
        let version = view.version();
        if context.truncated || context.settled != version {
            return Ok(Vec::new());
        }
        let expected = complete::expected(view).await?;
        let stored = self.orthos.counts(context.key).await.map_err(problem)?;
        let waiting = self.inspection.digest(context.key).await.map_err(problem)?;
        let now = self.contexts.get(context.key).await.map_err(problem)?;
        if now.version != version {
            // A text came meanwhile, and with it orthos that were not expected.
            return Ok(Vec::new());
        }
        Ok(complete::differences(
            &expected,
            &stored,
            waiting.remediation_count,
        ))
    }

    /// How many orthos were looked at, and what is wrong with them.
    async fn prove(
        &self,
        context: ContextKey,
        view: &Arc<ContextView>,
    ) -> Result<(u64, Vec<Fault>), Problem> {
        let mut request = PageRequest::first(BATCH);
        let mut orthos = 0;
        let mut faults = Vec::new();
        loop {
            let page = self.inspection.orthos(context, request).await.map_err(problem)?;
            orthos += page.items.len() as u64;
            let next = page.next;
            let view = Arc::clone(view);
            let look = move || {
                page.items
                    .iter()
                    .filter_map(|ortho| wrong_with(ortho, &view))
                    .collect::<Vec<_>>()
            };
            let looked = tokio::task::spawn_blocking(look).await;
            faults.extend(looked.map_err(|error| unspeakable(&error))?);
            match next {
                Some(next) if faults.len() < FAULTS_MAX => {
                    request = PageRequest {
                        limit: BATCH,
                        after: Some(next),
                    };
                }
                _ => return Ok((orthos, faults)),
            }
        }
    }
}

/// The first invariant that an ortho breaks. One that is newer than the view belongs to a text that came meanwhile.
fn wrong_with(ortho: &Ortho, view: &ContextView) -> Option<Fault> {
    if ortho.min_version > view.version() {
        return None;
    }
    let fault = |invariant: &str, detail: String| {
        Some(Fault {
            invariant: invariant.to_owned(),
            detail: format!("ortho {}: {detail}", ortho.id),
        })
    };
    if !view.bounds().allow(ortho.shape.extents()) {
        return fault(
            "orthos lie within the bounds",
            format!("its shape is {}", ortho.shape),
        );
    }
    if ortho.cells.len() != ortho.shape.cell_count() {
        return fault(
            "orthos are complete",
            format!("it has {} words", ortho.cells.len()),
        );
    }
    let newest = match check_ortho(view, Geometry::new(ortho.shape.extents()), &ortho.cells) {
        Ok(lines) => lines.version(),
        Err(error) => return fault("orthos satisfy the definition", error.to_string()),
    };
    if newest != ortho.min_version {
        return fault(
            "min_version is the newest phrase",
            format!(
                "its newest phrase is of version {newest}, its min_version {}",
                ortho.min_version
            ),
        );
    }
    let words = ortho.cells.iter().map(|&word| view.vocabulary().word(word));
    let id = ortho_id(&ortho.shape, words);
    if id != ortho.id {
        return fault(
            "the id is the hash of the words",
            format!("its words have the id {id}"),
        );
    }
    None
}

fn fault(stored: StoredFault) -> Fault {
    Fault {
        invariant: stored.invariant.to_owned(),
        detail: stored.detail,
    }
}

/// One hash over two, cut as ids are.
fn both(orthos: &str, remediations: &str) -> String {
    let hash = Sha256::new()
        .chain_update(orthos)
        .chain_update("\n")
        .chain_update(remediations)
        .finalize();
    hash[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::both;

    #[test]
    fn either_half_changes_the_whole() {
        assert_ne!(both("a", "b"), both("a", "c"));
        assert_ne!(both("a", "b"), both("b", "b"));
        assert_eq!(both("a", "b").len(), 32);
    }
}
