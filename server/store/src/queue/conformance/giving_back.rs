//! Deliveries that end without an ack: extended, given back, failed, lost, dead and brought back to life.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crochet_domain::ports::{
    Fate, Lease, LeaseRequest, Nack, NackOutcome, PageRequest, PushItem, Receipt, Settlement,
};

use super::{LEASE, Q, Rig, item, keyed, text};

fn failed(receipt: Receipt, reason: &str) -> Nack {
    Nack {
        receipt,
        delay: Duration::ZERO,
        reason: reason.to_owned(),
    }
}

impl Rig {
    pub(super) async fn nack(&self, receipt: Receipt, reason: &str) -> NackOutcome {
        let nacks = [failed(receipt, reason)];
        self.queue.nack(Q, &nacks).await.unwrap().remove(0)
    }
}

pub(crate) async fn an_extended_lease_holds_for_its_new_time(rig: Rig) {
    rig.push(vec![item("a")]).await;
    let lease = rig.one().await;
    rig.clock.advance(LEASE / 2);
    assert_eq!(
        rig.queue.extend(Q, &[lease.receipt], LEASE).await.unwrap(),
        [Settlement::Done]
    );
    rig.clock.advance(LEASE * 3 / 4);
    assert!(rig.take(1).await.is_empty());
    rig.clock.advance(LEASE / 4);
    assert_eq!(rig.take(1).await.len(), 1);
}

pub(crate) async fn a_nacked_item_waits_for_its_delay(rig: Rig) {
    rig.push(vec![item("a")]).await;
    let lease = rig.one().await;
    let delay = Duration::from_secs(5);
    let later = Nack {
        delay,
        ..failed(lease.receipt, "later")
    };
    assert_eq!(
        rig.queue.nack(Q, &[later]).await.unwrap(),
        [NackOutcome::Requeued]
    );
    assert_eq!(rig.ack(lease.receipt).await, Settlement::Lost);
    assert!(rig.take(1).await.is_empty());
    rig.clock.advance(delay);
    assert_eq!(rig.one().await.receipt.attempt, 2);
}

pub(crate) async fn released_work_is_ready_at_once_and_has_lost_no_attempt(rig: Rig) {
    rig.push(vec![item("a")]).await;
    for delivery in 1..=9 {
        let lease = rig.one().await;
        assert_eq!((lease.receipt.attempt, lease.attempt), (delivery, 1));
        let released = rig.queue.release(Q, &[lease.receipt]).await.unwrap();
        assert_eq!(released, [Settlement::Done]);
        assert_eq!(rig.ack(lease.receipt).await, Settlement::Lost);
        let again = rig.queue.release(Q, &[lease.receipt]).await.unwrap();
        assert_eq!(again, [Settlement::Lost]);
    }
    for expected in [NackOutcome::Requeued, NackOutcome::Requeued, NackOutcome::Dead] {
        let lease = rig.one().await;
        assert_eq!(rig.nack(lease.receipt, "cannot read it").await, expected);
    }
    let dead = rig.queue.dead(Q, PageRequest::first(10)).await.unwrap().items;
    assert_eq!(dead[0].attempts, 3);
}

pub(crate) async fn whoever_waits_hears_of_work_that_is_given_back(rig: Rig) {
    rig.push(vec![item("a"), item("b")]).await;
    let held = rig.take(2).await;
    for (at, lease) in held.iter().enumerate() {
        let queue = rig.queue.clone();
        let request = LeaseRequest {
            max: 1,
            lease: LEASE,
            wait: LEASE * 9,
        };
        let waiting = tokio::spawn(async move { queue.lease(Q, request).await.unwrap() });
        tokio::task::yield_now().await;
        if at == 0 {
            rig.queue.release(Q, &[lease.receipt]).await.unwrap();
        } else {
            rig.queue
                .extend(Q, &[lease.receipt], Duration::ZERO)
                .await
                .unwrap();
        }
        // The clock stands still, so only the bell can tell.
        let leases = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        assert_eq!(leases.expect("it is told").unwrap().len(), 1);
    }
}

