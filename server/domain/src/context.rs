//! The settings of a context, fixed when it is created: how its texts become words, and how large its orthos may be.
//!
//! The bounds depend on the grid alone, so the set of orthos is well defined whatever the order of work. They must
//! never depend on time or on a count; that is a budget, and a budget truncates.

use serde::{Deserialize, Serialize};

use crate::text::TokeniserOptions;

/// Everything about a context that can never change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextSettings {
    /// How its texts become sentences and words.
    pub tokeniser: TokeniserOptions,
    /// How large its orthos may be.
    pub bounds: Bounds,
}

impl ContextSettings {
    /// Checks that all settings lie in their ranges.
    ///
    /// # Errors
    /// The first setting that does not, by name.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.bounds.check()?;
        self.tokeniser.check()
    }
}

/// How large an ortho may be. A grid outside is neither stored nor grown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    /// Number of axes, 2 to 16.
    pub max_dims: u8,
    /// Cells along one axis, 2 to 64; it caps the length of phrases too.
    pub max_extent: u8,
    /// Cells in all, 4 to 65,536.
    pub max_cells: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            max_dims: 2,
            max_extent: 12,
            max_cells: 4096,
        }
    }
}

impl Bounds {
    /// The most axes that bounds may allow.
    pub const MAX_DIMS: u8 = 16;
    /// The longest axis that bounds may allow.
    pub const MAX_EXTENT: u8 = 64;
    /// The most cells that bounds may allow.
    pub const MAX_CELLS: u32 = 65_536;

    /// Checks that each bound lies in its range.
    ///
    /// # Errors
    /// The first bound that does not, by name.
    pub fn check(&self) -> Result<(), SettingsError> {
        in_range("max_dims", self.max_dims.into(), 2, Self::MAX_DIMS.into())?;
        in_range("max_extent", self.max_extent.into(), 2, Self::MAX_EXTENT.into())?;
        in_range("max_cells", self.max_cells, 4, Self::MAX_CELLS)
    }

    /// Whether a grid of these extents may exist.
    #[must_use]
    pub fn allow(&self, extents: &[u8]) -> bool {
        extents.len() <= usize::from(self.max_dims)
            && extents.iter().all(|&extent| extent <= self.max_extent)
            && extents
                .iter()
                .try_fold(1_u32, |cells, &extent| cells.checked_mul(extent.into()))
                .is_some_and(|cells| cells <= self.max_cells)
    }
}

/// A setting out of its range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A number that is too small or too large.
    #[error("{name} is {value}: it must be {min} to {max}")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// What it was set to.
        value: u32,
        /// The least it may be.
        min: u32,
        /// The most it may be.
        max: u32,
    },
    /// A stop word that the tokeniser would not make a single word of.
    #[error("the stop word `{0}` is not one word")]
    StopWord(String),
    /// A preset that does not exist.
    #[error("there is no preset `{0}`")]
    Preset(String),
}

fn in_range(name: &'static str, value: u32, min: u32, max: u32) -> Result<(), SettingsError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(SettingsError::OutOfRange {
        name,
        value,
        min,
        max,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_two_axes_of_twelve() {
        let bounds = Bounds::default();
        assert_eq!(bounds.check(), Ok(()));
        assert!(bounds.allow(&[12, 12]));
        assert!(!bounds.allow(&[13, 2]));
        assert!(!bounds.allow(&[2, 2, 2]));
    }

    #[test]
    fn extents_whose_product_overflows_are_not_allowed() {
        let widest = Bounds {
            max_dims: 16,
            max_extent: 64,
            max_cells: Bounds::MAX_CELLS,
        };
        assert_eq!(widest.check(), Ok(()));
        assert!(!widest.allow(&[64; 16]));
        assert!(!widest.allow(&[32; 13]));
        assert!(widest.allow(&[2; 16]));
    }

    #[test]
    fn a_bound_out_of_range_is_named() {
        let bounds = Bounds {
            max_dims: 1,
            ..Bounds::default()
        };
        let error = bounds.check().unwrap_err();
        assert_eq!(error.to_string(), "max_dims is 1: it must be 2 to 16");
    }

    #[test]
    fn unknown_settings_are_refused() {
        let settings = serde_json::from_str::<ContextSettings>(r#"{"bounds": {"max_axes": 3}}"#);
        assert!(settings.is_err());
    }
}
