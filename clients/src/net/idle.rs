//! A limit on silence for streams, which may last for days but not stand still unnoticed.

use std::error::Error;
use std::time::Duration;

use crochet_openapi::Problem;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};

/// Passes pieces on. When the stream breaks it ends with a 503, and with a 504 when no piece comes for this long.
pub(crate) fn guard<S, T, E>(
    pieces: S,
    service: &'static str,
    silence: Duration,
) -> BoxStream<'static, Result<T, Problem>>
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Error + Send + 'static,
{
    stream::unfold(Some(pieces.boxed()), move |pieces| async move {
        let mut pieces = pieces?;
        match tokio::time::timeout(silence, pieces.next()).await {
            Ok(Some(Ok(piece))) => Some((Ok(piece), Some(pieces))),
            Ok(Some(Err(error))) => Some((Err(broken(service, &error)), None)),
            Ok(None) => None,
            Err(_) => Some((Err(silent(service, silence)), None)),
        }
    })
    .boxed()
}

fn broken(service: &str, error: &dyn Error) -> Problem {
    tracing::debug!(service, %error, "a stream broke off");
    Problem::new(503, format!("{service} broke off in the middle of a stream"))
}

fn silent(service: &str, silence: Duration) -> Problem {
    Problem::new(
        504,
        format!(
            "{service} was silent for {} s in the middle of a stream",
            silence.as_secs_f32()
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use futures_util::{StreamExt, stream};
    use tokio::time::Instant;

    use super::guard;

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_stands_still_ends_with_a_504_after_the_silence() {
        let pieces = stream::iter([Ok::<_, io::Error>(1)]).chain(stream::pending());
        let started = Instant::now();
        let got: Vec<_> = guard(pieces, "orthos", Duration::from_secs(60)).collect().await;
        assert_eq!(*got[0].as_ref().unwrap(), 1);
        assert_eq!(got[1].as_ref().unwrap_err().status, 504);
        assert_eq!((got.len(), started.elapsed()), (2, Duration::from_secs(60)));
    }

    #[tokio::test]
    async fn a_stream_that_breaks_ends_with_a_503_that_keeps_the_cause_to_itself() {
        let pieces =
            stream::iter([Err::<u8, _>(io::Error::other("10.0.0.7 reset"))]).chain(stream::pending());
        let got: Vec<_> = guard(pieces, "orthos", Duration::from_secs(60)).collect().await;
        assert_eq!((got.len(), got[0].as_ref().unwrap_err().status), (1, 503));
        assert!(!format!("{got:?}").contains("10.0.0.7"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_stream_may_last_for_days() {
        let pieces = stream::iter(0..10_000).then(|piece| async move {
            tokio::time::sleep(Duration::from_secs(59)).await;
            Ok::<_, io::Error>(piece)
        });
        assert_eq!(
            guard(pieces, "orthos", Duration::from_secs(60)).count().await,
            10_000
        );
    }
}
