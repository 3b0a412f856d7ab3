//! What a character is to the tokeniser, and the one spelling of a word: NFC, and lower case unless kept.
//!
//! Two texts that a reader cannot tell apart must give the same words, so composed and decomposed letters, and both
//! apostrophes, are folded. It must never know sentences.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::options::TokeniserOptions;

/// The part that a character plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Belongs to a word, and may start one.
    Letter,
    /// Belongs to the word that it follows: combining marks and joiners.
    Mark,
    /// Belongs to a word only between two letters; folded to the character given.
    Inner(char),
    /// Ends the sentence.
    Break,
    /// A line feed: the second without anything but space between ends the sentence.
    Line,
    /// Ends the word; does not make a line less blank.
    Space,
    /// Ends the word.
    Other,
}

/// Classifies a character under the options.
pub(super) fn role(character: char, options: &TokeniserOptions) -> Role {
    match character {
        '\n' => Role::Line,
        // U+037E, the Greek question mark, is canonically a semicolon.
        '.' | '?' | '!' | ';' | '\u{37e}' => Role::Break,
        ',' if options.keep_commas => Role::Other,
        ',' => Role::Break,
        '\'' | '\u{2019}' => Role::Inner('\''),
        '-' | '\u{2010}' | '\u{2011}' if options.split_hyphens => Role::Other,
        '-' | '\u{2010}' | '\u{2011}' => Role::Inner('-'),
        // Zero-width (non-)joiners spell words in Persian and Indic scripts.
        '\u{200c}' | '\u{200d}' => Role::Mark,
        _ if character.is_ascii_alphabetic() => Role::Letter,
        _ if character.is_numeric() => {
            if options.drop_digits {
                Role::Other
            } else {
                Role::Letter
            }
        }
        _ if character.is_ascii_whitespace() => Role::Space,
        _ if character.is_ascii() => Role::Other,
        _ if is_combining_mark(character) => Role::Mark,
        _ if character.is_alphabetic() => Role::Letter,
        _ if character.is_whitespace() => Role::Space,
        _ => Role::Other,
    }
}

/// Appends a word to `out` in its one spelling.
pub(super) fn append_normal(raw: &str, keep_case: bool, out: &mut String) {
    if raw.is_ascii() {
        let start = out.len();
        out.push_str(raw);
        if !keep_case {
            out[start..].make_ascii_lowercase();
        }
        return;
    }
    let composed: String = raw.nfc().collect();
    if keep_case {
        out.push_str(&composed);
    } else {
        // Lower-casing can decompose (U+0130), so compose once more.
        out.extend(composed.to_lowercase().nfc());
    }
}

/// The one spelling of `text` if it is exactly one word.
pub(super) fn single_word(text: &str, options: &TokeniserOptions) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let mut inner = None;
    for character in text.chars() {
        match role(character, options) {
            Role::Letter => {
                folded.extend(inner.take());
                folded.push(character);
            }
            Role::Mark if !folded.is_empty() && inner.is_none() => folded.push(character),
            Role::Inner(fold) if !folded.is_empty() && inner.is_none() => inner = Some(fold),
            _ => return None,
        }
    }
    if folded.is_empty() || inner.is_some() {
        return None;
    }
    let mut word = String::with_capacity(folded.len());
    append_normal(&folded, options.keep_case, &mut word);
    Some(word)
}
