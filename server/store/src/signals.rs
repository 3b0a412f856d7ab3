//! Wake-ups within the process: who waits for work, for ledger rows or for progress sleeps until somebody commits.
//!
//! One process owns a database (the data folder is locked), so nothing has to be polled. A wake-up is a hint: waiters
//! look at the database again and go on sleeping if it was not for them. A bell is there as long as somebody listens to
//! it, so names that nobody uses cost nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crochet_domain::ports::Clock;
use tokio::sync::watch;
use uuid::Uuid;

/// Who is to be woken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// Rows were added to the ledger.
    Ledger,
    /// A wave or survey, by its id, made progress or has ended.
    Step(Uuid),
    /// A wave or survey has ended.
    End(Uuid),
    /// A context is to be deleted.
    Deletion,
    /// A queue has, or soon may have, something ready.
    Queue(String),
}

/// All the bells of one store.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals(Arc<Mutex<Bells>>);

type Bells = HashMap<Topic, watch::Sender<u64>>;

impl Signals {
    /// Wakes everyone who waits for the topic. Call it after the commit.
    pub(crate) fn ring(&self, topic: &Topic) {
        if let Some(bell) = self.bells().get(topic) {
            ring(bell);
        }
    }

    /// Wakes those who follow a wave or survey: it has made a step, maybe its last.
    pub(crate) fn ring_step(&self, id: Uuid, ended: bool) {
        if ended {
            self.ring(&Topic::End(id));
        }
        self.ring(&Topic::Step(id));
    }

    /// Wakes everyone, for what concerns many.
    pub(crate) fn ring_all(&self) {
        self.bells().values().for_each(ring);
    }

    /// A listener that hears every ring from now on.
    pub(crate) fn listen(&self, topic: Topic) -> Listener {
        let heard = self.bells().entry(topic.clone()).or_default().subscribe();
        Listener {
            heard,
            topic,
            signals: self.clone(),
        }
    }

    fn bells(&self) -> MutexGuard<'_, Bells> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ring(bell: &watch::Sender<u64>) {
    bell.send_modify(|count| *count = count.wrapping_add(1));
}

/// Hears one topic.
#[derive(Debug)]
pub(crate) struct Listener {
    heard: watch::Receiver<u64>,
    topic: Topic,
    signals: Signals,
}

impl Listener {
    /// Returns at the next ring since the last call, at once if there was one.
    pub(crate) async fn heard(&mut self) {
        if self.heard.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut bells = self.signals.bells();
        // This listener is still one of them.
        let is_last = |bell: &watch::Sender<u64>| bell.receiver_count() == 1;
        if bells.get(&self.topic).is_some_and(is_last) {
            bells.remove(&self.topic);
        }
    }
}

/// How somebody follows a wave or survey.
pub(crate) struct Following<'a> {
    pub(crate) signals: &'a Signals,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) id: Uuid,
    /// No news is told sooner than this, but for the end.
    pub(crate) pace: Duration,
    /// How long to wait for news.
    pub(crate) up_to: Duration,
}

impl Following<'_> {
    /// What `read` says when it differs from what was seen: after the pace, or at once if it `has_ended`.
    ///
    /// Whoever follows reads a few times in a pace and not at every step, of which there may be hundreds.
    pub(crate) async fn news<T, E, Reading>(
        &self,
        seen: &T,
        has_ended: impl Fn(&T) -> bool,
        read: impl Fn() -> Reading,
    ) -> Result<T, E>
    where
        T: PartialEq,
        Reading: Future<Output = Result<T, E>>,
    {
        let mut steps = self.signals.listen(Topic::Step(self.id));
        let mut end = self.signals.listen(Topic::End(self.id));
        let mut rest = self.clock.sleep(self.up_to);
        let now = read().await?;
        if now != *seen && has_ended(&now) {
            return Ok(now);
        }
        tokio::select! {
            () = self.clock.sleep(self.pace) => {}
            () = end.heard() => {}
        }
        loop {
            let now = read().await?;
            if now != *seen {
                return Ok(now);
            }
            tokio::select! {
                () = steps.heard() => {}
                () = &mut rest => return Ok(now),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::SystemClock;

    const PACE: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn a_bell_is_gone_with_its_last_listener() {
        let signals = Signals::default();
        let topic = Topic::Queue("tea".to_owned());
        let (mut one, other) = (signals.listen(topic.clone()), signals.listen(topic.clone()));
        drop(other);
        signals.ring(&topic);
        one.heard().await;
        drop(one);
        assert!(signals.bells().is_empty());
    }

    /// Follows something that has made so many steps, of which the tenth is the last.
    async fn followed(signals: &Signals, steps: &AtomicU32, reads: &AtomicU32, id: Uuid) -> u32 {
        let following = Following {
            signals,
            clock: &SystemClock,
            id,
            pace: PACE,
            up_to: PACE,
        };
        let read = || async {
            reads.fetch_add(1, Ordering::Relaxed);
            Ok::<u32, ()>(steps.load(Ordering::Relaxed))
        };
        following.news(&0, |&steps| steps == 10, read).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn steps_are_told_at_a_pace_and_the_end_at_once() {
        let (signals, id) = (Signals::default(), Uuid::now_v7());
        let (steps, reads) = (AtomicU32::new(0), AtomicU32::new(0));
        let start = tokio::time::Instant::now();
        let go = async {
            for step in 1..=10 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                steps.store(step, Ordering::Relaxed);
                signals.ring_step(id, step == 10);
                signals.ring_step(Uuid::now_v7(), true);
            }
        };
        let (seen, ()) = tokio::join!(followed(&signals, &steps, &reads, id), go);
        assert_eq!((seen, reads.load(Ordering::Relaxed)), (10, 2));
        assert!(start.elapsed() < PACE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_is_news_after_the_pace() {
        let (signals, id) = (Signals::default(), Uuid::now_v7());
        let (steps, reads) = (AtomicU32::new(1), AtomicU32::new(0));
        let start = tokio::time::Instant::now();
        assert_eq!(followed(&signals, &steps, &reads, id).await, 1);
        assert!(start.elapsed() >= PACE);
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_that_nobody_rang_for_is_seen_at_first_sight() {
        let (signals, id) = (Signals::default(), Uuid::now_v7());
        let (steps, reads) = (AtomicU32::new(10), AtomicU32::new(0));
        let start = tokio::time::Instant::now();
        assert_eq!(followed(&signals, &steps, &reads, id).await, 10);
        assert!(start.elapsed() < PACE);
    }
}
