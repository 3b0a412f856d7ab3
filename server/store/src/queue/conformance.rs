//! What every work queue must do, whichever backend it has: one suite, written against the port.
//!
//! A backend proves itself with `conformance!`, which takes a function that gives a [`Rig`]. No test may know which.

mod giving_back;
mod keys;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use crochet_domain::ports::{
    Clock, Lease, LeaseRequest, NackOutcome, PageRequest, PeekedState, PushItem, Pushed, Queue, QueueError,
    Receipt, Settlement,
};

use crate::testing::ManualClock;

pub(crate) use giving_back::*;
pub(crate) use keys::*;

/// A fresh queue with a clock of its own.
pub(crate) struct Rig {
    pub(crate) queue: Arc<dyn Queue>,
    pub(crate) clock: ManualClock,
    /// Whatever must live as long as the queue.
    pub(crate) _keep: Box<dyn std::any::Any + Send>,
}

const Q: &str = "pipeline";
const LEASE: Duration = Duration::from_secs(30);

fn item(payload: &str) -> PushItem {
    PushItem {
        payload: payload.as_bytes().to_vec(),
        headers: BTreeMap::from([("traceparent".to_owned(), "00-1-2-01".to_owned())]),
        delay: Duration::ZERO,
        priority: 0,
        tenant: "alice".to_owned(),
        dedup_key: None,
        dedup_window: Duration::from_secs(600),
        attempts_max: 3,
    }
}

fn keyed(key: &str) -> PushItem {
    PushItem {
        dedup_key: Some(key.to_owned()),
        ..item(key)
    }
}

fn text(lease: &Lease) -> &str {
    std::str::from_utf8(&lease.payload).unwrap()
}

impl Rig {
    async fn push(&self, items: Vec<PushItem>) -> Vec<Pushed> {
        self.queue.push(Q, items).await.unwrap()
    }

    async fn take(&self, max: u32) -> Vec<Lease> {
        self.queue
            .lease(
                Q,
                LeaseRequest {
                    max,
                    lease: LEASE,
                    wait: Duration::ZERO,
                },
            )
            .await
            .unwrap()
    }

    async fn one(&self) -> Lease {
        self.take(1).await.pop().expect("something is ready")
    }

    async fn ack(&self, receipt: Receipt) -> Settlement {
        self.queue.ack(Q, &[receipt]).await.unwrap()[0]
    }
}

pub(crate) async fn an_item_is_delivered_with_all_it_carries_and_gone_after_its_ack(rig: Rig) {
    let pushed = rig.push(vec![item("a")]).await;
    let lease = rig.one().await;
    assert!(matches!(pushed[..], [Pushed::Accepted(id)] if id == lease.receipt.id));
    assert_eq!(
        (text(&lease), lease.receipt.attempt, lease.tenant.as_str()),
        ("a", 1, "alice")
    );
    assert_eq!(lease.headers["traceparent"], "00-1-2-01");
    assert_eq!(lease.expires_at, rig.clock.now() + LEASE);
    assert_eq!(rig.ack(lease.receipt).await, Settlement::Done);
    assert_eq!(rig.ack(lease.receipt).await, Settlement::Lost);
    rig.clock.advance(LEASE * 2);
    assert!(rig.take(1).await.is_empty());
}

pub(crate) async fn leased_work_is_nobody_elses_until_its_lease_ends(rig: Rig) {
    rig.push(vec![item("a")]).await;
    let crashed = rig.one().await;
    assert!(rig.take(1).await.is_empty());
    rig.clock.advance(LEASE);
    let again = rig.one().await;
    assert_eq!((again.receipt.id, again.receipt.attempt), (crashed.receipt.id, 2));
}

pub(crate) async fn a_late_settlement_never_touches_somebody_elses_lease(rig: Rig) {
    rig.push(vec![item("a")]).await;
    let late = rig.one().await;
    rig.clock.advance(LEASE);
    let owner = rig.one().await;
    assert_eq!(rig.ack(late.receipt).await, Settlement::Lost);
    assert_eq!(rig.nack(late.receipt, "late").await, NackOutcome::Lost);
    assert_eq!(
        rig.queue.extend(Q, &[late.receipt], LEASE).await.unwrap(),
        [Settlement::Lost]
    );
    assert_eq!(rig.ack(owner.receipt).await, Settlement::Done);
}

