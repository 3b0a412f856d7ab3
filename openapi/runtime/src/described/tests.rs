//! Every fault of a body is named, whether it is of shape or of rule.

use serde::Deserialize;
use uuid::Uuid;

use super::{Described, JsonMember, JsonShape, read_all_faults};
use crate::{At, Validate, Violations};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    id: Uuid,
    cups: i32,
    kind: Kind,
    with: Vec<Order>,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Green,
    Black,
}

impl Described for Kind {
    fn shape() -> JsonShape {
        JsonShape::Enum(&["green", "black"])
    }
}

impl Described for Order {
    fn shape() -> JsonShape {
        const MEMBERS: &[JsonMember] = &[
            JsonMember::required::<Uuid>("id"),
            JsonMember::required::<i32>("cups"),
            JsonMember::required::<Kind>("kind"),
            JsonMember::required::<Vec<Order>>("with"),
            JsonMember::optional::<Option<String>>("note"),
        ];
        JsonShape::Object {
            members: MEMBERS,
            closed: true,
        }
    }
}

impl Validate for Order {
    fn validate(&self, at: &At<'_>, found: &mut Violations) {
        found.minimum(&at.field("cups"), self.cups, 1);
        self.with.validate(&at.field("with"), found);
        if self.id.is_nil() {
            found.add(&at.field("id"), "nil", "must not be nil");
        }
        assert!(matches!(self.kind, Kind::Green | Kind::Black) && self.note.as_deref() != Some("panic"));
    }
}

fn faults(text: &str) -> Vec<String> {
    let found = read_all_faults::<Order>(text.as_bytes());
    found
        .as_slice()
        .iter()
        .map(|violation| format!("{} {}", violation.pointer, violation.code))
        .collect()
}

#[test]
fn faults_of_shape_and_of_rule_are_named_together() {
    let body = r#"{
        "id": "x", "cups": 0, "sugar": 1, "note": 7,
        "with": [{"id": "4f1c9a52-7f5e-4a6d-9a3f-2f1f6d1f8c11", "cups": "2", "kind": "red", "with": {}}]
    }"#;
    let mut named = faults(body);
    named.sort();
    let expected = [
        "/cups minimum",
        "/id format",
        "/kind required",
        "/note type",
        "/sugar unknown",
        "/with/0/cups type",
        "/with/0/kind enum",
        "/with/0/with type",
    ];
    assert_eq!(named, expected);
}

#[test]
fn a_body_of_another_kind_is_one_fault() {
    assert_eq!(faults("[]"), [" type"]);
    assert_eq!(faults("null"), [" type"]);
}

#[test]
fn what_fits_has_only_faults_of_rule() {
    let body =
        r#"{"id":"4f1c9a52-7f5e-4a6d-9a3f-2f1f6d1f8c11","cups":1,"kind":"green","with":[],"note":null}"#;
    assert!(faults(body).is_empty());
    assert_eq!(
        faults(&body.replace("\"cups\":1", "\"cups\":0")),
        ["/cups minimum"]
    );
    assert_eq!(
        faults(&body.replace("\"cups\":1", "\"cups\":1.5")),
        ["/cups type"]
    );
}

#[test]
fn what_is_no_json_has_no_faults_of_shape() {
    assert!(faults("{").is_empty());
}

#[test]
fn a_whole_number_that_is_too_large_is_not_taken_for_a_fraction() {
    let told = |cups: &str| {
        let text = format!(
            r#"{{"id":"4f1c9a52-7f5e-4a6d-9a3f-2f1f6d1f8c11","cups":{cups},"kind":"green","with":[]}}"#
        );
        let faults = read_all_faults::<Order>(text.as_bytes());
        faults.as_slice()[0].detail.clone()
    };
    assert!(
        told("99999999999999999999").ends_with("not this number"),
        "{}",
        told("99999999999999999999")
    );
    assert!(
        told("1.5").ends_with("not a number with a fraction"),
        "{}",
        told("1.5")
    );
}

#[test]
fn members_that_are_there_more_than_once_are_named_beside_all_other_faults() {
    let order = r#""id": "4f1c9a52-7f5e-4a6d-9a3f-2f1f6d1f8c11", "kind": "green""#;
    let body = format!(
        r#"{{{order}, "cups": 1, "cups": 0, "cups": 0, "note": "a", "x": 1, "x": 2,
            "with": [{{{order}, "cups": 1, "with": [], "note": null, "note": "b"}}, 7]}}"#
    );
    let mut named = faults(&body);
    named.sort();
    let expected = [
        "/cups duplicate",
        "/cups minimum",
        "/with/0/note duplicate",
        "/with/1 type",
        "/x unknown",
    ];
    assert_eq!(named, expected);
}
