//! Whatever happens between the ledger, the queue and the workers, the outcome is that of the definition; and a
//! pipeline that leaves out one of its two safeguards is found out by the same check.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRng, TestRunner};

use super::properties::{Text, assert_same, bounds, ingest_all, sentences, text, texts};
use super::store::{Store, Taken};
use super::world::{Mutant, World};
use crate::context::Bounds;
use crate::ids::Version;
use crate::pipeline::{Budget, Found, WorkPayload, begin};
use crate::search::oracle::Oracle;

fn script() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(any::<u32>(), 0..400)
}

fn budget() -> impl Strategy<Value = Budget> {
    (1_usize..40, 1_usize..20).prop_map(|(found_max, asked_max)| Budget { found_max, asked_max })
}

fn simulate(
    texts: &[Text],
    bounds: Bounds,
    workers: usize,
    budget: Budget,
    script: &[u32],
    mutant: Mutant,
) -> World {
    let mut world = World::new(bounds, workers, budget, mutant);
    world.run(texts, script);
    world
}

/// Whether the outcome is that of one worker, one text at a time.
fn is_right(world: &World, texts: &[Text], bounds: Bounds) -> bool {
    let right = ingest_all(texts, bounds);
    world.store.orthos.keys().eq(right.orthos.keys())
        && world.store.remediations.keys().eq(right.remediations.keys())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn crashes_and_repetitions_change_nothing(
        texts in texts(), bounds in bounds(), workers in 1_usize..5, budget in budget(), script in script(),
    ) {
        let world = simulate(&texts, bounds, workers, budget, &script, Mutant::Sound);
        let all: Text = texts.iter().flatten().cloned().collect();
        assert_same(&world.store, &Oracle::of(&all, bounds));
    }

    #[test]
    fn no_split_order_or_duplication_of_a_text_changes_anything(
        text in text(1..14), bounds in bounds(), order in any::<prop::sample::Index>(), again in any::<prop::sample::Index>(),
        pieces in 1_usize..6, script in script(),
    ) {
        let oracle = Oracle::of(&text, bounds);
        let mut shuffled = text.clone();
        shuffled.rotate_left(order.index(text.len()));
        shuffled.push(text[again.index(text.len())].clone());
        let parts: Vec<Text> = shuffled.chunks(shuffled.len().div_ceil(pieces)).map(<[_]>::to_vec).collect();
        let world = simulate(&parts, bounds, 3, Budget::default(), &script, Mutant::Sound);
        assert_same(&world.store, &oracle);
    }
}

/// Runs a mutant over the same cases that a sound pipeline passes; says of each whether it got it wrong.
///
/// Many small texts that come while others are worked on, with budgets that cut and budgets that do not: that is
/// where the safeguards matter.
fn faults(mutant: Mutant) -> impl Iterator<Item = bool> {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let bounds = Bounds {
        max_dims: 3,
        max_extent: 4,
        max_cells: 12,
    };
    let small = (2_usize..12, 2_usize..12).prop_map(|(found_max, asked_max)| Budget { found_max, asked_max });
    let case = (
        prop::collection::vec(text(1..4), 6..16),
        prop_oneof![small, Just(Budget::default())],
        prop::collection::vec(any::<u32>(), 100..400),
    );
    (0..CASES).map(move |_| {
        let (texts, budget, script) = case.new_tree(&mut runner).unwrap().current();
        let world = simulate(&texts, bounds, 4, budget, &script, mutant);
        !is_right(&world, &texts, bounds)
    })
}

const CASES: usize = 60;

#[test]
fn the_sound_pipeline_makes_no_fault_where_its_mutants_do() {
    assert!(!faults(Mutant::Sound).any(|fault| fault));
}

#[test]
fn a_pipeline_without_the_late_read_is_found_out() {
    assert!(faults(Mutant::NoLateRead).any(|fault| fault));
}

#[test]
fn a_pipeline_that_settles_what_a_step_did_not_take_is_found_out() {
    assert!(faults(Mutant::SettlesWhatWasNotTaken).any(|fault| fault));
}

#[test]
fn a_pipeline_without_the_version_check_is_found_out() {
    assert!(faults(Mutant::NoVersionCheck).any(|fault| fault));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn steps_on_the_items_of_several_texts_take_them_all_and_find_all(texts in texts(), bounds in bounds()) {
        let mut store = Store::new(bounds);
        texts.iter().for_each(|text| store.ingest(text));
        while !store.settled() {
            let open = store.ledger.iter().filter(|(_, row)| !row.done);
            let mut items: Vec<_> = open.map(|(key, row)| (*key, row.payload.clone())).collect();
            items.sort_by_key(|(_, payload)| !payload.is_wake());
            let (keys, payloads): (Vec<_>, Vec<_>) = items.into_iter().unzip();
            let found = step(payloads, &store, Budget::default());
            prop_assert_eq!(found.taken, keys.len());
            prop_assert_eq!(store.report(&keys, &found.report, true), Taken::Done);
        }
        assert_same(&store, &Oracle::of(&texts.concat(), bounds));
    }
}

/// A step by a worker with the newest view.
fn step(payloads: Vec<WorkPayload>, store: &Store, budget: Budget) -> Found {
    let view = store.view();
    let mut begun = begin(payloads, &view, budget).unwrap();
    begun.hear(&view, &store.waiting(&begun.pairs()));
    begun.finish(&view).unwrap()
}

/// An item is reported by a worker that was behind and died before its late read; whoever repeats it has a newer view,
/// finds more on the way and is cut short earlier. Returns whether everything was found all the same.
fn is_right_after_a_repetition_cut_elsewhere(mutant: Mutant) -> bool {
    let bounds = Bounds::default();
    // Two squares on the edge "a z", each waiting for the end of its second row; both ends come in the second text.
    let texts = ["a z p. a c. c d. z d. a e. e f. z f.", "p w. c d w. e f w."].map(sentences);
    let mut world = World::new(bounds, 1, Budget::default(), mutant);
    let cut = Budget {
        found_max: 4,
        ..Budget::default()
    };
    let key = |payload: &WorkPayload| payload.key(&[0; 16]);
    let (seed, wake) = (WorkPayload::seed(Version(1)), WorkPayload::wake(Version(2)));

    let store = &mut world.store;
    store.ingest(&texts[0]);
    let behind = step(vec![seed.clone()], store, cut);
    store.ingest(&texts[1]);
    let woken = step(vec![wake.clone()], store, Budget::default());
    let taken = store.report(&[key(&wake)], &woken.report, true);
    assert_eq!(taken, Taken::Done, "nothing came while it woke");
    let taken = store.report(&[key(&seed)], &behind.report, false);
    assert_eq!(taken, Taken::Behind, "a report that was behind settles nothing");
    let repeated = step(vec![seed.clone()], store, cut);
    assert_eq!(store.report(&[key(&seed)], &repeated.report, true), Taken::Done);
    world.settle();
    is_right(&world, &texts, bounds)
}

#[test]
fn a_repetition_that_is_cut_elsewhere_loses_nothing() {
    assert!(is_right_after_a_repetition_cut_elsewhere(Mutant::Sound));
}

#[test]
fn a_pipeline_that_trusts_reports_that_were_behind_is_found_out() {
    assert!(!is_right_after_a_repetition_cut_elsewhere(
        Mutant::TrustsReportsBehind
    ));
}
