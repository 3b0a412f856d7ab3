//! What a scraper sees.

use std::time::Duration;

use crochet_openapi::OperationInfo;
use crochet_openapi::Security;

use super::{Metrics, QueueSample, Refusal, SearchSample};

static BREW: OperationInfo = OperationInfo {
    spec: "teas",
    tag: "teas",
    operation_id: "brew_tea",
    summary: "",
    method: "POST",
    base_path: "/api/teas/v1",
    path: "/teas",
    security: Security::PUBLIC,
    ..crate::testing::OPERATION
};

#[test]
fn requests_are_counted_by_operation_and_class_of_status() {
    let metrics = Metrics::default();
    metrics
        .requests
        .observe(Some(&BREW), 201, Duration::from_millis(2));
    metrics
        .requests
        .observe(Some(&BREW), 204, Duration::from_millis(200));
    metrics.requests.observe(None, 404, Duration::from_micros(3));
    let text = metrics.render();
    let count =
        r#"http_server_request_duration_seconds_count{spec="teas",operation="brew_tea",status="2xx"} 2"#;
    assert!(text.contains(count), "{text}");
    assert!(
        text.contains(r#"_bucket{le="0.0025",spec="teas",operation="brew_tea",status="2xx"} 1"#),
        "{text}"
    );
    assert!(text.contains(r#"operation="none",status="4xx"} 1"#), "{text}");
    assert!(text.ends_with("# EOF\n"), "{text}");
}

#[test]
fn in_flight_falls_again_when_a_request_is_dropped() {
    let metrics = Metrics::default();
    let guard = metrics.requests.enter();
    assert!(metrics.render().contains("http_server_in_flight 1"));
    drop(guard);
    assert!(metrics.render().contains("http_server_in_flight 0"));
}

#[test]
fn queue_search_process_and_refusals_are_shown() {
    let metrics = Metrics::default();
    metrics.gauges.set_queue(
        "pipeline",
        &QueueSample {
            ready: 4,
            dead: 1,
            oldest_ms: 70,
            ..QueueSample::default()
        },
    );
    metrics.gauges.set_search(&SearchSample {
        orthos: 489,
        work_left: 3,
        ..SearchSample::default()
    });
    metrics.requests.refuse(Refusal::Busy);
    let text = metrics.render();
    for line in [
        r#"crochet_queue_items{queue="pipeline",state="ready"} 4"#,
        r#"crochet_queue_items{queue="pipeline",state="dead"} 1"#,
        r#"crochet_queue_oldest_milliseconds{queue="pipeline"} 70"#,
        "crochet_orthos 489",
        "crochet_work_left 3",
        r#"http_server_refusals_total{reason="Busy"} 1"#,
        "process_resident_memory_bytes ",
    ] {
        assert!(text.contains(line), "{line} is missing from\n{text}");
    }
}
