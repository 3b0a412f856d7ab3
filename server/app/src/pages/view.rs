//! What several pages show, in the words of the templates.

use std::slice::Chunks;

use chrono::{DateTime, Local, Utc};
use crochet_api::common::Word;
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
        let rows = |slice: Chunks<'_, Word>| slice.map(words).collect();
        Self {
            shape: ortho.shape.to_string(),
            slices: ortho.slices().map(rows).collect(),
        }
    }
}

fn words(row: &[Word]) -> Vec<String> {
    row.iter().map(ToString::to_string).collect()
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

/// A moment by the clock on the wall where it is of the same day as `now`, and by the calendar otherwise.
pub(super) fn clock_or_calendar(moment: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let here = moment.with_timezone(&Local);
    if here.date_naive() == now.with_timezone(&Local).date_naive() {
        here.format("%H:%M").to_string()
    } else {
        calendar(moment)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn only_a_moment_of_another_day_is_told_with_its_day() {
        let now = Utc::now();
        let today = now.with_timezone(&Local).format("%H:%M").to_string();
        assert_eq!(clock_or_calendar(now, now), today);
        let later = now + TimeDelta::days(2);
        assert_eq!(clock_or_calendar(later, now), calendar(later));
    }
}
