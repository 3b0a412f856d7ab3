//! What the tests of this crate share: a clock that moves when told, and stores in temporary folders.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use crochet_domain::ports::Clock;
use sea_orm::ConnectionTrait;
use tokio::sync::watch;

use crate::Store;

/// What a plan must not have: reading a whole table, and sorting.
pub(crate) const DEAR: [&str; 2] = ["SCAN ", "TEMP B-TREE"];

/// A clock that stands still until a test moves it.
#[derive(Debug, Clone)]
pub(crate) struct ManualClock(watch::Sender<DateTime<Utc>>);

impl ManualClock {
    pub(crate) fn new() -> Self {
        let start = DateTime::from_timestamp_millis(1_800_000_000_000).expect("a moment in 2027");
        Self(watch::Sender::new(start))
    }

    /// Lets time pass for everyone.
    pub(crate) fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now += by);
    }

    /// Lets time pass, a second at a time, until the work is done.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = tokio::time::sleep(Duration::from_millis(2)) => self.advance(Duration::from_secs(1)),
            }
        }
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.borrow()
    }

    async fn sleep(&self, duration: Duration) {
        let end = self.now() + duration;
        let mut time = self.0.subscribe();
        time.wait_for(|now| *now >= end)
            .await
            .expect("the clock outlives its sleepers");
    }
}

/// A store on a new file, which goes when this goes.
pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) clock: ManualClock,
    pub(crate) folder: tempfile::TempDir,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = ManualClock::new();
        let store = open(&folder, &clock).await;
        Self { store, clock, folder }
    }

    /// How the engine goes about a query.
    pub(crate) async fn plan_of(&self, query: impl sea_orm::QueryTrait) -> Vec<String> {
        self.plan_of_statement(query.build(sea_orm::DatabaseBackend::Sqlite))
            .await
    }

    /// The same for a statement.
    pub(crate) async fn plan_of_statement(&self, mut statement: sea_orm::Statement) -> Vec<String> {
        statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let rows = self.store.reader().query_all_raw(statement).await;
        let steps = rows.expect("a plan");
        let detail = |row: &sea_orm::QueryResult| row.try_get("", "detail").expect("a step");
        steps.iter().map(detail).collect()
    }

    /// The same file opened anew, as after a restart.
    pub(crate) async fn reopened(self) -> Self {
        self.store.close().await.expect("the store closes");
        let store = open(&self.folder, &self.clock).await;
        Self { store, ..self }
    }
}

async fn open(folder: &tempfile::TempDir, clock: &ManualClock) -> Store {
    let file = folder.path().join("crochet.sqlite");
    Store::open(&file, Arc::new(clock.clone()))
        .await
        .expect("the store opens")
}

impl Store {
    /// The writing connection, to do what no port does.
    pub(crate) fn writer(&self) -> sea_orm::DatabaseConnection {
        self.database().pools().0.clone()
    }

    /// A reading connection.
    pub(crate) fn reader(&self) -> sea_orm::DatabaseConnection {
        self.database().pools().1.clone()
    }

    /// Keeps everybody else from writing as long as it lives.
    pub(crate) async fn hold_writer(&self) -> sea_orm::DatabaseTransaction {
        use sea_orm::TransactionTrait;
        self.writer().begin().await.expect("the writer is free")
    }
}
