//! Random valid values through every operation of every spec, in process and through client, HTTP and generated
//! routes: what a service is asked and what a caller is answered must be the same both ways.

mod script;
mod server;
pub(crate) mod told;
mod values;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crochet_codegen::ir::{Operation, Specs};
use crochet_codegen::{Profile, read};
use crochet_openapi::{Caller, CallerKind, Identity, RELAY_SCOPE, RequestContext, Scopes};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

pub(crate) use self::script::{Script, Stage};
use self::server::{Served, serve};

/// How many random calls each operation gets.
const CALLS: u32 = 8;

fn specs() -> Specs {
    read_folder("../openapi/specs", Profile::Crochet)
}

fn read_folder(folder: &str, profile: Profile) -> Specs {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let (specs, report) = read(&[folder], profile);
    assert_eq!(report.errors().filter(|error| !error.is_unsupported()).count(), 0);
    specs
}

/// A service that acts for a person, as a call between processes comes.
fn caller() -> Caller {
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = RequestContext::from_headers(Some("r-42"), Some(trace));
    let person = Caller::new("person:ada", CallerKind::Person, Scopes::default(), request);
    Identity::service("test", Scopes::from_iter([RELAY_SCOPE])).acting_for(&person)
}

/// Calls one operation in process and over HTTP, and compares.
async fn compare(served: &Served, operation: &str, script: Script) -> Result<(), String> {
    let script = Arc::new(script);
    let here = (
        served.ask_in_process(operation, &caller(), &script).await,
        script.take_noted(),
    );
    let there = (
        served.ask_over_http(operation, &caller(), &script).await,
        script.take_noted(),
    );
    if here == there {
        Ok(())
    } else {
        Err(format!("in process {here:#?}, but over HTTP {there:#?}"))
    }
}

async fn walk(specs: &Specs, module: &str) {
    let document = specs.document(module).expect("the spec");
    let served = serve(document).await;
    let mut runner = TestRunner::deterministic();
    let mut failures = BTreeMap::new();
    for operation in &document.operations {
        for script in scripts(specs, operation, &mut runner) {
            let name = operation.name();
            if let Err(failure) = compare(&served, &name, script).await {
                failures.entry(name).or_insert(failure);
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

fn scripts(specs: &Specs, operation: &Operation, runner: &mut TestRunner) -> Vec<Script> {
    let strategy = values::script(specs, operation);
    (0..CALLS)
        .map(|_| strategy.new_tree(runner).expect("a value").current())
        .collect()
}

macro_rules! walks {
    ($($name:ident: $module:literal),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                walk(&specs(), $module).await;
            }
        )*
    };
}

walks! {
    every_call_of_contexts_is_the_same_over_http: "contexts",
    every_call_of_the_ingestor_is_the_same_over_http: "ingestor",
    every_call_of_orthos_is_the_same_over_http: "orthos",
    every_call_of_remediations_is_the_same_over_http: "remediations",
    every_call_of_the_work_queue_is_the_same_over_http: "work",
    every_call_of_the_platform_is_the_same_over_http: "platform",
}

#[tokio::test]
async fn every_call_of_a_spec_that_uses_every_feature_is_the_same_over_http() {
    walk(
        &read_folder("../openapi/codegen/testdata/tea_house", Profile::Foreign),
        "tea_house",
    )
    .await;
}

#[test]
fn every_spec_with_operations_is_walked() {
    let walked = [
        "contexts",
        "ingestor",
        "orthos",
        "platform",
        "remediations",
        "work",
    ];
    let specs = specs();
    let with_operations = specs
        .documents
        .iter()
        .filter(|document| !document.operations.is_empty());
    assert_eq!(
        with_operations
            .map(|document| document.module.as_str())
            .collect::<Vec<_>>(),
        walked
    );
}
