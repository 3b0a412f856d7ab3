//! Entity tags of RFC 9110, section 8.8.3, and the two ways of comparing them.

/// Whether `If-None-Match` with this value names `current`, so that the reply is 304. Compares weakly.
#[must_use]
pub fn none_match_names(if_none_match: Option<&str>, current: &str) -> bool {
    if_none_match.is_some_and(|list| names(list, |tag| opaque(tag) == opaque(current)))
}

/// Whether `If-Match` with this value lets a change of `current` happen; without the header it does.
/// Compares strongly: a weak tag never matches.
#[must_use]
pub fn match_allows(if_match: Option<&str>, current: &str) -> bool {
    if_match.is_none_or(|list| names(list, |tag| tag == current && !is_weak(tag)))
}

/// A strong entity tag of `value`, which holds neither quotes nor control characters.
#[must_use]
pub fn strong(value: impl std::fmt::Display) -> String {
    format!("\"{value}\"")
}

fn is_weak(tag: &str) -> bool {
    tag.starts_with("W/")
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// Walks a list of tags; a comma may stand inside the quotes, so splitting at commas would not do.
fn names(list: &str, is_it: impl Fn(&str) -> bool) -> bool {
    if list.trim() == "*" {
        return true;
    }
    let mut rest = list.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let quote = if is_weak(rest) { 2 } else { 0 };
        let Some(closing) = rest
            .get(quote..)
            .and_then(|tag| tag.strip_prefix('"'))
            .and_then(|tag| tag.find('"'))
        else {
            return false;
        };
        let (tag, after) = rest.split_at(quote + closing + 2);
        if is_it(tag) {
            return true;
        }
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{match_allows, none_match_names, strong};

    #[test]
    fn if_none_match_compares_weakly_and_reads_lists() {
        assert!(none_match_names(Some(r#""7""#), r#""7""#));
        assert!(none_match_names(Some(r#"W/"7""#), r#""7""#));
        assert!(none_match_names(Some(r#""a,b" , W/"7""#), r#"W/"7""#));
        assert!(none_match_names(Some("*"), r#""7""#));
        assert!(!none_match_names(Some(r#""8""#), r#""7""#));
        assert!(!none_match_names(None, r#""7""#));
    }

    #[test]
    fn if_match_compares_strongly() {
        assert!(match_allows(None, r#""7""#));
        assert!(match_allows(Some(r#""6", "7""#), r#""7""#));
        assert!(!match_allows(Some(r#"W/"7""#), r#"W/"7""#));
        assert!(!match_allows(Some(r#""6""#), r#""7""#));
    }

    #[test]
    fn nonsense_matches_nothing() {
        for nonsense in ["7", "\"7", "W/", "W/7", "", "é"] {
            assert!(!none_match_names(Some(nonsense), "\"7\""), "{nonsense}");
        }
        assert_eq!(strong(7), "\"7\"");
    }
}
