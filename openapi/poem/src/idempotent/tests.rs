//! What makes two requests the same, what is remembered of them, and who may hang up.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use crochet_openapi::{Caller, CallerKind, OperationInfo, RequestContext, Scopes};
use futures_util::{StreamExt as _, stream};
use poem::Request;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::*;
use crate::negotiate::Announced;

static BREW: OperationInfo = OperationInfo {
    operation_id: "brew_tea",
    consumes: &["application/json", "text/plain"],
    body_bytes_max: 8,
    idempotent: true,
    ..OperationInfo::EMPTY
};
static POUR: OperationInfo = OperationInfo {
    operation_id: "pour_tea",
    ..BREW
};

fn caller(subject: &str) -> Caller {
    Caller::new(subject, CallerKind::Key, Scopes::default(), RequestContext::new())
}

fn call(caller: Caller, operation: &'static OperationInfo, uri: &str, media_type: &'static str) -> Call {
    let request = Request::builder()
        .uri(uri.parse().unwrap())
        .header(HEADER, "key-00001");
    let announced = Announced {
        media_type: Some(media_type),
        length: None,
    };
    Call::new(caller, operation, request.finish(), announced)
}

fn brewing() -> Call {
    call(caller("ada"), &BREW, "/teas?hot=1", "application/json")
}

/// A store for one key, which tells what was asked of it.
#[derive(Default)]
struct Kept {
    told: Mutex<Vec<&'static str>>,
    finished: Notify,
}

#[async_trait]
impl Idempotency for Kept {
    async fn claim(&self, _: &IdempotencyKey, _: &[u8; 32]) -> Result<Claim, Problem> {
        Ok(Claim::New)
    }

    async fn finish(&self, _: &IdempotencyKey, _: &StoredReply) -> Result<(), Problem> {
        self.told.lock().unwrap().push("finish");
        self.finished.notify_one();
        Ok(())
    }

    async fn release(&self, _: &IdempotencyKey) -> Result<(), Problem> {
        self.told.lock().unwrap().push("release");
        Ok(())
    }
}

fn kept() -> (Arc<Kept>, Arc<dyn Idempotency>) {
    let kept = Arc::<Kept>::default();
    (kept.clone(), kept)
}

#[test]
fn two_requests_are_the_same_when_they_go_to_the_same_place_with_the_same_load() {
    let of = |uri, media_type, body: &[u8]| {
        let call = call(caller("ada"), &BREW, uri, media_type);
        fingerprint(&call, body)
    };
    let first = fingerprint(&brewing(), b"{}");
    assert_eq!(of("/teas?hot=1", "application/json", b"{}"), first);
    for other in [
        of("/tea?hot=1", "application/json", b"{}"),
        of("/teas?hot=2", "application/json", b"{}"),
        of("/teas", "application/json", b"{}"),
        of("/teas?hot=1", "text/plain", b"{}"),
        of("/teas?hot=1", "application/json", b"[]"),
    ] {
        assert_ne!(other, first);
    }
}

#[test]
fn a_key_is_of_one_caller_and_one_operation() {
    let of = |caller: Caller, operation| {
        let call = call(caller, operation, "/teas", "text/plain");
        key(&call).unwrap()
    };
    let first = of(caller("ada"), &BREW);
    assert_eq!(of(caller("ada"), &BREW), first);
    let mut for_bob = caller("ada");
    for_bob.on_behalf_of = Some("bob".into());
    for other in [
        of(caller("bob"), &BREW),
        of(for_bob, &BREW),
        of(caller("ada"), &POUR),
    ] {
        assert_ne!(other, first);
    }
}

#[tokio::test]
async fn only_a_success_is_remembered() {
    for (status, told) in [
        (StatusCode::CREATED, "finish"),
        (StatusCode::SEE_OTHER, "release"),
    ] {
        let (kept, store) = kept();
        let handler = move |_, _| async move { Ok(Response::builder().status(status).finish()) };
        let response = run(&store, Arc::new(()), handler, brewing()).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(*kept.told.lock().unwrap(), [told], "{status}");
    }
}

#[tokio::test]
async fn what_has_begun_is_done_although_its_client_hangs_up() {
    let (kept, store) = kept();
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (entered, held) = (begun.clone(), go_on.clone());
    let handler = move |_, _| {
        let (entered, held) = (entered.clone(), held.clone());
        async move {
            entered.notify_one();
            held.notified().await;
            Ok(Response::default())
        }
    };
    let waiting = run(&store, Arc::new(()), handler, brewing());
    tokio::select! {
        _ = waiting => panic!("it cannot be done yet"),
        () = begun.notified() => {}
    }
    go_on.notify_one();
    let done = timeout(Duration::from_secs(10), kept.finished.notified()).await;
    assert!(done.is_ok(), "it was left half done");
}

#[tokio::test]
async fn a_body_without_an_end_is_read_up_to_its_limit() {
    let (kept, store) = kept();
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(b"tea")));
    // The mistake to be found would read for ever, and even a time limit needs somebody who gives way.
    let endless = endless.take(100);
    let mut call = brewing();
    call.request.set_body(Body::from_bytes_stream(endless));
    let handler = |_, _| async { Ok(Response::default()) };
    let refused = run(&store, Arc::new(()), handler, call).await.unwrap_err();
    assert_eq!(refused.status, 413);
    assert!(kept.told.lock().unwrap().is_empty());
}
