//! What a work item says: a range of new phrases to seed from or to wake for, or grids to expand.
//!
//! Phrases are named by their place in the trie, which is the same for all who read the same sentences; grids by
//! their word numbers. An item is known by its content, so asking for the same work twice is asking once.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{Version, WordId};
use crate::ortho::{Ortho, Shape};

/// A piece of work within one context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WorkPayload {
    /// Find the orthos that begin in phrases of a version: new lines grown by a new axis.
    Seed {
        /// The version.
        version: Version,
        /// The first trie node to look at, from the start of the version.
        #[serde(default, skip_serializing_if = "is_zero")]
        from: u32,
        /// Where to stop; absent for the end of the version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<u32>,
    },
    /// Complete the older grids that wait for phrases of a version.
    Wake {
        /// The version.
        version: Version,
        /// The first trie node to look at, from the start of the version.
        #[serde(default, skip_serializing_if = "is_zero")]
        from: u32,
        /// Where to stop; absent for the end of the version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<u32>,
    },
    /// Grow these orthos by a layer or an axis.
    Expand {
        /// The orthos.
        orthos: Vec<GridPayload>,
    },
    /// Count and rank the orthos of some origin words, for a survey.
    Survey {
        /// The survey, as 32 hex digits or a UUID.
        survey: String,
        /// The version that is surveyed.
        version: Version,
        /// Which part.
        part: u32,
        /// Of how many.
        parts: u32,
    },
}

/// An ortho as an expand item carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridPayload {
    /// Its extents in canonical axis order.
    pub shape: Shape,
    /// Its words, row-major.
    pub cells: Vec<WordId>,
    /// The newest phrase that it uses.
    pub min_version: Version,
}

impl From<&Ortho> for GridPayload {
    fn from(ortho: &Ortho) -> Self {
        Self {
            shape: ortho.shape.clone(),
            cells: ortho.cells.clone(),
            min_version: ortho.min_version,
        }
    }
}

/// A payload that this release cannot read.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// Not the JSON of a payload.
    #[error("the payload of the work item cannot be read")]
    Malformed(#[from] serde_json::Error),
    /// A payload of a later release.
    #[error("the payload of the work item has form {0}; this release reads form 1")]
    LaterForm(u32),
}

const FORM: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    form: u32,
    #[serde(flatten)]
    payload: &'a WorkPayload,
}

#[derive(Deserialize)]
struct Form {
    form: u32,
}

impl WorkPayload {
    /// How many orthos one expand item carries at most.
    pub const EXPAND_MAX: usize = 128;
    /// How many words they have together at most, unless it is one ortho: an item has to fit into one request.
    pub const EXPAND_WORDS_MAX: usize = 100_000;

    /// The seed of a version.
    #[must_use]
    pub const fn seed(version: Version) -> Self {
        Self::Seed {
            version,
            from: 0,
            to: None,
        }
    }

    /// The wake of a version.
    #[must_use]
    pub const fn wake(version: Version) -> Self {
        Self::Wake {
            version,
            from: 0,
            to: None,
        }
    }

    /// Items that expand these orthos.
    #[must_use]
    pub fn expand(orthos: &[&Ortho]) -> Vec<Self> {
        let mut items: Vec<Vec<GridPayload>> = Vec::new();
        let mut words = 0;
        for &ortho in orthos {
            words += ortho.cells.len();
            match items.last_mut() {
                Some(item) if item.len() < Self::EXPAND_MAX && words <= Self::EXPAND_WORDS_MAX => {
                    item.push(ortho.into());
                }
                _ => {
                    words = ortho.cells.len();
                    items.push(vec![ortho.into()]);
                }
            }
        }
        items.into_iter().map(|orthos| Self::Expand { orthos }).collect()
    }

    /// The name of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Seed { .. } => "seed",
            Self::Wake { .. } => "wake",
            Self::Expand { .. } => "expand",
            Self::Survey { .. } => "survey",
        }
    }

    /// Whether it completes what waits, for which a store has to be asked.
    #[must_use]
    pub const fn is_wake(&self) -> bool {
        matches!(self, Self::Wake { .. })
    }

    /// The version that a view must have for this work to be complete.
    #[must_use]
    pub fn min_version(&self) -> Version {
        match self {
            Self::Seed { version, .. } | Self::Wake { version, .. } | Self::Survey { version, .. } => {
                *version
            }
            Self::Expand { orthos } => orthos
                .iter()
                .map(|ortho| ortho.min_version)
                .max()
                .unwrap_or(Version::EMPTY),
        }
    }

    /// The payload as a JSON value with its form.
    ///
    /// # Panics
    /// Never: numbers, strings and lists always serialise.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        let written = Written {
            form: FORM,
            payload: self,
        };
        serde_json::to_value(&written).expect("numbers, strings and lists always serialise")
    }

    /// The payload as it is stored and sent: JSON with its form.
    ///
    /// # Panics
    /// Never: numbers, strings and lists always serialise.
    #[must_use]
    pub fn to_json(&self) -> String {
        let written = Written {
            form: FORM,
            payload: self,
        };
        serde_json::to_string(&written).expect("numbers, strings and lists always serialise")
    }

    /// Reads what [`Self::to_json`] wrote.
    ///
    /// # Errors
    /// What cannot be read, or was written by a later release.
    pub fn from_json(json: &[u8]) -> Result<Self, PayloadError> {
        let Form { form } = serde_json::from_slice(json)?;
        if form != FORM {
            return Err(PayloadError::LaterForm(form));
        }
        Ok(serde_json::from_slice(json)?)
    }

    /// The item's name within a pipeline: a hash of the context and the content, 128 bits.
    #[must_use]
    pub fn key(&self, context: &[u8; 16]) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update(context);
        hash.update(self.to_json());
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        key
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(value: &u32) -> bool {
    *value == 0
}
