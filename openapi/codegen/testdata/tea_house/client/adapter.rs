//! Tea house over HTTP: what a server offers, asked for.

use std::sync::Arc;

use async_trait::async_trait;
use crate::{Connection, Error};
use crate::support::{Call, Flow, Forward, Session, Unanswered, resuming, wire};
use crochet_openapi::{ByteStream, Caller, Problem};

use crate::golden::api as api;

use crate::golden::transport::tea_house::Client;

const SERVICE: &str = "tea_house";

/// Tea house over HTTP. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HttpTeaHouse {
    connection: Connection,
    base: Arc<str>,
}

impl HttpTeaHouse {
    /// The service where the connection says it is.
    #[must_use]
    pub fn new(connection: &Connection) -> Self {
        let base = connection.endpoints().base(SERVICE, "/api/tea-house/v1").into();
        Self {
            connection: connection.clone(),
            base,
        }
    }

    fn session(
        &self,
        call: &'static Call,
        forward: Forward,
        content_type: Option<&'static str>,
    ) -> Session {
        Session::new(self.connection.clone(), call, forward, content_type)
    }

    fn client(&self, session: &Session) -> Client {
        Client::new_with_client(
            &self.base,
            self.connection.http().clone(),
            session.clone(),
        )
    }
}

const LIST_TEAS: Call = Call {
    service: "tea_house",
    operation_id: "list_teas",
    accept: "application/json, application/problem+json",
    flow: Flow::Unary,
    idempotent: false,
};

const CREATE_TEA: Call = Call {
    service: "tea_house",
    operation_id: "create_tea",
    accept: "application/json, application/problem+json",
    flow: Flow::Unary,
    idempotent: true,
};

const READ_TEA: Call = Call {
    service: "tea_house",
    operation_id: "read_tea",
    accept: "application/json, application/problem+json",
    flow: Flow::Unary,
    idempotent: false,
};

const CHANGE_TEA: Call = Call {
    service: "tea_house",
    operation_id: "change_tea",
    accept: "application/json, application/problem+json",
    flow: Flow::Unary,
    idempotent: false,
};

const DELETE_TEA: Call = Call {
    service: "tea_house",
    operation_id: "delete_tea",
    accept: "application/problem+json",
    flow: Flow::Unary,
    idempotent: false,
};

const READ_LABEL: Call = Call {
    service: "tea_house",
    operation_id: "read_label",
    accept: "image/png, application/problem+json",
    flow: Flow::Download,
    idempotent: false,
};

const REPLACE_LABEL: Call = Call {
    service: "tea_house",
    operation_id: "replace_label",
    accept: "application/problem+json",
    flow: Flow::Upload,
    idempotent: false,
};

const PLACE_ORDERS: Call = Call {
    service: "tea_house",
    operation_id: "place_orders",
    accept: "application/json, application/problem+json",
    flow: Flow::Unary,
    idempotent: false,
};

const WATCH_ORDER: Call = Call {
    service: "tea_house",
    operation_id: "watch_order",
    accept: "text/event-stream, application/problem+json",
    flow: Flow::Download,
    idempotent: false,
};

const GREET: Call = Call {
    service: "tea_house",
    operation_id: "greet",
    accept: "text/plain, application/problem+json",
    flow: Flow::Unary,
    idempotent: false,
};

const TELL_SECRET: Call = Call {
    service: "tea_house",
    operation_id: "tell_secret",
    accept: "application/json, application/problem+json",
    flow: Flow::Unary,
    idempotent: false,
};

impl HttpTeaHouse {
    /// List the teas.
    pub(crate) async fn list_teas(
        &self,
        forward: Forward,
        params: api::tea_house::ListTeasParams,
    ) -> Result<api::tea_house::TeaPage, Error> {
        let session = self.session(&LIST_TEAS, forward, None);
        let client = self.client(&session);
        let call = client.list_teas().limit(params.limit).decaf(params.decaf);
        let call = match params.page_token {
            Some(value) => call.page_token(value),
            None => call,
        };
        let call = match params.kind {
            Some(value) => call.kind(value),
            None => call,
        };
        let call = match params.prefix {
            Some(value) => call.prefix(value),
            None => call,
        };
        let call = match params.hottest {
            Some(value) => call.hottest(value),
            None => call,
        };
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        Ok(reply.into_inner())
    }

