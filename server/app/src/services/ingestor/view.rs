//! How ingests and waves are shown.
//!
//! It must never read anything itself.

use crochet_api::ingestor::{Ingest, IngestState, Wave};
use crochet_domain::ports::{WaveRecord, WaveState};
use crochet_openapi::Problem;

use crate::services::wire::{count, said, stuck, stuck_reason, version};

/// An ingest as it is shown.
pub(super) fn ingest(wave: WaveRecord, context: &str, duplicate: bool) -> Result<Ingest, Problem> {
    Ok(Ingest {
        id: said(wave.id.0)?,
        context_id: said(context)?,
        title: said(wave.title)?,
        state: state(wave.state),
        version: version(wave.to_version)?,
        corpus_id: said(wave.corpus.0)?,
        duplicate,
        work_left: count(wave.items_open),
        stuck: stuck(wave.stuck.as_ref()),
        stuck_reason: stuck_reason(wave.stuck.as_ref()),
        work_done: count(wave.items_total.saturating_sub(wave.items_open)),
        sentences: count(wave.sentences_added),
        words: count(wave.words),
        new_words: count(wave.words_added),
        new_phrases: count(wave.phrases_added),
        orthos: count(wave.orthos_added),
        remediations: count(wave.remediations_added),
        truncated: wave.truncated,
        created_at: wave.created_at,
        ended_at: wave.ended_at,
    })
}

/// The work that an ingest set going.
pub(super) fn wave(wave: &WaveRecord) -> Result<Wave, Problem> {
    Ok(Wave {
        ingest_id: said(wave.id.0)?,
        version: version(wave.to_version)?,
        state: state(wave.state),
        work_left: count(wave.items_open),
        stuck: stuck(wave.stuck.as_ref()),
        stuck_reason: stuck_reason(wave.stuck.as_ref()),
    })
}

/// Where an ingest can be read.
pub(super) fn location(ingest: &Ingest) -> String {
    format!(
        "/api/ingestor/v1/contexts/{}/ingests/{}",
        ingest.context_id, ingest.id
    )
}

fn state(state: WaveState) -> IngestState {
    match state {
        WaveState::Running => IngestState::Searching,
        WaveState::Settled => IngestState::Settled,
        WaveState::Cancelled => IngestState::Cancelled,
    }
}
