//! The best of a shape: lists that are merged by rank, and their stored form.

use crochet_domain::ports::SurveyedOrtho;
use data_encoding::BASE64;

/// The best `keep` of both lists, best first, each once. The same whatever the order of merging.
pub(super) fn merged(before: Vec<SurveyedOrtho>, more: &[SurveyedOrtho], keep: usize) -> Vec<SurveyedOrtho> {
    let mut all = before;
    all.extend_from_slice(more);
    all.sort_unstable_by(|one, other| (&one.rank, &one.ortho).cmp(&(&other.rank, &other.ortho)));
    all.dedup();
    all.truncate(keep);
    all
}

/// JSON of pairs of base64.
pub(super) fn best_text(best: &[SurveyedOrtho]) -> Vec<u8> {
    let pairs: Vec<[String; 2]> = best
        .iter()
        .map(|one| [BASE64.encode(&one.rank), BASE64.encode(&one.ortho)])
        .collect();
    serde_json::to_vec(&pairs).expect("texts always serialise")
}

/// Reads what [`best_text`] wrote.
pub(super) fn best_of(text: &[u8]) -> Option<Vec<SurveyedOrtho>> {
    let pairs: Vec<[String; 2]> = serde_json::from_slice(text).ok()?;
    let decoded = pairs.iter().map(|[rank, ortho]| {
        let rank = BASE64.decode(rank.as_bytes()).ok()?;
        Some(SurveyedOrtho {
            rank,
            ortho: BASE64.decode(ortho.as_bytes()).ok()?,
        })
    });
    decoded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(rank: u8) -> SurveyedOrtho {
        SurveyedOrtho {
            rank: vec![rank],
            ortho: vec![rank, 0xff],
        }
    }

    #[test]
    fn the_best_are_the_same_in_any_order_of_merging() {
        let forth = merged(merged(Vec::new(), &[one(3), one(1)], 2), &[one(2), one(1)], 2);
        let back = merged(merged(Vec::new(), &[one(2), one(1)], 2), &[one(3), one(1)], 2);
        assert_eq!(forth, [one(1), one(2)]);
        assert_eq!(back, forth);
    }

    #[test]
    fn a_list_survives_its_stored_form() {
        assert_eq!(best_of(&best_text(&[one(1), one(2)])), Some(vec![one(1), one(2)]));
        assert_eq!(best_of(b"[[\"*\",\"\"]]"), None);
    }
}
