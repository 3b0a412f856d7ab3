//! Lines, ids and levels, each with a subscriber of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crochet_openapi::RequestContext;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;

use super::events::AppEvent;
use super::{ACCESS_TARGET, Lines, LogControl, Style, context_of, request_span};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

impl Kept {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn subscriber(&self, style: Style, levels: &str) -> (impl Subscriber + Send + Sync + use<>, LogControl) {
        let kept = self.0.clone();
        let (control, filter) = LogControl::new(levels).unwrap();
        let lines = Lines::new(
            style,
            Arc::new(move |line: &str| kept.lock().unwrap().push(line.to_owned())),
        );
        (tracing_subscriber::registry().with(filter).with(lines), control)
    }
}

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[test]
fn every_line_inside_a_request_carries_its_ids_at_any_level() {
    let kept = Kept::default();
    let (subscriber, _control) = kept.subscriber(Style::Pretty { colour: false }, "warn");
    tracing::subscriber::with_default(subscriber, || {
        let context = context_of(Some("req-1"), Some(PARENT));
        request_span(&context).in_scope(|| {
            tracing::info!("hidden");
            tracing::debug_span!("inner").in_scope(|| tracing::warn!(size = 3, name = "a b", "odd"));
        });
        tracing::warn!("outside");
    });
    let lines = kept.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let expected =
        "WARN odd size=3 name=\"a b\" request_id=req-1 trace_id=0af7651916cd43dd8448eb211c80319c\n";
    assert!(lines[0].ends_with(expected), "{}", lines[0]);
    assert!(lines[1].ends_with("WARN outside\n"), "{}", lines[1]);
}

#[test]
fn the_access_line_opens_with_operation_status_and_time() {
    let kept = Kept::default();
    let (subscriber, _control) = kept.subscriber(Style::Pretty { colour: false }, "info");
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!(target: ACCESS_TARGET, operation = "add_corpus", status = 201, ms = 38, caller = "admin");
    });
    assert!(
        kept.lines()[0].ends_with("INFO add_corpus 201 38ms caller=admin\n"),
        "{:?}",
        kept.lines()
    );
}

#[test]
fn json_lines_are_objects_whatever_the_values_hold() {
    let kept = Kept::default();
    let (subscriber, _control) = kept.subscriber(Style::Json, "info");
    tracing::subscriber::with_default(subscriber, || {
        let context = context_of(Some("req-1"), None);
        request_span(&context).in_scope(|| {
            tracing::info!(ratio = 0.5, nan = f64::NAN, ok = true, debug = ?Some("x\"y"), "two\nlines \"quoted\"");
            AppEvent::TextIngested { context: "demo", version: 2, words: 7 }.emit();
        });
    });
    let objects: Vec<serde_json::Value> = kept
        .lines()
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects[0]["message"], "two\nlines \"quoted\"");
    assert_eq!(objects[0]["ratio"], 0.5);
    assert_eq!(objects[0]["request_id"], "req-1");
    assert_eq!(objects[1]["event"], "text_ingested");
    assert_eq!(objects[1]["words"], 7);
}

#[test]
fn a_message_cannot_forge_a_second_line() {
    let kept = Kept::default();
    let (subscriber, _control) = kept.subscriber(Style::Pretty { colour: false }, "info");
    tracing::subscriber::with_default(subscriber, || tracing::info!(title = "a\nb", "c\r\nd"));
    assert_eq!(kept.lines()[0].lines().count(), 1, "{:?}", kept.lines());
}

#[test]
fn a_trace_is_continued_with_a_span_of_its_own() {
    for (parent, flags) in [(PARENT, "01"), (&PARENT.replace("-01", "-00"), "00")] {
        let context = context_of(None, Some(parent));
        let parts: Vec<_> = context.traceparent().unwrap().split('-').collect();
        assert_eq!((parts[0], parts[1], parts[3]), ("00", &parent[3..35], flags));
        assert_eq!(parts[2].len(), 16);
        assert_ne!(parts[2], &parent[36..52]);
    }
}

#[test]
fn a_malformed_trace_starts_a_new_one() {
    let zero = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
    for bad in [
        "",
        "00-abc-def-01",
        zero,
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "nonsense",
    ] {
        let context = context_of(None, Some(bad));
        let trace = context.traceparent().unwrap();
        assert_ne!(&trace[3..35], "00000000000000000000000000000000", "{bad}");
        assert_ne!(&trace[3..35], "0af7651916cd43dd8448eb211c80319c", "{bad}");
        assert!(
            RequestContext::from_headers(None, Some(trace))
                .traceparent()
                .is_some(),
            "{trace}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_level_reverts_by_itself() {
    let kept = Kept::default();
    let (subscriber, control) = kept.subscriber(Style::Json, "warn");
    let _guard = tracing::subscriber::set_default(subscriber);
    let changed = control.set_for("debug", Duration::from_secs(60)).unwrap();
    let reverts_at = changed.reverts_at.unwrap();
    assert_eq!(reverts_at.timestamp_subsec_nanos() % 1_000_000, 0, "{reverts_at}");
    tracing::debug!("seen");
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(control.current().levels, "warn");
    tracing::debug!("unseen");
    assert_eq!(kept.lines().len(), 1, "{:?}", kept.lines());
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_earlier_change_leaves_a_later_one_alone() {
    let (control, _layer) = LogControl::new("info").unwrap();
    control.set_for("debug", Duration::from_secs(10)).unwrap();
    control.set_for("trace", Duration::from_secs(60)).unwrap();
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(control.current().levels, "trace");
    assert_eq!(control.reset().levels, "info");
}

#[test]
fn a_misspelt_level_is_refused_and_changes_nothing() {
    for bad in ["", "inof", "info,crochet=loud"] {
        assert_eq!(LogControl::new(bad).map(|_| ()).unwrap_err().levels, bad);
    }
    assert!(LogControl::new("info,crochet_store=debug").is_ok());
}
