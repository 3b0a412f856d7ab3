//! Reading texts, good and hostile.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Cursor, Fault, Files, Library, Node, parse};

fn yaml(text: &str) -> Value {
    parse("t.yaml", text).expect("the text is sound").to_value()
}

fn fault(name: &str, text: &str) -> Fault {
    parse(name, text).expect_err("the text is not sound")
}

#[test]
fn scalars_follow_the_core_schema_of_yaml_1_2() {
    let text = "[null, ~, true, False, 1, -2, +3, 0x1F, 0o17, 1.50, .5, 1e3, no, on, 12:30, 1_000, '1', \"true\", 18446744073709551615]";
    let expected = json!([
        null,
        null,
        true,
        false,
        1,
        -2,
        3,
        31,
        15,
        1.5,
        0.5,
        1000.0,
        "no",
        "on",
        "12:30",
        "1_000",
        "1",
        "true",
        18_446_744_073_709_551_615_u64
    ]);
    assert_eq!(yaml(text), expected);
    assert_eq!(
        yaml("a: !!str 1\nb: !mine x\nc: 3.0.3\nd:"),
        json!({"a": "1", "b": "x", "c": "3.0.3", "d": null})
    );
}

#[test]
fn keys_become_strings() {
    assert_eq!(
        yaml("200: a\ntrue: b\nnull: c"),
        json!({"200": "a", "true": "b", "null": "c"})
    );
}

#[test]
fn every_value_knows_its_place_in_yaml_and_json() {
    let yaml = "a:\n  - x\n  - ä: b\n";
    let json = "{\"a\":\n  [\"x\",\n   {\"ä\": \"b\"}]}";
    for (name, text, place) in [("t.yaml", yaml, (3, 8)), ("t.json", json, (3, 10))] {
        let mut library = Library::new(Files::Memory(BTreeMap::from([(
            name.to_owned(),
            text.to_owned(),
        )])));
        let root = Cursor::root(&library.open(name).expect("the text is sound"));
        let inner = root
            .get("a")
            .and_then(|list| list.items()[1].get("ä"))
            .expect("it is there");
        let location = inner.location();
        assert_eq!((location.line, location.column), place, "{name}");
        assert_eq!(location.pointer.as_ref(), "/a/1/ä");
    }
}

#[test]
fn a_key_that_occurs_twice_is_refused_where_it_does() {
    for (name, text) in [
        ("t.yaml", "a: 1\nb: 2\na: 3"),
        ("t.json", "{\"a\": 1,\n\"b\": 2,\n\"a\": 3}"),
    ] {
        let fault = fault(name, text);
        assert_eq!(
            (fault.code, fault.line, fault.column),
            ("duplicate-key", 3, 1),
            "{name}"
        );
        assert!(fault.message.contains("`a`"));
    }
}

#[test]
fn aliases_and_merge_keys_are_honoured() {
    let text =
        "base: &base {a: 1, b: 2}\nown:\n  <<: *base\n  b: 3\nmany: {<<: [*base, {c: 4}]}\nsame: *base";
    let expected = json!({"base": {"a": 1, "b": 2}, "own": {"a": 1, "b": 3}, "many": {"a": 1, "b": 2, "c": 4},
        "same": {"a": 1, "b": 2}});
    assert_eq!(yaml(text), expected);
}

#[test]
fn an_alias_inside_its_own_anchor_is_refused() {
    assert_eq!(fault("t.yaml", "a: &a [*a]").code, "syntax");
}

#[test]
fn an_alias_bomb_is_refused_quickly() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").expect("a String takes text");
    }
    assert_eq!(fault("t.yaml", &text).code, "too-large");
}

#[test]
fn a_merge_bomb_is_refused_quickly() {
    let wide: String = (0..2_000).map(|key| format!("  k{key}: 1\n")).collect();
    let merges: String = (0..4_000).map(|key| format!("m{key}: {{<<: *wide}}\n")).collect();
    assert_eq!(
        fault("t.yaml", &format!("wide: &wide\n{wide}{merges}")).code,
        "too-large"
    );
}

