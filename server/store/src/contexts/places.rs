//! Where words stand: the sentences that have some words, found by the rarest of these in an inverted index.
//!
//! Its rows are a word's sentences in one text, as distances from the first sentence of the text, which is also the name
//! of the part.

use crochet_domain::WordId;
use crochet_domain::ports::SentenceRecord;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::rows::sentence_of;
use crate::database::{Abort, Tx};
use crate::encoding::unpack;
use crate::entities::sentence_words::{Column, Entity, Model};
use crate::entities::{contexts, sentences};

/// Parts read at a time.
const PARTS: u64 = 16;
/// Sentences read at a time.
const BATCH: usize = 500;

/// Hands over the sentences that have all these words, in reading order from one on, until told to stop.
pub(super) async fn each_with<E>(
    tx: &Tx,
    context: &contexts::Model,
    words: &[WordId],
    from: i64,
    mut take: impl FnMut(SentenceRecord) -> bool + Send,
) -> Result<(), Abort<E>> {
    let Some(rarest) = rarest(tx, context, words).await? else {
        return Ok(());
    };
    let mut part = part_of(tx, context, rarest, from).await?;
    loop {
        let parts = parts_from(context, rarest, part).all(&**tx).await?;
        let Some(last) = parts.last() else { return Ok(()) };
        part = last.part + 1;
        let mut places = Vec::new();
        for part in &parts {
            places.extend(places_of(part)?);
        }
        places.retain(|place| (from..context.sentences).contains(place));
        for batch in places.chunks(BATCH) {
            for sentence in read(tx, context, batch).await? {
                let all = words.iter().all(|word| sentence.words.contains(word));
                if all && !take(sentence) {
                    return Ok(());
                }
            }
        }
    }
}

/// The word that stands in the fewest places; none if one of them stands nowhere.
async fn rarest<E>(tx: &Tx, context: &contexts::Model, words: &[WordId]) -> Result<Option<WordId>, Abort<E>> {
    let mut wanted = words.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if let [only] = *wanted {
        return Ok(Some(only));
    }
    let length = Func::cust("LENGTH").arg(Expr::col(Column::Entries));
    let sizes: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .column(Column::Word)
        .expr_as(Expr::expr(length).sum(), "size")
        .filter(Column::ContextId.eq(context.id))
        .filter(Column::Word.is_in(wanted.iter().map(|word| i64::from(word.0))))
        .group_by(Column::Word)
        .into_tuple()
        .all(&**tx)
        .await?;
    if sizes.len() < wanted.len() {
        return Ok(None);
    }
    let rarest = sizes.into_iter().min_by_key(|(_, size)| *size);
    Ok(rarest.and_then(|(word, _)| WordId::try_from(word).ok()))
}

/// The part in which a sentence may be.
async fn part_of<E>(tx: &Tx, context: &contexts::Model, word: WordId, seq: i64) -> Result<i64, Abort<E>> {
    if seq == 0 {
        return Ok(0);
    }
    let part: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Part)
        .filter(Column::ContextId.eq(context.id))
        .filter(Column::Word.eq(i64::from(word.0)))
        .filter(Column::Part.lte(seq))
        .order_by_desc(Column::Part)
        .limit(1)
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(part.unwrap_or(0))
}

/// The places of a word, part by part.
fn parts_from(context: &contexts::Model, word: WordId, part: i64) -> Select<Entity> {
    Entity::find()
        .filter(Column::ContextId.eq(context.id))
        .filter(Column::Word.eq(i64::from(word.0)))
        .filter(Column::Part.gte(part))
        .filter(Column::Part.lt(context.sentences))
        .order_by_asc(Column::Part)
        .limit(PARTS)
}

fn places_of<E>(part: &Model) -> Result<Vec<i64>, Abort<E>> {
    let distances = unpack(&part.entries).ok_or_else(|| {
        Abort::Damaged(format!(
            "the places of word {} in context {}",
            part.word, part.context_id
        ))
    })?;
    let mut place = part.part;
    Ok(distances
        .into_iter()
        .map(|distance| {
            place += i64::from(distance.0);
            place
        })
        .collect())
}

async fn read<E>(
    tx: &Tx,
    context: &contexts::Model,
    places: &[i64],
) -> Result<Vec<SentenceRecord>, Abort<E>> {
    let rows = sentences_at(context, places).all(&**tx).await?;
    rows.iter().map(sentence_of).collect()
}

fn sentences_at(context: &contexts::Model, places: &[i64]) -> Select<sentences::Entity> {
    sentences::Entity::find()
        .filter(sentences::Column::ContextId.eq(context.id))
        .filter(sentences::Column::Seq.is_in(places.iter().copied()))
        .order_by_asc(sentences::Column::Seq)
}

#[cfg(test)]
mod tests {
    use crochet_domain::ports::NewContext;

    use super::*;
    use crate::testing::{DEAR, Fixture};

    #[tokio::test]
    async fn the_sentences_of_a_word_are_read_from_indexes_in_their_order() {
        let fixture = Fixture::new().await;
        let new = NewContext {
            slug: "c".to_owned(),
            title: "C".to_owned(),
            settings: crochet_domain::ContextSettings::default(),
        };
        let made = fixture.store.contexts().create(new).await.unwrap();
        let context = contexts::Entity::find_by_id(made.key.0);
        let context = context.one(&fixture.store.reader()).await.unwrap().unwrap();
        let plans = [
            fixture.plan_of(parts_from(&context, WordId(3), 7)).await,
            fixture.plan_of(sentences_at(&context, &[1, 2, 3])).await,
        ];
        for plan in plans {
            let dear = |step: &String| DEAR.iter().any(|dear| step.contains(dear));
            assert!(!plan.iter().any(dear), "{plan:?}");
        }
    }
}
