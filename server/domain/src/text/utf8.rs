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
                    self.advance(self.carried);
                    self.carried = 0;
                }
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(TextError::NotUtf8 { byte: self.offset }),
            }
        }
        let (text, rest) = match std::str::from_utf8(chunk) {
            Ok(text) => (text, &[][..]),
            Err(error) => {
                let (valid, rest) = chunk.split_at(error.valid_up_to());
                if error.error_len().is_some() {
                    return Err(TextError::NotUtf8 {
                        byte: self.offset + valid.len() as u64,
                    });
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
        self.advance(text.len());
        self.carry[..rest.len()].copy_from_slice(rest);
        self.carried += rest.len();
        Ok(())
    }

    /// Checks that the text did not end inside a character.
    pub(super) const fn finish(&self) -> Result<(), TextError> {
        if self.carried == 0 {
            Ok(())
        } else {
            Err(TextError::NotUtf8 { byte: self.offset })
        }
    }

    const fn advance(&mut self, bytes: usize) {
        self.offset += bytes as u64;
    }
}
