//! Where in a request a value stands, kept on the stack until somebody wants to read it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The part of a request that a violation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// A part of the path.
    Path,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// The body.
    Body,
}

/// A place in a request: a location and a chain of fields and indexes.
///
/// Displayed, it is a JSON pointer.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    location: Location,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a At<'a>, &'a str),
    Index(&'a At<'a>, usize),
}

impl<'a> At<'a> {
    /// The whole of `location`.
    #[must_use]
    pub const fn root(location: Location) -> Self {
        Self {
            location,
            step: Step::Root,
        }
    }

    /// The whole body.
    #[must_use]
    pub const fn body() -> Self {
        Self::root(Location::Body)
    }

    /// The member `name` of the object that stands here.
    #[must_use]
    pub const fn field(&'a self, name: &'a str) -> Self {
        Self {
            location: self.location,
            step: Step::Field(self, name),
        }
    }

    /// The item `index` of the array that stands here.
    #[must_use]
    pub const fn index(&'a self, index: usize) -> Self {
        Self {
            location: self.location,
            step: Step::Index(self, index),
        }
    }

    /// Which part of the request this is in.
    #[must_use]
    pub const fn location(&self) -> Location {
        self.location
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Step::Root => Ok(()),
            Step::Index(parent, index) => write!(f, "{parent}/{index}"),
            Step::Field(parent, name) if name.contains(['~', '/']) => {
                write!(f, "{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Step::Field(parent, name) => write!(f, "{parent}/{name}"),
        }
    }
}
