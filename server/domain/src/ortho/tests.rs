//! Shapes, boxes, ids and orders.

use super::{Geometry, Order, RankKey, Shape, ortho_id, remediation_id};
use crate::ids::OrthoId;

#[test]
fn a_shape_survives_its_text() {
    let shape: Shape = "3x2x2".parse().unwrap();
    assert_eq!(shape.extents(), [3, 2, 2]);
    assert_eq!(shape.to_string(), "3x2x2");
    assert_eq!(shape.ascending().to_string(), "2x2x3");
    assert_eq!(
        (shape.cell_count(), shape.volume(), shape.smallest_extent()),
        (12, 2, 2)
    );
}

#[test]
fn what_is_no_shape_is_refused() {
    for text in [
        "", "2", "1x2", "2x", "x2", "2x3 ", "+2x3", "2x65", "2X3", "64x64x64",
    ] {
        assert!(text.parse::<Shape>().is_err(), "{text}");
    }
}

#[test]
fn cells_are_row_major_with_the_last_axis_fastest() {
    let geometry = Geometry::new(&[2, 3]);
    let coordinates: Vec<Vec<u8>> = geometry.cells().map(|(_, at)| at.to_vec()).collect();
    assert_eq!(coordinates, [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
    assert_eq!((geometry.stride(0), geometry.stride(1)), (3, 1));
    assert_eq!(geometry.line(5, 0).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(geometry.line(5, 1).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(
        (0..6).map(|cell| geometry.sum(cell)).collect::<Vec<_>>(),
        [0, 1, 2, 1, 2, 3]
    );
}

#[test]
fn an_id_is_the_hash_of_shape_and_words() {
    let shape = Shape::new(&[2, 2]).unwrap();
    // printf '\0\0\0\2\0\0\0\2\0\0\0\2\0\0\0\1a\0\0\0\1c\0\0\0\1b\0\0\0\1d' | sha256sum | cut -c-32
    let id = ortho_id(&shape, ["a", "c", "b", "d"].into_iter());
    assert_eq!(id.to_string(), "c8ba7d3b67f4cce4560d29ee62fb1e37");
}

#[test]
fn ids_tell_shapes_and_word_limits_apart() {
    let of = |extents: &[u8], words: &[&str]| ortho_id(&Shape::new(extents).unwrap(), words.iter().copied());
    let words = ["a", "b", "c", "d", "e", "f"];
    assert_ne!(of(&[2, 3], &words), of(&[3, 2], &words));
    assert_ne!(
        of(&[2, 2], &["ab", "c", "d", "e"]),
        of(&[2, 2], &["a", "bc", "d", "e"])
    );
    let shape = Shape::new(&[2, 2]).unwrap();
    let waiting = remediation_id(&shape, ["a", "b", "c"].into_iter());
    assert_ne!(waiting.as_bytes(), of(&[2, 2], &["a", "b", "c", "d"]).as_bytes());
}

#[test]
fn a_square_comes_before_a_longer_strip() {
    let key = |order, extents: &[u8], rarity, id| {
        RankKey::new(
            order,
            &Shape::new(extents).unwrap(),
            rarity,
            OrthoId::from_bytes([id; 16]),
        )
    };
    assert!(key(Order::Square, &[4, 4], 0, 0) < key(Order::Square, &[2, 12], 900, 0));
    assert!(key(Order::Long, &[2, 12], 0, 0) < key(Order::Long, &[3, 4], 900, 0));
    assert!(key(Order::Cells, &[2, 12], 0, 0) < key(Order::Cells, &[4, 4], 900, 0));
    assert!(key(Order::Rarity, &[2, 2], 901, 0) < key(Order::Rarity, &[4, 4], 900, 0));
    assert!(key(Order::Square, &[2, 2], 5, 2) < key(Order::Square, &[2, 2], 5, 1));
}
