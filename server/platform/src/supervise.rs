//! Keeps a background task alive: when it fails or panics it is made anew, after a pause that grows and is jittered.
//!
//! One supervisor for workers, relay, sweeper and reapers, so that all of them fail, wait, log and stop alike. It must
//! never know what a task does.

use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures_util::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long to wait before a failed task is made anew.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The first pause; each further one is twice as long.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// A task that ran this long was healthy: the next pause is the first again.
    pub healthy_after: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(30),
            healthy_after: Duration::from_secs(60),
        }
    }
}

impl Backoff {
    fn pauses(&self) -> impl Iterator<Item = Duration> + use<> {
        ExponentialBuilder::default()
            .with_min_delay(self.first)
            .with_max_delay(self.longest)
            .without_max_times()
            .with_jitter()
            .build()
    }
}

/// Runs the task that `make` makes, again and again until it ends well or shutdown is asked for.
///
/// The task itself is given the token and winds up when it is cancelled; this returns only when it has.
pub async fn supervise<Make, Task, E>(
    name: &str,
    backoff: Backoff,
    shutdown: CancellationToken,
    mut make: Make,
) where
    Make: FnMut(CancellationToken) -> Task,
    Task: Future<Output = Result<(), E>>,
    E: Display,
{
    let mut pauses = backoff.pauses();
    let mut told = Told::default();
    while !shutdown.is_cancelled() {
        let started = Instant::now();
        let why = match AssertUnwindSafe(make(shutdown.clone())).catch_unwind().await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("failed: {error}"),
            Err(_) => "panicked".to_owned(),
        };
        if started.elapsed() >= backoff.healthy_after {
            pauses = backoff.pauses();
            told = Told::default();
        }
        if told.is_news(&why) {
            tracing::error!(task = name, "{why}; it is tried again, less and less often");
        } else {
            tracing::debug!(task = name, "{why}");
        }
        let pause = pauses.next().unwrap_or(backoff.longest);
        shutdown.run_until_cancelled(tokio::time::sleep(pause)).await;
    }
}

/// What was said of a task that keeps failing: what lasts, such as a full disk, is said once and not at every try.
#[derive(Debug, Default)]
struct Told(Option<String>);

impl Told {
    fn is_news(&mut self, why: &str) -> bool {
        if self.0.as_deref() == Some(why) {
            return false;
        }
        self.0 = Some(why.to_owned());
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_failing_or_panicking_task_is_made_anew_until_it_ends_well() {
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = runs.clone();
        supervise("test", Backoff::default(), CancellationToken::new(), move |_| {
            let run = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                assert!(run != 1, "the second run panics");
                if run < 3 { Err("not yet") } else { Ok(()) }
            }
        })
        .await;
        assert_eq!(runs.load(Ordering::Relaxed), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_cuts_a_pause_short() {
        let shutdown = CancellationToken::new();
        let backoff = Backoff {
            first: Duration::from_secs(3_600),
            longest: Duration::from_secs(7_200),
            ..Backoff::default()
        };
        let stop = shutdown.clone();
        let started = Instant::now();
        tokio::join!(
            supervise("test", backoff, shutdown, |_| async { Err::<(), _>("always") }),
            async move {
                tokio::time::sleep(Duration::from_secs(1)).await;
                stop.cancel();
            }
        );
        assert!(started.elapsed() < Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_running_task_is_told_and_waited_for() {
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let wound_up = Arc::new(AtomicUsize::new(0));
        let seen = wound_up.clone();
        tokio::join!(
            supervise("test", Backoff::default(), shutdown, move |token| {
                let seen = seen.clone();
                async move {
                    token.cancelled().await;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    seen.fetch_add(1, Ordering::Relaxed);
                    Ok::<(), String>(())
                }
            }),
            async move { stop.cancel() }
        );
        assert_eq!(wound_up.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_failure_that_lasts_is_said_once_and_another_one_is_news() {
        let mut told = Told::default();
        let said = ["full", "full", "panicked", "full", "full"].map(|why| told.is_news(why));
        assert_eq!(said, [true, false, true, true, false]);
    }

    /// Counts the errors that are logged.
    struct Errors(Arc<AtomicUsize>);

    impl<S: tracing::Subscriber> Layer<S> for Errors {
        fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
            if *event.metadata().level() == tracing::Level::ERROR {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_fails_for_hours_says_so_once_until_it_was_healthy() {
        let (errors, runs) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let log = tracing_subscriber::registry().with(Errors(errors.clone()));
        let _here = tracing::subscriber::set_default(log);
        let counted = runs.clone();
        supervise("test", Backoff::default(), CancellationToken::new(), move |_| {
            let run = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                if run == 100 {
                    tokio::time::sleep(Duration::from_secs(3_600)).await;
                }
                if run < 200 {
                    Err("the disk is full")
                } else {
                    Ok(())
                }
            }
        })
        .await;
        assert_eq!(runs.load(Ordering::Relaxed), 201);
        assert_eq!(errors.load(Ordering::Relaxed), 2);
    }
}
