//! Between the words of the specs and those of the domain: numbers, versions, shapes, ids and pages.
//!
//! What services share is here; what one service alone says stays with it. It must never decide anything.

use std::fmt::Display;

use crochet_api::common;
use crochet_domain::ids::{OrthoId, Version, WordId};
use crochet_domain::ortho::{Order, Shape, ShapeError};
use crochet_domain::ports::{Cursor, Page, PageRequest, Stuck};
use crochet_openapi::{Invalid, Problem};
use sha2::{Digest, Sha256};

use super::problems::{foreign_token, unspeakable};

/// A value of the spec made from something stored.
pub(crate) fn said<T: TryFrom<S, Error = Invalid>, S>(stored: S) -> Result<T, Problem> {
    T::try_from(stored).map_err(|invalid| unspeakable(&invalid))
}

/// A count as specs have it.
pub(crate) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A size of something in memory as specs have it.
pub(crate) fn size(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A small number as specs have it.
pub(crate) fn small(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

/// How much work is given up.
pub(crate) fn stuck(stuck: Option<&Stuck>) -> i64 {
    stuck.map_or(0, |stuck| count(stuck.items))
}

/// Why the last of it was given up.
pub(crate) fn stuck_reason(stuck: Option<&Stuck>) -> Option<String> {
    stuck.map(|stuck| stuck.reason.clone())
}

/// A version.
pub(crate) fn version(version: Version) -> Result<common::Version, Problem> {
    said(i64::from(version))
}

/// A version that a caller named. One that no context can reach is as good as the last.
pub(crate) fn version_of(version: common::Version) -> Version {
    Version(u32::try_from(version.get()).unwrap_or(u32::MAX))
}

/// The shape of an ortho, its extents ascending.
pub(crate) fn shape(shape: &Shape) -> Result<common::Shape, Problem> {
    said(shape.ascending().to_string())
}

/// A shape that a caller named.
pub(crate) fn named_shape(shape: &common::Shape) -> Result<Shape, Problem> {
    let shape: Result<Shape, ShapeError> = shape.as_str().parse();
    shape
        .map(|shape| shape.ascending())
        .map_err(|error| Problem::unprocessable(error.to_string()))
}

/// Extents along a grid's own axes.
pub(crate) fn extents(shape: &Shape) -> Vec<i32> {
    shape.extents().iter().map(|&extent| i32::from(extent)).collect()
}

/// The shape of extents that a worker sent.
pub(crate) fn shape_of(extents: &[i32]) -> Result<Shape, Problem> {
    let small: Result<Vec<u8>, _> = extents.iter().map(|&extent| u8::try_from(extent)).collect();
    small
        .ok()
        .and_then(|extents| Shape::new(&extents).ok())
        .ok_or_else(|| Problem::unprocessable(format!("{extents:?} are no extents of a grid")))
}

/// Word numbers.
pub(crate) fn numbers(words: &[WordId]) -> Vec<i32> {
    words.iter().map(|word| word.0.cast_signed()).collect()
}

/// Word numbers that a worker sent; the spec has seen to it that none is negative.
pub(crate) fn words_of(numbers: &[i32]) -> Vec<WordId> {
    numbers
        .iter()
        .map(|number| WordId(number.cast_unsigned()))
        .collect()
}

/// The id of an ortho.
pub(crate) fn ortho_id(id: OrthoId) -> Result<common::OrthoId, Problem> {
    said(id.to_string())
}

/// The id of an ortho that a caller named.
pub(crate) fn ortho_id_of(id: &common::OrthoId) -> Result<OrthoId, Problem> {
    id.as_str()
        .parse()
        .map_err(|_| Problem::unprocessable(format!("`{id}` is no id of an ortho")))
}

/// The domain's order of a name of the spec.
pub(crate) fn order_of(order: common::Order) -> Order {
    match order {
        common::Order::Square => Order::Square,
        common::Order::Long => Order::Long,
        common::Order::Cells => Order::Cells,
        common::Order::Rarity => Order::Rarity,
    }
}

/// Which page a caller wants.
pub(crate) fn page(limit: i32, token: Option<common::PageToken>) -> PageRequest {
    PageRequest {
        limit: u32::try_from(limit).unwrap_or(1),
        after: token.map(|token| Cursor(token.into())),
    }
}

/// The items of a page, each said by `say`, and the token of the next page.
pub(crate) fn said_page<T, U>(
    page: Page<T>,
    say: impl FnMut(T) -> Result<U, Problem>,
) -> Result<(Vec<U>, Option<common::PageToken>), Problem> {
    let items = page.items.into_iter().map(say).collect::<Result<_, _>>()?;
    Ok((items, page.next.map(|cursor| said(cursor.0)).transpose()?))
}

/// A list that is at hand as a whole: the part after the token, which is an offset here. `list` names the list with its
/// filters; a token of another one is refused.
pub(crate) fn slice_page<T>(
    all: Vec<T>,
    list: impl Display,
    limit: i32,
    token: Option<&common::PageToken>,
) -> Result<(Vec<T>, Option<common::PageToken>), Problem> {
    let mark = mark_of(&list);
    let from = match token {
        None => 0,
        Some(token) => offset_of(token, &mark)
            .filter(|from| *from < all.len())
            .ok_or_else(foreign_token)?,
    };
    let limit = usize::try_from(limit).unwrap_or(1);
    let next = (from + limit < all.len()).then(|| said(format!("{mark}-{}", from + limit)));
    Ok((
        all.into_iter().skip(from).take(limit).collect(),
        next.transpose()?,
    ))
}

/// A short name for a list, to tell its tokens from those of others.
pub(crate) fn mark_of(list: &impl Display) -> String {
    let hash = Sha256::digest(list.to_string());
    hash[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn offset_of(token: &common::PageToken, mark: &str) -> Option<usize> {
    token.as_str().strip_prefix(mark)?.strip_prefix('-')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_at_hand_is_paged_to_its_end() {
        let (first, token) = slice_page(vec![1, 2, 3], "list", 2, None).unwrap();
        assert_eq!(first, [1, 2]);
        let (rest, end) = slice_page(vec![1, 2, 3], "list", 2, token.as_ref()).unwrap();
        assert_eq!((rest, end), (vec![3], None));
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let (_, token) = slice_page(vec![1, 2, 3], "list", 2, None).unwrap();
        let other = slice_page(vec![1, 2, 3], "other", 2, token.as_ref());
        assert_eq!(other.unwrap_err().status, 400);
        let shorter = slice_page(vec![1], "list", 2, token.as_ref());
        assert_eq!(shorter.unwrap_err().status, 400);
    }
}
