//! `crochet survey`: counting without storing, on good and on bad texts.

use std::fs;

use crate::crochet::{Ran, crochet, crochet_reading};
use crate::shared::root;

/// A 3x3 and all that is in it.
const SQUARE: &str = "a b c. d e f. g h i. a d g. b e h. c f i.";

fn survey(text: &[u8], flags: &[&str]) -> Ran {
    crochet_reading(text, [&["survey", "-"], flags].concat())
}

#[test]
fn a_survey_counts_every_shape_and_ends_with_the_totals() {
    let done = survey(SQUARE.as_bytes(), &["--json"]).done();
    assert_eq!(done["words"], 9);
    assert_eq!(done["phrases"], 18);
    assert_eq!(done["orthos"], serde_json::json!({"2x2": 4, "2x3": 4, "3x3": 1}));
    assert_eq!(done["truncated"], false);
    assert!(done["context"].is_null(), "a survey stores nothing");
}

#[test]
fn a_survey_draws_the_best_grid_for_people() {
    let ran = survey(SQUARE.as_bytes(), &["--best", "1"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("a  d  g\nb  e  h\nc  f  i"), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}'), "no colour outside a terminal");
    assert!(ran.err.is_empty(), "no progress outside a terminal: {}", ran.err);
}

#[test]
fn a_wanted_shape_is_shown_alone() {
    let ran = survey(SQUARE.as_bytes(), &["--json", "--shape", "3x2", "--best", "9"]);
    let orthos: Vec<_> = ran
        .events()
        .into_iter()
        .filter(|event| event["event"] == "ortho")
        .collect();
    assert_eq!(orthos.len(), 4);
    for ortho in orthos {
        assert_eq!(ortho["cells"].as_array().unwrap().len(), 6);
    }
}

#[test]
fn a_shape_that_no_ortho_has_is_said_to_have_none() {
    let ran = survey(SQUARE.as_bytes(), &["--shape", "4x4"]);
    assert!(ran.out.contains("No ortho of the shape 4x4."), "{}", ran.out);
}

#[test]
fn bounds_and_stop_words_narrow_the_result() {
    let narrow = survey(SQUARE.as_bytes(), &["--json", "--max-extent", "2"]).done();
    assert_eq!(narrow["orthos"], serde_json::json!({"2x2": 4}));
    let stopped = survey(SQUARE.as_bytes(), &["--json", "--stop-words", "a,i"]).done();
    assert_eq!(stopped["words"], 7);
}

#[test]
fn a_file_gives_what_its_text_on_standard_input_gives() {
    let path = root().join("server/app/samples/part-1.txt");
    let from_file = crochet(["survey", "--json", path.to_str().unwrap()]).done();
    let from_input = survey(&fs::read(&path).unwrap(), &["--json"]).done();
    assert_eq!(from_file["orthos"], from_input["orthos"]);
    assert!(
        from_file["orthos"]["2x4"].as_u64() > Some(0),
        "the sample texts have good orthos: {from_file}"
    );
}

#[test]
fn combining_characters_and_right_to_left_script_are_words() {
    // The e with a combining acute accent is the same word as the single character.
    let done = survey(
        "caf\u{e9} noir. cafe\u{301} noir. שלום עולם.".as_bytes(),
        &["--json"],
    )
    .done();
    assert_eq!(done["words"], 4);
    assert_eq!(done["phrases"], 2);
}

#[test]
fn a_text_that_is_not_utf8_is_refused_with_the_position() {
    survey(b"good words. bad \xff", &[]).refused_with(1, &["standard input", "UTF-8", "byte 16", "iconv"]);
}

#[test]
fn a_text_with_a_nul_byte_is_refused_with_the_position() {
    survey(b"one two.\nthree\0four", &[]).refused_with(1, &["NUL", "byte 14", "line 2"]);
}

#[test]
fn an_empty_text_is_refused() {
    for empty in ["", " \n\t ", "... !"] {
        survey(empty.as_bytes(), &["--json"]).refused_with(1, &["no words"]);
    }
}

#[test]
fn an_endless_word_and_an_endless_sentence_are_refused() {
    survey("x".repeat(1 << 20).as_bytes(), &[]).refused_with(1, &["word", "longer"]);
    survey("x ".repeat(1 << 17).as_bytes(), &[]).refused_with(1, &["sentence", "longer"]);
}

#[test]
fn a_file_that_is_not_there_and_a_folder_are_refused_by_name() {
    crochet(["survey", "no-such-file.txt"]).refused_with(1, &["no-such-file.txt", "cannot be read"]);
    crochet(["survey", "/"]).refused_with(1, &["/: ", "folder"]);
}

#[test]
fn bounds_out_of_range_are_usage_errors() {
    for flags in [
        ["--max-dims", "1"],
        ["--max-dims", "17"],
        ["--max-extent", "65"],
        ["--shape", "3"],
        ["--shape", "1x4"],
    ] {
        let ran = survey(SQUARE.as_bytes(), &flags);
        assert_eq!(ran.code, Some(2), "{flags:?}: {ran:?}");
        assert!(ran.err.contains(flags[0]), "{}", ran.err);
    }
}

#[test]
fn a_shape_outside_the_bounds_is_a_usage_error_that_says_how_to_get_it() {
    survey(SQUARE.as_bytes(), &["--shape", "2x2x2"]).refused_with(2, &["2x2x2", "--max-dims 3"]);
    survey(SQUARE.as_bytes(), &["--shape", "2x13"]).refused_with(2, &["2x13", "--max-extent 13"]);
    let ran = survey(SQUARE.as_bytes(), &["--shape", "2x2x2", "--max-dims", "3"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_stop_word_that_is_two_words_is_a_usage_error() {
    survey(SQUARE.as_bytes(), &["--stop-words", "of the"]).refused_with(2, &["of the"]);
}
