//! Valid, wrong, revoked and expired keys; the memory and its end; what a check costs.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::*;
use crate::local::{KeyStore, LocalKeys, Owners, StoredKey};
use crate::matrix::{Matrices, Matrix, MatrixSource};

#[derive(Default)]
struct Memory {
    keys: Mutex<Vec<StoredKey>>,
    finds: AtomicUsize,
    uses: AtomicUsize,
    down: Mutex<bool>,
}

impl Memory {
    fn with(change: impl FnOnce(&mut StoredKey)) -> (Arc<Self>, ApiKey) {
        let key = ApiKey::generate();
        let mut stored = StoredKey {
            prefix: key.prefix().to_owned(),
            hash: key.hash(),
            subject: "key:ada".to_owned(),
            service: false,
            scopes: vec!["orthos:read".to_owned()],
            expires_at: None,
            revoked_at: None,
        };
        change(&mut stored);
        let memory = Self {
            keys: Mutex::new(vec![stored]),
            ..Self::default()
        };
        (Arc::new(memory), key)
    }
}

#[async_trait]
impl KeyStore for Memory {
    async fn find_key(&self, prefix: &str) -> Result<Option<StoredKey>, Problem> {
        self.finds.fetch_add(1, Ordering::Relaxed);
        if *self.down.lock().unwrap() {
            return Err(Problem::unavailable("the store is away", 1));
        }
        Ok(self
            .keys
            .lock()
            .unwrap()
            .iter()
            .find(|key| key.prefix == prefix)
            .cloned())
    }

