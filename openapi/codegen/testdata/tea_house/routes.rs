//! Routes, guards and operations of Tea house, generated from tea_house.yaml: change that file, not
//! this one.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_openapi::{
    Audit, ByteStream, Caller, OperationInfo, Pattern, Problem, Requirement, Scheme,
    SchemeKind, Security, admit,
};
use crochet_openapi_poem::{
    Call, GeneratedRoutes, Operations, Reply, RouteTable, Routes, by_type,
};
use poem::Response;
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};

use super::api::tea_house::*;

/// The routes of Tea house.
pub struct TeaHouseRoutes(Arc<dyn TeaHouseApi>);

impl TeaHouseRoutes {
    /// Routes that call `service`.
    #[must_use]
    pub fn new(service: Arc<dyn TeaHouseApi>) -> Self {
        Self(service)
    }
}

impl GeneratedRoutes for TeaHouseRoutes {
    fn operations(self) -> Operations {
        let mut routes = Routes::new(self.0);
        routes.add(&operations::LIST_TEAS, list_teas);
        routes.add(&operations::CREATE_TEA, create_tea);
        routes.add(&operations::READ_TEA, read_tea);
        routes.add(&operations::CHANGE_TEA, change_tea);
        routes.add(&operations::DELETE_TEA, delete_tea);
        routes.add(&operations::READ_LABEL, read_label);
        routes.add(&operations::REPLACE_LABEL, replace_label);
        routes.add(&operations::PLACE_ORDERS, place_orders);
        routes.add(&operations::WATCH_ORDER, watch_order);
        routes.add(&operations::GREET, greet);
        routes.add(&operations::TELL_SECRET, tell_secret);
        routes.finish()
    }
}

impl OpenApi for TeaHouseRoutes {
    fn meta() -> Vec<MetaApi> {
        Vec::new()
    }

    fn register(_: &mut Registry) {}

    fn add_routes(self, table: &mut RouteTable) {
        self.operations().fill(table);
    }
}

async fn list_teas(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let limit = call
        .query("limit")
        .optional(|limit: &i32, at, found| {
            found.minimum(at, *limit, 1);
            found.maximum(at, *limit, 1000);
        });
    let page_token = call.query("page_token").optional(by_type);
    let kind = call
        .query("kind")
        .optional_list(
            None,
            |kind: &Vec<Kind>, at, found| {
                found.max_items(at, kind.len(), 3);
                found.unique_items(at, kind);
            },
        );
    let prefix = call
        .query("prefix")
        .optional(|prefix: &String, at, found| {
            static PREFIX: Pattern = Pattern::new(r"^\S+$")
                .meaning("one word without spaces");
            found.min_length(at, prefix, 1);
            found.max_length(at, prefix, 20);
            found.pattern(at, prefix, &PREFIX);
        });
    let hottest = call
        .query("hottest")
        .optional(|hottest: &f64, at, found| {
            found.above(at, *hottest, 0.0);
            found.maximum(at, *hottest, 100.0);
        });
    let decaf = call.query("decaf").optional(by_type);
    call.verdict()?;
    let params = ListTeasParams {
        limit: limit?.unwrap_or(50),
        page_token: page_token?,
        kind: kind?,
        prefix: prefix?,
        hottest: hottest?,
        decaf: decaf?.unwrap_or_default(),
    };
    let body = service.list_teas(&call.caller, params).await?;
    Reply::new(200).json(&body)
}

async fn create_tea(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let idempotency_key = call
        .header("Idempotency-Key")
        .optional(|idempotency_key: &String, at, found| {
            found.min_length(at, idempotency_key, 8);
            found.max_length(at, idempotency_key, 64);
        });
    let body = call.json::<NewTea>().await;
    call.verdict()?;
    let params = CreateTeaParams {
        idempotency_key: idempotency_key?,
    };
    let reply = service.create_tea(&call.caller, params, body?).await?;
    Reply::new(201)
        .header("etag", &reply.etag)
        .header("location", &reply.location)
        .json(&reply.body)
}

