//! Whether a settled context has everything that it should have: a search from its sentences counts it anew.
//!
//! Stored orthos are proved one by one elsewhere, and ids are unique; so if there are as many as the definition gives,
//! they are the right ones. It must never look at a context that is still being worked on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crochet_api::orthos::Fault;
use crochet_domain::ortho::Shape;
use crochet_domain::phrases::ContextView;
use crochet_domain::ports::ShapeCount;
use crochet_domain::search::fixed::{FrozenPhrases, SurveyOptions, Tally, survey};
use crochet_openapi::Problem;

use crate::services::leash::Leash;
use crate::services::problems::unspeakable;

/// Counts what a view should have led to, on a thread of its own.
pub(super) async fn expected(view: Arc<ContextView>) -> Result<Tally, Problem> {
    let options = SurveyOptions {
        keep: 0,
        ..SurveyOptions::default()
    };
    let leash = Leash::default();
    let control = leash.control();
    let search = move || survey(&FrozenPhrases::new(&view, view.version()), options, &control);
    tokio::task::spawn_blocking(search)
        .await
        .map_err(|error| unspeakable(&error))
}

/// What is stored too often or not at all.
pub(super) fn differences(expected: &Tally, stored: &[ShapeCount], waiting: u64) -> Vec<Fault> {
    let found: BTreeMap<Shape, u64> = stored
        .iter()
        .map(|count| (count.shape.ascending(), count.orthos))
        .collect();
    let shapes = expected
        .counts
        .keys()
        .chain(found.keys().filter(|shape| !expected.counts.contains_key(shape)));
    let count = |counts: &BTreeMap<Shape, u64>, shape: &Shape| counts.get(shape).copied().unwrap_or(0);
    let mut faults: Vec<Fault> = shapes
        .filter(|shape| count(&expected.counts, shape) != count(&found, shape))
        .map(|shape| {
            let (should, is) = (count(&expected.counts, shape), count(&found, shape));
            fault(
                "all orthos are stored",
                format!("{is} of shape {shape}, but the texts have {should}"),
            )
        })
        .collect();
    let should: u64 = expected.waiting.values().sum();
    if should != waiting {
        let detail = format!("{waiting} grids wait for their corner, but it should be {should}");
        faults.push(fault("all remediations are stored", detail));
    }
    faults
}

fn fault(invariant: &str, detail: String) -> Fault {
    Fault {
        invariant: invariant.to_owned(),
        detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        let shape = |text: &str| text.parse::<Shape>().expect("a shape");
        let expected = Tally {
            counts: BTreeMap::from([(shape("2x2"), 4), (shape("2x3"), 4)]),
            waiting: BTreeMap::from([(shape("2x3"), 4), (shape("2x2x2"), 1)]),
            best: BTreeMap::new(),
        };
        let stored = |text: &str, orthos| ShapeCount {
            shape: shape(text),
            orthos,
            added: 0,
        };
        let right = [stored("2x2", 4), stored("2x3", 4)];
        assert_eq!(differences(&expected, &right, 5), []);
        let wrong = [stored("2x2", 3), stored("2x3", 4), stored("3x3", 1)];
        let faults = differences(&expected, &wrong, 4);
        let details: Vec<&str> = faults.iter().map(|fault| fault.detail.as_str()).collect();
        assert_eq!(
            details,
            [
                "3 of shape 2x2, but the texts have 4",
                "1 of shape 3x3, but the texts have 0",
                "4 grids wait for their corner, but it should be 5",
            ]
        );
    }
}
