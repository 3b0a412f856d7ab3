//! Files that cannot be written, disks that are full, values that nobody wrote.

use crochet_domain::Bounds;
use crochet_domain::ports::{ContextsError, IngestError, StorageError};
use sea_orm::ConnectionTrait;

use super::worker::{Text, World, text};
use crate::testing::Fixture;

#[tokio::test]
async fn a_full_disk_is_named_and_nothing_is_half_written() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b")).await;
    let before = world.contexts.get(world.context).await.unwrap();
    assert_eq!(fixture.store.disk_fault(), None);
    // To SQLite a file that may not grow is a disk that is full.
    let writer = fixture.store.writer();
    let pages = writer
        .query_one_raw(statement(&writer, "PRAGMA page_count"))
        .await
        .unwrap()
        .unwrap();
    let pages: i64 = pages.try_get_by_index(0).unwrap();
    writer
        .query_all_raw(statement(&writer, &format!("PRAGMA max_page_count = {pages}")))
        .await
        .unwrap();
    let large: Text = (0..20_000)
        .map(|n| vec![format!("w{n}"), format!("v{n}")])
        .collect();
    let refused = world.ingest.ingest(world.text(large)).await.unwrap_err();
    assert!(
        matches!(refused, IngestError::Storage(StorageError::DiskFull)),
        "{refused:?}"
    );
    assert_eq!(fixture.store.disk_fault(), Some("the disk is full"));
    assert_eq!(world.contexts.get(world.context).await.unwrap(), before);
    assert_eq!(
        fixture.store.inspection().faults(world.context, 9).await.unwrap(),
        []
    );
    writer
        .query_all_raw(statement(&writer, "PRAGMA max_page_count = 4294967294"))
        .await
        .unwrap();
    world.wave(text("c d")).await;
}

#[tokio::test]
async fn a_read_only_database_is_named() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    let writer = fixture.store.writer();
    writer.execute_unprepared("PRAGMA query_only = 1").await.unwrap();
    let refused = world.ingest.ingest(world.text(text("a b"))).await.unwrap_err();
    assert!(
        matches!(refused, IngestError::Storage(StorageError::ReadOnly)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_damaged_value_is_named() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b")).await;
    let writer = fixture.store.writer();
    writer
        .execute_unprepared("UPDATE sentences SET word_ids = x'80'")
        .await
        .unwrap();
    let read = world.contexts.sentences(world.context, &[0]).await.unwrap_err();
    assert!(
        matches!(&read, ContextsError::Storage(StorageError::Damaged { what }) if what.contains("sentence 0"))
    );
}

#[tokio::test]
async fn a_check_finds_what_does_not_fit() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    world.add(text("a b. c d. a c. b d")).await;
    let inspection = fixture.store.inspection();
    assert_eq!(inspection.faults(world.context, 9).await.unwrap(), []);
    assert_eq!(inspection.integrity().await.unwrap(), []);
    let writer = fixture.store.writer();
    writer
        .execute_unprepared("UPDATE contexts SET words = 7")
        .await
        .unwrap();
    writer
        .execute_unprepared("UPDATE waves SET state = 'settled'")
        .await
        .unwrap();
    let faults = inspection.faults(world.context, 9).await.unwrap();
    let broken: Vec<&str> = faults.iter().map(|fault| fault.invariant).collect();
    assert!(
        broken.contains(&"a context knows how many words it has"),
        "{broken:?}"
    );
    assert!(
        broken.contains(&"an ingest runs as long as items of it are open"),
        "{broken:?}"
    );
}

fn statement(database: &impl ConnectionTrait, sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(database.get_database_backend(), sql)
}

#[tokio::test]
async fn a_commit_that_failed_leaves_no_connection_that_loses_what_comes_after() {
    let fixture = Fixture::new().await;
    let world = World::new(&fixture.store, Bounds::default()).await;
    // What SQLite does when a COMMIT fails: it ends the transaction, and the driver does not know.
    let begun = fixture.store.hold_writer().await;
    begun.execute_unprepared("ROLLBACK").await.unwrap();
    drop(begun);
    let gone = crochet_domain::ports::ContextKey::generate();
    assert!(
        world.contexts.begin_delete(gone).await.is_err(),
        "a write that is refused"
    );
    world.wave(text("a b")).await;
    let read = fixture.store.contexts().version(world.context).await.unwrap();
    assert_eq!(
        read.version,
        crochet_domain::Version(1),
        "readers see what was acknowledged"
    );
    let fixture = fixture.reopened().await;
    let read = fixture.store.contexts().version(world.context).await.unwrap();
    assert_eq!(read.version, crochet_domain::Version(1));
}