    async fn note_use(&self, _: &str, _: DateTime<Utc>) -> Result<(), Problem> {
        self.uses.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Everybody is an editor, but for one who is nobody any more.
struct Editors;

#[async_trait]
impl Owners for Editors {
    async fn roles_of(&self, subject: &str) -> Result<Option<Vec<String>>, Problem> {
        Ok((subject != "key:gone").then(|| vec!["editor".to_owned()]))
    }
}

#[async_trait]
impl MatrixSource for Editors {
    async fn newer_than(&self, _: u64) -> Result<Option<Matrix>, Problem> {
        Ok(None)
    }
}

fn checker(store: &Arc<Memory>) -> LocalKeys {
    let first = Matrix::built_in(["corpora:write", "orthos:read", "work:admin"]);
    let matrices = Arc::new(Matrices::new(Arc::new(Editors), first));
    LocalKeys::new(store.clone(), Arc::new(Editors), matrices)
}

fn authenticator(store: &Arc<Memory>, memory: Duration) -> KeyAuthenticator {
    KeyAuthenticator::new(Arc::new(checker(store)), memory)
}

async fn verified(keys: &KeyAuthenticator, presented: &str) -> Option<VerifiedKey> {
    keys.verify(&ApiKey::parse(presented).ok()?).await.unwrap()
}

#[tokio::test]
async fn a_valid_key_stands_for_its_owner() {
    let (store, key) = Memory::with(|_| ());
    let found = verified(&authenticator(&store, MEMORY_MAX), key.reveal())
        .await
        .unwrap();
    assert_eq!((&*found.subject, found.kind), ("key:ada", CallerKind::Key));
    assert_eq!(found.scopes, Scopes::from_iter(["orthos:read"]));
}

#[tokio::test]
async fn wrong_unknown_and_malformed_keys_are_nobody() {
    let (store, key) = Memory::with(|_| ());
    let keys = authenticator(&store, MEMORY_MAX);
    let other = ApiKey::generate();
    let crossed = format!("ck_{}_{}", key.prefix(), &other.reveal()[14..]);
    for wrong in [other.reveal(), &crossed, "ck_x_y", ""] {
        assert_eq!(verified(&keys, wrong).await, None, "{wrong}");
    }
    assert!(
        verified(&keys, key.reveal()).await.is_some(),
        "a wrong secret must not spoil the right one"
    );
}

#[tokio::test]
async fn revoked_and_expired_keys_are_nobody() {
    let past = Utc::now() - Duration::from_secs(1);
    let (revoked, one) = Memory::with(|key| key.revoked_at = Some(past));
    let (expired, two) = Memory::with(|key| key.expires_at = Some(past));
    assert_eq!(
        verified(&authenticator(&revoked, MEMORY_MAX), one.reveal()).await,
        None
    );
    assert_eq!(
        verified(&authenticator(&expired, MEMORY_MAX), two.reveal()).await,
        None
    );
}

#[tokio::test]
async fn an_expired_key_is_nobody_before_anything_remembers_it() {
    let past = Utc::now() - Duration::from_secs(1);
    let (expired, key) = Memory::with(|key| key.expires_at = Some(past));
    assert_eq!(checker(&expired).check(&key).await.unwrap(), None);
}

#[tokio::test]
async fn a_remembered_key_still_ends_at_its_time() {
    let (store, key) = Memory::with(|key| key.expires_at = Some(Utc::now() + Duration::from_millis(300)));
    let keys = authenticator(&store, MEMORY_MAX);
    assert!(verified(&keys, key.reveal()).await.is_some());
    let deadline = Instant::now() + Duration::from_millis(900);
    while verified(&keys, key.reveal()).await.is_some() {
        assert!(Instant::now() < deadline, "the key outlived its end");
        tokio::task::yield_now().await;
    }
    assert_eq!(store.finds.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_revoked_key_stops_within_the_memory() {
    let (store, key) = Memory::with(|_| ());
    let keys = authenticator(&store, Duration::from_millis(50));
    assert!(verified(&keys, key.reveal()).await.is_some());
    store.keys.lock().unwrap()[0].revoked_at = Some(Utc::now());
    let deadline = Instant::now() + Duration::from_secs(1);
    while verified(&keys, key.reveal()).await.is_some() {
        assert!(Instant::now() < deadline, "the key outlived its revocation");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn no_memory_outlasts_the_second_within_which_a_revocation_acts() {
    let (store, key) = Memory::with(|_| ());
    let keys = authenticator(&store, Duration::from_secs(3_600));
    let asked = Instant::now();
    assert!(verified(&keys, key.reveal()).await.is_some());
    store.keys.lock().unwrap()[0].revoked_at = Some(Utc::now());
    while verified(&keys, key.reveal()).await.is_some() {
        assert!(asked.elapsed() < Duration::from_secs(1), "it is still remembered");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn forgetting_makes_a_revocation_act_at_once() {
    let (store, key) = Memory::with(|_| ());
    let keys = authenticator(&store, MEMORY_MAX);
    assert!(verified(&keys, key.reveal()).await.is_some());
    store.keys.lock().unwrap()[0].revoked_at = Some(Utc::now());
    keys.forget();
    assert_eq!(verified(&keys, key.reveal()).await, None);
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_a_problem_and_is_not_remembered() {
    let (store, key) = Memory::with(|_| ());
    let keys = authenticator(&store, MEMORY_MAX);
    *store.down.lock().unwrap() = true;
    assert_eq!(keys.verify(&key).await.unwrap_err().status, 503);
    *store.down.lock().unwrap() = false;
    assert!(keys.verify(&key).await.unwrap().is_some());
}

#[tokio::test]
async fn the_last_use_is_noted_once_a_minute_at_most() {
    let (store, key) = Memory::with(|_| ());
    let keys = authenticator(&store, Duration::ZERO);
    for _ in 0..10 {
        assert!(verified(&keys, key.reveal()).await.is_some());
    }
    assert!(store.finds.load(Ordering::Relaxed) > 1);
    let deadline = Instant::now() + Duration::from_secs(5);
    while store.uses.load(Ordering::Relaxed) == 0 {
        assert!(Instant::now() < deadline, "the use was never noted");
        tokio::task::yield_now().await;
    }
    assert_eq!(store.uses.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_remembered_key_asks_the_store_once() {
    let (store, key) = Memory::with(|_| ());
    let keys = authenticator(&store, MEMORY_MAX);
    for _ in 0..100 {
        assert!(verified(&keys, key.reveal()).await.is_some());
    }
    assert_eq!(store.finds.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_key_may_do_no_more_than_its_owner_may_now() {
    let (store, key) =
        Memory::with(|key| key.scopes = vec!["orthos:read".to_owned(), "work:admin".to_owned()]);
    let found = verified(&authenticator(&store, MEMORY_MAX), key.reveal())
        .await
        .unwrap();
    assert_eq!(found.scopes.iter().collect::<Vec<_>>(), ["orthos:read"]);
}

#[tokio::test]
async fn a_key_of_a_service_may_do_no_more_than_services_need() {
    let (store, key) = Memory::with(|key| {
        key.service = true;
        key.scopes = vec!["orthos:read".to_owned(), "roles:write".to_owned()];
    });
    let found = checker(&store).check(&key).await.unwrap().unwrap();
    assert_eq!(found.kind, CallerKind::Service);
    assert_eq!(found.scopes.iter().collect::<Vec<_>>(), ["orthos:read"]);
}

#[tokio::test]
async fn a_key_whose_owner_is_gone_is_nobody() {
    let (store, key) = Memory::with(|key| key.subject = "key:gone".to_owned());
    assert_eq!(
        verified(&authenticator(&store, MEMORY_MAX), key.reveal()).await,
        None
    );
}
