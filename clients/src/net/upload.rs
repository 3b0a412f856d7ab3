//! Watches a streamed request body, because the limit for such a call is not on its length but on standing still:
//! as long as the server takes pieces the upload goes on.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use crochet_openapi::{ByteStream, Problem};
use futures_util::StreamExt;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;

/// When a piece was last taken. Clones watch the same body.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<Instant>>);

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// The body to send. Nothing is buffered: a piece is asked for when the socket has room. A length that is known
    /// is announced, so that a server can refuse what is too large before it is sent.
    pub(super) fn watch(&self, pieces: ByteStream) -> reqwest::Body {
        let left = pieces.length();
        reqwest::Body::wrap(Watched {
            pieces: Mutex::new(pieces),
            left,
            activity: self.clone(),
        })
    }

    /// Returns once nothing was taken for this long.
    pub(super) async fn silent_for(&self, silence: Duration) {
        loop {
            let last = self.last();
            tokio::time::sleep_until(last + silence).await;
            if self.last() == last {
                return;
            }
        }
    }

    fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Watched {
    /// Never locked: bodies have to be `Sync`, and streams are not.
    pieces: Mutex<ByteStream>,
    left: Option<u64>,
    activity: Activity,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Problem;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Problem>>> {
        let pieces = self.pieces.get_mut().unwrap_or_else(PoisonError::into_inner);
        let piece = pieces.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(piece))) = &piece {
            self.activity.touch();
            self.left = self.left.map(|left| left.saturating_sub(piece.len() as u64));
        }
        piece.map_ok(Frame::data)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Activity;

    #[tokio::test(start_paused = true)]
    async fn silence_counts_from_the_last_piece() {
        let activity = Activity::new();
        let started = Instant::now();
        let pieces = async {
            for _ in 0..5 {
                tokio::time::sleep(Duration::from_secs(50)).await;
                activity.touch();
            }
        };
        tokio::join!(pieces, activity.silent_for(Duration::from_secs(60)));
        assert_eq!(started.elapsed(), Duration::from_secs(5 * 50 + 60));
    }
}
