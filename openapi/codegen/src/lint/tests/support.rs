//! What is reported of foreign documents.

use super::{THINGS, lint};
use crate::diagnostic::Severity;
use crate::lint::Profile;

fn foreign(old: &str, new: &str) -> Vec<(Severity, &'static str)> {
    assert_eq!(
        THINGS.matches(old).count(),
        1,
        "{old:?} stands in the sample once"
    );
    let found = lint(&THINGS.replace(old, new), Profile::Foreign);
    found.iter().map(|one| (one.severity, one.code)).collect()
}

#[test]
fn a_foreign_document_need_not_follow_our_profile() {
    assert_eq!(foreign("operationId: get_thing", "operationId: getThing"), []);
    assert_eq!(foreign("format: int64, minimum", "minimum"), []);
}

#[test]
fn an_example_that_does_not_fit_is_forgiven() {
    assert_eq!(
        foreign("How large., example: 7}", "How large., example: 0}"),
        [(Severity::Warning, "example-invalid")]
    );
}

#[test]
fn a_cookie_parameter_is_not_built() {
    assert_eq!(
        foreign("{name: page_token, in: query,", "{name: page_token, in: cookie,"),
        [(Severity::Error, "unsupported-parameter")]
    );
}

#[test]
fn a_form_is_not_built_but_may_stand_beside_json() {
    let json = "          application/json:\n            schema: {$ref: '#/components/schemas/Thing'}\n            example";
    let form = json.replace("application/json", "application/x-www-form-urlencoded");
    assert_eq!(
        foreign(json, &form),
        [(Severity::Error, "unsupported-media-type")]
    );
    let both = format!("          multipart/form-data: {{}}\n{json}");
    assert_eq!(foreign(json, &both), [(Severity::Warning, "media-type-left-out")]);
}

#[test]
fn alternatives_without_a_discriminator_are_not_built() {
    assert_eq!(
        foreign("      discriminator: {propertyName: kind}\n", ""),
        [(Severity::Error, "unsupported-schema")]
    );
}

#[test]
fn a_callback_is_left_out_with_a_warning() {
    let callback = "x-audit: true\n      callbacks:\n        onDone:\n          '{$request.body#/id}':\n            post:\n              \
                    responses: {'204': {description: D.}}";
    assert_eq!(
        foreign("x-audit: true", callback),
        [(Severity::Warning, "callback-left-out")]
    );
}
