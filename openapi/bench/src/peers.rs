//! The same two requests by other means, none of which asks who is calling.

use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Endpoint, IntoEndpoint, Route, get, handler, post};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, OpenApiService};

use crate::things::{CheckedItem, Count, Item, Small, count, small};

/// Serves on a free port, which it prints.
pub(crate) async fn run_poem(endpoint: impl IntoEndpoint<Endpoint: Endpoint + 'static>) {
    let acceptor = TcpListener::bind("127.0.0.1:0")
        .into_acceptor()
        .await
        .expect("a free port");
    let port = acceptor.local_addr()[0]
        .as_socket_addr()
        .expect("an address")
        .port();
    println!("{port}");
    poem::Server::new_with_acceptor(acceptor)
        .run(endpoint)
        .await
        .expect("serving");
}

#[handler]
fn read_small() -> poem::web::Json<Small> {
    poem::web::Json(small())
}

#[handler]
fn count_items(body: poem::web::Json<Vec<Item>>) -> poem::web::Json<Count> {
    poem::web::Json(count(body.0.iter().map(|item| item.id)))
}

pub(crate) async fn poem() {
    let routes = Route::new()
        .at("/api/bench/v1/small", get(read_small))
        .at("/api/bench/v1/items", post(count_items));
    run_poem(routes).await;
}

struct Api;

#[OpenApi]
impl Api {
    #[oai(path = "/small", method = "get")]
    async fn read_small(&self) -> Json<Small> {
        Json(small())
    }

    #[oai(path = "/items", method = "post")]
    async fn count_items(&self, body: Json<Vec<CheckedItem>>) -> Json<Count> {
        Json(count(body.0.iter().map(|item| item.id)))
    }
}

pub(crate) async fn poem_openapi() {
    run_poem(Route::new().nest("/api/bench/v1", OpenApiService::new(Api, "", ""))).await;
}

pub(crate) async fn axum() {
    use axum::Json;
    use axum::extract::DefaultBodyLimit;
    use axum::routing::{get, post};

    let routes = axum::Router::new()
        .route("/api/bench/v1/small", get(async || Json(small())))
        .route(
            "/api/bench/v1/items",
            post(async |body: Json<Vec<Item>>| Json(count(body.0.iter().map(|item| item.id)))),
        )
        .layer(DefaultBodyLimit::max(1 << 20));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    println!("{}", listener.local_addr().expect("an address").port());
    axum::serve(listener, routes).await.expect("serving");
}

mod dropshot_handlers {
    use dropshot::{HttpError, HttpResponseOk, RequestContext, TypedBody, endpoint};

    use super::{Count, Item, Small, count, small};

    #[endpoint { method = GET, path = "/api/bench/v1/small" }]
    pub(super) async fn read_small(_: RequestContext<()>) -> Result<HttpResponseOk<Small>, HttpError> {
        Ok(HttpResponseOk(small()))
    }

    #[endpoint { method = POST, path = "/api/bench/v1/items" }]
    pub(super) async fn count_items(
        _: RequestContext<()>,
        body: TypedBody<Vec<Item>>,
    ) -> Result<HttpResponseOk<Count>, HttpError> {
        Ok(HttpResponseOk(count(
            body.into_inner().iter().map(|item| item.id),
        )))
    }
}

pub(crate) async fn dropshot() {
    let mut api = ::dropshot::ApiDescription::new();
    api.register(dropshot_handlers::read_small).expect("registering");
    api.register(dropshot_handlers::count_items).expect("registering");
    let config = ::dropshot::ConfigDropshot {
        bind_address: "127.0.0.1:0".parse().expect("an address"),
        default_request_body_max_bytes: 1 << 20,
        ..Default::default()
    };
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let server = ::dropshot::ServerBuilder::new(api, (), log)
        .config(config)
        .start()
        .expect("starting");
    println!("{}", server.local_addr().port());
    server.await.expect("serving");
}