pub(crate) async fn a_late_ack_counts_while_nobody_else_has_the_item(rig: Rig) {
    rig.push(vec![item("a")]).await;
    let slow = rig.one().await;
    rig.clock.advance(LEASE * 3);
    assert_eq!(rig.ack(slow.receipt).await, Settlement::Done);
    assert!(rig.take(1).await.is_empty());
}

pub(crate) async fn delayed_work_is_not_ready_before_its_time(rig: Rig) {
    rig.push(vec![
        PushItem {
            delay: Duration::from_secs(60),
            ..item("later")
        },
        item("now"),
    ])
    .await;
    let now = rig.one().await;
    assert_eq!(text(&now), "now");
    rig.ack(now.receipt).await;
    assert!(rig.take(1).await.is_empty());
    assert_eq!(rig.queue.stats(Q).await.unwrap().delayed, 1);
    rig.clock.advance(Duration::from_secs(60));
    assert_eq!(text(&rig.one().await), "later");
}

pub(crate) async fn higher_priority_goes_first_and_equals_in_order(rig: Rig) {
    let of = |name: &str, priority| PushItem {
        priority,
        ..item(name)
    };
    rig.push(vec![of("low", -5), of("a", 1), of("high", 9), of("b", 1)])
        .await;
    let order: Vec<String> = rig
        .take(4)
        .await
        .iter()
        .map(|lease| text(lease).to_owned())
        .collect();
    assert_eq!(order, ["high", "a", "b", "low"]);
}

pub(crate) async fn a_tenant_with_little_work_does_not_wait_for_one_with_much(rig: Rig) {
    let of = |tenant: &str, n: usize| PushItem {
        tenant: tenant.to_owned(),
        ..item(&format!("{tenant}{n}"))
    };
    rig.push((0..500).map(|n| of("big", n)).collect()).await;
    rig.push((0..3).map(|n| of("small", n)).collect()).await;
    let mut taken: HashMap<String, usize> = HashMap::new();
    for _ in 0..6 {
        *taken.entry(rig.one().await.tenant).or_default() += 1;
    }
    assert_eq!(
        taken,
        HashMap::from([("big".to_owned(), 3), ("small".to_owned(), 3)])
    );
    assert_eq!(rig.take(1_000).await.len(), 497);
}

