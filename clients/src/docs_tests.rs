//! The code in `docs/client.md` is code of the examples, and so compiles.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The code without the spaces, line ends and last commas that are a formatter's.
fn bare(code: &str) -> String {
    let dense: String = code.split_whitespace().collect();
    dense.replace(",}", "}").replace(",)", ")")
}

/// Prose in one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_block_of_the_documentation_stands_in_an_example() {
    let examples: Vec<String> = ["holmes", "errors", "connection", "service"]
        .iter()
        .map(|name| bare(&read(&format!("examples/{name}.rs"))))
        .collect();
    let guide = read("../docs/client.md");
    let blocks: Vec<&str> = guide
        .split("```rust\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        assert!(
            examples.iter().any(|example| example.contains(&bare(block))),
            "{block}"
        );
    }
}

#[test]
fn the_numbers_of_the_documentation_are_those_of_the_code() {
    let guide = flat(&read("../docs/client.md"));
    let (patience, retries) = (crate::Patience::default(), crate::Retries::default());
    for text in [
        format!("{} s for a connection", patience.connect.as_secs()),
        format!("{} s for an answer", patience.per_try.as_secs()),
        format!("{} s in all", patience.total.as_secs()),
        format!("one on silence, {} s", patience.silence.as_secs()),
        format!("doubles from {} ms", retries.pause_min.as_millis()),
    ] {
        assert!(guide.contains(&text), "{text}");
    }
    assert_eq!(retries.again_max, 4, "the guide says four times");
}
