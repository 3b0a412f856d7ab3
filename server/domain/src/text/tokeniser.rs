//! The tokeniser: takes a text in chunks of any size and hands out its sentences.
//!
//! Memory is bounded by one word and one sentence, whatever the size of the text; a word or a sentence over the limit
//! is an error that says where. Cutting the text elsewhere into chunks never changes a sentence.

use std::collections::BTreeSet;

use super::normal::{Role, append_normal, role};
use super::options::TokeniserOptions;
use super::sentence::Sentence;
use super::utf8::Decoder;
use crate::context::SettingsError;

/// Why a text is refused. Positions count bytes from 0 and lines from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A byte that is not part of a UTF-8 character.
    #[error("the text is not UTF-8 at byte {byte}, line {line}")]
    NotUtf8 {
        /// Where the character starts.
        byte: u64,
        /// On which line.
        line: u64,
    },
    /// A NUL byte, which is a sign of a binary file.
    #[error("the text has a NUL byte at byte {byte}, line {line}")]
    Nul {
        /// Where it stands.
        byte: u64,
        /// On which line.
        line: u64,
    },
    /// A word longer than [`Tokeniser::WORD_BYTES_MAX`].
    #[error(
        "the word at byte {byte}, line {line} is longer than {} bytes",
        Tokeniser::WORD_BYTES_MAX
    )]
    EndlessWord {
        /// Where it starts.
        byte: u64,
        /// On which line.
        line: u64,
    },
    /// A sentence longer than [`Tokeniser::SENTENCE_WORDS_MAX`].
    #[error(
        "the sentence at byte {byte}, line {line} is longer than {} words",
        Tokeniser::SENTENCE_WORDS_MAX
    )]
    EndlessSentence {
        /// Where it starts.
        byte: u64,
        /// On which line.
        line: u64,
    },
    /// No word at all.
    #[error("the text has no words")]
    Empty,
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    byte: u64,
    line: u64,
}

/// Splits one text into sentences of words.
#[derive(Debug)]
pub struct Tokeniser {
    decoder: Decoder,
    splitter: Splitter,
}

impl Tokeniser {
    /// The longest word, in bytes as it stands in the text.
    pub const WORD_BYTES_MAX: usize = 512;
    /// The longest sentence, in words.
    pub const SENTENCE_WORDS_MAX: usize = 65_536;

    /// A tokeniser at the start of a text.
    ///
    /// # Errors
    /// A stop word that is not one word.
    pub fn new(options: &TokeniserOptions) -> Result<Self, SettingsError> {
        let stop_words = options.normal_stop_words()?;
        Ok(Self {
            decoder: Decoder::default(),
            splitter: Splitter::new(options.clone(), stop_words),
        })
    }

    /// Reads the next chunk and hands each sentence that it ends to `take`.
    ///
    /// # Errors
    /// What is wrong with the text, and where. The tokeniser is of no more use then.
    pub fn push(&mut self, chunk: &[u8], mut take: impl FnMut(&Sentence)) -> Result<(), TextError> {
        let splitter = &mut self.splitter;
        self.decoder.push(chunk, |text, offset| {
            for (at, character) in text.char_indices() {
                splitter.character(character, offset + at as u64, &mut take)?;
            }
            Ok(())
        })
    }

    /// Ends the text, hands out its last sentence and says how many words there were.
    ///
    /// # Errors
    /// A text that ends inside a character, or has no words.
    pub fn finish(mut self, mut take: impl FnMut(&Sentence)) -> Result<u64, TextError> {
        self.decoder.finish()?;
        self.splitter.end_sentence(&mut take)?;
        if self.splitter.seen_words == 0 {
            Err(TextError::Empty)
        } else {
            Ok(self.splitter.words)
        }
    }
}

