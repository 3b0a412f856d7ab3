//! Dedup keys: how long they are remembered, and what they tell of the item behind them.

use std::time::Duration;

use crochet_domain::ports::{Fate, PushItem, Pushed};

use super::{Q, Rig, keyed};

pub(crate) async fn a_key_is_remembered_for_its_window_even_after_the_ack(rig: Rig) {
    assert!(matches!(
        rig.push(vec![keyed("k")]).await[..],
        [Pushed::Accepted(_)]
    ));
    assert_eq!(rig.push(vec![keyed("k")]).await, [Pushed::Duplicate]);
    let lease = rig.one().await;
    rig.ack(lease.receipt).await;
    assert_eq!(rig.push(vec![keyed("k")]).await, [Pushed::Duplicate]);
    rig.clock.advance(Duration::from_secs(600));
    assert!(matches!(
        rig.push(vec![keyed("k")]).await[..],
        [Pushed::Accepted(_)]
    ));
}

pub(crate) async fn a_key_twice_in_one_batch_counts_once(rig: Rig) {
    let pushed = rig.push(vec![keyed("k"), keyed("l"), keyed("k")]).await;
    assert!(matches!(
        pushed[..],
        [Pushed::Accepted(_), Pushed::Accepted(_), Pushed::Duplicate]
    ));
    assert_eq!(rig.take(9).await.len(), 2);
}

pub(crate) async fn a_key_belongs_to_its_queue(rig: Rig) {
    rig.push(vec![keyed("k")]).await;
    let elsewhere = rig.queue.push("elsewhere", vec![keyed("k")]).await.unwrap();
    assert!(matches!(elsewhere[..], [Pushed::Accepted(_)]));
    assert_eq!(rig.queue.queues().await.unwrap(), ["elsewhere", Q]);
}

pub(crate) async fn a_key_is_remembered_as_long_as_its_item_is_there(rig: Rig) {
    let poison = PushItem {
        attempts_max: 1,
        ..keyed("dead")
    };
    rig.push(vec![poison.clone()]).await;
    rig.nack(rig.one().await.receipt, "cannot read it").await;
    rig.push(vec![keyed("queued")]).await;
    rig.clock.advance(Duration::from_secs(601));
    let both = || vec![keyed("queued"), poison.clone()];
    assert_eq!(rig.push(both()).await, [Pushed::Duplicate, Pushed::Duplicate]);
    while rig.queue.expire().await.unwrap() > 0 {}
    assert_eq!(rig.push(both()).await, [Pushed::Duplicate, Pushed::Duplicate]);
    rig.ack(rig.one().await.receipt).await;
    assert!(matches!(
        rig.push(vec![keyed("queued")]).await[..],
        [Pushed::Duplicate]
    ));
    rig.clock.advance(Duration::from_secs(3_600));
    assert!(matches!(
        rig.push(both()).await[..],
        [Pushed::Accepted(_), Pushed::Duplicate]
    ));
}

pub(crate) async fn expired_keys_are_forgotten(rig: Rig) {
    rig.push(vec![keyed("k"), keyed("l")]).await;
    for lease in rig.take(2).await {
        rig.ack(lease.receipt).await;
    }
    assert_eq!(rig.queue.expire().await.unwrap(), 0);
    rig.clock.advance(Duration::from_secs(601));
    assert_eq!(rig.queue.expire().await.unwrap(), 2);
    assert_eq!(rig.queue.expire().await.unwrap(), 0);
}

pub(crate) async fn whoever_pushed_an_item_can_ask_what_became_of_it(rig: Rig) {
    let poison = PushItem {
        attempts_max: 1,
        ..keyed("poison")
    };
    rig.push(vec![poison, keyed("acked"), keyed("leased"), keyed("waits")])
        .await;
    let fates = async || {
        let keys = ["waits", "poison", "nobody's", "leased", "acked"].map(str::to_owned);
        rig.queue.fates(Q, &keys).await.unwrap()
    };
    let leases = rig.take(3).await;
    rig.nack(leases[0].receipt, "cannot read it").await;
    rig.ack(leases[1].receipt).await;
    let found = fates().await;
    let Fate::Dead { reason } = &found[1] else {
        panic!("{found:?}")
    };
    assert!(reason.contains("cannot read it"), "{reason}");
    let dead = Fate::Dead {
        reason: reason.clone(),
    };
    assert_eq!(
        found,
        [Fate::Queued, dead, Fate::Unknown, Fate::Queued, Fate::Unknown]
    );
    rig.queue.redrive(Q, None).await.unwrap();
    assert_eq!(fates().await[1], Fate::Queued);
    assert_eq!(
        rig.queue.fates("elsewhere", &["waits".to_owned()]).await.unwrap(),
        [Fate::Unknown]
    );
}
