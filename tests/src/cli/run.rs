//! `crochet run` and `crochet add`: one's own texts, good and bad.

use std::fs;

use serde_json::json;

use crate::crochet::{crochet, crochet_after, crochet_reading};
use crate::workshop::{Workshop, sample};

const SQUARE: &str = "a b c. d e f. g h i. a d g. b e h. c f i.";

#[test]
fn a_run_tells_the_context_then_progress_then_orthos_then_the_totals() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    let ran = workshop.run(&["run", &file, "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let names: Vec<_> = ran
        .events()
        .iter()
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.first().unwrap(), "context");
    assert!(names.contains(&"ortho".to_owned()), "{names:?}");
    let done = ran.done();
    assert_eq!(done["context"], "square", "named after its file");
    assert_eq!(done["version"], 1);
    assert_eq!(done["words"], 9);
    assert_eq!(done["phrases"], 18);
    assert_eq!(done["orthos"], json!({"2x2": 4, "2x3": 4, "3x3": 1}));
    assert!(done["seconds"].as_f64().unwrap() > 0.0);
    assert_eq!(done["digest"], workshop.digest("square"));
    workshop.is_sound();
}

#[test]
fn a_run_for_people_draws_the_best_grid_with_its_sentences_and_says_how_to_open_it() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    let ran = workshop.run(&["run", &file]);
    assert!(ran.out.contains("a  d  g    \"a d g\""), "{}", ran.out);
    assert!(ran.out.contains("9 orthos"), "{}", ran.out);
    assert!(
        ran.out.contains("complete within 2-D and extent 12"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.lines().last().unwrap().contains("serve --data"),
        "{}",
        ran.out
    );
    assert!(ran.err.is_empty(), "{}", ran.err);
}

#[test]
fn the_same_text_again_adds_nothing() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    let first = workshop.run(&["run", &file, "--json"]).done();
    let second = workshop.run(&["run", &file, "--json"]).done();
    for total in ["version", "words", "phrases", "orthos", "remediations", "digest"] {
        assert_eq!(first[total], second[total], "{total}");
    }
    let twice = workshop.run(&["run", &file, &file]);
    assert_eq!(
        twice.out.matches("words, there already").count(),
        2,
        "{}",
        twice.out
    );
}

#[test]
fn texts_may_come_in_pieces_from_files_and_from_standard_input() {
    let whole = Workshop::new();
    let all = whole.text("all.txt", SQUARE);
    let at_once = whole.run(&["run", &all, "--context", "grid", "--json"]).done();
    let pieces = Workshop::new();
    let (head, tail) = SQUARE.split_at(SQUARE.find("a d g").unwrap());
    let file = pieces.text("head.txt", head);
    let data = pieces.data();
    let flags = [
        "run",
        &file,
        "-",
        "--context",
        "grid",
        "--json",
        "--data",
        data.to_str().unwrap(),
    ];
    let in_pieces = crochet_reading(tail.as_bytes(), flags).done();
    assert_eq!(at_once["orthos"], in_pieces["orthos"]);
    assert_eq!(at_once["digest"], in_pieces["digest"]);
    assert_eq!(in_pieces["version"], 2);
}

#[test]
fn a_text_is_added_to_a_context_that_is_there() {
    let workshop = Workshop::new();
    let file = workshop.text("river.txt", fs::read(sample(1)).unwrap());
    let before = workshop.run(&["run", &file, "--json"]).done();
    let after = workshop
        .run(&["add", "river", "--sample", "part-3", "--json"])
        .done();
    assert_eq!(after["version"], 2);
    assert!(
        after["orthos"]["2x2"].as_u64() > before["orthos"]["2x2"].as_u64(),
        "{after}"
    );
    workshop.is_sound();
}

#[test]
fn one_bad_text_among_good_ones_leaves_nothing_behind() {
    let workshop = Workshop::new();
    let good = workshop.text("good.txt", SQUARE);
    let bad = workshop.text("bad.txt", b"fine until \xc3\x28 here");
    workshop
        .run(&["run", &good, &bad])
        .refused_with(1, &["bad.txt", "UTF-8", "byte 11"]);
    assert!(!workshop.data().exists(), "refused before a data folder was made");
}

