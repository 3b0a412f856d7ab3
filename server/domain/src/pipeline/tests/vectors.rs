//! Texts with known orthos: small ones of our own here, and those beside the checkout where they are.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::properties::{ingest_all, sentences};
use super::store::Store;
use crate::context::Bounds;
use crate::ortho::Shape;
use crate::search::oracle::{Oracle, counts};

#[derive(Debug, Deserialize)]
struct Vector {
    name: String,
    texts: Vec<String>,
    max_dims: u8,
    max_extent: u8,
    vocabulary: usize,
    phrases: usize,
    complete: BTreeMap<String, usize>,
    corner_missing: BTreeMap<String, usize>,
    example: Option<Example>,
}

#[derive(Debug, Deserialize)]
struct Example {
    shape: Vec<u8>,
    words_row_major: Vec<String>,
}

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

fn check(vector: &Vector) {
    let name = &vector.name;
    let bounds = Bounds {
        max_dims: vector.max_dims,
        max_extent: vector.max_extent,
        ..Bounds::default()
    };
    let texts: Vec<Vec<Vec<String>>> = vector.texts.iter().map(|text| sentences(text)).collect();
    let store = ingest_all(&texts, bounds);
    let view = store.view();
    assert_eq!(view.vocabulary().len(), vector.vocabulary, "{name}");
    assert_eq!(view.trie().phrase_count(), vector.phrases, "{name}");
    assert_eq!(
        counts(store.orthos.values().map(|ortho| &ortho.shape)),
        vector.complete,
        "{name}"
    );
    // A 2x2 without its corner is derived, not stored.
    let mut stored = vector.corner_missing.clone();
    stored.remove("2x2");
    assert_eq!(
        counts(store.remediations.values().map(|found| &found.shape)),
        stored,
        "{name}"
    );
    if let Some(example) = &vector.example {
        assert!(has(&store, example), "{name}: {example:?} is missing");
    }
    let all: Vec<Vec<String>> = texts.into_iter().flatten().collect();
    if vector.vocabulary <= 9 {
        let oracle = Oracle::of(&all, bounds);
        assert_eq!(oracle.counts(), vector.complete, "{name}, by the definition");
        assert_eq!(
            oracle.missing_counts(),
            vector.corner_missing,
            "{name}, by the definition"
        );
    }
}

fn has(store: &Store, example: &Example) -> bool {
    let shape = Shape::new(&example.shape).unwrap();
    let words = |cells: &[crate::ids::WordId]| {
        cells
            .iter()
            .map(|&id| store.word(id).to_owned())
            .collect::<Vec<_>>()
    };
    store
        .orthos
        .values()
        .any(|ortho| ortho.shape == shape && words(&ortho.cells) == example.words_row_major)
}

#[test]
fn our_own_small_texts_have_the_orthos_they_were_written_for() {
    let json = include_str!("vectors.json");
    for vector in serde_json::from_str::<Vectors>(json).unwrap().vectors {
        check(&vector);
    }
}

#[test]
fn the_shared_vectors_hold_where_they_are_beside_the_checkout() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/orthos.json");
    let Ok(json) = std::fs::read_to_string(path) else {
        return;
    };
    for vector in serde_json::from_str::<Vectors>(&json).unwrap().vectors {
        check(&vector);
    }
}
