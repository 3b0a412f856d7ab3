//! How contexts and texts are shown, and the entity tag of a context.
//!
//! It must never read anything itself.

use crochet_api::common::EntityTag;
use crochet_api::contexts::{Context, Corpus};
use crochet_domain::ports::{ContextRecord, ContextState, CorpusRecord};
use crochet_openapi::{Problem, etag};

use super::settings;
use crate::services::problems::no_context;
use crate::services::wire::{count, said, version};

/// A context as it is shown.
pub(super) fn context(record: ContextRecord) -> Result<Context, Problem> {
    Ok(Context {
        id: said(record.slug)?,
        key: record.key.0,
        title: said(record.title)?,
        tokeniser: settings::tokeniser(&record.settings.tokeniser)?,
        bounds: settings::bounds(record.settings.bounds),
        version: version(record.version)?,
        settled_version: version(record.settled)?,
        truncated: record.truncated,
        words: count(record.words),
        phrases: count(record.phrases),
        corpora: count(record.corpora),
        sentences: count(record.sentences),
        orthos: count(record.orthos),
        remediations: count(record.remediations),
        created_at: record.created_at,
    })
}

/// A text as it is shown.
pub(super) fn corpus(record: CorpusRecord) -> Result<Corpus, Problem> {
    Ok(Corpus {
        id: said(record.id.0)?,
        title: said(record.title)?,
        version: version(record.version)?,
        bytes: count(record.bytes),
        sentences: count(record.sentences),
        words: count(record.words),
        created_at: record.created_at,
    })
}

/// The entity tag of a context: everything about it that can change, behind what names its texts.
pub(super) fn etag(record: &ContextRecord) -> Result<EntityTag, Problem> {
    let moving = format!(
        "{}.{}.{}.{}",
        record.settled, record.orthos, record.remediations, record.truncated
    );
    said(etag::strong(format_args!("{}-{moving}", texts(record))))
}

/// Whether a caller that sent this `If-Match` has seen the texts that the context has now. What the search has found
/// meanwhile does not count: it goes on by itself, and a deletion would otherwise never get through to a busy context.
pub(super) fn is_what_was_seen(record: &ContextRecord, if_match: &str) -> Result<bool, Problem> {
    let seen = if_match.starts_with(&format!("\"{}-", texts(record)));
    Ok(seen || etag::match_allows(Some(if_match), &etag(record)?))
}

fn texts(record: &ContextRecord) -> String {
    format!("{}.{}", record.key.0.simple(), record.version)
}

/// Refuses a context that is being deleted.
pub(super) fn living(state: ContextState) -> Result<(), Problem> {
    match state {
        ContextState::Active => Ok(()),
        ContextState::Deleting => Err(no_context()),
    }
}
