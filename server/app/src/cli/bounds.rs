//! The flags that fix how a text becomes words and how large its orthos may be.
//!
//! The same for `survey` and `run`, because a context and a survey with the same flags must agree. A context has them
//! from its creation on, so flags that say otherwise later are refused rather than ignored.

use std::collections::BTreeSet;

use clap::Args;
use crochet_client::types::common::{NewBounds, Word};
use crochet_client::types::contexts::{Context, Tokeniser, TokeniserPreset};
use crochet_domain::{Bounds, ContextSettings, TokeniserOptions};

use super::failure::Failure;

/// What these flags stand under in the help. Each names it, since a heading for the whole group would go on behind it.
const HEADING: &str = "Bounds";

/// Bounds and stop words
#[derive(Args, Clone, Debug, Default)]
pub(super) struct BoundsFlags {
    /// The most axes of an ortho, 2 to 16 [default: 2]
    #[arg(long, value_name = "N", help_heading = HEADING)]
    #[arg(value_parser = clap::value_parser!(u8).range(2..=i64::from(Bounds::MAX_DIMS)))]
    pub(super) max_dims: Option<u8>,
    /// The most words along one axis, 2 to 64 [default: 12]
    #[arg(long, value_name = "N", help_heading = HEADING)]
    #[arg(value_parser = clap::value_parser!(u8).range(2..=i64::from(Bounds::MAX_EXTENT)))]
    pub(super) max_extent: Option<u8>,
    /// Words that end a sentence where they stand, as in the,of,and
    #[arg(long, value_name = "WORDS", value_delimiter = ',', help_heading = HEADING)]
    pub(super) stop_words: Vec<String>,
}

impl BoundsFlags {
    /// The settings of a context with these flags.
    pub(super) fn settings(&self) -> Result<ContextSettings, Failure> {
        let usual = Bounds::default();
        let bounds = Bounds {
            max_dims: self.max_dims.unwrap_or(usual.max_dims),
            max_extent: self.max_extent.unwrap_or(usual.max_extent),
            ..usual
        };
        let stop_words = self
            .stop_words
            .iter()
            .map(|word| word.trim().to_owned())
            .collect();
        let tokeniser = TokeniserOptions {
            stop_words,
            ..TokeniserOptions::default()
        };
        let settings = ContextSettings { tokeniser, bounds };
        settings.check().map_err(Failure::usage)?;
        Ok(settings)
    }

    /// The same as a new context is asked for.
    pub(super) fn bounds(&self) -> NewBounds {
        NewBounds {
            max_dims: self.max_dims.map(Into::into),
            max_extent: self.max_extent.map(Into::into),
            ..NewBounds::default()
        }
    }

    /// The same as a new context is asked for.
    pub(super) fn tokeniser(&self) -> Result<Tokeniser, Failure> {
        let words = self.settings()?.tokeniser.stop_words;
        let words = words
            .into_iter()
            .map(|word| Word::try_from(word).map_err(Failure::usage));
        Ok(Tokeniser {
            stop_words: Some(words.collect::<Result<_, _>>()?),
            ..prose()
        })
    }

    /// Refuses flags that say otherwise than the context does.
    pub(super) fn agree_with(&self, context: &Context) -> Result<(), Failure> {
        let named = [
            ("max-dims", self.max_dims, context.bounds.max_dims),
            ("max-extent", self.max_extent, context.bounds.max_extent),
        ];
        let other = named
            .iter()
            .find(|(_, wanted, made)| wanted.is_some_and(|wanted| i32::from(wanted) != *made));
        let fault = match other {
            Some((flag, _, made)) => format!("it was made with --{flag} {made}"),
            None if self.has_other_stop_words(context) => "it was made with other --stop-words".to_owned(),
            None => return Ok(()),
        };
        let remedy = "leave the flag out, or name another --context: bounds are fixed when a context is made";
        Err(Failure::usage(fault)
            .at(format_args!("context {}", context.id))
            .try_this(remedy))
    }

    fn has_other_stop_words(&self, context: &Context) -> bool {
        let wanted: BTreeSet<&str> = self.stop_words.iter().map(|word| word.trim()).collect();
        let made: BTreeSet<&str> = context
            .tokeniser
            .stop_words
            .iter()
            .flatten()
            .map(Word::as_str)
            .collect();
        !wanted.is_empty() && wanted != made
    }
}

fn prose() -> Tokeniser {
    Tokeniser {
        preset: TokeniserPreset::Prose,
        keep_case: None,
        keep_commas: None,
        split_hyphens: None,
        drop_digits: None,
        stop_words: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_flags_the_usual_bounds_hold() {
        assert_eq!(
            BoundsFlags::default().settings().unwrap(),
            ContextSettings::default()
        );
    }

    #[test]
    fn a_stop_word_of_two_words_is_a_mistake_of_usage() {
        let flags = BoundsFlags {
            stop_words: vec!["of the".to_owned()],
            ..BoundsFlags::default()
        };
        assert!(flags.settings().unwrap_err().to_string().contains("of the"));
    }
}
