//! Contexts and what was read into them: texts, words, sentences, and which sentences have a word. Phrases are derived,
//! never stored.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, number, text};
use crate::tables::{Step, of_context, table, unique, words_of};

pub(crate) const STEP: Step = Step {
    name: "m0001_texts",
    tables,
    indexes,
};

fn tables() -> Vec<TableCreateStatement> {
    vec![
        contexts(),
        corpora(),
        words(),
        sentences(),
        phrase_sketches(),
        words_of("sentence_words"),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("contexts", &["slug"]),
        unique("corpora", &["context_id", "version"]),
        unique("corpora", &["context_id", "text_hash"]),
        unique("words", &["context_id", "word"]),
    ]
}

/// The counts are kept in the row, so that a list of contexts costs a list of contexts. `words` and `sentences` are also
/// where readers stop: what lies behind belongs to a text that is still being written.
fn contexts() -> TableCreateStatement {
    table(
        "contexts",
        &["id"],
        [
            id("id"),
            text("slug"),
            text("title"),
            text("settings"),
            text("state"),
            number("version"),
            number("settled"),
            flag("truncated"),
            number("words"),
            number("sentences"),
            number("phrases"),
            number("corpora"),
            number("orthos"),
            number("remediations"),
            number("created_at"),
        ],
    )
}

fn corpora() -> TableCreateStatement {
    table(
        "corpora",
        &["id"],
        [
            id("id"),
            id("context_id"),
            text("title"),
            bytes("text_hash"),
            number("version"),
            number("bytes"),
            number("words"),
            number("sentences"),
            number("created_at"),
        ],
    )
}

fn words() -> TableCreateStatement {
    of_context("words", &["id"], [number("id"), text("word"), number("version")])
}

/// `vocabulary` is how many words the context has with this sentence; numbers are given in reading order, so the words
/// that a run of sentences is the first to use lie between two of these.
fn sentences() -> TableCreateStatement {
    of_context(
        "sentences",
        &["seq"],
        [
            number("seq"),
            id("corpus_id"),
            number("version"),
            bytes("word_ids"),
            number("vocabulary"),
        ],
    )
}

/// By what the phrases of a context are counted that has too many to count them one by one.
fn phrase_sketches() -> TableCreateStatement {
    of_context("phrase_sketches", &[], [bytes("registers")])
}
