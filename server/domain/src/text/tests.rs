//! What the tokeniser makes of texts, good and bad, whole and in pieces.

use proptest::prelude::*;

use super::{Preset, TextError, Tokeniser, TokeniserOptions, sentences_of};
use crate::context::SettingsError;

fn read(text: &[u8], options: &TokeniserOptions) -> Result<Vec<String>, TextError> {
    let sentences = sentences_of(text, Tokeniser::new(options).unwrap())?;
    Ok(sentences
        .iter()
        .map(|sentence| sentence.words().collect::<Vec<_>>().join(" "))
        .collect())
}

fn prose(text: &str) -> Vec<String> {
    read(text.as_bytes(), &TokeniserOptions::default()).unwrap()
}

#[test]
fn sentences_end_at_their_marks() {
    assert_eq!(
        prose("One two. Three? Four! Five; six, seven: eight"),
        ["one two", "three", "four", "five", "six", "seven eight"]
    );
}

#[test]
fn a_blank_line_ends_a_sentence_and_a_line_break_does_not() {
    assert_eq!(
        prose("one\ntwo\n\nthree\r\nfour\r\n\r\nfive\n \t\nsix"),
        ["one two", "three four", "five", "six"]
    );
}

#[test]
fn the_beginning_of_a_word_is_spelt_as_the_word_is() {
    let prose = TokeniserOptions::default();
    assert_eq!(prose.beginning("Well\u{2011}"), "well-");
    assert_eq!(prose.beginning("DON\u{2019}"), "don'");
    assert_eq!(Preset::Literal.options().beginning("Cafe\u{301}"), "Caf\u{e9}");
}

#[test]
fn apostrophes_and_hyphens_belong_inside_words() {
    assert_eq!(
        prose("don\u{2019}t 'quote' well-known -- end- dogs' rock-'n"),
        ["don't quote well-known end dogs rock n"]
    );
}

#[test]
fn digits_belong_to_words_and_everything_else_separates() {
    assert_eq!(
        prose("\u{feff}221b (Baker/Street) \u{2014} 42\u{201d} x_y"),
        ["221b baker street 42 x y"]
    );
}

#[test]
fn composed_and_decomposed_letters_are_one_word() {
    assert_eq!(prose("Caf\u{e9} cafe\u{301}"), ["caf\u{e9} caf\u{e9}"]);
    // A mark that composes with nothing stays with its letter.
    assert_eq!(prose("x\u{301}y z"), ["x\u{301}y z"]);
}

#[test]
fn right_to_left_words_keep_their_letters_in_order() {
    assert_eq!(
        prose("\u{5e9}\u{5b8}\u{5dc}\u{5d5}\u{5b9}\u{5dd} \u{5e2}\u{5d5}\u{5dc}\u{5dd}."),
        ["\u{5e9}\u{5b8}\u{5dc}\u{5d5}\u{5b9}\u{5dd} \u{5e2}\u{5d5}\u{5dc}\u{5dd}"]
    );
    // A zero-width non-joiner spells the Persian word.
    assert_eq!(
        prose("\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}").len(),
        1
    );
}

#[test]
fn lower_casing_follows_the_script() {
    assert_eq!(
        prose("\u{39f}\u{394}\u{39f}\u{3a3} STRASSE"),
        ["\u{3bf}\u{3b4}\u{3bf}\u{3c2} strasse"]
    );
}

#[test]
fn each_option_does_what_it_says() {
    let text = "The Well-Known 3 men, and 2b".as_bytes();
    let with = |options| read(text, &options).unwrap();
    assert_eq!(with(Preset::Prose.options()), ["the well-known 3 men", "and 2b"]);
    assert_eq!(with(Preset::Flowing.options()), ["the well-known 3 men and 2b"]);
    assert_eq!(
        with(Preset::Literal.options()),
        ["The Well-Known 3 men", "and 2b"]
    );
    assert_eq!(with(Preset::Letters.options()), ["the well known men", "and b"]);
    let stop_words = ["AND".to_owned(), "well-known".to_owned()].into();
    let stopping = TokeniserOptions {
        stop_words,
        keep_commas: true,
        ..TokeniserOptions::default()
    };
    assert_eq!(with(stopping), ["the", "3 men", "2b"]);
}

#[test]
fn a_stop_word_that_is_not_one_word_is_refused() {
    for word in ["", "two words", "-", "end.", "a-"] {
        let options = TokeniserOptions {
            stop_words: [word.to_owned()].into(),
            ..TokeniserOptions::default()
        };
        assert_eq!(
            Tokeniser::new(&options).unwrap_err(),
            SettingsError::StopWord(word.to_owned())
        );
    }
}

#[test]
fn a_preset_is_known_by_its_name() {
    for preset in Preset::ALL {
        assert_eq!(preset.as_str().parse(), Ok(preset));
    }
    assert_eq!(
        "poetry".parse::<Preset>(),
        Err(SettingsError::Preset("poetry".to_owned()))
    );
}