    /// Put a tea on the shelf.
    pub(crate) async fn create_tea(
        &self,
        forward: Forward,
        params: api::tea_house::CreateTeaParams,
        body: api::tea_house::NewTea,
    ) -> Result<api::tea_house::CreateTeaResponse, Error> {
        let session = self.session(&CREATE_TEA, forward, Some("application/json"));
        let client = self.client(&session);
        let call = client.create_tea();
        let call = match params.idempotency_key {
            Some(value) => call.idempotency_key(value),
            None => call,
        };
        let call = call.body(body);
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        let headers = &reply.headers().clone();
        Ok(api::tea_house::CreateTeaResponse {
            etag: wire::header::<api::tea_house::EntityTag>(SERVICE, headers, "ETag")?,
            location: wire::header::<String>(SERVICE, headers, "Location")?,
            body: reply.into_inner(),
        })
    }

    /// Read a tea.
    pub(crate) async fn read_tea(
        &self,
        forward: Forward,
        tea_id: api::tea_house::TeaId,
        params: api::tea_house::ReadTeaParams,
    ) -> Result<api::tea_house::ReadTeaResponse, Error> {
        let session = self.session(&READ_TEA, forward, None);
        let client = self.client(&session);
        let call = client.read_tea().tea_id(tea_id);
        let call = match params.if_none_match {
            Some(value) => call.if_none_match(value),
            None => call,
        };
        let reply = match call.send().await {
            Ok(reply) => reply,
            Err(
                Unanswered::UnexpectedResponse(response),
            ) if response.status().as_u16() == 304u16 => {
                let headers = response.headers();
                return Ok(api::tea_house::ReadTeaResponse::NotModified {
                    etag: wire::header::<
                        api::tea_house::EntityTag,
                    >(SERVICE, headers, "ETag")?,
                });
            }
            Err(error) => return Err(wire::failed(SERVICE, error)),
        };
        let headers = &reply.headers().clone();
        Ok(api::tea_house::ReadTeaResponse::Ok {
            etag: wire::header::<api::tea_house::EntityTag>(SERVICE, headers, "ETag")?,
            body: reply.into_inner(),
        })
    }

    /// Change a tea.
    pub(crate) async fn change_tea(
        &self,
        forward: Forward,
        tea_id: api::tea_house::TeaId,
        params: api::tea_house::ChangeTeaParams,
        body: api::tea_house::TeaPatch,
    ) -> Result<api::tea_house::Tea, Error> {
        let session = self
            .session(&CHANGE_TEA, forward, Some("application/merge-patch+json"));
        let client = self.client(&session);
        let call = client.change_tea().tea_id(tea_id).if_match(params.if_match);
        let call = call.body(body);
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        Ok(reply.into_inner())
    }

    /// Take a tea from the shelf.
    pub(crate) async fn delete_tea(
        &self,
        forward: Forward,
        tea_id: api::tea_house::TeaId,
    ) -> Result<(), Error> {
        let session = self.session(&DELETE_TEA, forward, None);
        let client = self.client(&session);
        let call = client.delete_tea().tea_id(tea_id);
        call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        Ok(())
    }

    /// Read the label of a tea.
    pub(crate) async fn read_label(
        &self,
        forward: Forward,
        tea_id: api::tea_house::TeaId,
    ) -> Result<ByteStream, Error> {
        let session = self.session(&READ_LABEL, forward, None);
        let client = self.client(&session);
        let call = client.read_label().tea_id(tea_id);
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        let headers = &reply.headers().clone();
        let pieces = reply.into_inner();
        Ok(wire::bytes(SERVICE, &session, headers, pieces))
    }

