//! `crochet work`: what is given up is seen and tried again, and a queue is paused and resumed.

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::poison::{NO_WORKERS, QUEUE, SQUARE, fail_all};
use crate::server::Server;
use crate::workshop::Workshop;

#[test]
fn what_is_given_up_is_listed_with_its_reason_and_tried_again() {
    let workshop = Workshop::new();
    let server = Server::start_with(&workshop.data(), &NO_WORKERS);
    let api = server.api();
    let dead = Runtime::new().unwrap().block_on(async {
        api.create_context("square").await.unwrap();
        api.upload_text("square", "square", SQUARE).await.unwrap();
        fail_all(&api).await
    });
    let listed = workshop.run(&["work", "dead", QUEUE]);
    let reasons = listed.out.matches("the kettle is cold").count();
    assert_eq!(i64::try_from(reasons).unwrap(), dead, "{}", listed.out);
    let items: Value = serde_json::from_str(&workshop.run(&["work", "dead", QUEUE, "--json"]).out).unwrap();
    let first = items[0]["id"].as_str().unwrap();
    let redriven = workshop.run(&["work", "redrive", QUEUE, first]);
    assert_eq!(redriven.out, "1 work item of pipeline to be tried again\n");
    let rest = workshop.run(&["work", "redrive", QUEUE, "--json"]);
    let rest: Value = serde_json::from_str(&rest.out).unwrap();
    assert_eq!(rest["redriven"], dead - 1);
    let none = workshop.run(&["work", "dead", QUEUE]);
    assert_eq!(none.out, "nothing in pipeline is dead\n");
}

#[test]
fn a_queue_is_paused_until_it_is_resumed() {
    let workshop = Workshop::new();
    let _server = Server::start_with(&workshop.data(), &NO_WORKERS);
    for (action, state) in [("pause", "paused"), ("resume", "running")] {
        let ran = workshop.run(&["work", action, "surveys"]);
        let is_told = |line: &str| line.starts_with("surveys") && line.contains(state);
        assert!(ran.out.lines().any(is_told), "{}", ran.out);
    }
    let ran = workshop.run(&["work", "pause", "surveys", "--json"]);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["paused"], true);
    let listed = workshop.run(&["work", "queues"]);
    assert!(listed.out.starts_with("queue"), "{}", listed.out);
    let listed = workshop.run(&["work", "queues", "--json"]);
    assert_eq!(listed.out.lines().count(), 1, "{}", listed.out);
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    assert!(listed.is_array(), "{listed}");
}

#[test]
fn a_queue_that_is_not_there_is_not_made_and_those_that_are_there_are_named() {
    let workshop = Workshop::new();
    let _server = Server::start_with(&workshop.data(), &NO_WORKERS);
    for action in ["pause", "resume", "dead"] {
        workshop
            .run(&["work", action, "survey"])
            .refused_with(1, &["there is no queue survey", "pipeline, surveys"]);
    }
    let listed = workshop.run(&["work", "queues"]);
    assert!(!listed.out.contains("survey "), "{}", listed.out);
}

#[test]
fn there_is_no_work_where_there_is_no_data() {
    Workshop::new()
        .run(&["work", "queues"])
        .refused_with(1, &["there is no data folder"]);
}
