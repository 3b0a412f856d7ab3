//! What should hold between the rows of a context, checked one by one against what the tables say.

use crochet_domain::ports::{ContextKey, StoredFault};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};

use super::{Outcome, require};
use crate::database::Tx;
use crate::entities::{
    contexts, corpora, orthos, pipeline_items, remediations, sentences, shape_counts, waves, words,
};
use crate::ingest::RUNNING;
use crate::orthos::ALL_VERSIONS;

/// Collects faults up to a bound.
struct Report {
    faults: Vec<StoredFault>,
    limit: usize,
}

impl Report {
    fn add(&mut self, invariant: &'static str, detail: String) {
        if self.faults.len() < self.limit {
            self.faults.push(StoredFault { invariant, detail });
        }
    }

    fn equal(&mut self, invariant: &'static str, kept: i64, counted: i64) {
        if kept != counted {
            self.add(invariant, format!("{kept} is kept, {counted} are there"));
        }
    }
}

pub(super) async fn faults(tx: &Tx, context: ContextKey, limit: usize) -> Outcome<Vec<StoredFault>> {
    let row = require(tx, context).await?;
    let mut report = Report {
        faults: Vec::new(),
        limit,
    };
    counts(tx, &row, &mut report).await?;
    numbering(tx, &row, &mut report).await?;
    parents(tx, &row, &mut report).await?;
    versions(tx, &row, &mut report).await?;
    waves_agree(tx, &row, &mut report).await?;
    Ok(report.faults)
}

async fn rows<E: EntityTrait>(tx: &Tx, column: E::Column, row: &contexts::Model) -> Outcome<i64>
where
    E::Model: Sync,
{
    Ok(E::find().filter(column.eq(row.id)).count(&**tx).await? as i64)
}

/// The words that the context has: not those of a text that is still being written.
fn words_of(row: &contexts::Model) -> Select<words::Entity> {
    words::Entity::find()
        .filter(words::Column::ContextId.eq(row.id))
        .filter(words::Column::Id.lt(row.words))
}

/// The sentences that the context has.
fn sentences_of(row: &contexts::Model) -> Select<sentences::Entity> {
    sentences::Entity::find()
        .filter(sentences::Column::ContextId.eq(row.id))
        .filter(sentences::Column::Seq.lt(row.sentences))
}

async fn counts(tx: &Tx, row: &contexts::Model, report: &mut Report) -> Outcome<()> {
    let words = words_of(row).count(&**tx).await? as i64;
    report.equal("a context knows how many words it has", row.words, words);
    let sentences = sentences_of(row).count(&**tx).await? as i64;
    report.equal(
        "a context knows how many sentences it has",
        row.sentences,
        sentences,
    );
    let corpora = rows::<corpora::Entity>(tx, corpora::Column::ContextId, row).await?;
    report.equal("a context knows how many texts it has", row.corpora, corpora);
    let orthos = rows::<orthos::Entity>(tx, orthos::Column::ContextId, row).await?;
    report.equal("a context knows how many orthos it has", row.orthos, orthos);
    let grids: Option<i64> = remediations::Entity::find()
        .select_only()
        .expr_as(Expr::col(remediations::Column::Id).count_distinct(), "grids")
        .filter(remediations::Column::ContextId.eq(row.id))
        .into_tuple()
        .one(&**tx)
        .await?;
    report.equal(
        "a context knows how many remediations it has",
        row.remediations,
        grids.unwrap_or(0),
    );
    shapes(tx, row, orthos, report).await
}

/// Orthos are counted by shape and version, and by shape for all versions together.
async fn shapes(tx: &Tx, row: &contexts::Model, orthos: i64, report: &mut Report) -> Outcome<()> {
    let counts = shape_counts::Entity::find()
        .filter(shape_counts::Column::ContextId.eq(row.id))
        .all(&**tx)
        .await?;
    let (together, by_version): (Vec<_>, Vec<_>) =
        counts.iter().partition(|count| count.version == ALL_VERSIONS);
    for counts in [&together, &by_version] {
        let sum = counts.iter().map(|count| count.orthos).sum();
        report.equal("the counts per shape add up to the orthos", sum, orthos);
    }
    for count in counts {
        let of_shape = orthos::Entity::find()
            .filter(orthos::Column::ContextId.eq(row.id))
            .filter(orthos::Column::Shape.eq(&count.shape));
        let there = match count.version {
            ALL_VERSIONS => of_shape,
            version => of_shape.filter(orthos::Column::MinVersion.eq(version)),
        };
        let there = there.count(&**tx).await? as i64;
        report.equal("a shape knows how many orthos it has", count.orthos, there);
    }
    Ok(())
}

