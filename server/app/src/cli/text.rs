//! A text that a command hands to the ingestor: read whole, checked, and named.
//!
//! It is checked before anything is sent, so that one bad file among several leaves nothing behind and is refused in
//! the same words as by `survey`. The limit is the one that the spec gives for an upload.

use bytes::Bytes;
use clap::ValueEnum;
use crochet_domain::TokeniserOptions;
use crochet_domain::text::Tokeniser;

use super::failure::Failure;
use super::source::Source;

/// The largest text that an upload may hold.
const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The texts that come with the executable, written for it: a walk by the river in three parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Sample {
    #[value(name = "part-1")]
    Part1,
    #[value(name = "part-2")]
    Part2,
    #[value(name = "part-3")]
    Part3,
}

/// A title and what stands under it.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) bytes: Bytes,
}

impl From<Sample> for Text {
    fn from(sample: Sample) -> Self {
        let (part, text) = match sample {
            Sample::Part1 => (1, include_str!("../../samples/part-1.txt")),
            Sample::Part2 => (2, include_str!("../../samples/part-2.txt")),
            Sample::Part3 => (3, include_str!("../../samples/part-3.txt")),
        };
        Self {
            title: format!("A walk by the river, part {part}"),
            bytes: Bytes::from_static(text.as_bytes()),
        }
    }
}

impl Text {
    /// Reads a text and checks that it is one.
    pub(super) fn read(source: &Source) -> Result<Self, Failure> {
        let mut tokeniser = Tokeniser::new(&TokeniserOptions::default()).map_err(Failure::new)?;
        let mut bytes = Vec::new();
        source.read(|chunk| {
            if bytes.len() + chunk.len() > TEXT_BYTES_MAX {
                let limit = format!("larger than {} MiB, the limit for one text", TEXT_BYTES_MAX >> 20);
                return Err(Failure::new(limit)
                    .at(source)
                    .try_this("cut it into parts, or use `crochet survey`"));
            }
            bytes.extend_from_slice(chunk);
            tokeniser
                .push(chunk, |_| {})
                .map_err(|error| source.refused(&error))
        })?;
        tokeniser.finish(|_| {}).map_err(|error| source.refused(&error))?;
        Ok(Self {
            title: source.title(),
            bytes: bytes.into(),
        })
    }

    /// All texts as one, for an estimate of what they bring together.
    pub(super) fn together(texts: &[Self]) -> Bytes {
        match texts {
            [text] => text.bytes.clone(),
            _ => texts
                .iter()
                .map(|text| text.bytes.as_ref())
                .collect::<Vec<_>>()
                .join(&b"\n\n"[..])
                .into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_texts_of_their_promised_length() {
        for (sample, words) in [
            (Sample::Part1, 1300..1500),
            (Sample::Part2, 1850..2100),
            (Sample::Part3, 1400..1600),
        ] {
            let text = Text::from(sample);
            let count = text
                .bytes
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .count();
            assert!(words.contains(&count), "{}: {count} words", text.title);
        }
    }

    #[test]
    fn texts_together_stay_apart_as_paragraphs() {
        let text = |bytes: &'static str| Text {
            title: "t".to_owned(),
            bytes: Bytes::from(bytes),
        };
        assert_eq!(Text::together(&[text("a b"), text("c d")]), "a b\n\nc d");
    }
}
