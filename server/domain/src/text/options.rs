//! What a context's tokeniser does, and presets for common texts.
//!
//! Options are data, shown to the user and stored with the context. They must never depend on the text.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::normal::{Role, append_normal, role, single_word};
use crate::context::SettingsError;

/// How texts become words. The default is the preset `prose`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokeniserOptions {
    /// Leave capitals as they stand; otherwise words are lower-cased.
    pub keep_case: bool,
    /// Let a sentence run on over a comma; otherwise a comma ends it.
    pub keep_commas: bool,
    /// Make two words of `well-known`; otherwise an inner hyphen belongs to the word.
    pub split_hyphens: bool,
    /// Treat digits as separators; otherwise they belong to words.
    pub drop_digits: bool,
    /// Words that end the sentence where they stand and are no words of the context.
    pub stop_words: BTreeSet<String>,
}

impl TokeniserOptions {
    /// Checks that each stop word is one word under the other options.
    ///
    /// # Errors
    /// The first stop word that is not.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.normal_stop_words().map(drop)
    }

    /// The beginning of a word as the tokeniser would write it, whatever comes behind: `Well-` stays open.
    #[must_use]
    pub fn beginning(&self, text: &str) -> String {
        let marks: String = text
            .chars()
            .map(|character| match role(character, self) {
                Role::Inner(fold) => fold,
                _ => character,
            })
            .collect();
        let mut beginning = String::with_capacity(marks.len());
        append_normal(&marks, self.keep_case, &mut beginning);
        beginning
    }

    /// The stop words as the tokeniser would write them.
    ///
    /// # Errors
    /// The first stop word that is not one word.
    pub(super) fn normal_stop_words(&self) -> Result<BTreeSet<String>, SettingsError> {
        let normal =
            |word: &String| single_word(word, self).ok_or_else(|| SettingsError::StopWord(word.clone()));
        self.stop_words.iter().map(normal).collect()
    }
}

/// A named set of options.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Novels, articles, letters: sentences end at commas too, capitals are folded.
    #[default]
    Prose,
    /// Long sentences: as prose, but a sentence runs on over commas.
    Flowing,
    /// Texts where capitals carry meaning: as prose, but they are kept.
    Literal,
    /// Words made of letters alone: as prose, but hyphens and digits separate.
    Letters,
}

impl Preset {
    /// All presets, the default first.
    pub const ALL: [Self; 4] = [Self::Prose, Self::Flowing, Self::Literal, Self::Letters];

    /// The name it is asked for by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prose => "prose",
            Self::Flowing => "flowing",
            Self::Literal => "literal",
            Self::Letters => "letters",
        }
    }

    /// The options it stands for.
    #[must_use]
    pub fn options(self) -> TokeniserOptions {
        let prose = TokeniserOptions::default();
        match self {
            Self::Prose => prose,
            Self::Flowing => TokeniserOptions {
                keep_commas: true,
                ..prose
            },
            Self::Literal => TokeniserOptions {
                keep_case: true,
                ..prose
            },
            Self::Letters => TokeniserOptions {
                split_hyphens: true,
                drop_digits: true,
                ..prose
            },
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Preset {
    type Err = SettingsError;

    fn from_str(name: &str) -> Result<Self, SettingsError> {
        let found = Self::ALL.into_iter().find(|preset| preset.as_str() == name);
        found.ok_or_else(|| SettingsError::Preset(name.to_owned()))
    }
}