/// Words and sentences are numbered from 0 without gaps, so the greatest number is one less than their count.
async fn numbering(tx: &Tx, row: &contexts::Model, report: &mut Report) -> Outcome<()> {
    let words = greatest(tx, words_of(row), words::Column::Id);
    report.equal(
        "words are numbered without gaps",
        row.words - 1,
        words.await?.unwrap_or(-1),
    );
    let all = sentences_of(row);
    let seq = greatest(tx, all.clone(), sentences::Column::Seq).await?;
    report.equal(
        "sentences are numbered without gaps",
        row.sentences - 1,
        seq.unwrap_or(-1),
    );
    let vocabulary = greatest(tx, all, sentences::Column::Vocabulary).await?;
    report.equal(
        "the last sentence knows how many words there are",
        row.words,
        vocabulary.unwrap_or(0),
    );
    Ok(())
}

async fn greatest<E: EntityTrait>(tx: &Tx, select: Select<E>, column: E::Column) -> Outcome<Option<i64>> {
    let found: Option<Option<i64>> = select
        .select_only()
        .column_as(column.max(), "greatest")
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(found.flatten())
}

/// The foreign key says so too; a check does not take the engine's word.
async fn parents(tx: &Tx, row: &contexts::Model, report: &mut Report) -> Outcome<()> {
    let parent = Query::select()
        .expr(Expr::value(1))
        .from(orthos::Entity)
        .and_where(
            Expr::col((orthos::Entity, orthos::Column::ContextId))
                .equals((remediations::Entity, remediations::Column::ContextId)),
        )
        .and_where(
            Expr::col((orthos::Entity, orthos::Column::Id))
                .equals((remediations::Entity, remediations::Column::ParentId)),
        )
        .take();
    let orphans = remediations::Entity::find()
        .filter(remediations::Column::ContextId.eq(row.id))
        .filter(Expr::exists(parent).not())
        .limit(report.limit as u64)
        .all(&**tx)
        .await?;
    for orphan in orphans {
        let detail = format!(
            "remediation {} refers to {}",
            orphan.id.simple(),
            orphan.parent_id.simple()
        );
        report.add("a remediation refers to a stored ortho", detail);
    }
    Ok(())
}

async fn versions(tx: &Tx, row: &contexts::Model, report: &mut Report) -> Outcome<()> {
    report.equal("each version has its text", row.version, row.corpora);
    let ahead = orthos::Entity::find()
        .filter(orthos::Column::ContextId.eq(row.id))
        .filter(
            orthos::Column::MinVersion
                .gt(row.version)
                .or(orthos::Column::MinVersion.lt(1)),
        )
        .limit(report.limit as u64)
        .all(&**tx)
        .await?;
    for ortho in ahead {
        let detail = format!("ortho {} has version {}", ortho.id.simple(), ortho.min_version);
        report.add("an ortho has a version of its context", detail);
    }
    if row.settled > row.version {
        let detail = format!("settled at {} of {}", row.settled, row.version);
        report.add("what has settled was ingested", detail);
    }
    Ok(())
}

/// A wave runs as long as items of it are open, and knows how many these are.
async fn waves_agree(tx: &Tx, row: &contexts::Model, report: &mut Report) -> Outcome<()> {
    let all = waves::Entity::find()
        .filter(waves::Column::ContextId.eq(row.id))
        .all(&**tx)
        .await?;
    for wave in all {
        let open = pipeline_items::Entity::find()
            .filter(pipeline_items::Column::WaveId.eq(wave.id))
            .filter(pipeline_items::Column::DoneAt.is_null())
            .count(&**tx)
            .await?;
        report.equal(
            "an ingest knows how much of it is open",
            wave.items_open,
            open as i64,
        );
        if (wave.state == RUNNING) != (open > 0) {
            let detail = format!("ingest {} is {} with {open} items open", wave.id, wave.state);
            report.add("an ingest runs as long as items of it are open", detail);
        }
    }
    Ok(())
}
