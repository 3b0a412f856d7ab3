//! `crochet keys`: keys that let in, and keys that no longer do.

use crochet_client::{Credential, Crochet, Error};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::server::Server;
use crate::workshop::Workshop;

#[test]
fn a_key_lets_in_for_what_it_may_do_until_it_is_revoked() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let made = workshop.run(&["keys", "create", "reader", "--role", "viewer", "--json"]);
    let made: Value = serde_json::from_str(&made.out).unwrap();
    let api = Crochet::at(
        &server.url,
        Credential::api_key(made["secret"].as_str().unwrap()).unwrap(),
    )
    .unwrap();
    let runtime = Runtime::new().unwrap();
    assert!(runtime.block_on(async { api.list_contexts().await }).is_ok());
    let denied = runtime.block_on(async { api.create_context("mine").await.map(drop) });
    assert!(
        matches!(&denied, Err(Error::Denied { missing, .. }) if missing == &["contexts:write"]),
        "{denied:?}"
    );
    let id = made["key"]["id"].as_str().unwrap();
    assert_eq!(workshop.run(&["keys", "revoke", id]).code, Some(0));
    let listed = workshop.run(&["keys", "list"]);
    assert!(
        listed
            .out
            .lines()
            .any(|line| line.contains(id) && line.contains("revoked")),
        "{}",
        listed.out
    );
    crate::wait::until("the key to be forgotten", || {
        let refused = runtime.block_on(async { api.list_contexts().await });
        matches!(refused, Err(Error::SignedOut(_))).then_some(())
    });
}

#[test]
fn a_new_secret_stands_alone_on_standard_output() {
    let workshop = Workshop::new();
    let ran = workshop.run(&["keys", "create", "reader", "--scope", "orthos:read,contexts:read"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.out.starts_with("ck_"), "{}", ran.out);
}

#[test]
fn a_key_for_nothing_is_a_usage_error() {
    let ran = Workshop::new().run(&["keys", "create", "reader"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[test]
fn a_scope_that_is_none_is_refused_by_name() {
    Workshop::new()
        .run(&["keys", "create", "reader", "--scope", "made:up"])
        .refused_with(1, &["there is no scope made:up"]);
}

#[test]
fn a_role_that_is_none_is_refused_with_those_that_are() {
    Workshop::new()
        .run(&["keys", "create", "reader", "--role", "knitter"])
        .refused_with(1, &["knitter", "admin, editor, operator, viewer"]);
}
