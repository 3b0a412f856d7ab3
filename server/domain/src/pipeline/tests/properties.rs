//! The twelve properties of the contract (docs: orthos), on small random texts.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::store::Store;
use super::world::{Mutant, World};
use crate::context::Bounds;
use crate::ids::Version;
use crate::ortho::{Geometry, Order, RankKey, Shape, ortho_id};
use crate::pipeline::Budget;
use crate::search::lines::check_ortho;
use crate::search::oracle::{Oracle, counts};
use crate::text::{Tokeniser, TokeniserOptions, sentences_of};

pub(super) type Text = Vec<Vec<String>>;

pub(super) fn sentences(text: &str) -> Text {
    let tokeniser = Tokeniser::new(&TokeniserOptions::default()).unwrap();
    let sentences = sentences_of(text.as_bytes(), tokeniser).unwrap();
    sentences
        .iter()
        .map(|sentence| sentence.words().map(str::to_owned).collect())
        .collect()
}

/// One worker, one text after the other, each settled before the next.
pub(super) fn ingest_all(texts: &[Text], bounds: Bounds) -> Store {
    let mut world = World::new(bounds, 1, Budget::default(), Mutant::Sound);
    for text in texts {
        world.store.ingest(text);
        world.settle();
    }
    world.store
}

pub(super) fn bounds() -> impl Strategy<Value = Bounds> {
    (2_u8..=4, 2_u8..=4, 8_u32..=18).prop_map(|(max_dims, max_extent, max_cells)| Bounds {
        max_dims,
        max_extent,
        max_cells,
    })
}

/// A text of few words, so that its grids meet.
pub(super) fn text(sentences: std::ops::Range<usize>) -> impl Strategy<Value = Text> {
    let word = (0_u8..6).prop_map(|letter| char::from(b'a' + letter).to_string());
    let sentence = prop::collection::vec(word, 1..6);
    prop::collection::vec(sentence, sentences)
}

pub(super) fn texts() -> impl Strategy<Value = Vec<Text>> {
    prop::collection::vec(text(1..6), 1..5)
}

pub(super) fn assert_same(store: &Store, oracle: &Oracle) {
    let found: Vec<_> = store.orthos.keys().collect();
    assert_eq!(found, oracle.complete.keys().collect::<Vec<_>>(), "orthos");
    let square = |shape: &Shape| shape.extents() == [2, 2];
    let expected: Vec<_> = oracle
        .missing
        .iter()
        .filter(|(_, (shape, _))| !square(shape))
        .map(|(id, _)| id)
        .collect();
    assert_eq!(
        store.remediations.keys().collect::<Vec<_>>(),
        expected,
        "remediations"
    );
}