#[test]
fn depth_is_bounded_in_every_form() {
    let deep = 100_000;
    let block: String = (0..400)
        .map(|level| format!("{}a:\n", " ".repeat(level)))
        .collect();
    for (name, text) in [
        ("t.yaml", "[".repeat(deep)),
        ("t.yaml", "{a: ".repeat(deep)),
        ("t.yaml", "- ".repeat(deep)),
        ("t.yaml", block),
        ("t.json", "[".repeat(deep)),
        ("t.json", "{\"a\":".repeat(deep)),
    ] {
        let fault = fault(name, &text);
        assert!(["too-deep", "syntax"].contains(&fault.code), "{name}: {fault:?}");
    }
    let sound = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert!(parse("t.yaml", &sound).is_ok() && parse("t.json", &sound).is_ok());
}

#[test]
fn what_is_not_one_document_is_refused() {
    for (name, text) in [
        ("t.yaml", ""),
        ("t.yaml", "# only a comment"),
        ("t.yaml", "a: 1\n---\nb: 2"),
        ("t.yaml", "? [a, b]\n: c"),
        ("t.yaml", "a: [1, 2"),
        ("t.yaml", "a: *nobody"),
        ("t.yaml", "<<: 7"),
        ("t.json", "{\"a\": 1,}"),
        ("t.json", "{\"a\": 1} {}"),
        ("t.json", "{a: 1}"),
        ("t.json", "{\"a\": 01}"),
        ("t.json", "{\"a\": \"\\ud800\"}"),
    ] {
        assert_eq!(fault(name, text).code, "syntax", "{text:?}");
    }
}

#[test]
fn json_escapes_are_read() {
    let node: Node = parse("t.json", r#"{"a": "\ud83d\ude00\/\n"}"#).expect("the text is sound");
    assert_eq!(node.to_value(), json!({"a": "😀/\n"}));
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(yaml("\u{feff}a: 1"), json!({"a": 1}));
}

fn library(texts: &[(&str, &str)]) -> Library {
    Library::new(Files::Memory(
        texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    ))
}

fn target(texts: &[(&str, &str)]) -> Result<Value, &'static str> {
    let mut library = library(texts);
    let root = Cursor::root(&library.open(texts[0].0).expect("the text is sound"));
    let start = root.get("start").expect("the text has a start");
    start
        .follow(&mut library)
        .map(|place| place.node.to_value())
        .map_err(|complaint| complaint.code)
}

#[test]
fn references_go_over_files_folders_and_escapes() {
    let main = "start: {$ref: '../b/other.yaml#/a~1b/m~0n/%7Bx%7D'}";
    let other = "a/b: {m~n: {'{x}': {$ref: './third.yaml'}}}";
    let texts = [
        ("a/main.yaml", main),
        ("b/other.yaml", other),
        ("b/third.yaml", "found: true"),
    ];
    assert_eq!(target(&texts), Ok(json!({"found": true})));
}

#[test]
fn a_pointer_may_lead_through_a_reference() {
    let text = "start: {$ref: '#/x/inner'}\nx: {$ref: '#/y'}\ny: {inner: 7}";
    assert_eq!(target(&[("t.yaml", text)]), Ok(json!(7)));
}

#[test]
fn circles_of_references_end() {
    assert_eq!(
        target(&[("t.yaml", "start: {$ref: '#/b'}\nb: {$ref: '#/start'}")]),
        Err("reference-circle")
    );
    assert_eq!(
        target(&[("t.yaml", "start: {$ref: '#/start/x'}")]),
        Err("unresolved-reference")
    );
    let twins = "start: {$ref: '#/a/x'}\na: {$ref: '#/b/x'}\nb: {$ref: '#/a/x'}";
    assert_eq!(target(&[("t.yaml", twins)]), Err("unresolved-reference"));
}

#[test]
fn references_that_lead_nowhere_are_refused() {
    for (reference, code) in [
        ("#/nobody", "unresolved-reference"),
        ("#start", "unresolved-reference"),
        ("nobody.yaml#/a", "unresolved-reference"),
        ("https://example.com/a.yaml#/a", "unsupported-remote-reference"),
    ] {
        assert_eq!(
            target(&[("t.yaml", &format!("start: {{$ref: '{reference}'}}"))]),
            Err(code),
            "{reference}"
        );
    }
}
