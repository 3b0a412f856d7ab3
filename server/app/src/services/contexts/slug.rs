//! Names of contexts in addresses: the one that was asked for, or one made from the title.
//!
//! It must never make a name that could be taken for a key.

use crochet_openapi::Problem;

use crate::services::names;

const LENGTH_MAX: usize = 63;
const TRIES: usize = 100;

/// The slug that a caller asked for, unless it looks like a key.
pub(super) fn checked(slug: &str) -> Result<&str, Problem> {
    if names::as_key(slug).is_some() {
        return Err(Problem::unprocessable(
            "the id of a context must not look like a UUID",
        ));
    }
    Ok(slug)
}

/// The slugs to try, in order: the one wanted alone, or `title`, `title-2`, `title-3`, ...
pub(super) fn candidates(wanted: Option<&str>, title: &str) -> impl Iterator<Item = String> {
    let base = wanted.map_or_else(|| from_title(title), ToOwned::to_owned);
    let tries = if wanted.is_some() { 1 } else { TRIES };
    (1..=tries).map(move |count| {
        if count == 1 {
            base.clone()
        } else {
            numbered(&base, count)
        }
    })
}

fn numbered(base: &str, count: usize) -> String {
    let suffix = format!("-{count}");
    let kept = &base[..base.len().min(LENGTH_MAX - suffix.len())];
    format!("{}{suffix}", kept.trim_end_matches('-'))
}

/// ASCII letters and digits in lower case, everything else as single hyphens between them.
fn from_title(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(LENGTH_MAX);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() || names::as_key(slug).is_some() {
        return "context".to_owned();
    }
    slug.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_of_ascii_letters() {
        for (title, slug) in [
            ("A walk by the river, part 1", "a-walk-by-the-river-part-1"),
            ("  -- ", "context"),
            ("日本", "context"),
            ("Übermut tut selten gut", "bermut-tut-selten-gut"),
        ] {
            assert_eq!(candidates(None, title).next().as_deref(), Some(slug));
        }
    }

    #[test]
    fn a_name_that_is_taken_is_numbered_within_its_length() {
        let long = "a".repeat(80);
        let names: Vec<String> = candidates(None, &long).take(2).collect();
        assert_eq!(names[0].len(), 63);
        assert!(names[1].ends_with("-2") && names[1].len() == 63);
    }

    #[test]
    fn a_name_that_was_asked_for_is_the_only_candidate() {
        assert_eq!(candidates(Some("tea"), "Coffee").collect::<Vec<_>>(), ["tea"]);
    }

    #[test]
    fn a_name_like_a_key_is_refused() {
        assert!(checked("019350f4-7c1e-7b52-8f6e-0c5a4d3b2a18").is_err());
    }
}