pub(crate) async fn tenants_that_wait_for_the_same_worker_all_get_their_turn(rig: Rig) {
    for round in 0..3 {
        for tenant in ["a", "b", "c"] {
            rig.push(vec![PushItem {
                tenant: tenant.to_owned(),
                ..item(&format!("{tenant}{round}"))
            }])
            .await;
            rig.clock.advance(Duration::from_secs(1));
        }
    }
    let mut order = Vec::new();
    while let Some(lease) = rig.take(1).await.pop() {
        order.push(text(&lease).to_owned());
        rig.ack(lease.receipt).await;
    }
    assert_eq!(order, ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"]);
}

pub(crate) async fn a_paused_queue_takes_and_does_not_give(rig: Rig) {
    rig.queue.set_paused(Q, true).await.unwrap();
    rig.push(vec![item("a")]).await;
    assert!(rig.take(1).await.is_empty());
    assert!(rig.queue.stats(Q).await.unwrap().paused);
    rig.queue.set_paused(Q, false).await.unwrap();
    assert_eq!(rig.take(1).await.len(), 1);
}

pub(crate) async fn a_full_queue_takes_nothing_of_a_batch_that_does_not_fit(rig: Rig) {
    let pushed = rig
        .queue
        .push(Q, (0..999).map(|n| keyed(&n.to_string())).collect())
        .await
        .unwrap();
    assert_eq!(pushed.len(), 999);
    let refused = rig.queue.push(Q, vec![keyed("x"), keyed("y")]).await.unwrap_err();
    assert!(matches!(refused, QueueError::Full { capacity: 1_000, .. }));
    assert!(matches!(
        rig.push(vec![keyed("x")]).await[..],
        [Pushed::Accepted(_)]
    ));
    let lease = rig.one().await;
    rig.ack(lease.receipt).await;
    assert!(matches!(
        rig.push(vec![keyed("y")]).await[..],
        [Pushed::Accepted(_)]
    ));
}

pub(crate) async fn a_lease_waits_for_a_push(rig: Rig) {
    let queue = rig.queue.clone();
    let request = LeaseRequest {
        max: 1,
        lease: LEASE,
        wait: Duration::from_secs(20),
    };
    let waiting = tokio::spawn(async move { queue.lease(Q, request).await.unwrap() });
    tokio::task::yield_now().await;
    rig.push(vec![item("a")]).await;
    assert_eq!(waiting.await.unwrap().len(), 1);
}

pub(crate) async fn a_lease_waits_for_what_becomes_ready(rig: Rig) {
    rig.push(vec![PushItem {
        delay: Duration::from_secs(10),
        ..item("a")
    }])
    .await;
    let request = LeaseRequest {
        max: 1,
        lease: LEASE,
        wait: Duration::from_secs(3_600),
    };
    let start = rig.clock.now();
    let leases = rig.clock.run(rig.queue.lease(Q, request)).await.unwrap();
    assert_eq!(leases.len(), 1);
    assert!(rig.clock.now() - start < chrono::TimeDelta::seconds(3_600));
}

pub(crate) async fn a_lease_that_finds_nothing_returns_after_its_wait(rig: Rig) {
    let request = LeaseRequest {
        max: 1,
        lease: LEASE,
        wait: Duration::from_secs(5),
    };
    assert!(
        rig.clock
            .run(rig.queue.lease("nowhere", request))
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn statistics_and_peeking_tell_what_items_are_doing(rig: Rig) {
    rig.push(vec![
        item("a"),
        item("b"),
        PushItem {
            delay: LEASE * 9,
            ..item("c")
        },
    ])
    .await;
    let since = rig.clock.now();
    rig.one().await;
    rig.clock.advance(Duration::from_secs(1));
    let stats = rig.queue.stats(Q).await.unwrap();
    assert_eq!(
        (stats.ready, stats.leased, stats.delayed, stats.dead),
        (1, 1, 1, 0)
    );
    assert_eq!((stats.oldest_ready_at, stats.capacity), (Some(since), 1_000));
    let first = rig.queue.peek(Q, PageRequest::first(2)).await.unwrap();
    let rest = rig
        .queue
        .peek(
            Q,
            PageRequest {
                limit: 2,
                after: first.next,
            },
        )
        .await
        .unwrap();
    let states: Vec<PeekedState> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|item| item.state)
        .collect();
    assert_eq!(
        states,
        [PeekedState::Leased, PeekedState::Ready, PeekedState::Delayed]
    );
    assert_eq!(rest.next, None);
    let nowhere = rig.queue.stats("nowhere").await.unwrap();
    assert_eq!(
        (nowhere.ready, nowhere.paused, nowhere.capacity),
        (0, false, 1_000)
    );
    assert!(
        rig.queue
            .dead("nowhere", PageRequest::first(1))
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

pub(crate) async fn two_workers_never_have_the_same_delivery(rig: Rig) {
    rig.push((0..400).map(|n| item(&n.to_string())).collect()).await;
    let worker = |queue: Arc<dyn Queue>| async move {
        let mut mine = Vec::new();
        loop {
            let request = LeaseRequest {
                max: 7,
                lease: LEASE,
                wait: Duration::ZERO,
            };
            let leases = queue.lease(Q, request).await.unwrap();
            if leases.is_empty() {
                return mine;
            }
            mine.extend(leases.into_iter().map(|lease| lease.receipt));
        }
    };
    let (one, other) = tokio::join!(
        tokio::spawn(worker(rig.queue.clone())),
        tokio::spawn(worker(rig.queue.clone()))
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    let all: BTreeSet<Receipt> = one.iter().chain(&other).copied().collect();
    assert_eq!((all.len(), one.len() + other.len()), (400, 400));
}

/// Thousands of items pushed twice, workers that crash, hold too long, nack, and poison: each item is acked once or is
/// a dead letter, none is lost, and no late ack counts.
pub(crate) async fn chaos_loses_nothing_and_settles_nothing_twice(rig: Rig) {
    let names: Vec<String> = (0..900).map(|n| format!("i{n}")).collect();
    for _ in 0..2 {
        for batch in names.chunks(250) {
            rig.push(batch.iter().map(|name| keyed(name)).collect()).await;
        }
    }
    let mut acked: BTreeMap<String, u32> = BTreeMap::new();
    let mut held: Vec<Lease> = Vec::new();
    let mut step = 0_u32;
    loop {
        let leases = rig.take(64).await;
        if leases.is_empty() && held.is_empty() && rig.queue.stats(Q).await.unwrap().leased == 0 {
            break;
        }
        for lease in leases {
            step += 1;
            let name = text(&lease).to_owned();
            let poison = name.ends_with('7');
            match (poison, step % 11) {
                (true, _) | (_, 3) => drop(rig.nack(lease.receipt, "not today").await),
                (_, 5) => {}
                (_, 7) => held.push(lease),
                _ => {
                    assert_eq!(rig.ack(lease.receipt).await, Settlement::Done);
                    *acked.entry(name).or_default() += 1;
                }
            }
        }
        rig.clock.advance(LEASE / 4);
        for late in held.split_off(held.len() / 2) {
            if rig.ack(late.receipt).await == Settlement::Done {
                *acked.entry(text(&late).to_owned()).or_default() += 1;
            }
        }
        if step > 900 {
            for late in held.drain(..) {
                if rig.ack(late.receipt).await == Settlement::Done {
                    *acked.entry(text(&late).to_owned()).or_default() += 1;
                }
            }
        }
    }
    assert!(acked.values().all(|times| *times == 1));
    let mut settled: BTreeSet<String> = acked.into_keys().collect();
    let mut page = PageRequest::first(200);
    loop {
        let dead = rig.queue.dead(Q, page).await.unwrap();
        for letter in dead.items {
            assert!(
                settled.insert(String::from_utf8(letter.payload).unwrap()),
                "acked and dead"
            );
        }
        let Some(next) = dead.next else { break };
        page = PageRequest {
            limit: 200,
            after: Some(next),
        };
    }
    assert_eq!(settled, names.into_iter().collect());
}

/// Runs the suite on one backend: `make(capacity)` is an async function that gives a [`Rig`].
macro_rules! conformance {
    ($make:path: $($test:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            $crate::queue::conformance::$test($make(1_000).await).await;
        }
    )+};
}

mod embedded {
    use super::Rig;
    use crate::testing::Fixture;

    async fn rig(capacity: u64) -> Rig {
        let fixture = Fixture::new().await;
        let (queue, clock) = (fixture.store.queue(capacity), fixture.clock.clone());
        Rig {
            queue,
            clock,
            _keep: Box::new(fixture),
        }
    }

    conformance! { rig:
        an_item_is_delivered_with_all_it_carries_and_gone_after_its_ack,
        leased_work_is_nobody_elses_until_its_lease_ends,
        a_late_settlement_never_touches_somebody_elses_lease,
        a_late_ack_counts_while_nobody_else_has_the_item,
        an_extended_lease_holds_for_its_new_time,
        a_nacked_item_waits_for_its_delay,
        released_work_is_ready_at_once_and_has_lost_no_attempt,
        whoever_waits_hears_of_work_that_is_given_back,
        poison_becomes_a_dead_letter_with_its_reason,
        an_item_that_crashes_every_worker_becomes_a_dead_letter,
        work_that_was_taken_for_somebody_who_left_is_given_back,
        redriven_letters_have_all_their_attempts_and_fit_no_old_receipt,
        a_key_is_remembered_for_its_window_even_after_the_ack,
        a_key_twice_in_one_batch_counts_once,
        a_key_belongs_to_its_queue,
        a_key_is_remembered_as_long_as_its_item_is_there,
        expired_keys_are_forgotten,
        whoever_pushed_an_item_can_ask_what_became_of_it,
        dead_letters_are_kept_for_a_week,
        delayed_work_is_not_ready_before_its_time,
        higher_priority_goes_first_and_equals_in_order,
        a_tenant_with_little_work_does_not_wait_for_one_with_much,
        a_paused_queue_takes_and_does_not_give,
        a_full_queue_takes_nothing_of_a_batch_that_does_not_fit,
        each_of_several_nacks_has_its_own_outcome,
        items_without_attempts_hide_none_behind_them,
        whatever_becomes_of_its_items_a_queue_knows_how_many_it_holds,
        tenants_that_wait_for_the_same_worker_all_get_their_turn,
        a_lease_waits_for_a_push,
        a_lease_waits_for_what_becomes_ready,
        a_lease_that_finds_nothing_returns_after_its_wait,
        statistics_and_peeking_tell_what_items_are_doing,
        two_workers_never_have_the_same_delivery,
        chaos_loses_nothing_and_settles_nothing_twice,
    }
}
