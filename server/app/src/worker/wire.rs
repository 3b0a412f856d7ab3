//! Between what workers find and the words of the specs.
//!
//! Word numbers, shapes and versions are said as the services say them. It must never decide anything.

use crochet_api::common::ShapeCount;
use crochet_api::contexts::{Context, ReadContextResponse, SentencePage};
use crochet_api::orthos::{ExpansionReport, FoundOrtho, FoundRemediation, NextWork, SurveyPart};
use crochet_api::remediations::WaitingGrid;
use crochet_domain::WordId;
use crochet_domain::ortho::Remediation;
use crochet_domain::phrases::{ContextView, ViewError};
use crochet_domain::pipeline::{Report, ReportedOrtho, WorkPayload};
use crochet_domain::search::fixed::{Ranked, Tally};
use crochet_domain::search::incremental::Waiting;
use crochet_openapi::Problem;
use serde_json::Value;
use uuid::Uuid;

use super::fault::Fault;
use crate::services::wire::{
    count, extents, numbers, ortho_id, said, shape, shape_of, version, version_of, words_of,
};

/// The context of an answer that cannot be "not modified", because no ETag was sent.
pub(super) fn context_in(response: ReadContextResponse) -> Result<Context, Fault> {
    match response {
        ReadContextResponse::Ok { body, .. } => Ok(body),
        ReadContextResponse::NotModified { .. } => Err(Fault::Inconsistent(
            "a context was left out as not modified".to_owned(),
        )),
    }
}

/// Adds the words and sentences of a page to a view.
pub(super) fn add_page(view: &mut ContextView, page: &SentencePage) -> Result<(), Fault> {
    let mut add = || -> Result<(), ViewError> {
        for word in &page.words {
            view.add_word(WordId(word.number.cast_unsigned()), word.word.as_str())?;
        }
        for sentence in &page.items {
            view.add_sentence(version_of(sentence.version), &words_of(&sentence.words))?;
        }
        Ok(())
    };
    add().map_err(|error| Fault::Inconsistent(error.to_string()))
}

/// A grid that waits.
pub(super) fn waiting(grid: &WaitingGrid) -> Result<Waiting, Problem> {
    Ok(Waiting {
        shape: shape_of(&grid.extents)?,
        cells: words_of(&grid.cells),
    })
}

/// A report on some items.
pub(super) fn expansion(items: Vec<Uuid>, report: &Report) -> Result<ExpansionReport, Problem> {
    Ok(ExpansionReport {
        items,
        context_version: version(report.context_version)?,
        orthos: report.orthos.iter().map(reported).collect::<Result<_, _>>()?,
        remediations: report
            .remediations
            .iter()
            .map(remediation)
            .collect::<Result<_, _>>()?,
        next_items: report.next_items.iter().map(next_work).collect(),
        more: false,
        truncated: false,
        newest_only: false,
    })
}

fn reported(found: &ReportedOrtho) -> Result<FoundOrtho, Problem> {
    Ok(FoundOrtho {
        id: ortho_id(found.ortho.id)?,
        extents: extents(&found.ortho.shape),
        cells: numbers(&found.ortho.cells),
        min_version: version(found.ortho.min_version)?,
        rarity: found.ortho.rarity,
        pending: found.pending,
    })
}

fn remediation(found: &Remediation) -> Result<FoundRemediation, Problem> {
    Ok(FoundRemediation {
        id: said(found.id.to_string())?,
        ortho_id: ortho_id(found.parent)?,
        extents: extents(&found.shape),
        cells: numbers(&found.cells),
        pairs: found.pairs.iter().map(|pair| pair.0).collect(),
    })
}

fn next_work(payload: &WorkPayload) -> NextWork {
    match payload.to_value() {
        Value::Object(members) => NextWork(members.into_iter().collect()),
        _ => NextWork::default(),
    }
}

/// A part of a survey.
pub(super) fn survey_part(item: Uuid, tally: &Tally) -> Result<SurveyPart, Problem> {
    let counted = tally.counts.iter().map(|(counted, &orthos)| {
        Ok(ShapeCount {
            shape: shape(counted)?,
            orthos: count(orthos),
            added: None,
        })
    });
    Ok(SurveyPart {
        item,
        shapes: counted.collect::<Result<_, Problem>>()?,
        best: tally
            .best
            .values()
            .flatten()
            .map(ranked)
            .collect::<Result<_, _>>()?,
        truncated: false,
    })
}

fn ranked(found: &Ranked) -> Result<FoundOrtho, Problem> {
    Ok(FoundOrtho {
        id: ortho_id(found.id)?,
        extents: extents(&found.shape),
        cells: numbers(&found.cells),
        min_version: version(found.min_version)?,
        rarity: found.rarity,
        pending: false,
    })
}