pub(crate) async fn poison_becomes_a_dead_letter_with_its_reason(rig: Rig) {
    rig.push(vec![item("poison")]).await;
    for expected in [NackOutcome::Requeued, NackOutcome::Requeued, NackOutcome::Dead] {
        let lease = rig.one().await;
        assert_eq!(rig.nack(lease.receipt, "cannot read it").await, expected);
    }
    assert!(rig.take(1).await.is_empty());
    let dead = rig.queue.dead(Q, PageRequest::first(10)).await.unwrap().items;
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (dead[0].payload.as_slice(), dead[0].attempts),
        (b"poison".as_slice(), 3)
    );
    assert!(dead[0].reason.contains("cannot read it"), "{}", dead[0].reason);
}

pub(crate) async fn an_item_that_crashes_every_worker_becomes_a_dead_letter(rig: Rig) {
    rig.push(vec![item("crash")]).await;
    for _ in 0..3 {
        rig.one().await;
        rig.clock.advance(LEASE);
    }
    assert!(rig.take(1).await.is_empty());
    let dead = rig.queue.dead(Q, PageRequest::first(10)).await.unwrap().items;
    assert_eq!(dead.len(), 1);
    assert!(!dead[0].reason.is_empty());
}

pub(crate) async fn redriven_letters_have_all_their_attempts_and_fit_no_old_receipt(rig: Rig) {
    rig.push(vec![
        PushItem {
            attempts_max: 1,
            ..item("a")
        },
        PushItem {
            attempts_max: 1,
            ..item("b")
        },
    ])
    .await;
    let old: Vec<Lease> = rig.take(2).await;
    for lease in &old {
        assert_eq!(rig.nack(lease.receipt, "no").await, NackOutcome::Dead);
    }
    let dead = rig.queue.dead(Q, PageRequest::first(10)).await.unwrap().items;
    assert_eq!(rig.queue.redrive(Q, Some(&[dead[0].id])).await.unwrap(), 1);
    let again = rig.one().await;
    assert_eq!(
        (again.payload.as_slice(), again.receipt.id, again.attempt),
        (dead[0].payload.as_slice(), dead[0].id, 1)
    );
    for lease in &old {
        assert_eq!(rig.ack(lease.receipt).await, Settlement::Lost);
    }
    assert_eq!(rig.ack(again.receipt).await, Settlement::Done);
    assert_eq!(rig.queue.redrive(Q, None).await.unwrap(), 1);
    assert_eq!(rig.queue.stats(Q).await.unwrap().dead, 0);
    assert_eq!(rig.take(5).await.len(), 1);
}

pub(crate) async fn work_that_was_taken_for_somebody_who_left_is_given_back(rig: Rig) {
    rig.push(vec![item("a")]).await;
    let request = LeaseRequest {
        max: 1,
        lease: LEASE,
        wait: LEASE,
    };
    // Whoever asks leaves at another moment each time: before it is taken, meanwhile, or before it is handed over.
    for looks in 0..100 {
        let mut asked = rig.queue.lease(Q, request);
        for _ in 0..looks % 25 {
            let look = poll_fn(|context| Poll::Ready(asked.as_mut().poll(context))).await;
            if let Poll::Ready(leases) = look {
                let receipts = leases.unwrap().into_iter().map(|lease| lease.receipt);
                rig.queue.release(Q, &receipts.collect::<Vec<_>>()).await.unwrap();
                break;
            }
            tokio::time::sleep(Duration::from_micros(looks * 7 % 300)).await;
        }
    }
    // The clock stands still, so no lease ends: it is there only if it is given back.
    let again = tokio::time::timeout(Duration::from_secs(20), rig.queue.lease(Q, request)).await;
    let again = again.expect("it is given back").unwrap().remove(0);
    assert_eq!((text(&again), again.attempt), ("a", 1));
    assert_eq!(rig.ack(again.receipt).await, Settlement::Done);
}

