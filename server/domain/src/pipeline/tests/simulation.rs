//! Whatever happens between the ledger, the queue and the workers, the outcome is that of the definition; and a
//! pipeline that leaves out one of its two safeguards is found out by the same check.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRng, TestRunner};

use super::properties::{Text, assert_same, bounds, ingest_all, text, texts};
use super::world::{Mutant, World};
use crate::context::Bounds;
use crate::pipeline::Budget;
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
/// Many small texts that come while others are worked on: that is where the safeguards matter.
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
    let case = (
        prop::collection::vec(text(1..3), 6..16),
        prop::collection::vec(any::<u32>(), 100..300),
    );
    (0..200).map(move |_| {
        let (texts, script) = case.new_tree(&mut runner).unwrap().current();
        let world = simulate(&texts, bounds, 4, Budget::default(), &script, mutant);
        !is_right(&world, &texts, bounds)
    })
}

#[test]
fn the_sound_pipeline_makes_no_fault_where_its_mutants_do() {
    assert!(!faults(Mutant::Sound).any(|fault| fault));
}

#[test]
fn a_pipeline_without_the_late_read_is_found_out() {
    assert!(faults(Mutant::NoLateRead).any(|fault| fault));
}

#[test]
fn a_pipeline_without_the_version_check_is_found_out() {
    assert!(faults(Mutant::NoVersionCheck).any(|fault| fault));
}
