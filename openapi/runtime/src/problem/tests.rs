//! What a problem looks like on the wire and to a person.

use serde_json::json;

use super::Problem;
use crate::{At, Violations};

#[test]
fn only_what_is_known_is_written() {
    let problem = Problem::not_found("no context `tea`");
    assert_eq!(
        serde_json::to_value(&problem).unwrap(),
        json!({"type": "about:blank", "title": "Not Found", "status": 404, "detail": "no context `tea`"})
    );
}

#[test]
fn a_problem_of_another_server_is_read_with_whatever_it_says() {
    let problem: Problem = serde_json::from_value(json!({"status": 418, "hint": "tea"})).unwrap();
    assert_eq!((problem.status, problem.type_uri.as_ref()), (418, "about:blank"));
}

#[test]
fn violations_become_one_problem_that_lists_them() {
    let mut found = Violations::default();
    let body = At::body();
    found.minimum(&body.field("a"), 1, 2);
    found.minimum(&body.field("b"), 1, 2);
    let problem = Problem::from(found);
    assert_eq!(problem.status, 422);
    assert_eq!(problem.errors.len(), 2);
    assert_eq!(
        problem.detail.as_deref(),
        Some("the request breaks rules of the spec in 2 places")
    );
}

#[test]
fn a_result_with_a_problem_is_no_larger_than_a_pointer() {
    assert_eq!(size_of::<Result<(), Problem>>(), size_of::<usize>());
}

#[test]
fn a_named_request_keeps_its_name() {
    let problem = Problem::internal()
        .with_request_id("first")
        .with_request_id("second");
    assert_eq!(problem.request_id.as_deref(), Some("first"));
    assert_eq!(
        problem.to_string(),
        "500 Internal Server Error: the server failed; its log has the cause under this request id"
    );
}
