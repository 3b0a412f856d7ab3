//! What several pages show, in the words of the templates.

use chrono::{DateTime, Local, Utc};
use crochet_api::orthos::Ortho;
use serde::Serialize;

/// An ortho as a table, or as one for each slice of two dimensions.
#[derive(Debug, Serialize)]
pub(super) struct Grid {
    shape: String,
    slices: Vec<Vec<Vec<String>>>,
}

impl Grid {
    /// A grid of two dimensions.
    pub(super) fn of_rows(shape: &str, rows: Vec<Vec<String>>) -> Self {
        Self {
            shape: shape.to_owned(),
            slices: vec![rows],
        }
    }
}

impl From<&Ortho> for Grid {
    fn from(ortho: &Ortho) -> Self {
        let extent = |from_last: usize| {
            let found = ortho.extents.iter().rev().nth(from_last);
            found.map_or(1, |extent| usize::try_from(*extent).unwrap_or(1).max(1))
        };
        let words: Vec<String> = ortho.cells.iter().map(ToString::to_string).collect();
        let rows: Vec<Vec<String>> = words.chunks(extent(0)).map(<[String]>::to_vec).collect();
        Self {
            shape: ortho.shape.to_string(),
            slices: rows.chunks(extent(1)).map(<[Vec<String>]>::to_vec).collect(),
        }
    }
}

/// A moment of today by the clock on the wall.
pub(super) fn clock(moment: DateTime<Utc>) -> String {
    moment.with_timezone(&Local).format("%H:%M:%S").to_string()
}

/// A moment by the calendar.
pub(super) fn calendar(moment: DateTime<Utc>) -> String {
    moment
        .with_timezone(&Local)
        .format("%-d %b %Y, %H:%M")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ortho(extents: &[i32], cells: &[&str]) -> Ortho {
        Ortho {
            id: "0".repeat(32).parse().unwrap(),
            shape: "2x2".parse().unwrap(),
            extents: extents.to_vec(),
            cells: cells.iter().map(|word| word.parse().unwrap()).collect(),
            volume: 1,
            rarity: 0,
            version: "1".parse().unwrap(),
        }
    }

    #[test]
    fn a_grid_of_three_dimensions_is_shown_in_slices() {
        let cube = Grid::from(&ortho(&[2, 2, 2], &["a", "b", "c", "d", "e", "f", "g", "h"]));
        assert_eq!(cube.slices, [[["a", "b"], ["c", "d"]], [["e", "f"], ["g", "h"]]]);
        let flat = Grid::from(&ortho(&[2, 3], &["a", "b", "c", "d", "e", "f"]));
        assert_eq!(flat.slices, [[["a", "b", "c"], ["d", "e", "f"]]]);
    }
}
