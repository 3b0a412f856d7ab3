//! A phrase shown in its sentence: the words around it, cut at both ends where they are many.

/// So many words are shown on each side of the phrase.
const WORDS_AROUND: usize = 4;

/// The words of a sentence around the phrase that begins at word `start`, in quotation marks.
pub(super) fn quoted(sentence: &str, start: usize, phrase: &str) -> String {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let end = (start + phrase.split_whitespace().count() + WORDS_AROUND).min(words.len());
    let begin = start.saturating_sub(WORDS_AROUND).min(end);
    let before = if begin > 0 { "... " } else { "" };
    let after = if end < words.len() { " ..." } else { "" };
    format!("\"{before}{}{after}\"", words[begin..end].join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_sentence_stands_whole() {
        assert_eq!(quoted("we went home", 1, "went home"), "\"we went home\"");
    }

    #[test]
    fn a_long_sentence_is_cut_around_the_phrase() {
        let sentence = "a b c d e f by the river g h i j k l";
        assert_eq!(
            quoted(sentence, 6, "by the river"),
            "\"... c d e f by the river g h i j ...\""
        );
    }

    #[test]
    fn a_place_outside_the_sentence_is_no_reason_to_fail() {
        assert_eq!(quoted("a b", 9, "c d"), "\"... \"");
    }
}
