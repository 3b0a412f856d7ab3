//! API keys and kept answers.

use std::time::Duration;

use crochet_domain::ports::{
    Clock, IdempotencyKey, IdempotentBegin, KeysError, NewKey, PageRequest, StoredReply,
};

use crate::testing::Fixture;

fn key(prefix: &str) -> NewKey {
    NewKey {
        name: "laptop".to_owned(),
        prefix: prefix.to_owned(),
        hash: vec![1, 2, 3],
        owner: "alice".to_owned(),
        scopes: vec!["orthos:read".to_owned(), "contexts:read".to_owned()],
        expires_at: None,
    }
}

#[tokio::test]
async fn a_key_is_found_by_its_prefix_and_ends_when_revoked() {
    let fixture = Fixture::new().await;
    let keys = fixture.store.keys();
    let made = keys.create(key("abc")).await.unwrap();
    assert_eq!(made.scopes, ["contexts:read", "orthos:read"]);
    assert_eq!(keys.find("abc").await.unwrap(), Some(made.clone()));
    assert_eq!(keys.find("abd").await.unwrap(), None);
    assert!(matches!(
        keys.create(key("abc")).await,
        Err(KeysError::PrefixTaken)
    ));
    assert!(made.is_valid_at(fixture.clock.now()));
    let revoked = keys.revoke(made.id).await.unwrap();
    assert!(!revoked.is_valid_at(fixture.clock.now()));
    fixture.clock.advance(Duration::from_secs(5));
    assert_eq!(keys.revoke(made.id).await.unwrap(), revoked);
}

#[tokio::test]
async fn the_last_use_is_kept_to_the_minute() {
    let fixture = Fixture::new().await;
    let keys = fixture.store.keys();
    let id = keys.create(key("abc")).await.unwrap().id;
    let first = fixture.clock.now();
    keys.touch(id).await.unwrap();
    fixture.clock.advance(Duration::from_secs(59));
    keys.touch(id).await.unwrap();
    assert_eq!(keys.get(id).await.unwrap().last_used_at, Some(first));
    fixture.clock.advance(Duration::from_secs(1));
    keys.touch(id).await.unwrap();
    assert_eq!(
        keys.get(id).await.unwrap().last_used_at,
        Some(fixture.clock.now())
    );
}

#[tokio::test]
async fn a_rotated_key_works_on_for_its_time_beside_its_successor() {
    let fixture = Fixture::new().await;
    let keys = fixture.store.keys();
    let old = keys.create(key("old")).await.unwrap();
    let ends = fixture.clock.now() + Duration::from_secs(60);
    let new = keys.rotate(old.id, key("new"), ends).await.unwrap();
    assert_eq!(new.rotated_from, Some(old.id));
    assert!(keys.get(old.id).await.unwrap().is_valid_at(fixture.clock.now()));
    fixture.clock.advance(Duration::from_secs(60));
    assert!(!keys.get(old.id).await.unwrap().is_valid_at(fixture.clock.now()));
    assert!(matches!(
        keys.rotate(old.id, key("newer"), ends).await,
        Err(KeysError::NotValid)
    ));
    let listed = keys.list(Some("alice"), PageRequest::first(1)).await.unwrap();
    assert_eq!((listed.items[0].id, listed.next.is_some()), (new.id, true));
    assert!(
        keys.list(Some("bob"), PageRequest::first(1))
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn the_same_request_again_gets_the_first_answer() {
    let fixture = Fixture::new().await;
    let answers = fixture.store.idempotency();
    let request = IdempotencyKey {
        subject: "alice".to_owned(),
        operation: "create_context".to_owned(),
        key: "k".to_owned(),
    };
    let (hour, hash) = (Duration::from_secs(3_600), [1; 32]);
    assert_eq!(
        answers.begin(&request, hash, hour).await.unwrap(),
        IdempotentBegin::Started
    );
    assert_eq!(
        answers.begin(&request, hash, hour).await.unwrap(),
        IdempotentBegin::InProgress
    );
    assert_eq!(
        answers.begin(&request, [2; 32], hour).await.unwrap(),
        IdempotentBegin::Mismatch
    );
    let reply = StoredReply {
        status: 201,
        reply: b"{}".to_vec(),
    };
    answers.finish(&request, reply.clone(), hour).await.unwrap();
    assert_eq!(
        answers.begin(&request, hash, hour).await.unwrap(),
        IdempotentBegin::Replay(reply)
    );
    fixture.clock.advance(hour);
    assert_eq!(answers.expire().await.unwrap(), 1);
    assert_eq!(
        answers.begin(&request, hash, hour).await.unwrap(),
        IdempotentBegin::Started
    );
    answers.abandon(&request).await.unwrap();
    assert_eq!(
        answers.begin(&request, hash, hour).await.unwrap(),
        IdempotentBegin::Started
    );
}

#[tokio::test]
async fn a_request_that_a_crash_cut_short_may_be_sent_again() {
    let fixture = Fixture::new().await;
    let request = IdempotencyKey {
        subject: "alice".to_owned(),
        operation: "create_context".to_owned(),
        key: "k".to_owned(),
    };
    let (hour, hash) = (Duration::from_secs(3_600), [1; 32]);
    let begun = fixture
        .store
        .idempotency()
        .begin(&request, hash, hour)
        .await
        .unwrap();
    assert_eq!(begun, IdempotentBegin::Started);
    let fixture = fixture.reopened().await;
    let again = fixture
        .store
        .idempotency()
        .begin(&request, hash, hour)
        .await
        .unwrap();
    assert_eq!(again, IdempotentBegin::Started);
}
