//! What a run shows at its end: counts per shape, the best grids, and how complete it all is.

use std::fmt::Display;

use super::console::Console;
use super::draw::{grid, grouped, table};
use super::events::{Event, Totals};
use super::failure::Failure;

/// One of the best orthos.
pub(super) struct Best {
    /// Extents in the order of the axes.
    pub(super) shape: Vec<usize>,
    /// Words row-major.
    pub(super) cells: Vec<String>,
    /// A sentence for each row, where sentences are known.
    pub(super) sentences: Vec<String>,
}

/// Prints counts per shape in the order of dimensions, then extents.
pub(super) fn shapes(console: &mut Console, totals: &Totals) -> Result<(), Failure> {
    let mut counts: Vec<_> = totals
        .orthos
        .iter()
        .map(|(shape, count)| (shape.clone(), *count))
        .collect();
    counts.sort_by_key(|(shape, _)| extents(shape));
    if counts.is_empty() {
        return console.say("No orthos yet: they need more text, or text that repeats itself more.");
    }
    console.say(table::shapes(&counts))
}

fn extents(shape: &str) -> (usize, Vec<u8>) {
    let extents: Vec<u8> = shape
        .split('x')
        .filter_map(|extent| extent.parse().ok())
        .collect();
    (extents.len(), extents)
}

/// Prints grids with their sentences, or their events.
pub(super) fn best(console: &mut Console, best: Vec<Best>) -> Result<(), Failure> {
    for Best {
        shape,
        cells,
        sentences,
    } in best
    {
        console.say(format_args!("\n{}", grid::grid(&shape, &cells, &sentences)))?;
        console.event(&Event::Ortho { shape, cells })?;
    }
    Ok(())
}

/// The last words: how many orthos, how long it took, and what they are complete within.
pub(super) fn summary(totals: &Totals, max_dims: impl Display, max_extent: impl Display) -> String {
    let orthos = grouped(totals.orthos.values().sum());
    let complete = if totals.truncated {
        "cut short, some may be missing".to_owned()
    } else {
        format!("complete within {max_dims}-D and extent {max_extent}")
    };
    format!("{orthos} orthos, {:.1} s, {complete}", totals.seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_in_the_order_of_dimensions_then_extents() {
        let mut shapes = ["2x2x2", "3x3", "2x10", "2x2"];
        shapes.sort_by_key(|shape| extents(shape));
        assert_eq!(shapes, ["2x2", "2x10", "3x3", "2x2x2"]);
    }

    #[test]
    fn a_summary_says_what_it_is_complete_within() {
        let totals = Totals {
            orthos: [("2x2".to_owned(), 1_200)].into(),
            seconds: 0.25,
            ..Totals::default()
        };
        assert_eq!(
            summary(&totals, 2, 12),
            "1,200 orthos, 0.2 s, complete within 2-D and extent 12"
        );
        let cut = Totals {
            truncated: true,
            ..totals
        };
        assert!(summary(&cut, 2, 12).contains("cut short"));
    }
}