pub(crate) async fn dead_letters_are_kept_for_a_week(rig: Rig) {
    let poison = PushItem {
        attempts_max: 1,
        ..keyed("poison")
    };
    rig.push(vec![poison]).await;
    rig.nack(rig.one().await.receipt, "cannot read it").await;
    let day = Duration::from_secs(24 * 3_600);
    for left in [1, 0] {
        rig.clock.advance(if left == 1 { day * 6 } else { day * 2 });
        while rig.queue.expire().await.unwrap() > 0 {}
        assert_eq!(rig.queue.stats(Q).await.unwrap().dead, left);
    }
    rig.clock.advance(day);
    while rig.queue.expire().await.unwrap() > 0 {}
    let fates = rig.queue.fates(Q, &["poison".to_owned()]).await.unwrap();
    assert_eq!(fates, [Fate::Unknown]);
}

pub(crate) async fn each_of_several_nacks_has_its_own_outcome(rig: Rig) {
    let poison = PushItem {
        attempts_max: 1,
        ..item("poison")
    };
    rig.push(vec![item("a"), poison, item("b")]).await;
    let leases = rig.take(3).await;
    rig.ack(leases[0].receipt).await;
    let nacks: Vec<Nack> = leases.iter().map(|lease| failed(lease.receipt, "cold")).collect();
    // The same delivery twice in one call fails once.
    let nacks = [nacks.as_slice(), &nacks[2..]].concat();
    let outcomes = rig.queue.nack(Q, &nacks).await.unwrap();
    let (lost, dead, requeued) = (NackOutcome::Lost, NackOutcome::Dead, NackOutcome::Requeued);
    assert_eq!(outcomes, [lost, dead, requeued, lost]);
}

pub(crate) async fn items_without_attempts_hide_none_behind_them(rig: Rig) {
    let crash = |name: &str| PushItem {
        attempts_max: 1,
        ..item(name)
    };
    rig.push(["x", "y", "z"].map(crash).to_vec()).await;
    assert_eq!(rig.take(3).await.len(), 3);
    rig.clock.advance(LEASE);
    rig.push(vec![item("a")]).await;
    // One call that waits for nothing buries three and finds the fourth.
    assert_eq!(rig.one().await.payload, b"a");
    assert_eq!(rig.queue.stats(Q).await.unwrap().dead, 3);
}

pub(crate) async fn whatever_becomes_of_its_items_a_queue_knows_how_many_it_holds(rig: Rig) {
    let poison = |name: &str| PushItem {
        attempts_max: 1,
        ..item(name)
    };
    rig.push(vec![item("acked"), poison("nacked"), poison("crashed")])
        .await;
    rig.push((0..997).map(|n| item(&n.to_string())).collect()).await;
    // It is full to the last item, and each that goes leaves its place to one.
    assert!(rig.queue.push(Q, vec![item("x")]).await.is_err());
    let leases = rig.take(3).await;
    rig.ack(leases[0].receipt).await;
    rig.nack(leases[1].receipt, "cold").await;
    rig.clock.advance(LEASE);
    drop(rig.take(1_000).await);
    assert_eq!(rig.queue.stats(Q).await.unwrap().dead, 2);
    assert!(
        rig.queue
            .push(Q, (0..4).map(|_| item("x")).collect())
            .await
            .is_err()
    );
    rig.push((0..3).map(|_| item("x")).collect()).await;
    // What is redriven takes its place again, if need be beyond the last.
    assert_eq!(rig.queue.redrive(Q, None).await.unwrap(), 2);
    assert!(rig.queue.push(Q, vec![item("x")]).await.is_err());
    for lease in rig.take(3).await {
        rig.ack(lease.receipt).await;
    }
    rig.push(vec![item("x")]).await;
    assert!(rig.queue.push(Q, vec![item("x")]).await.is_err());
}
