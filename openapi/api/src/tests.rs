//! The list of specs, and a type of one of them on the wire.

use crochet_openapi::{At, Validate, Violations};
use serde_json::json;

use crate::SPECS;
use crate::common::ContextId;
use crate::contexts::NewContext;

#[test]
fn every_spec_is_listed_with_its_text() {
    let names: Vec<_> = SPECS.iter().map(|spec| spec.name).collect();
    let in_their_order = [
        "contexts",
        "ingestor",
        "orthos",
        "remediations",
        "work",
        "platform",
        "common",
    ];
    assert_eq!(names, in_their_order);
    for spec in SPECS {
        assert!(spec.yaml.starts_with("openapi: 3.0.3"), "{}", spec.name);
        assert_eq!(spec.base_path.is_empty(), spec.name == "common");
    }
}

#[test]
fn what_is_read_is_written_again_the_same() {
    let value = json!({"id": "tea", "title": "Tea", "tokeniser": {"preset": "prose", "keep_case": true}});
    let context: NewContext = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&context).unwrap(), value);
}

#[test]
fn unknown_members_are_refused_where_the_spec_says_so() {
    let refused = serde_json::from_value::<NewContext>(json!({"title": "Tea", "colour": "green"}));
    assert!(refused.unwrap_err().to_string().contains("colour"));
}

#[test]
fn a_named_string_is_checked_however_it_is_made() {
    assert!("tea-house".parse::<ContextId>().is_ok());
    assert!("Tea House".parse::<ContextId>().is_err());
    let unchecked: ContextId = serde_json::from_value(json!("Tea House")).unwrap();
    let mut found = Violations::default();
    unchecked.validate(&At::body().field("id"), &mut found);
    assert_eq!(found.as_slice()[0].pointer, "/id");
}
