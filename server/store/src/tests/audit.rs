//! The audit log.

use crochet_domain::ports::{
    AuditEntryId, AuditKept, AuditQuery, AuditRecord, AuditTrail, AuditedOutcome, Clock, PageRequest,
};
use sea_orm::QuerySelect;

use crate::audit::wanted;
use crate::testing::Fixture;

fn record(fixture: &Fixture, subject: &str, operation: &str) -> AuditRecord {
    AuditRecord {
        id: AuditEntryId::generate(),
        at: fixture.clock.now(),
        subject: subject.to_owned(),
        kind: "person".to_owned(),
        on_behalf_of: None,
        spec: "platform".to_owned(),
        operation: operation.to_owned(),
        resource: "/api/platform/v1/keys".to_owned(),
        outcome: AuditedOutcome::Begun,
        missing: Vec::new(),
        request_id: "r".to_owned(),
        address: Some("192.0.2.1".to_owned()),
    }
}

async fn operations(trail: &dyn AuditTrail, query: AuditQuery) -> Vec<String> {
    let found = trail.list(&query, PageRequest::first(100)).await.unwrap();
    found.items.into_iter().map(|one| one.operation).collect()
}

#[tokio::test]
async fn an_entry_gets_its_outcome_and_keeps_who_and_when() {
    let fixture = Fixture::new().await;
    let trail = fixture.store.audit_trail();
    let begun = record(&fixture, "person:ada", "create_key");
    trail.keep(std::slice::from_ref(&begun)).await.unwrap();
    let ended = AuditRecord {
        subject: "person:eve".to_owned(),
        outcome: AuditedOutcome::Denied,
        resource: "/api/platform/v1/keys/7".to_owned(),
        missing: vec!["keys:write".to_owned(), "keys:read".to_owned()],
        ..begun.clone()
    };
    trail.keep(std::slice::from_ref(&ended)).await.unwrap();
    let kept = trail
        .list(&AuditQuery::default(), PageRequest::first(10))
        .await
        .unwrap();
    let expected = AuditRecord {
        subject: "person:ada".to_owned(),
        ..ended
    };
    assert_eq!(kept.items, [expected]);
}

#[tokio::test]
async fn entries_are_found_by_who_what_how_and_when() {
    let fixture = Fixture::new().await;
    let trail = fixture.store.audit_trail();
    let ada = record(&fixture, "person:ada", "create_key");
    let for_ada = AuditRecord {
        on_behalf_of: Some("person:ada".to_owned()),
        ..record(&fixture, "service:orthos", "create_survey")
    };
    fixture.clock.advance(std::time::Duration::from_secs(60));
    let denied = AuditRecord {
        outcome: AuditedOutcome::Denied,
        ..record(&fixture, "person:bob", "delete_context")
    };
    let later = denied.at;
    trail.keep(&[ada, for_ada, denied]).await.unwrap();
    let trail = &*trail;
    let all = AuditQuery::default;
    let who = Some("person:ada".to_owned());
    assert_eq!(
        operations(trail, AuditQuery { who, ..all() }).await,
        ["create_survey", "create_key"]
    );
    let operation = Some("create_key".to_owned());
    assert_eq!(
        operations(trail, AuditQuery { operation, ..all() }).await,
        ["create_key"]
    );
    let outcome = Some(AuditedOutcome::Denied);
    assert_eq!(
        operations(trail, AuditQuery { outcome, ..all() }).await,
        ["delete_context"]
    );
    let since = Some(later);
    assert_eq!(
        operations(trail, AuditQuery { since, ..all() }).await,
        ["delete_context"]
    );
    let until = Some(later);
    assert_eq!(
        operations(trail, AuditQuery { until, ..all() }).await,
        ["create_survey", "create_key"]
    );
}

#[tokio::test]
async fn the_log_is_paged_and_a_token_is_good_for_its_own_filters_only() {
    let fixture = Fixture::new().await;
    let trail = fixture.store.audit_trail();
    let records: Vec<_> = (0..5).map(|_| record(&fixture, "admin", "create_key")).collect();
    trail.keep(&records).await.unwrap();
    let query = AuditQuery::default();
    let mut page = PageRequest::first(2);
    let mut seen = Vec::new();
    loop {
        let found = trail.list(&query, page.clone()).await.unwrap();
        seen.extend(found.items.into_iter().map(|one| one.id));
        page.after = found.next;
        if page.after.is_none() {
            break;
        }
        let other = AuditQuery {
            who: Some("admin".to_owned()),
            ..AuditQuery::default()
        };
        assert!(trail.list(&other, page.clone()).await.is_err());
    }
    let mut expected: Vec<_> = records.iter().map(|one| one.id).collect();
    expected.reverse();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_is_too_old_or_too_much_is_forgotten_the_latest_stay() {
    let fixture = Fixture::new().await;
    let trail = fixture.store.audit_trail();
    let old = record(&fixture, "admin", "old");
    fixture.clock.advance(std::time::Duration::from_secs(3_600));
    let since = fixture.clock.now();
    let new: Vec<_> = ["one", "two", "three"]
        .map(|name| record(&fixture, "admin", name))
        .into();
    trail.keep(&[vec![old], new].concat()).await.unwrap();
    let all = AuditQuery::default;
    let kept = AuditKept {
        since,
        entries_max: 100,
    };
    assert_eq!(trail.forget(kept, 10).await.unwrap(), 1);
    assert_eq!(operations(&*trail, all()).await, ["three", "two", "one"]);
    let kept = AuditKept {
        entries_max: 2,
        ..kept
    };
    assert_eq!(trail.forget(kept, 10).await.unwrap(), 1);
    assert_eq!(trail.forget(kept, 10).await.unwrap(), 0);
    assert_eq!(operations(&*trail, all()).await, ["three", "two"]);
}

#[tokio::test]
async fn whatever_is_looked_for_the_log_is_not_sorted() {
    let fixture = Fixture::new().await;
    let any = AuditQuery::default();
    let operation = AuditQuery {
        operation: Some("create_key".to_owned()),
        ..any.clone()
    };
    let denied = AuditQuery {
        outcome: Some(AuditedOutcome::Denied),
        since: Some(fixture.clock.now()),
        ..any.clone()
    };
    for query in [any, operation, denied] {
        let plan = fixture.plan_of(wanted(&query).limit(50)).await;
        assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), "{plan:?}");
        assert!(plan.iter().all(|step| step.contains("USING")), "{plan:?}");
    }
}