fn flat(texts: &[Text]) -> Text {
    texts.iter().flatten().cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_is_what_the_definition_says(texts in texts(), bounds in bounds()) {
        let store = ingest_all(&texts, bounds);
        assert_same(&store, &Oracle::of(&flat(&texts), bounds));
    }

    #[test]
    fn every_grid_satisfies_the_definition_under_its_own_id(texts in texts(), bounds in bounds()) {
        let store = ingest_all(&texts, bounds);
        let view = store.view();
        for (id, ortho) in &store.orthos {
            let lines = check_ortho(&view, Geometry::new(ortho.shape.extents()), &ortho.cells).unwrap();
            prop_assert_eq!(lines.version(), ortho.min_version);
            let words = ortho.cells.iter().map(|&word| store.word(word));
            prop_assert_eq!(&ortho_id(&ortho.shape, words), id);
        }
    }

    #[test]
    fn a_text_ingested_again_adds_nothing(texts in texts(), bounds in bounds()) {
        let store = ingest_all(&texts, bounds);
        let again: Vec<Text> = texts.iter().chain(&texts).cloned().collect();
        let twice = ingest_all(&again, bounds);
        prop_assert_eq!(store.orthos.keys().collect::<Vec<_>>(), twice.orthos.keys().collect::<Vec<_>>());
        prop_assert_eq!(store.remediations.len(), twice.remediations.len());
        // Beside the two first rows of each version there is no work.
        let extra = twice.ledger.len() - store.ledger.len();
        prop_assert_eq!(extra, 2 * texts.len());
    }

    #[test]
    fn other_words_give_the_same_counts(texts in texts(), bounds in bounds()) {
        let renamed: Vec<Text> = texts.iter().map(|text| {
            let rename = |word: &String| format!("{}{word}", (b'z' - word.as_bytes()[0] % 7) as char);
            text.iter().map(|sentence| sentence.iter().map(rename).collect()).collect()
        }).collect();
        let shapes = |texts: &[Text]| {
            let store = ingest_all(texts, bounds);
            let orthos = counts(store.orthos.values().map(|ortho| &ortho.shape));
            (orthos, counts(store.remediations.values().map(|found| &found.shape)))
        };
        prop_assert_eq!(shapes(&texts), shapes(&renamed));
    }

    #[test]
    fn every_box_of_a_stored_grid_is_stored(texts in texts(), bounds in bounds()) {
        let store = ingest_all(&texts, bounds);
        for ortho in store.orthos.values() {
            let geometry = Geometry::new(ortho.shape.extents());
            for (_, far) in geometry.cells() {
                let axes: Vec<usize> = (0..geometry.dims()).filter(|&axis| far[axis] > 0).collect();
                if axes.len() < 2 {
                    continue;
                }
                let extents: Vec<u8> = axes.iter().map(|&axis| far[axis] + 1).collect();
                let inside = geometry.cells().filter(|(_, at)| at.iter().zip(&far).all(|(at, far)| at <= far));
                let words = inside.map(|(cell, _)| store.word(ortho.cells[cell]));
                let id = ortho_id(&Shape::new(&extents).unwrap(), words);
                prop_assert!(store.orthos.contains_key(&id), "the box {:?} of {:?}", extents, ortho);
            }
        }
    }

    #[test]
    fn no_wake_is_lost_and_every_parent_is_stored(texts in texts(), bounds in bounds()) {
        let store = ingest_all(&texts, bounds);
        let view = store.view();
        for remediation in store.remediations.values() {
            prop_assert!(store.orthos.contains_key(&remediation.parent));
            let geometry = Geometry::new(remediation.shape.extents());
            let lines = check_ortho(&view, geometry, &remediation.cells).unwrap();
            for word in (0..view.vocabulary().len() as u32).map(crate::ids::WordId) {
                let closes = lines.corner_prefixes().iter().all(|&prefix| view.trie().child(prefix, word).is_some());
                let words = remediation.cells.iter().chain([&word]).map(|&word| store.word(word));
                let id = ortho_id(&remediation.shape, words);
                prop_assert_eq!(closes, store.orthos.contains_key(&id));
            }
        }
    }

    #[test]
    fn no_two_grids_differ_by_their_axes_alone(texts in texts(), bounds in bounds()) {
        let store = ingest_all(&texts, bounds);
        let mut seen = BTreeMap::new();
        for (id, ortho) in &store.orthos {
            let geometry = Geometry::new(ortho.shape.extents());
            // Cells by the set of (axis word, coordinate), which no order of axes can change.
            let axis_word = |axis: usize| store.word(ortho.cells[geometry.stride(axis)]).to_owned();
            let mut cells: Vec<(BTreeMap<String, u8>, String)> = geometry.cells().map(|(cell, at)| {
                let place = at.iter().enumerate().map(|(axis, &step)| (axis_word(axis), step)).collect();
                (place, store.word(ortho.cells[cell]).to_owned())
            }).collect();
            cells.sort();
            prop_assert_eq!(seen.insert(cells, id), None);
        }
    }

    #[test]
    fn tighter_bounds_give_the_filtered_result(texts in texts(), wide in bounds(), tight in bounds()) {
        let both = Bounds {
            max_dims: wide.max_dims.min(tight.max_dims),
            max_extent: wide.max_extent.min(tight.max_extent),
            max_cells: wide.max_cells.min(tight.max_cells),
        };
        let (wide, narrow) = (ingest_all(&texts, wide), ingest_all(&texts, both));
        let kept = wide.orthos.values().filter(|ortho| both.allow(ortho.shape.extents()));
        prop_assert_eq!(kept.collect::<Vec<_>>(), narrow.orthos.values().collect::<Vec<_>>());
        let kept = wide.remediations.values().filter(|found| both.allow(found.shape.extents()));
        prop_assert_eq!(kept.map(|found| found.id).collect::<Vec<_>>(), narrow.remediations.keys().copied().collect::<Vec<_>>());
    }

    #[test]
    fn min_version_is_the_first_version_with_the_ortho(texts in texts(), bounds in bounds()) {
        let store = ingest_all(&texts, bounds);
        for known in 1..=texts.len() {
            let before = Oracle::of(&flat(&texts[..known]), bounds);
            let as_of = Version(u32::try_from(known).unwrap());
            let found: Vec<_> =
                store.orthos.values().filter(|ortho| ortho.min_version <= as_of).map(|ortho| ortho.id).collect();
            prop_assert_eq!(found, before.complete.keys().copied().collect::<Vec<_>>());
        }
    }

    #[test]
    fn ranking_gives_every_ortho_its_own_place(texts in texts(), bounds in bounds()) {
        let store = ingest_all(&texts, bounds);
        for order in Order::ALL {
            let keys = store.orthos.values().map(|ortho| {
                RankKey::new(order, &ortho.shape, ortho.rarity, ortho.id)
            });
            let mut ranked: Vec<RankKey> = keys.collect();
            ranked.sort();
            prop_assert!(ranked.windows(2).all(|two| two[0] < two[1]));
        }
    }
}
