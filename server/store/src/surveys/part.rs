//! Results of the parts of a survey, merged shape by shape. A part counts once, whoever reports it how often.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use crochet_domain::Shape;
use crochet_domain::ports::{SurveyId, SurveyPart, SurveyRecord, SurveyShape};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::merge::{best_of, best_text, merged};
use super::{DONE, Outcome, RUNNING, get, row};
use crate::clock::millis;
use crate::database::{Abort, Tx};
use crate::entities::{pipeline_items, survey_shapes, surveys};

/// Surveys in one lookup.
const LOOKUP: usize = 1_000;

/// Without the best, which are long.
pub(super) async fn counts(tx: &Tx, ids: &[SurveyId]) -> Outcome<HashMap<SurveyId, BTreeMap<Shape, u64>>> {
    let mut found: HashMap<SurveyId, BTreeMap<Shape, u64>> = HashMap::new();
    for chunk in ids.chunks(LOOKUP) {
        let rows: Vec<(Uuid, String, i64)> = survey_shapes::Entity::find()
            .select_only()
            .columns([
                survey_shapes::Column::SurveyId,
                survey_shapes::Column::Shape,
                survey_shapes::Column::Orthos,
            ])
            .filter(survey_shapes::Column::SurveyId.is_in(chunk.iter().map(|id| id.0)))
            .into_tuple()
            .all(&**tx)
            .await?;
        for (id, shape, orthos) in rows {
            let counts = found.entry(SurveyId(id)).or_default();
            counts.insert(shape_of(&shape)?, orthos.unsigned_abs());
        }
    }
    Ok(found)
}

fn shape_of(shape: &str) -> Outcome<Shape> {
    shape
        .parse()
        .map_err(|_| Abort::Damaged(format!("the shape {shape}")))
}

pub(super) async fn shapes(tx: &Tx, id: SurveyId) -> Outcome<Vec<SurveyShape>> {
    row(tx, id).await?;
    let rows = survey_shapes::Entity::find()
        .filter(survey_shapes::Column::SurveyId.eq(id.0))
        .all(&**tx)
        .await?;
    let mut found: BTreeMap<Shape, SurveyShape> = BTreeMap::new();
    for row in rows {
        let shape = shape_of(&row.shape)?;
        let best = best_of(&row.best).ok_or_else(|| Abort::Damaged(format!("the best of survey {id}")))?;
        found.insert(
            shape.clone(),
            SurveyShape {
                shape,
                orthos: row.orthos.unsigned_abs(),
                best,
            },
        );
    }
    Ok(found.into_values().collect())
}

pub(super) async fn report(
    tx: &Tx,
    id: SurveyId,
    part: &SurveyPart,
    now: DateTime<Utc>,
) -> Outcome<SurveyRecord> {
    let survey = row(tx, id).await?;
    if survey.state != RUNNING || !close(tx, id, part, now).await? {
        return get(tx, id).await;
    }
    let mut orthos = 0;
    for shape in &part.shapes {
        orthos += shape.orthos as i64;
        add(tx, &survey, shape).await?;
    }
    let mut update = surveys::Entity::update_many()
        .col_expr(
            surveys::Column::PartsOpen,
            Expr::col(surveys::Column::PartsOpen).sub(1_i64),
        )
        .col_expr(
            surveys::Column::Orthos,
            Expr::col(surveys::Column::Orthos).add(orthos),
        )
        .filter(surveys::Column::Id.eq(id.0));
    if part.truncated {
        update = update.col_expr(surveys::Column::Truncated, Expr::value(true));
    }
    if survey.parts_open == 1 {
        update = update
            .col_expr(surveys::Column::State, Expr::value(DONE))
            .col_expr(surveys::Column::EndedAt, Expr::value(millis(now)));
    }
    update.exec(&**tx).await?;
    get(tx, id).await
}

/// Sets the part's item done; whether it was open.
async fn close(tx: &Tx, id: SurveyId, part: &SurveyPart, now: DateTime<Utc>) -> Outcome<bool> {
    let closed = pipeline_items::Entity::update_many()
        .col_expr(pipeline_items::Column::DoneAt, Expr::value(millis(now)))
        .filter(pipeline_items::Column::Id.eq(part.item.0))
        .filter(pipeline_items::Column::WaveId.eq(id.0))
        .filter(pipeline_items::Column::DoneAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(closed.rows_affected == 1)
}

async fn add(tx: &Tx, survey: &surveys::Model, found: &SurveyShape) -> Outcome<()> {
    let shape = found.shape.ascending().to_string();
    let keep = usize::try_from(survey.best).unwrap_or(0);
    let key = (survey.id, shape.clone());
    let Some(row) = survey_shapes::Entity::find_by_id(key).one(&**tx).await? else {
        let row = survey_shapes::Model {
            survey_id: survey.id,
            shape,
            context_id: survey.context_id,
            orthos: found.orthos as i64,
            best: best_text(&merged(Vec::new(), &found.best, keep)),
        };
        row.into_active_model().insert(&**tx).await?;
        return Ok(());
    };
    let before =
        best_of(&row.best).ok_or_else(|| Abort::Damaged(format!("the best of survey {}", survey.id)))?;
    survey_shapes::Entity::update_many()
        .col_expr(
            survey_shapes::Column::Orthos,
            Expr::value(row.orthos + found.orthos as i64),
        )
        .col_expr(
            survey_shapes::Column::Best,
            Expr::value(best_text(&merged(before, &found.best, keep))),
        )
        .filter(survey_shapes::Column::SurveyId.eq(survey.id))
        .filter(survey_shapes::Column::Shape.eq(&shape))
        .exec(&**tx)
        .await?;
    Ok(())
}
