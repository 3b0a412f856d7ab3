//! A body that is not JSON: bytes that arrive or leave piece by piece.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt, TryStreamExt};

use crate::Problem;

/// Bytes in pieces. A piece that fails ends the stream and says why.
pub struct ByteStream {
    pieces: BoxStream<'static, Result<Bytes, Problem>>,
    length: Option<u64>,
}

impl ByteStream {
    /// The stream of `pieces`.
    pub fn new(pieces: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static) -> Self {
        Self {
            pieces: pieces.boxed(),
            length: None,
        }
    }

    /// The same, known to hold `length` bytes in all.
    #[must_use]
    pub fn with_length(mut self, length: u64) -> Self {
        self.length = Some(length);
        self
    }

    /// How many bytes it holds in all, where that is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// All of it, if it holds no more than `limit` bytes.
    ///
    /// # Errors
    /// 413 when it is longer, or whatever ended the stream.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, Problem> {
        let mut all = BytesMut::new();
        while let Some(piece) = self.pieces.try_next().await? {
            if piece.len() > limit - all.len() {
                return Err(Problem::content_too_large(limit as u64));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Problem>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.poll_next_unpin(context)
    }
}

impl<B: Into<Bytes>> From<B> for ByteStream {
    fn from(bytes: B) -> Self {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        Self::new(stream::iter([Ok(bytes)])).with_length(length)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::ByteStream;
    use crate::Problem;

    fn pieces(pieces: Vec<Result<&'static str, Problem>>) -> ByteStream {
        ByteStream::new(stream::iter(
            pieces.into_iter().map(|piece| piece.map(Bytes::from)),
        ))
    }

    #[tokio::test]
    async fn pieces_are_joined_up_to_the_limit() {
        assert_eq!(pieces(vec![Ok("te"), Ok("a")]).collect(3).await.unwrap(), "tea");
        assert_eq!(
            pieces(vec![Ok("te"), Ok("a")])
                .collect(2)
                .await
                .unwrap_err()
                .status,
            413
        );
    }

    #[tokio::test]
    async fn a_failed_piece_fails_the_whole() {
        let failing = pieces(vec![Ok("te"), Err(Problem::bad_request("cut off"))]);
        assert_eq!(failing.collect(10).await.unwrap_err().status, 400);
    }

    #[test]
    fn bytes_at_hand_know_their_length() {
        assert_eq!(ByteStream::from("tea").length(), Some(3));
    }
}
