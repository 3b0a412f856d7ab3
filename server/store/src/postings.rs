//! Inverted indexes: for each word of a context what has it, packed.
//!
//! A row for each word of each ortho or remediation would be six times the rows of the orthos, and rows are what writing
//! costs. So a report writes one row for each different word of all that it brings. A reader takes a word's rows
//! together; they are as many as the reports that brought something with the word.

use std::collections::BTreeMap;

use crochet_domain::WordId;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use crate::database::{Abort, Tx, insert_all};
use crate::entities::{ortho_words, remediation_words};

/// What is to be written of one report, by word.
#[derive(Debug, Default)]
pub(crate) struct Postings(BTreeMap<i64, Vec<u8>>);

impl Postings {
    /// Notes that something has a word.
    pub(crate) fn note(&mut self, word: WordId, entry: &[u8]) {
        self.0.entry(word.0.into()).or_default().extend_from_slice(entry);
    }

    /// Writes a part of an index; `part` tells this report from others.
    pub(crate) async fn write<I: Index, E>(&self, tx: &Tx, context: Uuid, part: i64) -> Result<(), Abort<E>>
    where
        I::ActiveModel: Send + Sync,
    {
        let row = |(&word, entries): (&i64, &Vec<u8>)| I::row(context, word, part, entries.clone());
        let rows: Vec<I::ActiveModel> = self.0.iter().map(row).collect();
        Ok(insert_all(&**tx, &rows).await?)
    }
}

/// A table that holds an inverted index.
pub(crate) trait Index: EntityTrait {
    const CONTEXT: Self::Column;
    const WORD: Self::Column;
    const PART: Self::Column;
    const ENTRIES: Self::Column;

    fn row(context: Uuid, word: i64, part: i64, entries: Vec<u8>) -> Self::ActiveModel;
}

macro_rules! index {
    ($table:ident) => {
        impl Index for $table::Entity {
            const CONTEXT: Self::Column = $table::Column::ContextId;
            const WORD: Self::Column = $table::Column::Word;
            const PART: Self::Column = $table::Column::Part;
            const ENTRIES: Self::Column = $table::Column::Entries;

            fn row(context: Uuid, word: i64, part: i64, entries: Vec<u8>) -> Self::ActiveModel {
                $table::ActiveModel {
                    context_id: Set(context),
                    word: Set(word),
                    part: Set(part),
                    entries: Set(entries),
                }
            }
        }
    };
}

index!(ortho_words);
index!(remediation_words);

/// The entries of a word, in parts.
pub(crate) async fn entries_of<I: Index, E>(
    tx: &Tx,
    context: Uuid,
    word: WordId,
) -> Result<Vec<Vec<u8>>, Abort<E>> {
    Ok(I::find()
        .select_only()
        .column(I::ENTRIES)
        .filter(I::CONTEXT.eq(context))
        .filter(I::WORD.eq(i64::from(word.0)))
        .order_by_asc(I::PART)
        .into_tuple()
        .all(&**tx)
        .await?)
}

/// These words, that which the fewest orthos have first; those that none has are left out.
pub(crate) async fn by_frequency<E>(
    tx: &Tx,
    context: Uuid,
    words: &[WordId],
) -> Result<Vec<WordId>, Abort<E>> {
    let length = Func::cust("LENGTH").arg(Expr::col(ortho_words::Column::Entries));
    let sizes: Vec<(i64, i64)> = ortho_words::Entity::find()
        .select_only()
        .column(ortho_words::Column::Word)
        .expr_as(Expr::expr(length).sum(), "size")
        .filter(ortho_words::Column::ContextId.eq(context))
        .filter(ortho_words::Column::Word.is_in(words.iter().map(|word| i64::from(word.0))))
        .group_by(ortho_words::Column::Word)
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut sizes: Vec<(i64, WordId)> = sizes
        .into_iter()
        .filter_map(|(word, size)| Some((size, WordId::try_from(word).ok()?)))
        .collect();
    sizes.sort_unstable();
    Ok(sizes.into_iter().map(|(_, word)| word).collect())
}