    /// Replace the label of a tea.
    pub(crate) async fn replace_label(
        &self,
        forward: Forward,
        tea_id: api::tea_house::TeaId,
        body: api::tea_house::ReplaceLabelBody,
    ) -> Result<api::tea_house::ReplaceLabelResponse, Error> {
        let session = self
            .session(
                &REPLACE_LABEL,
                forward,
                Some(
                    match &body {
                        api::tea_house::ReplaceLabelBody::Png(_) => "image/png",
                        api::tea_house::ReplaceLabelBody::Json(_) => "application/json",
                    },
                ),
            );
        let client = self.client(&session);
        let call = client.replace_label().tea_id(tea_id);
        let call = match body {
            api::tea_house::ReplaceLabelBody::Png(body) => {
                call.body(session.upload(body))
            }
            api::tea_house::ReplaceLabelBody::Json(body) => {
                call.body(wire::to_json(&body)?)
            }
        };
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        let headers = &reply.headers().clone();
        let status = reply.status().as_u16();
        let pieces = reply.into_inner();
        match status {
            202u16 => {
                Ok(api::tea_house::ReplaceLabelResponse::Accepted {
                    x_copies: wire::optional_header::<i32>(SERVICE, headers, "X-Copies")?,
                })
            }
            204u16 => {
                Ok(api::tea_house::ReplaceLabelResponse::NoContent {
                })
            }
            other => Err(wire::other_status(SERVICE, other)),
        }
    }

    /// Place orders.
    pub(crate) async fn place_orders(
        &self,
        forward: Forward,
        body: api::tea_house::PlaceOrdersBody,
    ) -> Result<api::tea_house::PlaceOrdersOutput, Error> {
        let session = self.session(&PLACE_ORDERS, forward, Some("application/json"));
        let client = self.client(&session);
        let call = client.place_orders();
        let call = call.body(body);
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        Ok(reply.into_inner())
    }

    /// Watch an order.
    pub(crate) async fn watch_order(
        &self,
        forward: Forward,
        number: i64,
        params: api::tea_house::WatchOrderParams,
    ) -> Result<api::tea_house::WatchOrderResponse, Error> {
        let (body,) = match self
            .open_watch_order(forward.clone(), number.clone(), params.clone())
            .await?
        {
            api::tea_house::WatchOrderResponse::Ok { body } => (body,),
            other => return Ok(other),
        };
        let adapter = self.clone();
        let body = resuming(
            body,
            move |last_id| {
                let (adapter, forward) = (adapter.clone(), forward.clone());
                let number = number.clone();
                let params = params.clone();
                async move {
                    let mut params = params;
                    params.last_event_id = last_id
                        .and_then(|id| id.parse().ok())
                        .or(params.last_event_id);
                    Ok(
                        match adapter.open_watch_order(forward, number, params).await? {
                            api::tea_house::WatchOrderResponse::Ok { body, .. } => {
                                Some(body)
                            }
                            _ => None,
                        },
                    )
                }
            },
        );
        Ok(api::tea_house::WatchOrderResponse::Ok {
            body,
        })
    }

    async fn open_watch_order(
        &self,
        forward: Forward,
        number: i64,
        params: api::tea_house::WatchOrderParams,
    ) -> Result<api::tea_house::WatchOrderResponse, Error> {
        let session = self.session(&WATCH_ORDER, forward, None);
        let client = self.client(&session);
        let call = client.watch_order().number(number);
        let call = match params.last_event_id {
            Some(value) => call.last_event_id(value),
            None => call,
        };
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        let status = reply.status().as_u16();
        let pieces = reply.into_inner();
        match status {
            200u16 => {
                Ok(api::tea_house::WatchOrderResponse::Ok {
                    body: wire::events::<
                        api::tea_house::OrderEvent,
                    >(SERVICE, &session, pieces),
                })
            }
            204u16 => {
                Ok(api::tea_house::WatchOrderResponse::NoContent {
                })
            }
            other => Err(wire::other_status(SERVICE, other)),
        }
    }

    /// Greet.
    pub(crate) async fn greet(&self, forward: Forward) -> Result<String, Error> {
        let session = self.session(&GREET, forward, None);
        let client = self.client(&session);
        let call = client.greet();
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        let pieces = reply.into_inner();
        Ok(wire::string(SERVICE, pieces).await?)
    }

