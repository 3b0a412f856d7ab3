//! A text named on the command line: a file, or standard input as `-`.

use std::convert::Infallible;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;

use crochet_domain::text::TextError;

use super::failure::Failure;

/// So many bytes are read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A file.
    File(PathBuf),
    /// Standard input.
    StandardInput,
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(if name == "-" {
            Self::StandardInput
        } else {
            Self::File(name.into())
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(out),
            Self::StandardInput => out.write_str("standard input"),
        }
    }
}

impl Source {
    /// What the text is called: the name of the file without its ending.
    pub(super) fn title(&self) -> String {
        match self {
            Self::File(path) => path
                .file_stem()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned(),
            Self::StandardInput => "standard input".to_owned(),
        }
    }

    /// Opens it for reading.
    pub(super) fn open(&self) -> Result<Box<dyn Read + Send>, Failure> {
        match self {
            Self::StandardInput => Ok(Box::new(io::stdin())),
            Self::File(path) => {
                let file = File::open(path).map_err(|error| self.unreadable(&error))?;
                let is_folder = file.metadata().is_ok_and(|metadata| metadata.is_dir());
                if is_folder {
                    return Err(Failure::new("this is a folder")
                        .at(self)
                        .try_this("name the files in it"));
                }
                Ok(Box::new(file))
            }
        }
    }

    /// Reads it to its end in pieces, so that its size is of no matter.
    pub(super) fn read(&self, mut take: impl FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut reader = self.open()?;
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match reader.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(length) => take(&chunk[..length])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.unreadable(&error)),
            }
        }
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        let failure = Failure::new(format!("cannot be read: {error}")).at(self);
        match error.kind() {
            io::ErrorKind::NotFound => failure.try_this("check the name"),
            io::ErrorKind::PermissionDenied => failure.try_this("check its permissions"),
            _ => failure,
        }
    }

    /// Why its text is refused, and what to do about it.
    pub(super) fn refused(&self, error: &TextError) -> Failure {
        let remedy = match error {
            TextError::NotUtf8 { .. } => "convert it, for example with `iconv -f latin1 -t utf-8`",
            TextError::Nul { .. } => "this looks like a binary file; give its text",
            TextError::EndlessWord { .. } => "this does not look like a text of words",
            TextError::EndlessSentence { .. } => "end its sentences with full stops or blank lines",
            TextError::Empty => "give a text with at least one word",
        };
        Failure::new(error).at(self).try_this(remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_is_standard_input() {
        assert_eq!("-".parse(), Ok(Source::StandardInput));
        assert_eq!("./-".parse(), Ok(Source::File("./-".into())));
    }

    #[test]
    fn a_text_is_called_by_its_file() {
        assert_eq!(Source::File("books/The Mill.txt".into()).title(), "The Mill");
    }

    #[test]
    fn a_missing_file_says_which() {
        let failure = Source::File("no/such.txt".into()).read(|_| Ok(())).unwrap_err();
        assert!(
            failure.to_string().starts_with("no/such.txt: cannot be read:"),
            "{failure}"
        );
    }
}
