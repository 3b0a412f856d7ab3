//! What is remembered, for how long, and what ends it early. The keeper of sessions here answers when a test says so.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use tokio::sync::Semaphore;

use super::*;
use crate::memory::MEMORY_MAX;
use crate::sessions::{Assurance, SessionId};

const COOKIE: &str = "a-session";

struct Keeper {
    person: Mutex<Option<VerifiedPerson>>,
    asked: AtomicUsize,
    down: AtomicBool,
    /// A check is answered when it gets a permit.
    answers: Semaphore,
}

fn ada() -> VerifiedPerson {
    VerifiedPerson {
        subject: "person:ada".into(),
        roles: vec!["viewer".to_owned()],
        name: "Ada".to_owned(),
        email: None,
        session: SessionId::new("s1"),
        expires_at: Utc::now() + chrono::TimeDelta::hours(1),
        signed_in_at: None,
        assurance: Assurance::OneFactor,
    }
}

impl Keeper {
    fn of(person: Option<VerifiedPerson>, answers: usize) -> Arc<Self> {
        Arc::new(Self {
            person: Mutex::new(person),
            asked: AtomicUsize::new(0),
            down: AtomicBool::new(false),
            answers: Semaphore::new(answers),
        })
    }

    fn now_knows(&self, person: Option<VerifiedPerson>) {
        *self.person.lock().unwrap() = person;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Sessions for Keeper {
    async fn check(&self, _: &str) -> Result<Option<VerifiedPerson>, Problem> {
        // What is answered is what was known when the check began: the worst that a keeper may do.
        let known = self.person.lock().unwrap().clone();
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.answers.acquire().await.unwrap().forget();
        if self.down.load(Ordering::SeqCst) {
            return Err(Problem::unavailable("away", 1));
        }
        Ok(known)
    }
}

fn remembered(keeper: &Arc<Keeper>, memory: Duration) -> Arc<RememberedSessions> {
    Arc::new(RememberedSessions::new(keeper.clone(), memory))
}

async fn until_asked(keeper: &Keeper, times: usize) {
    while keeper.asked() < times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_session_is_asked_about_once_while_it_is_remembered() {
    let keeper = Keeper::of(Some(ada()), 10);
    let sessions = remembered(&keeper, MEMORY_MAX);
    for _ in 0..5 {
        assert_eq!(sessions.check(COOKIE).await.unwrap().unwrap().name, "Ada");
    }
    assert_eq!(keeper.asked(), 1);
}

#[tokio::test]
async fn requests_that_come_together_share_one_check() {
    let keeper = Keeper::of(Some(ada()), 0);
    let sessions = remembered(&keeper, MEMORY_MAX);
    let together: Vec<_> = (0..20)
        .map(|_| {
            let sessions = sessions.clone();
            tokio::spawn(async move { sessions.check(COOKIE).await.unwrap().is_some() })
        })
        .collect();
    until_asked(&keeper, 1).await;
    keeper.answers.add_permits(1);
    for one in together {
        assert!(one.await.unwrap());
    }
    assert_eq!(keeper.asked(), 1);
}

#[tokio::test]
async fn a_session_that_is_nobodys_is_remembered_too() {
    let keeper = Keeper::of(None, 10);
    let sessions = remembered(&keeper, MEMORY_MAX);
    assert!(sessions.check(COOKIE).await.unwrap().is_none());
    assert!(sessions.check(COOKIE).await.unwrap().is_none());
    assert_eq!(keeper.asked(), 1);
}

#[tokio::test]
async fn what_is_no_cookie_is_nobodys_and_not_asked_about() {
    let keeper = Keeper::of(Some(ada()), 10);
    let sessions = remembered(&keeper, MEMORY_MAX);
    assert!(sessions.check("a\r\nX-Evil: 1").await.unwrap().is_none());
    assert_eq!(keeper.asked(), 0);
}

#[tokio::test]
async fn without_a_memory_every_request_asks() {
    let keeper = Keeper::of(Some(ada()), 10);
    let sessions = remembered(&keeper, Duration::ZERO);
    sessions.check(COOKIE).await.unwrap();
    sessions.check(COOKIE).await.unwrap();
    assert_eq!(keeper.asked(), 2);
}

#[tokio::test]
async fn a_forgotten_session_is_asked_about_again() {
    let keeper = Keeper::of(Some(ada()), 10);
    let sessions = remembered(&keeper, MEMORY_MAX);
    sessions.check(COOKIE).await.unwrap();
    keeper.now_knows(None);
    sessions.forget("another").await;
    assert!(sessions.check(COOKIE).await.unwrap().is_some());
    sessions.forget(COOKIE).await;
    assert!(sessions.check(COOKIE).await.unwrap().is_none());
}

#[tokio::test]
async fn all_sessions_can_be_forgotten_at_once() {
    let keeper = Keeper::of(Some(ada()), 10);
    let sessions = remembered(&keeper, MEMORY_MAX);
    sessions.check(COOKIE).await.unwrap();
    keeper.now_knows(None);
    sessions.forget_all();
    assert!(sessions.check(COOKIE).await.unwrap().is_none());
}

#[tokio::test]
async fn a_check_that_began_before_its_session_was_forgotten_is_not_believed() {
    for all in [false, true] {
        let keeper = Keeper::of(Some(ada()), 0);
        let sessions = remembered(&keeper, MEMORY_MAX);
        let waiting = tokio::spawn({
            let sessions = sessions.clone();
            async move { sessions.check(COOKIE).await.unwrap() }
        });
        until_asked(&keeper, 1).await;
        keeper.now_knows(None);
        if all {
            sessions.forget_all();
        } else {
            sessions.forget(COOKIE).await;
        }
        keeper.answers.add_permits(10);
        assert!(waiting.await.unwrap().is_none(), "all: {all}");
        assert_eq!(keeper.asked(), 2);
    }
}

#[tokio::test]
async fn the_memory_counts_from_the_beginning_of_the_check() {
    let memory = Duration::from_millis(20);
    let keeper = Keeper::of(Some(ada()), 0);
    let sessions = remembered(&keeper, memory);
    let check = |sessions: &Arc<RememberedSessions>| {
        let sessions = sessions.clone();
        tokio::spawn(async move { sessions.check(COOKIE).await.unwrap() })
    };
    let (first, began) = (check(&sessions), Instant::now());
    until_asked(&keeper, 1).await;
    keeper.now_knows(None);
    while began.elapsed() < 2 * memory {
        tokio::task::yield_now().await;
    }
    // Arrives when the check under way has been under way for longer than anything may be remembered.
    let second = check(&sessions);
    tokio::task::yield_now().await;
    keeper.answers.add_permits(10);
    assert!(first.await.unwrap().is_some());
    assert!(second.await.unwrap().is_none());
}

#[tokio::test]
async fn a_remembered_session_ends_when_it_expires() {
    let mut person = ada();
    person.expires_at = Utc::now() - chrono::TimeDelta::milliseconds(1);
    let keeper = Keeper::of(Some(person), 10);
    assert!(
        remembered(&keeper, MEMORY_MAX)
            .check(COOKIE)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_keeper_that_does_not_answer_is_a_problem_that_is_not_remembered() {
    let keeper = Keeper::of(Some(ada()), 10);
    let sessions = remembered(&keeper, MEMORY_MAX);
    keeper.down.store(true, Ordering::SeqCst);
    assert_eq!(sessions.check(COOKIE).await.unwrap_err().status, 503);
    keeper.down.store(false, Ordering::SeqCst);
    assert!(sessions.check(COOKIE).await.unwrap().is_some());
}