async fn read_tea(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let tea_id = call.path("tea_id").required(by_type);
    let if_none_match = call.header("If-None-Match").optional(by_type);
    call.verdict()?;
    let params = ReadTeaParams {
        if_none_match: if_none_match?,
    };
    match service.read_tea(&call.caller, tea_id?, params).await? {
        ReadTeaResponse::Ok { body, etag } => {
            Reply::new(200).header("etag", &etag).json(&body)
        }
        ReadTeaResponse::NotModified { etag } => {
            Reply::new(304).header("etag", &etag).empty()
        }
    }
}

async fn change_tea(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let tea_id = call.path("tea_id").required(by_type);
    let if_match = call.header("If-Match").required(by_type);
    let body = call.json::<TeaPatch>().await;
    call.verdict()?;
    let params = ChangeTeaParams {
        if_match: if_match?,
    };
    let body = service.change_tea(&call.caller, tea_id?, params, body?).await?;
    Reply::new(200).json(&body)
}

async fn delete_tea(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let tea_id = call.path("tea_id").required(by_type);
    call.verdict()?;
    service.delete_tea(&call.caller, tea_id?).await?;
    Reply::new(204).empty()
}

async fn read_label(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let tea_id = call.path("tea_id").required(by_type);
    call.verdict()?;
    let body = service.read_label(&call.caller, tea_id?).await?;
    Reply::new(200).bytes("image/png", body)
}

async fn replace_label(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let tea_id = call.path("tea_id").required(by_type);
    let body = match call.media_type() {
        "image/png" => call.bytes().map(ReplaceLabelBody::Png),
        "application/json" => call.json::<Picture>().await.map(ReplaceLabelBody::Json),
        _ => call.no_body(),
    };
    call.verdict()?;
    match service.replace_label(&call.caller, tea_id?, body?).await? {
        ReplaceLabelResponse::Accepted { x_copies } => {
            Reply::new(202).optional_header("x-copies", &x_copies).empty()
        }
        ReplaceLabelResponse::NoContent => Reply::new(204).empty(),
    }
}

async fn place_orders(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let body = call.json::<PlaceOrdersBody>().await;
    call.verdict()?;
    let body = service.place_orders(&call.caller, body?).await?;
    Reply::new(200).json(&body)
}

async fn watch_order(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let number = call
        .path("number")
        .required(|number: &i64, at, found| {
            found.minimum(at, *number, 1);
        });
    let last_event_id = call
        .header("Last-Event-ID")
        .optional(|last_event_id: &String, at, found| {
            static LAST_EVENT_ID: Pattern = Pattern::new("^[0-9]+$").meaning("digits");
            found.pattern(at, last_event_id, &LAST_EVENT_ID);
        });
    call.verdict()?;
    let params = WatchOrderParams {
        last_event_id: last_event_id?,
    };
    match service.watch_order(&call.caller, number?, params).await? {
        WatchOrderResponse::Ok { body } => Reply::new(200).events(body),
        WatchOrderResponse::NoContent => Reply::new(204).empty(),
    }
}

async fn greet(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    call.verdict()?;
    let body = service.greet(&call.caller).await?;
    Reply::new(200).text("text/plain", body)
}

async fn tell_secret(
    service: Arc<dyn TeaHouseApi>,
    mut call: Call,
) -> Result<Response, Problem> {
    let body = call.optional_json::<Wish>().await;
    call.verdict()?;
    let body = service.tell_secret(&call.caller, body?).await?;
    Reply::new(200).json(&body)
}

/// Tea house for callers in the same process: every call is authorised as it would be over HTTP.
pub struct GuardedTeaHouse(Arc<dyn TeaHouseApi>, Audit);

impl GuardedTeaHouse {
    /// Guards a service.
    #[must_use]
    pub fn new(service: Arc<dyn TeaHouseApi>) -> Self {
        Self(service, Audit::default())
    }

    /// The same, which notes in `audit` whom it refuses.
    #[must_use]
    pub fn noting(self, audit: Audit) -> Self {
        Self(self.0, audit)
    }
}

#[async_trait]
impl TeasOperations for GuardedTeaHouse {
    async fn list_teas(
        &self,
        caller: &Caller,
        params: ListTeasParams,
    ) -> Result<TeaPage, Problem> {
        admit(&operations::LIST_TEAS, caller, &self.1)?;
        self.0.list_teas(caller, params).await
    }

