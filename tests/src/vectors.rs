//! The counts that are known: small texts worked out by hand, and a long one counted in two ways.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::crochet::crochet;
use crate::shared::shared;

struct Vector {
    name: String,
    texts: Vec<String>,
    max_dims: u64,
    max_extent: u64,
    words: u64,
    phrases: u64,
    orthos: Value,
}

impl Vector {
    fn of(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            name: text(&value["name"]),
            texts: value["texts"].as_array().unwrap().iter().map(text).collect(),
            max_dims: value["max_dims"].as_u64().unwrap(),
            max_extent: value["max_extent"].as_u64().unwrap(),
            words: value["vocabulary"].as_u64().unwrap(),
            phrases: value["phrases"].as_u64().unwrap(),
            orthos: value["complete"].clone(),
        }
    }

    fn holds(&self) {
        let folder = TempDir::new().unwrap();
        let files: Vec<PathBuf> = (0..self.texts.len())
            .map(|index| folder.path().join(format!("{index}.txt")))
            .collect();
        for (file, text) in files.iter().zip(&self.texts) {
            fs::write(file, text).unwrap();
        }
        let flags = [
            "run",
            "--ephemeral",
            "--json",
            "--complete",
            "--context",
            "vector",
            "--max-dims",
        ]
        .map(str::to_owned);
        let bounds = [
            self.max_dims.to_string(),
            "--max-extent".to_owned(),
            self.max_extent.to_string(),
        ];
        let files = files.iter().map(|file| file.to_str().unwrap().to_owned());
        let done = crochet(flags.into_iter().chain(bounds).chain(files)).done();
        let name = &self.name;
        assert_eq!(done["orthos"], self.orthos, "{name}: {done}");
        assert_eq!(done["words"], self.words, "{name}: {done}");
        assert_eq!(done["phrases"], self.phrases, "{name}: {done}");
        assert_eq!(done["truncated"], false, "{name}: {done}");
    }
}

#[test]
fn a_cube_in_one_text_or_in_four_has_six_faces_and_itself() {
    let sentences = "a b. c d. a c. b d. e f. g h. e g. f h. a e. b f. c g. d h.";
    let pieces: Vec<&str> = sentences.split_inclusive(". ").collect();
    for texts in [
        json!([sentences]),
        pieces.chunks(3).map(<[&str]>::concat).collect(),
    ] {
        let vector = json!({
            "name": "cube", "texts": texts, "max_dims": 4, "max_extent": 6, "vocabulary": 8, "phrases": 12,
            "complete": {"2x2": 6, "2x2x2": 1},
        });
        Vector::of(&vector).holds();
    }
}

#[test]
fn the_pipeline_gives_the_counts_of_the_shared_vectors() {
    let Some(path) = shared("vectors/orthos.json") else {
        return;
    };
    let vectors: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for vector in vectors["vectors"].as_array().unwrap() {
        Vector::of(vector).holds();
    }
}

#[test]
fn the_pipeline_and_the_survey_agree_on_the_sample_texts() {
    agree(&fs::read_to_string(crate::shared::root().join("server/app/samples/part-2.txt")).unwrap());
}

#[test]
fn the_pipeline_and_the_survey_agree_on_eight_thousand_words_of_a_novel() {
    let Some(path) = shared("data/sherlock.txt") else {
        return;
    };
    agree(&first_words(&fs::read_to_string(path).unwrap(), 8_000));
}

/// The text up to the end of its n-th word, line breaks as they are.
fn first_words(text: &str, count: usize) -> String {
    let mut left = count;
    let ends = |(index, letter): (usize, char)| {
        let rest = &text[index + letter.len_utf8()..];
        !letter.is_whitespace() && rest.starts_with(char::is_whitespace)
    };
    let end = text.char_indices().find(|&at| {
        left -= usize::from(ends(at));
        left == 0
    });
    end.map_or(text, |(index, letter)| &text[..index + letter.len_utf8()])
        .to_owned()
}

fn agree(text: &str) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("text.txt");
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let searched = crochet(["run", "--ephemeral", "--json", "--complete", file]).done();
    let surveyed = crochet(["survey", "--json", file]).done();
    for total in ["orthos", "words", "phrases"] {
        assert_eq!(searched[total], surveyed[total], "{total}");
    }
    assert!(searched["orthos"]["2x2"].as_u64() > Some(100), "{searched}");
}
