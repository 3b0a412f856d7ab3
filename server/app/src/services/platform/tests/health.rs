//! Whether a process wants requests, whatever becomes of what it depends on.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::platform::{CheckState, HealthOperations as _};
use crochet_openapi::{Caller, RequestContext};

use super::house;
use crate::services::platform::{Check, Checks, Readiness};

struct Down;

#[async_trait]
impl Check for Down {
    fn name(&self) -> &'static str {
        "queue"
    }

    async fn check(&self) -> Result<(), String> {
        Err("nobody there".to_owned())
    }
}

/// Away, and not needed by everybody.
struct Spare;

#[async_trait]
impl Check for Spare {
    fn name(&self) -> &'static str {
        "spare"
    }

    fn is_needed(&self) -> bool {
        false
    }

    async fn check(&self) -> Result<(), String> {
        Err("nobody there".to_owned())
    }
}

struct Silent;

#[async_trait]
impl Check for Silent {
    fn name(&self) -> &'static str {
        "silent"
    }

    async fn check(&self) -> Result<(), String> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn readiness_follows_the_process_and_names_what_is_down() {
    let fine = house(Vec::new()).await;
    let anyone = Caller::anonymous(RequestContext::new());
    assert_eq!(
        fine.service.check_readiness(&anyone).await.unwrap_err().status,
        503
    );
    fine.readiness.set(true);
    assert!(fine.service.check_readiness(&anyone).await.unwrap().ready);
    assert!(fine.service.check_liveness(&anyone).await.unwrap().live);

    let broken = house(vec![Arc::new(Down)]).await;
    broken.readiness.set(true);
    let refused = broken.service.check_readiness(&anyone).await.unwrap_err();
    assert_eq!(refused.status, 503);
    assert_eq!(refused.errors[0].detail, "queue: nobody there");
    assert!(broken.service.check_liveness(&anyone).await.unwrap().live);
}

#[tokio::test]
async fn requests_stay_welcome_without_what_is_not_needed_and_it_is_named() {
    let house = house(vec![Arc::new(Spare)]).await;
    house.readiness.set(true);
    let anyone = Caller::anonymous(RequestContext::new());
    let ready = house.service.check_readiness(&anyone).await.unwrap();
    let [spare] = &ready.checks[..] else {
        panic!("there is one check")
    };
    assert!(ready.ready && !spare.needed);
    assert_eq!((&*spare.name, spare.state), ("spare", CheckState::Failed));
}

#[tokio::test(start_paused = true)]
async fn a_dependency_that_does_not_answer_is_down_after_its_time() {
    let checks = Checks {
        readiness: Readiness::default(),
        dependencies: vec![Arc::new(Silent), Arc::new(Down)],
    };
    let shown = checks.run().await;
    assert_eq!(shown[0].detail.as_deref(), Some("no answer within 1000 ms"));
    assert_eq!(shown.len(), 2);
}
