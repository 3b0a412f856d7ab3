//! UTF-8 in pieces: a character may be cut anywhere between two chunks of a text.
//!
//! It must never know what the characters mean.

use super::tokeniser::TextError;

/// Decodes chunks, and remembers the start of a character that the last chunk cut off.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    carry: [u8; 4],
    carried: usize,
    offset: u64,
    /// Line feeds so far.
    feeds: u64,
}

impl Decoder {
    /// Hands every whole piece of text to `take`, with the position of its first byte.
    pub(super) fn push(
        &mut self,
        mut chunk: &[u8],
        mut take: impl FnMut(&str, u64) -> Result<(), TextError>,
    ) -> Result<(), TextError> {
        while self.carried > 0 && !chunk.is_empty() {
            self.carry[self.carried] = chunk[0];
            self.carried += 1;
            chunk = &chunk[1..];
            let bytes = self.carry;
            match std::str::from_utf8(&bytes[..self.carried]) {
                Ok(text) => {
                    take(text, self.offset)?;
                    self.advance(&bytes[..self.carried]);
                    self.carried = 0;
                }
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(self.refused_behind(&[])),
            }
        }
        let (text, rest) = match std::str::from_utf8(chunk) {
            Ok(text) => (text, &[][..]),
            Err(error) => {
                let (valid, rest) = chunk.split_at(error.valid_up_to());
                if error.error_len().is_some() {
                    return Err(self.refused_behind(valid));
                }
                (
                    std::str::from_utf8(valid).expect("valid_up_to bounds a valid prefix"),
                    rest,
                )
            }
        };
        if !text.is_empty() {
            take(text, self.offset)?;
        }
        self.advance(text.as_bytes());
        self.carry[..rest.len()].copy_from_slice(rest);
        self.carried += rest.len();
        Ok(())
    }

    /// Checks that the text did not end inside a character.
    pub(super) fn finish(&self) -> Result<(), TextError> {
        if self.carried == 0 {
            Ok(())
        } else {
            Err(self.refused_behind(&[]))
        }
    }

    fn advance(&mut self, text: &[u8]) {
        self.offset += text.len() as u64;
        self.feeds += feeds(text);
    }

    /// What is wrong with the text behind these bytes.
    fn refused_behind(&self, valid: &[u8]) -> TextError {
        TextError::NotUtf8 {
            byte: self.offset + valid.len() as u64,
            line: self.feeds + feeds(valid) + 1,
        }
    }
}

fn feeds(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte == b'\n').count() as u64
}
