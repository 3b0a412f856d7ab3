//! Neighbours in a context where many orthos have the same words.

use std::collections::BTreeSet;

use crochet_api::orthos::{Direction, ListNeighboursParams, OrthosOperations};
use crochet_domain::Ortho;

use crate::services::orthos::grow::surrounds;
use crate::services::testing::World;

/// Few words in any order: many orthos have the same ones.
fn babble(sentences: usize) -> String {
    let words = [
        "the", "river", "mill", "was", "by", "old", "and", "of", "to", "he", "she", "moor",
    ];
    let mut chance = 7_u32;
    let mut roll = |sides: usize| {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (chance >> 16) as usize % sides
    };
    let mut text = String::new();
    for _ in 0..sentences {
        for _ in 0..2 + roll(6) {
            text += words[roll(words.len())];
            text += " ";
        }
        text += ". ";
    }
    text
}

#[tokio::test]
async fn all_larger_neighbours_are_found_however_many_orthos_have_the_same_words() {
    let world = World::new().await;
    let id = world.context("babble").await;
    world.add(&id, &babble(45)).await;
    let key = world.context_key(&id).await.parse().unwrap();
    let stored = world.stored_orthos();
    let ids = stored.ids(key, None, 100_000).await.unwrap();
    let all = stored.get(key, &ids).await.unwrap();
    let mut crowded = 0;
    for ortho in all
        .iter()
        .filter(|ortho| ortho.shape.cell_count() == 4)
        .step_by(7)
    {
        let by_hand: BTreeSet<String> = all
            .iter()
            .filter(|larger| surrounds(larger, ortho))
            .map(|larger| larger.id.to_string())
            .collect();
        let with_words = |other: &&Ortho| ortho.cells.iter().all(|word| other.cells.contains(word));
        crowded += usize::from(all.iter().filter(with_words).count() > 500);
        let params = ListNeighboursParams {
            direction: Some(Direction::Larger),
            limit: 1_000,
            ..ListNeighboursParams::default()
        };
        let ortho_id = ortho.id.to_string().try_into().unwrap();
        let found = world
            .orthos
            .list_neighbours(&world.caller, id.clone(), ortho_id, params);
        let found = found.await.unwrap().items.into_iter();
        let found: BTreeSet<String> = found.map(|one| one.ortho.id.to_string()).collect();
        assert_eq!(found, by_hand, "{}", ortho.id);
    }
    assert!(
        crowded > 0,
        "no list was longer than one look among {}",
        all.len()
    );
}