    async fn create_tea(
        &self,
        caller: &Caller,
        params: CreateTeaParams,
        body: NewTea,
    ) -> Result<CreateTeaResponse, Problem> {
        admit(&operations::CREATE_TEA, caller, &self.1)?;
        self.0.create_tea(caller, params, body).await
    }

    async fn read_tea(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        params: ReadTeaParams,
    ) -> Result<ReadTeaResponse, Problem> {
        admit(&operations::READ_TEA, caller, &self.1)?;
        self.0.read_tea(caller, tea_id, params).await
    }

    async fn change_tea(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        params: ChangeTeaParams,
        body: TeaPatch,
    ) -> Result<Tea, Problem> {
        admit(&operations::CHANGE_TEA, caller, &self.1)?;
        self.0.change_tea(caller, tea_id, params, body).await
    }

    async fn delete_tea(&self, caller: &Caller, tea_id: TeaId) -> Result<(), Problem> {
        admit(&operations::DELETE_TEA, caller, &self.1)?;
        self.0.delete_tea(caller, tea_id).await
    }

    async fn read_label(
        &self,
        caller: &Caller,
        tea_id: TeaId,
    ) -> Result<ByteStream, Problem> {
        admit(&operations::READ_LABEL, caller, &self.1)?;
        self.0.read_label(caller, tea_id).await
    }

    async fn replace_label(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        body: ReplaceLabelBody,
    ) -> Result<ReplaceLabelResponse, Problem> {
        admit(&operations::REPLACE_LABEL, caller, &self.1)?;
        self.0.replace_label(caller, tea_id, body).await
    }
}

#[async_trait]
impl OrdersOperations for GuardedTeaHouse {
    async fn place_orders(
        &self,
        caller: &Caller,
        body: PlaceOrdersBody,
    ) -> Result<PlaceOrdersOutput, Problem> {
        admit(&operations::PLACE_ORDERS, caller, &self.1)?;
        self.0.place_orders(caller, body).await
    }

    async fn watch_order(
        &self,
        caller: &Caller,
        number: i64,
        params: WatchOrderParams,
    ) -> Result<WatchOrderResponse, Problem> {
        admit(&operations::WATCH_ORDER, caller, &self.1)?;
        self.0.watch_order(caller, number, params).await
    }
}

#[async_trait]
impl HouseOperations for GuardedTeaHouse {
    async fn greet(&self, caller: &Caller) -> Result<String, Problem> {
        admit(&operations::GREET, caller, &self.1)?;
        self.0.greet(caller).await
    }

    async fn tell_secret(
        &self,
        caller: &Caller,
        body: Option<Wish>,
    ) -> Result<Secret, Problem> {
        admit(&operations::TELL_SECRET, caller, &self.1)?;
        self.0.tell_secret(caller, body).await
    }
}

/// Tea house, where every call of an operation that is marked `x-audit` is recorded.
pub struct AuditedTeaHouse(Arc<dyn TeaHouseApi>, Audit);

impl AuditedTeaHouse {
    /// Records in `audit` what `service` is asked to do.
    #[must_use]
    pub fn new(service: Arc<dyn TeaHouseApi>, audit: Audit) -> Self {
        Self(service, audit)
    }
}

#[async_trait]
impl TeasOperations for AuditedTeaHouse {
    async fn list_teas(
        &self,
        caller: &Caller,
        params: ListTeasParams,
    ) -> Result<TeaPage, Problem> {
        self.0.list_teas(caller, params).await
    }

    async fn create_tea(
        &self,
        caller: &Caller,
        params: CreateTeaParams,
        body: NewTea,
    ) -> Result<CreateTeaResponse, Problem> {
        let recording = self
            .1
            .begin(&operations::CREATE_TEA, caller, "/api/tea-house/v1/teas".to_owned())
            .await?;
        let outcome = self.0.create_tea(caller, params, body).await;
        recording.end(outcome, |reply| Some(reply.location.clone())).await
    }

    async fn read_tea(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        params: ReadTeaParams,
    ) -> Result<ReadTeaResponse, Problem> {
        self.0.read_tea(caller, tea_id, params).await
    }

    async fn change_tea(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        params: ChangeTeaParams,
        body: TeaPatch,
    ) -> Result<Tea, Problem> {
        self.0.change_tea(caller, tea_id, params, body).await
    }

