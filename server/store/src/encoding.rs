//! Lists of word numbers as byte strings: LEB128, so that frequent words, which come first and have small numbers,
//! take one byte or two.

use crochet_domain::WordId;

/// The bytes of a list of words.
pub(crate) fn pack(words: &[WordId]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(words.len() * 2);
    for word in words {
        append(word.0, &mut bytes);
    }
    bytes
}

/// Appends the bytes of a number.
pub(crate) fn append(number: u32, bytes: &mut Vec<u8>) {
    let mut rest = number;
    while rest >= 0x80 {
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

/// The list of words of bytes; `None` when they were not made by [`pack`].
pub(crate) fn unpack(bytes: &[u8]) -> Option<Vec<WordId>> {
    let mut words = Vec::with_capacity(bytes.len());
    let mut number = 0_u32;
    let mut shift = 0;
    for &byte in bytes {
        let part = u32::from(byte & 0x7f);
        if shift > 28 || (shift == 28 && part > 0xf) {
            return None;
        }
        number |= part << shift;
        if byte & 0x80 == 0 {
            words.push(WordId(number));
            number = 0;
            shift = 0;
        } else {
            shift += 7;
        }
    }
    (shift == 0).then_some(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_list_of_words_survives_its_bytes(numbers in prop::collection::vec(any::<u32>(), 0..40)) {
            let words: Vec<WordId> = numbers.into_iter().map(WordId).collect();
            prop_assert_eq!(unpack(&pack(&words)), Some(words));
        }
    }

    #[test]
    fn bytes_that_are_no_list_are_refused() {
        assert_eq!(unpack(&[0x80]), None);
        assert_eq!(unpack(&[0xff, 0xff, 0xff, 0xff, 0x1f]), None);
    }
}
