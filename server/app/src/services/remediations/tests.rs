//! The remediations service through its traits, on a temporary database.

use crochet_api::remediations::{ListRemediationsParams, RemediationsOperations};

use crate::services::testing::World;

#[tokio::test]
async fn what_waits_is_found_by_phrase_and_by_ortho() {
    let world = World::new().await;
    let id = world.context("lack").await;
    world.add(&id, "a c e. b d f. a b. c d. e g.").await;
    let list = |phrase: Option<&str>, ortho_id| {
        let params = ListRemediationsParams {
            phrase: phrase.map(|phrase| phrase.try_into().unwrap()),
            ortho_id,
            ..ListRemediationsParams::default()
        };
        world
            .remediations
            .list_remediations(&world.caller, id.clone(), params)
    };
    let all = list(None, None).await.unwrap().items;
    assert!(!all.is_empty());
    let after = list(Some("B d"), None).await.unwrap().items;
    assert!(
        after
            .iter()
            .all(|grid| grid.waiting_for.iter().any(|run| &**run == "b d"))
    );
    assert!(!after.is_empty() && after.len() <= all.len());
    let of_ortho = list(None, Some(after[0].ortho_id.clone())).await.unwrap().items;
    assert!(of_ortho.iter().any(|grid| grid.id == after[0].id));
    assert!(list(Some("unicorn"), None).await.unwrap().items.is_empty());

    let stats = world
        .remediations
        .read_statistics(&world.caller, id.clone())
        .await
        .unwrap();
    assert_eq!(stats.remediations, i64::try_from(all.len()).unwrap());
    assert!(stats.orthos <= stats.remediations && stats.pairs <= stats.remediations);
}
