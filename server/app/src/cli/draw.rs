//! How results look on a terminal: grids and tables, each drawn in one place.
//!
//! Plain text only, no colour inside a drawing, so that the same output can be pasted into a document.
//! Drawing knows shapes and words; it never fetches anything.

pub mod grid;
pub mod table;

/// The extents of a shape as people write it, ascending and joined by `x`: `2x3`.
pub fn shape_name(extents: &[usize]) -> String {
    let mut ascending = extents.to_vec();
    ascending.sort_unstable();
    ascending
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("x")
}

/// A count with separators between thousands: `5,913,075`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something: `1 work item`, `5,913,075 work items`.
pub fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { several })
}

/// A count of which only the size is known: 41,711,775 is about 42,000,000.
pub fn rough(count: u64) -> u64 {
    let unit = 10_u64.pow(count.max(1).ilog10().saturating_sub(1));
    count.saturating_add(unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_named_by_ascending_extents() {
        assert_eq!(shape_name(&[3, 2, 2]), "2x2x3");
    }

    #[test]
    fn an_estimate_is_told_with_two_digits() {
        assert_eq!(
            [0, 7, 99, 996, 265_432, 41_711_775, u64::MAX].map(rough),
            [0, 7, 99, 1_000, 270_000, 42_000_000, 18_000_000_000_000_000_000]
        );
    }

    #[test]
    fn one_of_something_is_not_several() {
        let told = [0, 1, 2_000].map(|count| counted(count, "ortho", "orthos"));
        assert_eq!(told, ["0 orthos", "1 ortho", "2,000 orthos"]);
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 41_711_775].map(grouped),
            ["0", "999", "1,000", "41,711,775"]
        );
    }
}
