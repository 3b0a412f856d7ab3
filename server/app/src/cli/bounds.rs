//! The flags that fix how a text becomes words and how large its orthos may be.
//!
//! The same for `survey` and `run`, because a context and a survey with the same flags must agree. A context has them
//! from its creation on, so flags that say otherwise later are refused rather than ignored.

use clap::Args;
use crochet_domain::{Bounds, ContextSettings, TokeniserOptions};

use super::failure::Failure;

/// Bounds and stop words
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Bounds")]
pub(super) struct BoundsFlags {
    /// The most axes of an ortho, 2 to 16 [default: 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=i64::from(Bounds::MAX_DIMS)))]
    pub(super) max_dims: Option<u8>,
    /// The most words along one axis, 2 to 64 [default: 12]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=i64::from(Bounds::MAX_EXTENT)))]
    pub(super) max_extent: Option<u8>,
    /// Words that end a sentence where they stand, as in the,of,and
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
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
        let stop_words = self.stop_words.iter().map(|word| word.trim().to_owned()).collect();
        let tokeniser = TokeniserOptions { stop_words, ..TokeniserOptions::default() };
        let settings = ContextSettings { tokeniser, bounds };
        settings.check().map_err(Failure::usage)?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_flags_the_usual_bounds_hold() {
        assert_eq!(BoundsFlags::default().settings().unwrap(), ContextSettings::default());
    }

    #[test]
    fn a_stop_word_of_two_words_is_a_mistake_of_usage() {
        let flags = BoundsFlags { stop_words: vec!["of the".to_owned()], ..BoundsFlags::default() };
        assert!(flags.settings().unwrap_err().to_string().contains("of the"));
    }
}