/// All sentences of a text that is in memory.
///
/// # Errors
/// What is wrong with the text, and where.
pub fn sentences_of(text: &[u8], tokeniser: Tokeniser) -> Result<Vec<Sentence>, TextError> {
    let mut tokeniser = tokeniser;
    let mut sentences = Vec::new();
    tokeniser.push(text, |sentence| sentences.push(sentence.clone()))?;
    tokeniser.finish(|sentence| sentences.push(sentence.clone()))?;
    Ok(sentences)
}

#[derive(Debug)]
struct Splitter {
    options: TokeniserOptions,
    stop_words: BTreeSet<String>,
    sentence: Sentence,
    sentence_start: Place,
    word: String,
    word_start: Place,
    /// A hyphen or apostrophe that belongs to the word if a letter follows.
    inner: Option<char>,
    /// Whether nothing but space was seen since the last line feed.
    blank: bool,
    line: u64,
    /// Words handed out, and words seen before stop words were taken away.
    words: u64,
    seen_words: u64,
}

impl Splitter {
    fn new(options: TokeniserOptions, stop_words: BTreeSet<String>) -> Self {
        Self {
            options,
            stop_words,
            sentence: Sentence::default(),
            sentence_start: Place::default(),
            word: String::new(),
            word_start: Place::default(),
            inner: None,
            blank: false,
            line: 1,
            words: 0,
            seen_words: 0,
        }
    }

    fn character(
        &mut self,
        character: char,
        byte: u64,
        take: &mut impl FnMut(&Sentence),
    ) -> Result<(), TextError> {
        let role = role(character, &self.options);
        match role {
            Role::Letter => self.letter(character, byte)?,
            Role::Mark if !self.word.is_empty() && self.inner.is_none() => self.word.push(character),
            Role::Inner(fold) if !self.word.is_empty() && self.inner.is_none() => self.inner = Some(fold),
            Role::Break => self.end_sentence(take)?,
            Role::Line => {
                self.end_word(take)?;
                if self.blank {
                    self.end_sentence(take)?;
                }
                self.line += 1;
            }
            Role::Other if character == '\0' => {
                return Err(TextError::Nul {
                    byte,
                    line: self.line,
                });
            }
            Role::Mark | Role::Inner(_) | Role::Space | Role::Other => self.end_word(take)?,
        }
        if self.word.len() > Tokeniser::WORD_BYTES_MAX {
            return Err(TextError::EndlessWord {
                byte: self.word_start.byte,
                line: self.word_start.line,
            });
        }
        self.blank = role == Role::Line || (self.blank && role == Role::Space);
        Ok(())
    }

    fn letter(&mut self, letter: char, byte: u64) -> Result<(), TextError> {
        if self.word.is_empty() {
            self.word_start = Place {
                byte,
                line: self.line,
            };
            if self.sentence.is_empty() {
                self.sentence_start = self.word_start;
            }
            if self.sentence.len() == Tokeniser::SENTENCE_WORDS_MAX {
                let Place { byte, line } = self.sentence_start;
                return Err(TextError::EndlessSentence { byte, line });
            }
        }
        self.word.extend(self.inner.take());
        self.word.push(letter);
        Ok(())
    }

    fn end_word(&mut self, take: &mut impl FnMut(&Sentence)) -> Result<(), TextError> {
        self.inner = None;
        if self.word.is_empty() {
            return Ok(());
        }
        self.seen_words += 1;
        let (word, stop_words, keep_case) = (&self.word, &self.stop_words, self.options.keep_case);
        let kept = self.sentence.push_with(
            |out| append_normal(word, keep_case, out),
            |normal| stop_words.is_empty() || !stop_words.contains(normal),
        );
        self.word.clear();
        if kept {
            self.words += 1;
            return Ok(());
        }
        self.end_sentence(take)
    }

    fn end_sentence(&mut self, take: &mut impl FnMut(&Sentence)) -> Result<(), TextError> {
        if !self.word.is_empty() {
            self.end_word(take)?;
        }
        self.inner = None;
        if !self.sentence.is_empty() {
            take(&self.sentence);
            self.sentence.clear();
        }
        Ok(())
    }
}
