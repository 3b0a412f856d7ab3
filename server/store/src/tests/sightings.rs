//! When people were last here.

use std::time::Duration;

use crochet_domain::ports::Clock;

use crate::testing::Fixture;

#[tokio::test]
async fn the_latest_sighting_of_each_is_kept() {
    let fixture = Fixture::new().await;
    let sightings = fixture.store.sightings();
    let first = fixture.clock.now();
    sightings.note("person:ada").await.unwrap();
    sightings.note("person:bob").await.unwrap();
    fixture.clock.advance(Duration::from_secs(60));
    sightings.note("person:ada").await.unwrap();
    let asked = ["person:ada", "person:bob", "person:eve"].map(str::to_owned);
    let seen = sightings.last_seen(&asked).await.unwrap();
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [
            ("person:ada".to_owned(), fixture.clock.now()),
            ("person:bob".to_owned(), first)
        ]
    );
    assert!(sightings.last_seen(&[]).await.unwrap().is_empty());
}