    async fn delete_tea(&self, caller: &Caller, tea_id: TeaId) -> Result<(), Problem> {
        self.0.delete_tea(caller, tea_id).await
    }

    async fn read_label(
        &self,
        caller: &Caller,
        tea_id: TeaId,
    ) -> Result<ByteStream, Problem> {
        self.0.read_label(caller, tea_id).await
    }

    async fn replace_label(
        &self,
        caller: &Caller,
        tea_id: TeaId,
        body: ReplaceLabelBody,
    ) -> Result<ReplaceLabelResponse, Problem> {
        self.0.replace_label(caller, tea_id, body).await
    }
}

#[async_trait]
impl OrdersOperations for AuditedTeaHouse {
    async fn place_orders(
        &self,
        caller: &Caller,
        body: PlaceOrdersBody,
    ) -> Result<PlaceOrdersOutput, Problem> {
        self.0.place_orders(caller, body).await
    }

    async fn watch_order(
        &self,
        caller: &Caller,
        number: i64,
        params: WatchOrderParams,
    ) -> Result<WatchOrderResponse, Problem> {
        self.0.watch_order(caller, number, params).await
    }
}

#[async_trait]
impl HouseOperations for AuditedTeaHouse {
    async fn greet(&self, caller: &Caller) -> Result<String, Problem> {
        self.0.greet(caller).await
    }

    async fn tell_secret(
        &self,
        caller: &Caller,
        body: Option<Wish>,
    ) -> Result<Secret, Problem> {
        self.0.tell_secret(caller, body).await
    }
}

/// The operations of Tea house, as its document describes them.
pub mod operations {
    use super::*;

    /// Every operation, in the order of the document.
    pub static ALL: &[&OperationInfo] = &[
        &LIST_TEAS,
        &CREATE_TEA,
        &READ_TEA,
        &CHANGE_TEA,
        &DELETE_TEA,
        &READ_LABEL,
        &REPLACE_LABEL,
        &PLACE_ORDERS,
        &WATCH_ORDER,
        &GREET,
        &TELL_SECRET,
    ];

    static OAUTH2: Scheme = Scheme::new("oauth2", SchemeKind::Bearer);
    static API_KEY: Scheme = Scheme::new("apiKey", SchemeKind::Header("X-Api-Key"));
    static GUEST: Scheme = Scheme::new("guest", SchemeKind::Cookie("guest"));

