//! The trie against a plain list of runs, and views that must be fed in order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{ContextView, Node, Trie, ViewError, pair_of};
use crate::context::Bounds;
use crate::ids::{Version, WordId};

fn words(numbers: &[u32]) -> Vec<WordId> {
    numbers.iter().copied().map(WordId).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_trie_holds_every_run_and_nothing_else(
        sentences in prop::collection::vec(prop::collection::vec(0_u32..5, 1..9), 1..8), extent in 2_u8..6,
    ) {
        let mut trie = Trie::new(extent);
        let mut runs: BTreeMap<Vec<WordId>, Version> = BTreeMap::new();
        for (index, sentence) in sentences.iter().enumerate() {
            let (sentence, version) = (words(sentence), Version(index as u32 + 1));
            trie.insert(version, &sentence);
            for start in 0..sentence.len() {
                for end in start + 1..=sentence.len().min(start + usize::from(extent)) {
                    let node = trie.find(&sentence[start..end]).unwrap();
                    let first = runs.entry(sentence[start..end].to_vec()).or_insert(version);
                    prop_assert_eq!(trie.version(node), *first);
                }
            }
        }
        prop_assert_eq!(trie.phrase_count(), runs.keys().filter(|run| run.len() > 1).count());
        for run in runs.keys() {
            let node = trie.find(run).unwrap();
            prop_assert_eq!(&trie.words(node)[..], &run[..]);
            let followed = runs.keys().filter(|longer| longer.len() == run.len() + 1 && longer.starts_with(run));
            let mut children: Vec<WordId> = trie.children(node).map(|(word, _)| word).collect();
            children.sort_unstable();
            prop_assert_eq!(children, followed.map(|longer| longer[run.len()]).collect::<Vec<_>>());
        }
        for word in (0..5).map(WordId) {
            let ends = |short: bool| runs.keys().filter(move |run| run.ends_with(&[word]) && run.len() > 1 && (run.len() == 2) == short).count();
            prop_assert_eq!(trie.short_endings(word).count(), ends(true));
            prop_assert_eq!(trie.long_endings(word).count(), ends(false));
        }
    }

    #[test]
    fn a_pair_has_no_order(p in prop::collection::vec(0_u32..9, 1..5), q in prop::collection::vec(0_u32..9, 1..5)) {
        let (p, q) = (words(&p), words(&q));
        prop_assert_eq!(pair_of(&p, &q), pair_of(&q, &p));
    }
}

#[test]
fn the_nodes_of_a_version_stand_together() {
    let mut trie = Trie::new(3);
    trie.insert(Version(1), &words(&[0, 1]));
    trie.insert(Version(4), &words(&[0, 1]));
    trie.insert(Version(4), &words(&[1, 2]));
    let added = |after, up_to| -> Vec<Vec<WordId>> {
        trie.nodes_between(Version(after), Version(up_to))
            .map(|node| trie.words(Node(node)).to_vec())
            .collect()
    };
    assert_eq!(added(0, 1), [words(&[0]), words(&[0, 1]), words(&[1])]);
    assert_eq!(added(1, 3), Vec::<Vec<WordId>>::new());
    assert_eq!(added(3, 4), [words(&[1, 2]), words(&[2])]);
    assert_eq!(added(4, 9), Vec::<Vec<WordId>>::new());
}

#[test]
fn where_two_prefixes_part_matters_to_their_pair() {
    assert_ne!(
        pair_of(&words(&[1, 2]), &words(&[3])),
        pair_of(&words(&[1]), &words(&[2, 3]))
    );
}

#[test]
fn a_view_refuses_what_comes_out_of_order() {
    let mut view = ContextView::new(Bounds::default());
    assert_eq!(
        view.add_word(WordId(1), "b"),
        Err(ViewError::WordOutOfOrder { expected: 0, got: 1 })
    );
    view.add_word(WordId(0), "a").unwrap();
    assert_eq!(
        view.add_sentence(Version(1), &words(&[0, 1])),
        Err(ViewError::UnknownWord(1))
    );
    view.add_sentence(Version(2), &words(&[0])).unwrap();
    let late = ViewError::VersionOutOfOrder {
        at: Version(2),
        got: Version(1),
    };
    assert_eq!(view.add_sentence(Version(1), &words(&[0])), Err(late.clone()));
    assert_eq!(view.advance(Version(1)), Err(late));
    view.advance(Version(2)).unwrap();
    let again = view.add_sentence(Version(2), &words(&[0]));
    assert_eq!(
        again,
        Err(ViewError::VersionOutOfOrder {
            at: Version(2),
            got: Version(2)
        })
    );
}

#[test]
fn a_view_takes_no_more_phrases_than_it_has_room_for() {
    let mut view = ContextView::with_room(Bounds::default(), 5);
    for number in 0..9 {
        view.add_word(WordId(number), &number.to_string()).unwrap();
    }
    for sentence in [[0, 1, 2], [3, 4, 5]] {
        view.add_sentence(Version(1), &words(&sentence)).unwrap();
    }
    let refused = view.add_sentence(Version(1), &words(&[6, 7, 8]));
    assert_eq!(refused, Err(ViewError::TooManyPhrases));
}
