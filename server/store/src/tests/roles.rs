//! Versions of the role matrix.

use crochet_domain::ports::{Clock, MatrixStoreError, NewMatrix, PageRequest};

use crate::testing::Fixture;

fn matrix(document: &str) -> NewMatrix {
    NewMatrix {
        changed_by: "person:ada".to_owned(),
        undoes: None,
        document: document.to_owned(),
    }
}

#[tokio::test]
async fn versions_follow_each_other_from_one_on() {
    let fixture = Fixture::new().await;
    let matrices = fixture.store.role_matrices();
    assert_eq!(matrices.newer_than(0).await.unwrap(), None);
    let first = matrices.append(0, matrix("one")).await.unwrap();
    assert_eq!((first.version, first.changed_at), (1, fixture.clock.now()));
    let undo = NewMatrix {
        undoes: Some(1),
        ..matrix("two")
    };
    let second = matrices.append(1, undo).await.unwrap();
    assert_eq!((second.version, second.undoes), (2, Some(1)));
    assert_eq!(matrices.newer_than(0).await.unwrap(), Some(second.clone()));
    assert_eq!(matrices.newer_than(2).await.unwrap(), None);
    assert_eq!(matrices.get(1).await.unwrap(), first);
    assert!(matches!(matrices.get(3).await, Err(MatrixStoreError::NotFound)));
}

#[tokio::test]
async fn of_two_who_change_the_same_version_one_is_told() {
    let fixture = Fixture::new().await;
    let matrices = fixture.store.role_matrices();
    matrices.append(0, matrix("one")).await.unwrap();
    let late = matrices.append(0, matrix("other")).await;
    assert!(matches!(late, Err(MatrixStoreError::Changed { version: 1 })));
    assert_eq!(matrices.get(1).await.unwrap().document, "one");
}

#[tokio::test]
async fn the_history_is_paged_the_latest_first() {
    let fixture = Fixture::new().await;
    let matrices = fixture.store.role_matrices();
    for version in 0..5 {
        matrices.append(version, matrix("any")).await.unwrap();
    }
    let mut page = PageRequest::first(2);
    let mut versions = Vec::new();
    loop {
        let found = matrices.list(page.clone()).await.unwrap();
        versions.extend(found.items.iter().map(|matrix| matrix.version));
        let Some(next) = found.next else { break };
        page.after = Some(next);
    }
    assert_eq!(versions, [5, 4, 3, 2, 1]);
    let keys = fixture.store.keys();
    let foreign = PageRequest {
        limit: 2,
        after: matrices.list(PageRequest::first(2)).await.unwrap().next,
    };
    assert!(keys.list(None, foreign).await.is_err());
}