    /// `GET /teas`
    pub static LIST_TEAS: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "teas",
        operation_id: "list_teas",
        summary: "List the teas",
        method: "GET",
        base_path: "/api/tea-house/v1",
        path: "/teas",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["teas:read"])],
                &[Requirement::new(&API_KEY, &[])],
            ],
            scopes: &["teas:read"],
        },
        query: Some(&["limit", "page_token", "kind", "prefix", "hottest", "decaf"]),
        consumes: &[],
        produces: &["application/json"],
        body_bytes_max: 0,
        streams: false,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// `POST /teas`
    pub static CREATE_TEA: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "teas",
        operation_id: "create_tea",
        summary: "Put a tea on the shelf",
        method: "POST",
        base_path: "/api/tea-house/v1",
        path: "/teas",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["teas:write"])],
                &[Requirement::new(&API_KEY, &[])],
            ],
            scopes: &["teas:write"],
        },
        query: Some(&[]),
        consumes: &["application/json"],
        produces: &["application/json"],
        body_bytes_max: 1_048_576,
        streams: false,
        idempotent: true,
        no_compress: false,
        audit: true,
        deprecated: false,
    };

    /// `GET /teas/{tea_id}`
    pub static READ_TEA: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "teas",
        operation_id: "read_tea",
        summary: "Read a tea",
        method: "GET",
        base_path: "/api/tea-house/v1",
        path: "/teas/{tea_id}",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["teas:read"])],
                &[Requirement::new(&API_KEY, &[])],
                &[Requirement::new(&GUEST, &[])],
            ],
            scopes: &["teas:read"],
        },
        query: Some(&[]),
        consumes: &[],
        produces: &["application/json"],
        body_bytes_max: 0,
        streams: false,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// `PATCH /teas/{tea_id}`
    pub static CHANGE_TEA: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "teas",
        operation_id: "change_tea",
        summary: "Change a tea",
        method: "PATCH",
        base_path: "/api/tea-house/v1",
        path: "/teas/{tea_id}",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["teas:write", "teas:read"])],
                &[Requirement::new(&API_KEY, &[])],
            ],
            scopes: &["teas:read", "teas:write"],
        },
        query: Some(&[]),
        consumes: &["application/merge-patch+json"],
        produces: &["application/json"],
        body_bytes_max: 1_048_576,
        streams: false,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// `DELETE /teas/{tea_id}`
    pub static DELETE_TEA: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "teas",
        operation_id: "delete_tea",
        summary: "Take a tea from the shelf",
        method: "DELETE",
        base_path: "/api/tea-house/v1",
        path: "/teas/{tea_id}",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["teas:write"])],
                &[Requirement::new(&GUEST, &[])],
            ],
            scopes: &["teas:write"],
        },
        query: Some(&[]),
        consumes: &[],
        produces: &[],
        body_bytes_max: 0,
        streams: false,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: true,
    };

    /// `GET /teas/{tea_id}/label`
    pub static READ_LABEL: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "teas",
        operation_id: "read_label",
        summary: "Read the label of a tea",
        method: "GET",
        base_path: "/api/tea-house/v1",
        path: "/teas/{tea_id}/label",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["teas:read"])],
                &[Requirement::new(&API_KEY, &[])],
                &[],
            ],
            scopes: &["teas:read"],
        },
        query: Some(&[]),
        consumes: &[],
        produces: &["image/png"],
        body_bytes_max: 0,
        streams: true,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// `PUT /teas/{tea_id}/label`
    pub static REPLACE_LABEL: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "teas",
        operation_id: "replace_label",
        summary: "Replace the label of a tea",
        method: "PUT",
        base_path: "/api/tea-house/v1",
        path: "/teas/{tea_id}/label",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["teas:write"])],
                &[Requirement::new(&API_KEY, &[])],
            ],
            scopes: &["teas:write"],
        },
        query: Some(&[]),
        consumes: &["image/png", "application/json"],
        produces: &[],
        body_bytes_max: 4096,
        streams: true,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// `POST /orders`
    pub static PLACE_ORDERS: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "orders",
        operation_id: "place_orders",
        summary: "Place orders",
        method: "POST",
        base_path: "/api/tea-house/v1",
        path: "/orders",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["orders:write"])],
                &[Requirement::new(&API_KEY, &[])],
            ],
            scopes: &["orders:write"],
        },
        query: Some(&[]),
        consumes: &["application/json"],
        produces: &["application/json"],
        body_bytes_max: 1_048_576,
        streams: false,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// `GET /orders/{number}/events`
    pub static WATCH_ORDER: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "orders",
        operation_id: "watch_order",
        summary: "Watch an order",
        method: "GET",
        base_path: "/api/tea-house/v1",
        path: "/orders/{number}/events",
        security: Security {
            any_of: &[
                &[Requirement::new(&OAUTH2, &["orders:read"])],
                &[Requirement::new(&API_KEY, &[])],
            ],
            scopes: &["orders:read"],
        },
        query: Some(&[]),
        consumes: &[],
        produces: &["text/event-stream"],
        body_bytes_max: 0,
        streams: true,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// `GET /greeting`
    pub static GREET: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "house",
        operation_id: "greet",
        summary: "Greet",
        method: "GET",
        base_path: "/api/tea-house/v1",
        path: "/greeting",
        security: Security::PUBLIC,
        query: Some(&[]),
        consumes: &[],
        produces: &["text/plain"],
        body_bytes_max: 0,
        streams: false,
        idempotent: false,
        no_compress: false,
        audit: false,
        deprecated: false,
    };

    /// `POST /secret`
    pub static TELL_SECRET: OperationInfo = OperationInfo {
        spec: "tea_house",
        tag: "house",
        operation_id: "tell_secret",
        summary: "Tell a secret",
        method: "POST",
        base_path: "/api/tea-house/v1",
        path: "/secret",
        security: Security {
            any_of: &[&[Requirement::new(&API_KEY, &[])]],
            scopes: &[],
        },
        query: Some(&[]),
        consumes: &["application/json"],
        produces: &["application/json"],
        body_bytes_max: 1_048_576,
        streams: false,
        idempotent: false,
        no_compress: true,
        audit: false,
        deprecated: false,
    };
}