#[test]
fn bad_texts_are_refused_before_anything_is_stored() {
    let workshop = Workshop::new();
    for (name, text, part) in [
        ("empty.txt", "".to_owned(), "no words"),
        ("nul.txt", "a\0b".to_owned(), "NUL"),
        ("word.txt", "x".repeat(100_000), "word"),
        ("sentence.txt", "x ".repeat(100_000), "sentence"),
    ] {
        let file = workshop.text(name, text);
        workshop.run(&["run", &file]).refused_with(1, &[name, part]);
    }
    assert!(!workshop.data().exists());
}

#[test]
fn a_text_over_the_limit_is_refused() {
    let workshop = Workshop::new();
    let file = workshop.path("large.txt");
    // A hole costs no disk; the limit is met before its zeroes are looked at one by one.
    let mut text = fs::File::create(&file).unwrap();
    std::io::Write::write_all(&mut text, "one two. ".repeat(8_000_000).as_bytes()).unwrap();
    workshop
        .run(&["run", file.to_str().unwrap()])
        .refused_with(1, &["large.txt", "64 MiB"]);
}

#[test]
fn a_context_does_not_exist_until_it_is_made() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    assert_eq!(workshop.run(&["run", &file]).code, Some(0));
    workshop
        .run(&["add", "nowhere", "--sample", "part-1"])
        .refused_with(1, &["nowhere"]);
    for command in ["digest", "check"] {
        workshop
            .run(&[command, "nowhere"])
            .refused_with(1, &["nowhere", "no such context", "`crochet run` makes one"]);
    }
}

#[test]
fn bounds_are_fixed_when_a_context_is_made() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    assert_eq!(workshop.run(&["run", &file, "--max-dims", "3"]).code, Some(0));
    assert_eq!(workshop.run(&["run", &file]).code, Some(0), "no flag, no quarrel");
    workshop
        .run(&["run", &file, "--max-dims", "2"])
        .refused_with(2, &["square", "--max-dims 3"]);
    workshop
        .run(&["run", &file, "--stop-words", "a"])
        .refused_with(2, &["square", "--stop-words"]);
}

#[test]
fn a_title_that_makes_no_name_needs_one() {
    let workshop = Workshop::new();
    let file = workshop.text("שלום.txt", SQUARE);
    workshop.run(&["run", &file]).refused_with(2, &["--context"]);
    assert_eq!(workshop.run(&["run", &file, "--context", "shalom"]).code, Some(0));
}

#[test]
fn a_name_that_a_context_cannot_have_is_refused_in_words() {
    let ran = crochet(["run", "book.txt", "--context", "My Book"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("lower-case letters"), "{}", ran.err);
}

#[test]
fn an_ephemeral_run_leaves_nothing_behind() {
    let workshop = Workshop::new();
    let file = workshop.text("square.txt", SQUARE);
    let temporary = workshop.path("tmp");
    fs::create_dir(&temporary).unwrap();
    let setting = format!("export TMPDIR={}", temporary.display());
    let ran = crochet_after(&setting, ["run", "--ephemeral", "--json", &file]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
}

#[test]
fn a_run_without_a_text_or_with_both_places_is_a_usage_error() {
    for arguments in [
        &["run"][..],
        &["run", "a.txt", "--ephemeral", "--data", "d"],
        &["add", "river"],
    ] {
        assert_eq!(crochet(arguments).code, Some(2), "{arguments:?}");
    }
}

#[test]
fn a_text_with_too_many_orthos_is_surveyed_unless_told_otherwise() {
    let workshop = Workshop::new();
    // Every word may follow every other: the squares alone are far more than anybody wants to keep.
    let words: Vec<String> = (0..40).map(|word| format!("w{word}")).collect();
    let pairs = words
        .iter()
        .flat_map(|one| words.iter().map(move |two| format!("{one} {two}. ")));
    let file = workshop.text("dense.txt", pairs.collect::<String>());
    let ran = workshop.run(&["run", &file, "--json", "--max-extent", "2"]);
    let done = ran.done();
    let surveyed = crochet(["survey", &file, "--json", "--max-extent", "2"]).done();
    assert_eq!(done["orthos"], surveyed["orthos"]);
    assert!(done["orthos"]["2x2"].as_u64() > Some(250_000), "{done}");
    assert_eq!(done["remediations"], 0, "nothing is stored: {done}");
    assert_eq!(done["truncated"], false, "{done}");
    assert_eq!(ran.code, Some(0));
    let orthos = ran
        .events()
        .iter()
        .filter(|event| event["event"] == "ortho")
        .count();
    assert_eq!(orthos, 3);
}
