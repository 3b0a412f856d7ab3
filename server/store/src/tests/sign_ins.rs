//! Links that are spent once, sessions that end, and what is forgotten.

use std::time::Duration;

use crochet_domain::ports::{Clock, SignInTicket};

use crate::testing::Fixture;

const MINUTE: Duration = Duration::from_secs(60);

fn ticket(fixture: &Fixture, id: &str, lasts: Duration) -> SignInTicket {
    SignInTicket {
        id: id.to_owned(),
        hash: vec![1, 2, 3],
        role: "editor".to_owned(),
        expires_at: fixture.clock.now() + lasts,
    }
}

#[tokio::test]
async fn of_many_who_spend_a_link_one_gets_a_session() {
    let fixture = Fixture::new().await;
    let sign_ins = fixture.store.sign_ins();
    let link = ticket(&fixture, "link", MINUTE);
    sign_ins.add_link(link.clone()).await.unwrap();
    assert_eq!(sign_ins.find_link("link").await.unwrap(), Some(link));
    let spend = |id: &'static str| sign_ins.spend_link("link", ticket(&fixture, id, MINUTE));
    let (one, two, three) = tokio::join!(spend("one"), spend("two"), spend("three"));
    let spent = [one.unwrap(), two.unwrap(), three.unwrap()];
    assert_eq!(spent.iter().filter(|spent| **spent).count(), 1, "{spent:?}");
    for (id, spent) in ["one", "two", "three"].into_iter().zip(spent) {
        assert_eq!(sign_ins.find_session(id).await.unwrap().is_some(), spent, "{id}");
    }
    assert_eq!(sign_ins.find_link("link").await.unwrap(), None);
}

#[tokio::test]
async fn a_link_that_is_over_begins_nothing() {
    let fixture = Fixture::new().await;
    let sign_ins = fixture.store.sign_ins();
    sign_ins.add_link(ticket(&fixture, "link", MINUTE)).await.unwrap();
    fixture.clock.advance(MINUTE);
    let session = ticket(&fixture, "session", MINUTE);
    assert!(!sign_ins.spend_link("link", session).await.unwrap());
    assert_eq!(sign_ins.find_session("session").await.unwrap(), None);
}

#[tokio::test]
async fn an_ended_session_is_gone_and_others_are_not() {
    let fixture = Fixture::new().await;
    let sign_ins = fixture.store.sign_ins();
    for id in ["one", "two"] {
        sign_ins.add_link(ticket(&fixture, id, MINUTE)).await.unwrap();
        assert!(
            sign_ins
                .spend_link(id, ticket(&fixture, id, MINUTE))
                .await
                .unwrap()
        );
    }
    sign_ins.end_session("one").await.unwrap();
    sign_ins.end_session("unknown").await.unwrap();
    assert_eq!(sign_ins.find_session("one").await.unwrap(), None);
    assert!(sign_ins.find_session("two").await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_over_is_forgotten_and_the_rest_is_kept() {
    let fixture = Fixture::new().await;
    let sign_ins = fixture.store.sign_ins();
    for (link, lasts) in [("short", MINUTE), ("long", 3 * MINUTE), ("spent", MINUTE)] {
        sign_ins.add_link(ticket(&fixture, link, lasts)).await.unwrap();
    }
    let session = ticket(&fixture, "session", 2 * MINUTE);
    assert!(sign_ins.spend_link("spent", session).await.unwrap());
    fixture.clock.advance(MINUTE);
    assert_eq!(sign_ins.expire().await.unwrap(), 1);
    assert!(sign_ins.find_session("session").await.unwrap().is_some());
    fixture.clock.advance(MINUTE);
    assert_eq!(sign_ins.expire().await.unwrap(), 1);
    assert!(sign_ins.find_link("long").await.unwrap().is_some());
}