    /// Tell a secret.
    pub(crate) async fn tell_secret(
        &self,
        forward: Forward,
        body: Option<api::tea_house::Wish>,
    ) -> Result<api::tea_house::Secret, Error> {
        let session = self
            .session(
                &TELL_SECRET,
                forward,
                body.as_ref().map(|body| "application/json"),
            );
        let client = self.client(&session);
        let call = client.tell_secret();
        let call = match body {
            Some(body) => call.body(wire::to_json(&body)?),
            None => call.body(reqwest::Body::default()),
        };
        let reply = call.send().await.map_err(|error| wire::failed(SERVICE, error))?;
        Ok(reply.into_inner())
    }
}

#[async_trait]
impl api::tea_house::TeasOperations for HttpTeaHouse {
    async fn list_teas(
        &self,
        caller: &Caller,
        params: api::tea_house::ListTeasParams,
    ) -> Result<api::tea_house::TeaPage, Problem> {
        Ok(HttpTeaHouse::list_teas(self, Forward::from(caller), params).await?)
    }

    async fn create_tea(
        &self,
        caller: &Caller,
        params: api::tea_house::CreateTeaParams,
        body: api::tea_house::NewTea,
    ) -> Result<api::tea_house::CreateTeaResponse, Problem> {
        Ok(HttpTeaHouse::create_tea(self, Forward::from(caller), params, body).await?)
    }

    async fn read_tea(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
        params: api::tea_house::ReadTeaParams,
    ) -> Result<api::tea_house::ReadTeaResponse, Problem> {
        Ok(HttpTeaHouse::read_tea(self, Forward::from(caller), tea_id, params).await?)
    }

    async fn change_tea(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
        params: api::tea_house::ChangeTeaParams,
        body: api::tea_house::TeaPatch,
    ) -> Result<api::tea_house::Tea, Problem> {
        Ok(
            HttpTeaHouse::change_tea(self, Forward::from(caller), tea_id, params, body)
                .await?,
        )
    }

    async fn delete_tea(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
    ) -> Result<(), Problem> {
        Ok(HttpTeaHouse::delete_tea(self, Forward::from(caller), tea_id).await?)
    }

    async fn read_label(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
    ) -> Result<ByteStream, Problem> {
        Ok(HttpTeaHouse::read_label(self, Forward::from(caller), tea_id).await?)
    }

    async fn replace_label(
        &self,
        caller: &Caller,
        tea_id: api::tea_house::TeaId,
        body: api::tea_house::ReplaceLabelBody,
    ) -> Result<api::tea_house::ReplaceLabelResponse, Problem> {
        Ok(HttpTeaHouse::replace_label(self, Forward::from(caller), tea_id, body).await?)
    }
}

#[async_trait]
impl api::tea_house::OrdersOperations for HttpTeaHouse {
    async fn place_orders(
        &self,
        caller: &Caller,
        body: api::tea_house::PlaceOrdersBody,
    ) -> Result<api::tea_house::PlaceOrdersOutput, Problem> {
        Ok(HttpTeaHouse::place_orders(self, Forward::from(caller), body).await?)
    }

    async fn watch_order(
        &self,
        caller: &Caller,
        number: i64,
        params: api::tea_house::WatchOrderParams,
    ) -> Result<api::tea_house::WatchOrderResponse, Problem> {
        Ok(HttpTeaHouse::watch_order(self, Forward::from(caller), number, params).await?)
    }
}

#[async_trait]
impl api::tea_house::HouseOperations for HttpTeaHouse {
    async fn greet(&self, caller: &Caller) -> Result<String, Problem> {
        Ok(HttpTeaHouse::greet(self, Forward::from(caller)).await?)
    }

    async fn tell_secret(
        &self,
        caller: &Caller,
        body: Option<api::tea_house::Wish>,
    ) -> Result<api::tea_house::Secret, Problem> {
        Ok(HttpTeaHouse::tell_secret(self, Forward::from(caller), body).await?)
    }
}
