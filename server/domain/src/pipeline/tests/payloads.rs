//! What stands on the wire and in the ledger.

use super::properties::{ingest_all, sentences};
use crate::context::Bounds;
use crate::ids::{Version, WordId};
use crate::ortho::{Ortho, Shape};
use crate::pipeline::{
    Budget, GridPayload, PayloadError, Report, ReportedOrtho, StepError, WorkPayload, begin,
};
use crate::search::lines::NotAnOrtho;

#[test]
fn a_payload_survives_its_json() {
    let grid = GridPayload {
        shape: Shape::new(&[2, 3]).unwrap(),
        cells: (0..6).map(WordId).collect(),
        min_version: Version(4),
    };
    let payloads = [
        WorkPayload::seed(Version(1)),
        WorkPayload::Wake {
            version: Version(2),
            from: 7,
            to: Some(9),
        },
        WorkPayload::Expand { orthos: vec![grid] },
        WorkPayload::Survey {
            survey: "s".to_owned(),
            version: Version(1),
            part: 0,
            parts: 8,
        },
    ];
    for payload in payloads {
        assert_eq!(
            WorkPayload::from_json(payload.to_json().as_bytes()).unwrap(),
            payload
        );
    }
    assert_eq!(
        WorkPayload::seed(Version(1)).to_json(),
        r#"{"form":1,"kind":"seed","version":1}"#
    );
}

#[test]
fn a_payload_of_a_later_release_is_refused_as_such() {
    let error = WorkPayload::from_json(br#"{"form":2,"kind":"dream"}"#).unwrap_err();
    assert!(matches!(error, PayloadError::LaterForm(2)), "{error}");
}

#[test]
fn orthos_are_cut_into_items_by_their_number_and_by_their_words() {
    let of = |extents: &[u8], count: usize| -> Vec<usize> {
        let shape = Shape::new(extents).unwrap();
        let ortho = Ortho {
            id: "0".repeat(32).parse().unwrap(),
            cells: vec![WordId(0); shape.cell_count()],
            shape,
            min_version: Version(1),
            rarity: 0,
        };
        let orthos = vec![&ortho; count];
        let items = WorkPayload::expand(&orthos).into_iter();
        let sizes = items.map(|item| match item {
            WorkPayload::Expand { orthos } => orthos.len(),
            other => panic!("{other:?}"),
        });
        sizes.collect()
    };
    assert!(of(&[2, 2], 0).is_empty());
    assert_eq!(of(&[2, 2], 300), [128, 128, 44]);
    // A third of what fits each, then the largest there is, of which one fits.
    assert_eq!(of(&[64, 32, 16], 7), [3, 3, 1]);
    assert_eq!(of(&[64, 64, 16], 2), [1, 1]);
}

#[test]
fn a_grid_out_of_shape_is_refused() {
    let json = br#"{"form":1,"kind":"expand","orthos":[{"shape":[1,2],"cells":[0,1],"min_version":1}]}"#;
    assert!(matches!(
        WorkPayload::from_json(json),
        Err(PayloadError::Malformed(_))
    ));
}

#[test]
fn the_same_work_has_the_same_key_and_other_work_another() {
    let (context, other) = ([1; 16], [2; 16]);
    let seed = WorkPayload::seed(Version(1));
    assert_eq!(seed.key(&context), WorkPayload::seed(Version(1)).key(&context));
    assert_ne!(seed.key(&context), seed.key(&other));
    assert_ne!(seed.key(&context), WorkPayload::wake(Version(1)).key(&context));
}

#[test]
fn a_report_that_is_too_large_leaves_every_ortho_to_somebody() {
    let store = ingest_all(
        &[sentences("a b c. d e f. g h i. a d g. b e h. c f i.")],
        Bounds::default(),
    );
    let orthos = store.orthos.values().map(|ortho| ReportedOrtho {
        ortho: ortho.clone(),
        pending: false,
    });
    let report = Report {
        context_version: Version(1),
        orthos: orthos.collect(),
        remediations: store.remediations.values().cloned().collect(),
        next_items: vec![WorkPayload::seed(Version(1))],
    };
    assert_eq!(report.split(100, 100).as_ref(), std::slice::from_ref(&report));
    let parts = report.split(4, 2);
    assert_eq!(
        parts.iter().map(|part| part.orthos.len()).collect::<Vec<_>>(),
        [4, 4, 1, 0, 0, 0, 0]
    );
    assert_eq!(
        parts
            .iter()
            .map(|part| part.remediations.len())
            .collect::<Vec<_>>(),
        [0, 0, 0, 2, 2, 1, 0]
    );
    assert!(
        parts
            .iter()
            .flat_map(|part| &part.orthos)
            .all(|found| found.pending)
    );
    assert_eq!(parts.last().unwrap().next_items, report.next_items);
}

#[test]
fn a_grid_that_lacks_a_cell_is_not_expanded() {
    let store = ingest_all(&[sentences("a b. c d. a c. b d.")], Bounds::default());
    let mut grid = GridPayload::from(store.orthos.values().next().unwrap());
    grid.cells.pop();
    let item = WorkPayload::Expand { orthos: vec![grid] };
    let begun = begin(vec![item], &store.view(), Budget::default()).unwrap();
    let refused = begun.finish(&store.view()).unwrap_err();
    assert_eq!(refused, StepError::NotAnOrtho(NotAnOrtho::CellCount { cells: 3 }));
}
