//! The static search against the definition, and its parts against the whole.

use proptest::prelude::*;

use super::{Control, FrozenPhrases, SurveyOptions, Tally, estimate, survey};
use crate::context::Bounds;
use crate::ids::{Version, WordId};
use crate::ortho::{Geometry, Order, ortho_id};
use crate::phrases::{ContextView, Interner};
use crate::search::lines::check_ortho;
use crate::search::oracle::Oracle;

pub(super) type Text = Vec<Vec<String>>;

pub(super) fn view_of(text: &Text, bounds: Bounds) -> ContextView {
    let mut interner = Interner::default();
    let sentences: Vec<Vec<WordId>> = text
        .iter()
        .map(|words| words.iter().map(|word| interner.number(word)).collect())
        .collect();
    let mut view = ContextView::new(bounds);
    for id in (0..interner.vocabulary().len() as u32).map(WordId) {
        view.add_word(id, interner.vocabulary().word(id)).unwrap();
    }
    for sentence in &sentences {
        view.add_sentence(Version(1), sentence).unwrap();
    }
    view.advance(Version(1)).unwrap();
    view
}

/// Every pair of so many words is a phrase: with a few axes, what grows from one square has no end in sight.
pub(super) fn all_pairs(words: u32) -> Text {
    let pairs = (0..words).flat_map(|first| (0..words).map(move |second| (first, second)));
    let different = pairs.filter(|(first, second)| first != second);
    different
        .map(|(first, second)| vec![format!("w{first}"), format!("w{second}")])
        .collect()
}

fn survey_all(view: &ContextView, options: SurveyOptions) -> Tally {
    survey(
        &FrozenPhrases::new(view, view.version()),
        options,
        &Control::default(),
    )
}

fn bounds() -> impl Strategy<Value = Bounds> {
    (2_u8..=4, 2_u8..=4, 8_u32..=18).prop_map(|(max_dims, max_extent, max_cells)| Bounds {
        max_dims,
        max_extent,
        max_cells,
    })
}

fn text() -> impl Strategy<Value = Text> {
    let word = (0_u8..7).prop_map(|letter| char::from(b'a' + letter).to_string());
    prop::collection::vec(prop::collection::vec(word, 1..6), 1..16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_survey_counts_what_the_definition_says(text in text(), bounds in bounds()) {
        let tally = survey_all(&view_of(&text, bounds), SurveyOptions { keep: usize::MAX, ..SurveyOptions::default() });
        let oracle = Oracle::of(&text, bounds);
        let counts = tally.counts.iter().map(|(shape, &count)| (shape.to_string(), usize::try_from(count).unwrap()));
        prop_assert_eq!(counts.collect::<std::collections::BTreeMap<_, _>>(), oracle.counts());
        let waiting = tally.waiting.iter().map(|(shape, &count)| (shape.to_string(), usize::try_from(count).unwrap()));
        let mut missing = oracle.missing_counts();
        missing.remove("2x2");
        prop_assert_eq!(waiting.collect::<std::collections::BTreeMap<_, _>>(), missing);
        let mut ids: Vec<_> = tally.best.values().flatten().map(|ranked| ranked.id).collect();
        ids.sort_unstable();
        prop_assert_eq!(ids, oracle.complete.keys().copied().collect::<Vec<_>>());
    }

    #[test]
    fn parts_and_threads_add_up_to_the_whole(text in text(), bounds in bounds(), parts in 1_u32..5, threads in 1_usize..4) {
        let view = view_of(&text, bounds);
        let options = SurveyOptions { keep: 2, ..SurveyOptions::default() };
        let whole = survey_all(&view, options);
        let mut sum = Tally::default();
        for part in 0..parts {
            sum.merge(survey_all(&view, SurveyOptions { part, parts, threads, ..options }), 2);
        }
        prop_assert_eq!(sum, whole);
    }

    #[test]
    fn an_estimate_of_a_small_text_is_its_count(text in text(), bounds in bounds()) {
        let view = view_of(&text, bounds);
        let estimate = estimate(&FrozenPhrases::new(&view, view.version()), &Control::default());
        prop_assert!(estimate.exact);
        prop_assert_eq!(estimate.orthos, survey_all(&view, SurveyOptions::default()).total());
    }

    #[test]
    fn the_ids_of_a_survey_are_those_of_their_words(text in text(), bounds in bounds()) {
        let view = view_of(&text, bounds);
        let tally = survey_all(&view, SurveyOptions::default());
        for ranked in tally.ranked(Order::Square) {
            let words = ranked.cells.iter().map(|&word| view.vocabulary().word(word));
            prop_assert_eq!(ortho_id(&ranked.shape, words), ranked.id);
            let lines = check_ortho(&view, Geometry::new(ranked.shape.extents()), &ranked.cells).unwrap();
            prop_assert_eq!(lines.version(), ranked.min_version);
        }
    }
}

#[test]
fn a_survey_that_was_stopped_says_so() {
    let text = [["a", "b"], ["c", "d"], ["a", "c"], ["b", "d"]];
    let text: Text = text
        .iter()
        .map(|words| words.iter().map(ToString::to_string).collect())
        .collect();
    let view = view_of(&text, Bounds::default());
    let control = Control::default();
    control.stop();
    let tally = survey(
        &FrozenPhrases::new(&view, Version(1)),
        SurveyOptions::default(),
        &control,
    );
    assert_eq!(tally.total(), 0);
    assert!(control.is_stopped());
}

#[test]
fn a_survey_stops_in_the_middle_of_what_grows_from_one_square() {
    let bounds = Bounds {
        max_dims: 6,
        max_extent: 2,
        ..Bounds::default()
    };
    let view = view_of(&all_pairs(24), bounds);
    let phrases = FrozenPhrases::new(&view, view.version());
    let control = Control::default();
    let options = SurveyOptions {
        keep: 1,
        ..SurveyOptions::default()
    };
    let tally = std::thread::scope(|scope| {
        let walk = scope.spawn(|| survey(&phrases, options, &control));
        while control.progress().1 == 0 {
            std::thread::yield_now();
        }
        control.stop();
        walk.join().unwrap()
    });
    let (done, origins) = control.progress();
    assert!(tally.total() > 0 || done == 0);
    assert!(done < origins);
}

#[test]
fn an_older_version_is_surveyed_as_it_was() {
    let mut view = ContextView::new(Bounds::default());
    for (id, word) in ["a", "b", "c", "d"].into_iter().enumerate() {
        view.add_word(WordId(id as u32), word).unwrap();
    }
    let [a, b, c, d] = [0, 1, 2, 3].map(WordId);
    for sentence in [[a, b], [c, d], [a, c]] {
        view.add_sentence(Version(1), &sentence).unwrap();
    }
    view.add_sentence(Version(2), &[b, d]).unwrap();
    view.advance(Version(2)).unwrap();
    let total = |version| {
        survey(
            &FrozenPhrases::new(&view, version),
            SurveyOptions::default(),
            &Control::default(),
        )
        .total()
    };
    assert_eq!([total(Version(1)), total(Version(2))], [0, 1]);
}
