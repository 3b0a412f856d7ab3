//! Whatever the text, reading ends in a report: never a panic, never a hang.

use proptest::prelude::*;

use super::HEAD;
use crate::lint::Profile;
use crate::read::read_text;

const THINGS: &str = include_str!("../../lint/tests/things.yaml");
const COMMON: &str = include_str!("../../lint/tests/common.yaml");

/// One way to damage a text.
#[derive(Debug, Clone)]
enum Damage {
    Truncate(usize),
    Delete(usize, usize),
    Insert(usize, String),
    Move(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let token = prop_oneof![
        Just("$ref: '#/components/schemas/Thing'\n".to_owned()),
        Just("&a ".to_owned()),
        Just("*a ".to_owned()),
        Just("<<: ".to_owned()),
        Just("\n  - ".to_owned()),
        Just("{".to_owned()),
        Just("]".to_owned()),
        Just("\t".to_owned()),
        Just("|\n".to_owned()),
        Just("\"".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    prop_oneof![
        any::<usize>().prop_map(Damage::Truncate),
        (any::<usize>(), 0_usize..40).prop_map(|(at, length)| Damage::Delete(at, length)),
        (any::<usize>(), token).prop_map(|(at, token)| Damage::Insert(at, token)),
        (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Damage::Move(from, to)),
    ]
}

fn apply(text: &str, damages: &[Damage]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for damage in damages {
        let length = letters.len();
        match damage {
            Damage::Truncate(at) => letters.truncate(at % (length + 1)),
            Damage::Delete(at, count) => {
                let at = at % (length + 1);
                letters.drain(at..length.min(at + count));
            }
            Damage::Insert(at, token) => {
                let at = at % (length + 1);
                letters.splice(at..at, token.chars());
            }
            Damage::Move(from, to) => {
                let lines: Vec<String> = letters
                    .iter()
                    .collect::<String>()
                    .lines()
                    .map(str::to_owned)
                    .collect();
                letters = moved(lines, *from, *to).join("\n").chars().collect();
            }
        }
    }
    letters.into_iter().collect()
}

fn moved(mut lines: Vec<String>, from: usize, to: usize) -> Vec<String> {
    if !lines.is_empty() {
        let line = lines.remove(from % lines.len());
        lines.insert(to % (lines.len() + 1), line);
    }
    lines
}

fn read_all(name: &str, text: &str) {
    for profile in [Profile::Crochet, Profile::Foreign] {
        let (_, report) = read_text(&[(name, text), ("common.yaml", COMMON)], profile);
        assert!(report.human().contains(report.verdict().as_str()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_yaml_document_ends_in_a_report(damages in prop::collection::vec(damage(), 1..6)) {
        read_all("things.yaml", &apply(THINGS, &damages));
    }

    #[test]
    fn a_damaged_json_document_ends_in_a_report(damages in prop::collection::vec(damage(), 1..6)) {
        let (specs, _) = read_text(&[("things.yaml", THINGS), ("common.yaml", COMMON)], Profile::Crochet);
        let json = serde_json::to_string_pretty(specs.documents[0].raw.as_ref()).expect("JSON is JSON");
        read_all("things.json", &apply(&json, &damages));
    }

    #[test]
    fn any_text_at_all_ends_in_a_report(text in "\\PC{0,200}") {
        read_all("things.yaml", &text);
        read_all("things.json", &text);
    }
}

#[test]
fn long_chains_and_circles_of_references_end() {
    let chain: String = (0..5_000)
        .map(|at| {
            format!(
                "    S{at}: {{properties: {{next: {{$ref: '#/components/schemas/S{}'}}}}}}\n",
                at + 1
            )
        })
        .collect();
    let text = format!(
        "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n{chain}    S5000: {{$ref: '#/components/schemas/S0'}}\n    A: {{$ref: '#/components/schemas/B'}}\n    B: {{$ref: '#/components/schemas/A'}}\n    C: {{allOf: [{{$ref: '#/components/schemas/C'}}], example: 1}}\n"
    );
    let (specs, _) = read_text(&[("t.yaml", &text)], Profile::Crochet);
    for schema in specs.schemas() {
        specs.shape(schema.id);
        specs.flatten(schema.id);
    }
    assert!(specs.named("t", "S0").is_some_and(|schema| schema.recursive));
}

#[test]
fn alternatives_that_multiply_end() {
    let doubled: String = (0..60)
        .map(|at| {
            let next = format!("{{$ref: '#/components/schemas/S{}'}}", at + 1);
            format!("    S{at}: {{oneOf: [{next}, {next}, {next}]}}\n")
        })
        .collect();
    let dense: String = (0..300)
        .map(|at| {
            let members: Vec<_> = (0..20)
                .map(|k| format!("{{$ref: '#/components/schemas/D{}'}}", (at * 7 + k) % 300))
                .collect();
            format!("    D{at}: {{allOf: [{}]}}\n", members.join(", "))
        })
        .collect();
    let examples =
        "    S60: {type: string}\n    E: {allOf: [{$ref: '#/components/schemas/S0'}], example: 1}\n";
    let text = format!("{HEAD}paths: {{}}\ncomponents:\n  schemas:\n{doubled}{dense}{examples}");
    read_all("t.yaml", &text);
}
