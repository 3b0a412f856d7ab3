//! Items that are worked on in one step, and what becomes of them when one is at fault.

use crochet_api::work::{
    ListDeadWorkParams, NewWorkItem, PushWork, PushWorkParams, QueueName, QueuesOperations, WorkOperations,
};
use serde_json::json;
use uuid::Uuid;

use super::{Process, SQUARE, eventually, nine};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_at_fault_takes_no_other_of_its_step_with_it() {
    let process = Process::without_relay().await;
    let context = process.context("square").await;
    for sentence in SQUARE.split_inclusive('.') {
        process.add(&context, sentence).await;
    }
    let queue: QueueName = "pipeline".parse().unwrap();
    let key = process.ledger.unpushed(1).await.unwrap()[0].context;
    let no_ortho = json!({"shape": [2, 2], "cells": [900, 901, 902, 903], "min_version": 1});
    let work = json!({"form": 1, "kind": "expand", "orthos": [no_ortho]});
    let payload = json!({"item": Uuid::new_v4(), "context": key.to_string(), "work": work});
    let item: NewWorkItem = serde_json::from_value(json!({"payload": payload, "attempts_max": 1})).unwrap();
    let (params, push) = (PushWorkParams::default(), PushWork { items: vec![item] });
    let pushed = process
        .work
        .push_work(&process.caller, queue.clone(), params, push);
    pushed.await.unwrap();
    process.push_for_one_attempt().await;
    process.work_with(1);
    process.settled_at_the_first_attempt().await;
    assert_eq!(process.counts(&context).await, nine());
    let dead = async || {
        let params = ListDeadWorkParams::default();
        let listed = process
            .work
            .list_dead_work(&process.caller, queue.clone(), params);
        listed.await.unwrap().items
    };
    eventually(async || !dead().await.is_empty()).await;
    let dead = dead().await;
    assert_eq!(dead.len(), 1);
    assert!(dead[0].reason.contains("no ortho"), "{}", dead[0].reason);
}
