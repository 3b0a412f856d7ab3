//! Cursors of lists: they belong to their list and its filters.

use crochet_client::Error;
use tokio::runtime::Runtime;

use crate::server::Server;
use crate::workshop::{Workshop, sample};

#[test]
fn a_cursor_that_is_foreign_or_stale_is_refused_as_a_bad_request() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let file = sample(1);
    for context in ["river", "other"] {
        let ran = workshop.run(&["run", file.to_str().unwrap(), "--context", context]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    let api = server.api();
    Runtime::new().unwrap().block_on(async {
        let first = api.list_orthos("river").limit(2).await.unwrap();
        let token = first.next_page.unwrap();
        let second = api
            .list_orthos("river")
            .limit(2)
            .page_token(&token)
            .await
            .unwrap();
        assert_ne!(first.items, second.items);
        let foreign = [
            api.list_orthos("other").page_token(&token).await.map(drop),
            api.list_orthos("river")
                .shape("2x2")
                .page_token(&token)
                .await
                .map(drop),
            api.list_words("river").page_token(&token).await.map(drop),
            api.list_orthos("river").page_token("bm9uc2Vuc2U").await.map(drop),
        ];
        for refused in foreign {
            assert!(
                matches!(&refused, Err(Error::Invalid(problem)) if problem.status == 400),
                "{refused:?}"
            );
        }
        api.delete_context("river", "*").await.unwrap();
        api.create_context("river").await.unwrap();
        let stale = api.list_orthos("river").page_token(&token).await.map(drop);
        assert!(
            matches!(&stale, Err(Error::Invalid(problem)) if problem.status == 400),
            "{stale:?}"
        );
    });
}

#[test]
fn bounds_out_of_range_are_refused_with_their_place() {
    let workshop = Workshop::new();
    let server = Server::start(&workshop.data());
    let body =
        serde_json::json!({"title": "x", "bounds": {"max_dims": 99, "max_extent": 1, "max_cells": 4096}});
    let new = serde_json::from_value::<crochet_client::types::contexts::NewContext>(body).unwrap();
    let refused = Runtime::new()
        .unwrap()
        .block_on(async { server.api().create_context(new).await.map(drop) });
    let text = refused.unwrap_err().to_string();
    assert!(
        text.contains("/bounds/max_dims") && text.contains("/bounds/max_extent"),
        "{text}"
    );
}