#[test]
fn a_text_that_is_not_utf8_is_refused_with_its_place() {
    let refused = |text: &[u8]| read(text, &TokeniserOptions::default()).unwrap_err();
    assert_eq!(
        refused(b"caf\xe9 au lait"),
        TextError::NotUtf8 { byte: 3, line: 1 }
    );
    assert_eq!(
        refused(b"ends\nin the middle \xe2\x82"),
        TextError::NotUtf8 { byte: 19, line: 2 }
    );
}

#[test]
fn the_place_of_what_is_not_utf8_is_the_same_however_a_text_is_cut() {
    let text = "één\r\ntwo\n\nthree ".as_bytes();
    for wrong in [&b"\xff"[..], b"\xe2\x82x", b"\xf0\x9f"] {
        let whole = [text, wrong].concat();
        for size in 1..whole.len() {
            let mut tokeniser = Tokeniser::new(&TokeniserOptions::default()).unwrap();
            let pushed = whole
                .chunks(size)
                .try_for_each(|chunk| tokeniser.push(chunk, |_| ()));
            let refused = pushed
                .and_then(|()| tokeniser.finish(|_| ()).map(drop))
                .unwrap_err();
            let byte = text.len() as u64;
            assert_eq!(refused, TextError::NotUtf8 { byte, line: 4 }, "{size}");
        }
    }
}

#[test]
fn a_nul_byte_is_refused_with_its_place() {
    let refused = read(b"one\ntwo\0", &TokeniserOptions::default()).unwrap_err();
    assert_eq!(refused, TextError::Nul { byte: 7, line: 2 });
    assert_eq!(refused.to_string(), "the text has a NUL byte at byte 7, line 2");
}

#[test]
fn a_text_without_words_is_refused() {
    for text in ["", " \n\n", "... -- !"] {
        assert_eq!(
            read(text.as_bytes(), &TokeniserOptions::default()),
            Err(TextError::Empty)
        );
    }
}

#[test]
fn one_endless_word_is_refused_where_it_starts() {
    let text = format!("a\nb {}", "x".repeat(Tokeniser::WORD_BYTES_MAX + 1));
    assert_eq!(
        read(text.as_bytes(), &TokeniserOptions::default()),
        Err(TextError::EndlessWord { byte: 4, line: 2 })
    );
    // Marks make a word longer too.
    let marks = format!("x{}", "\u{301}".repeat(Tokeniser::WORD_BYTES_MAX));
    let refused = read(marks.as_bytes(), &TokeniserOptions::default());
    assert_eq!(refused, Err(TextError::EndlessWord { byte: 0, line: 1 }));
}

#[test]
fn one_endless_sentence_is_refused_where_it_starts() {
    let most = "x ".repeat(Tokeniser::SENTENCE_WORDS_MAX);
    assert_eq!(prose(&format!("{most}. y")).len(), 2);
    let text = format!("First.\n{most}y");
    let refused = read(text.as_bytes(), &TokeniserOptions::default());
    assert_eq!(refused, Err(TextError::EndlessSentence { byte: 7, line: 2 }));
}

#[test]
fn the_words_of_a_text_are_counted_without_its_stop_words() {
    let options = TokeniserOptions {
        stop_words: ["the".to_owned()].into(),
        ..TokeniserOptions::default()
    };
    let mut tokeniser = Tokeniser::new(&options).unwrap();
    tokeniser.push(b"the river and the mill", |_| {}).unwrap();
    assert_eq!(tokeniser.finish(|_| {}), Ok(3));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn where_a_text_is_cut_changes_nothing(
        text in "[a-c'\u{2019}\\-\u{e9}\u{301}\u{5e9}\u{1f600}.,\r\n ]{0,40}", size in 1_usize..9,
    ) {
        let whole = read(text.as_bytes(), &TokeniserOptions::default());
        let mut tokeniser = Tokeniser::new(&TokeniserOptions::default()).unwrap();
        let mut pieces = Vec::new();
        let mut take = |sentence: &super::Sentence| pieces.push(sentence.words().collect::<Vec<_>>().join(" "));
        for chunk in text.as_bytes().chunks(size) {
            tokeniser.push(chunk, &mut take).unwrap();
        }
        let ended = tokeniser.finish(&mut take).map(drop);
        prop_assert_eq!(ended.map(|()| pieces), whole);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64), size in 1_usize..9) {
        let whole = read(&bytes, &TokeniserOptions::default());
        let mut tokeniser = Tokeniser::new(&TokeniserOptions::default()).unwrap();
        let pushed = bytes.chunks(size).try_for_each(|chunk| tokeniser.push(chunk, |_| {}));
        let read = pushed.and_then(|()| tokeniser.finish(|_| {}).map(drop));
        prop_assert_eq!(read.is_ok(), whole.is_ok());
    }
}
