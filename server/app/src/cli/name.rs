//! The name of a context made from a title: lower-case letters and digits of ASCII, joined by hyphens.

use crochet_client::types::common::ContextId;

use super::failure::Failure;

/// Reads the name of a context from the command line.
pub(super) fn named(text: &str) -> Result<ContextId, String> {
    let rule = "a name has lower-case letters, digits and hyphens, as in my-book-2, and at most 63 of them";
    ContextId::try_from(text).map_err(|_| rule.to_owned())
}

/// The longest that such a name may be.
const NAME_MAX: usize = 63;

/// A name for a context with this title.
pub(super) fn context_name(title: &str) -> Result<ContextId, Failure> {
    let mut name = String::new();
    for word in title
        .to_lowercase()
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(word);
    }
    name.truncate(NAME_MAX);
    let name = name.trim_end_matches('-');
    ContextId::try_from(name).map_err(|_| {
        Failure::usage(format!("no name can be made from the title `{title}`"))
            .try_this("give one with --context")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_names() {
        assert_eq!(
            context_name("The Mill, part 2").unwrap().as_str(),
            "the-mill-part-2"
        );
        assert_eq!(context_name(&"word ".repeat(40)).unwrap().len(), NAME_MAX);
    }

    #[test]
    fn a_title_without_a_plain_letter_needs_a_name() {
        assert!(
            context_name("שלום")
                .unwrap_err()
                .to_string()
                .contains("--context")
        );
    }
}
