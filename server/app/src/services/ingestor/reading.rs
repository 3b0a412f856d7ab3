//! Reads a text piece by piece: its sentences as numbers, its size and its hash.
//!
//! Memory is that of the numbers (four bytes a word) and one sentence. It must never keep the text.

use crochet_domain::TokeniserOptions;
use crochet_domain::phrases::TextWords;
use crochet_domain::text::Tokeniser;
use crochet_openapi::{ByteStream, Problem};
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use crate::services::problems::problem;

/// A text that was read to its end.
pub(super) struct ReadText {
    /// Its sentences.
    pub(super) words: TextWords,
    /// Its size.
    pub(super) bytes: u64,
    /// SHA-256 of its bytes.
    pub(super) hash: [u8; 32],
}

/// Reads a text that is in memory.
pub(super) fn whole(text: &str, options: &TokeniserOptions) -> Result<ReadText, Problem> {
    let mut reader = Reader::new(options)?;
    reader.push(text.as_bytes())?;
    reader.finish()
}

/// Reads a text as it arrives.
pub(super) async fn streamed(mut text: ByteStream, options: &TokeniserOptions) -> Result<ReadText, Problem> {
    let mut reader = Reader::new(options)?;
    while let Some(piece) = text.try_next().await? {
        reader.push(&piece)?;
    }
    reader.finish()
}

struct Reader {
    tokeniser: Tokeniser,
    words: TextWords,
    bytes: u64,
    hash: Sha256,
}

impl Reader {
    fn new(options: &TokeniserOptions) -> Result<Self, Problem> {
        Ok(Self {
            tokeniser: Tokeniser::new(options).map_err(problem)?,
            words: TextWords::default(),
            bytes: 0,
            hash: Sha256::new(),
        })
    }

    fn push(&mut self, piece: &[u8]) -> Result<(), Problem> {
        self.bytes += piece.len() as u64;
        self.hash.update(piece);
        let words = &mut self.words;
        self.tokeniser
            .push(piece, |sentence| words.push(sentence.words()))
            .map_err(problem)
    }

    fn finish(self) -> Result<ReadText, Problem> {
        let mut words = self.words;
        self.tokeniser
            .finish(|sentence| words.push(sentence.words()))
            .map_err(problem)?;
        Ok(ReadText {
            words,
            bytes: self.bytes,
            hash: self.hash.finalize().into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;

    fn read_in_pieces(text: &[u8], size: usize) -> Result<ReadText, Problem> {
        let pieces: Vec<_> = text
            .chunks(size)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        let stream = ByteStream::new(stream::iter(pieces));
        futures_util::FutureExt::now_or_never(streamed(stream, &TokeniserOptions::default())).unwrap()
    }

    #[test]
    fn pieces_of_any_size_read_the_same() {
        let text = "The Übermut. A walk, by the river".as_bytes();
        let whole = read_in_pieces(text, text.len()).unwrap();
        let pieces = read_in_pieces(text, 1).unwrap();
        assert_eq!(whole.hash, pieces.hash);
        assert!(whole.words.sentences().eq(pieces.words.sentences()));
        assert_eq!(whole.words.word_count(), 7);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused_with_their_place() {
        let problem = read_in_pieces(b"river \xff bank", 4).err().unwrap();
        assert_eq!(
            (problem.status, &*problem.type_uri),
            (422, "/problems/text-not-utf8")
        );
        assert!(problem.detail.as_deref().unwrap().contains("byte 6, line 1"));
    }

    #[test]
    fn a_text_without_words_is_refused() {
        for empty in ["", " \n", "..."] {
            let problem = read_in_pieces(empty.as_bytes(), 4).err().unwrap();
            assert_eq!(&*problem.type_uri, "/problems/text-empty");
        }
    }
}
