//! Contexts and what was read into them: texts, words, sentences. Phrases are derived, never stored.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, index, number, primary_key, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [contexts(), corpora(), words(), sentences()] {
            manager.create_table(table).await?;
        }
        manager
            .create_index(index("contexts", &["slug"]).unique().take())
            .await?;
        manager
            .create_index(index("corpora", &["context_id", "version"]).unique().take())
            .await?;
        manager
            .create_index(index("corpora", &["context_id", "text_hash"]).unique().take())
            .await?;
        manager
            .create_index(index("words", &["context_id", "word"]).unique().take())
            .await
    }
}

/// The counts are kept in the row, so that a list of contexts costs a list of contexts.
fn contexts() -> TableCreateStatement {
    Table::create()
        .table("contexts")
        .col(id("id").primary_key())
        .col(text("slug"))
        .col(text("title"))
        .col(text("settings"))
        .col(text("state"))
        .col(number("version"))
        .col(number("settled"))
        .col(flag("truncated"))
        .col(number("words"))
        .col(number("sentences"))
        .col(number("phrases"))
        .col(number("corpora"))
        .col(number("orthos"))
        .col(number("remediations"))
        .col(number("created_at"))
        .take()
}

fn corpora() -> TableCreateStatement {
    Table::create()
        .table("corpora")
        .col(id("id").primary_key())
        .col(id("context_id"))
        .col(text("title"))
        .col(bytes("text_hash"))
        .col(number("version"))
        .col(number("bytes"))
        .col(number("words"))
        .col(number("sentences"))
        .col(number("created_at"))
        .take()
}

fn words() -> TableCreateStatement {
    Table::create()
        .table("words")
        .col(id("context_id"))
        .col(number("id"))
        .col(text("word"))
        .col(number("version"))
        .primary_key(&mut primary_key(&["context_id", "id"]))
        .take()
}

/// `vocabulary` is how many words the context has with this sentence; numbers are given in reading order, so the words
/// that a run of sentences is the first to use lie between two of these.
fn sentences() -> TableCreateStatement {
    Table::create()
        .table("sentences")
        .col(id("context_id"))
        .col(number("seq"))
        .col(id("corpus_id"))
        .col(number("version"))
        .col(bytes("word_ids"))
        .col(number("vocabulary"))
        .primary_key(&mut primary_key(&["context_id", "seq"]))
        .take()
}
