//! A body that is sent while it is read: a file, a stream, or text at hand.

use std::path::PathBuf;

use bytes::Bytes;
use crochet_openapi::{ByteStream, Problem};
use futures_util::TryStreamExt;
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use crate::Error;

/// How much of a file is read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// What is to be uploaded. A file is opened when the call is sent and never held whole.
#[derive(Debug)]
pub struct Upload(Source);

#[derive(Debug)]
enum Source {
    File(PathBuf),
    Stream(ByteStream),
}

impl Upload {
    /// A file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    pub(crate) async fn open(self) -> Result<ByteStream, Error> {
        let path = match self.0 {
            Source::Stream(stream) => return Ok(stream),
            Source::File(path) => path,
        };
        let name = path.display().to_string();
        let file = File::open(&path).await.map_err(|source| Error::File {
            path: name.clone(),
            source,
        })?;
        let length = file.metadata().await.map(|metadata| metadata.len());
        let pieces = ReaderStream::with_capacity(file, PIECE_BYTES);
        // The server never sees this: a body that fails breaks the request off.
        let unreadable = move |error| Problem::new(500, format!("{name} cannot be read: {error}"));
        let stream = ByteStream::new(pieces.map_err(unreadable));
        // What is no plain file, such as a pipe, does not know its length.
        Ok(match length {
            Ok(length) if length > 0 => stream.with_length(length),
            _ => stream,
        })
    }
}

impl From<ByteStream> for Upload {
    fn from(stream: ByteStream) -> Self {
        Self(Source::Stream(stream))
    }
}

impl From<PathBuf> for Upload {
    fn from(path: PathBuf) -> Self {
        Self::file(path)
    }
}

impl From<&std::path::Path> for Upload {
    fn from(path: &std::path::Path) -> Self {
        Self::file(path)
    }
}

impl From<String> for Upload {
    fn from(text: String) -> Self {
        Self(Source::Stream(text.into()))
    }
}

impl From<&str> for Upload {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Bytes> for Upload {
    fn from(bytes: Bytes) -> Self {
        Self(Source::Stream(bytes.into()))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt, TryStreamExt};

    use super::{PIECE_BYTES, Upload};

    #[tokio::test]
    async fn a_file_is_read_in_pieces() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), vec![b'x'; 3 * PIECE_BYTES]).unwrap();
        let stream = Upload::file(file.path()).open().await.unwrap();
        assert_eq!(stream.length(), Some(3 * PIECE_BYTES as u64));
        let pieces: Vec<_> = stream.try_collect().await.unwrap();
        assert!(pieces.len() >= 3 && pieces.iter().all(|piece| piece.len() <= PIECE_BYTES));
        assert_eq!(
            pieces.iter().map(bytes::Bytes::len).sum::<usize>(),
            3 * PIECE_BYTES
        );
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_is_named() {
        let error = Upload::file("/nowhere/part-1.txt").open().await.unwrap_err();
        assert!(error.to_string().contains("/nowhere/part-1.txt"));
    }

    #[tokio::test]
    async fn text_at_hand_is_one_piece() {
        assert_eq!(Upload::from("tea").open().await.unwrap().count().await, 1);
    }
}
