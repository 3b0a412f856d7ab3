//! Progenitor's client.

use crate::support::Session;

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};

/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}

        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }

        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}

#[derive(Clone, Debug)]
/**Client for Tea house

Version: 1.0.0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: Session,
}

impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str, inner: Session) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };

        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap(), inner)
    }

    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: Session,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}

impl ClientInfo<Session> for Client {
    fn api_version() -> &'static str {
        "1.0.0"
    }

    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }

    fn client(&self) -> &reqwest::Client {
        &self.client
    }

    fn inner(&self) -> &Session {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<Session>,
    {}
};

impl Client {
    /**Greet

Sends a `GET` request to `/greeting`

```ignore
let response = client.greet()
    .send()
    .await;
```*/
    pub fn greet(&self) -> builder::Greet<'_> {
        builder::Greet::new(self)
    }
    /**Place orders

Sends a `POST` request to `/orders`

```ignore
let response = client.place_orders()
    .body(body)
    .send()
    .await;
```*/
    pub fn place_orders(&self) -> builder::PlaceOrders<'_> {
        builder::PlaceOrders::new(self)
    }
    /**Watch an order

Sends a `GET` request to `/orders/{number}/events`

```ignore
let response = client.watch_order()
    .number(number)
    .last_event_id(last_event_id)
    .send()
    .await;
```*/
    pub fn watch_order(&self) -> builder::WatchOrder<'_> {
        builder::WatchOrder::new(self)
    }
    /**Tell a secret

Sends a `POST` request to `/secret`

```ignore
let response = client.tell_secret()
    .body(body)
    .send()
    .await;
```*/
    pub fn tell_secret(&self) -> builder::TellSecret<'_> {
        builder::TellSecret::new(self)
    }
    /**List the teas

Sends a `GET` request to `/teas`

```ignore
let response = client.list_teas()
    .decaf(decaf)
    .hottest(hottest)
    .kind(kind)
    .limit(limit)
    .page_token(page_token)
    .prefix(prefix)
    .send()
    .await;
```*/
    pub fn list_teas(&self) -> builder::ListTeas<'_> {
        builder::ListTeas::new(self)
    }
    /**Put a tea on the shelf

Sends a `POST` request to `/teas`

```ignore
let response = client.create_tea()
    .idempotency_key(idempotency_key)
    .body(body)
    .send()
    .await;
```*/
    pub fn create_tea(&self) -> builder::CreateTea<'_> {
        builder::CreateTea::new(self)
    }
    /**Read a tea

Sends a `GET` request to `/teas/{tea_id}`

```ignore
let response = client.read_tea()
    .tea_id(tea_id)
    .if_none_match(if_none_match)
    .send()
    .await;
```*/
    pub fn read_tea(&self) -> builder::ReadTea<'_> {
        builder::ReadTea::new(self)
    }
    /**Take a tea from the shelf

Sends a `DELETE` request to `/teas/{tea_id}`

```ignore
let response = client.delete_tea()
    .tea_id(tea_id)
    .send()
    .await;
```*/
    pub fn delete_tea(&self) -> builder::DeleteTea<'_> {
        builder::DeleteTea::new(self)
    }
    /**Change a tea

Sends a `PATCH` request to `/teas/{tea_id}`

```ignore
let response = client.change_tea()
    .tea_id(tea_id)
    .if_match(if_match)
    .body(body)
    .send()
    .await;
```*/
    pub fn change_tea(&self) -> builder::ChangeTea<'_> {
        builder::ChangeTea::new(self)
    }
    /**Read the label of a tea

Sends a `GET` request to `/teas/{tea_id}/label`

```ignore
let response = client.read_label()
    .tea_id(tea_id)
    .send()
    .await;
```*/
    pub fn read_label(&self) -> builder::ReadLabel<'_> {
        builder::ReadLabel::new(self)
    }
    /**Replace the label of a tea

Sends a `PUT` request to `/teas/{tea_id}/label`

```ignore
let response = client.replace_label()
    .tea_id(tea_id)
    .body(body)
    .send()
    .await;
```*/
    pub fn replace_label(&self) -> builder::ReplaceLabel<'_> {
        builder::ReplaceLabel::new(self)
    }
}

/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{
        encode_path, ByteStream, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::greet`]

[`Client::greet`]: super::Client::greet*/
    #[derive(Debug, Clone)]
    pub struct Greet<'a> {
        client: &'a super::Client,
    }
    impl<'a> Greet<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }

        ///Sends a `GET` request to `/greeting`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<ByteStream>, Error<::crochet_openapi::Problem>> {
            let Self { client } = self;
            let url = format!("{}/greeting", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client.client.get(url).headers(header_map).build()?;
            let info = OperationInfo {
                operation_id: "greet",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => Ok(ResponseValue::stream(response)),
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::place_orders`]

[`Client::place_orders`]: super::Client::place_orders*/
    #[derive(Debug, Clone)]
    pub struct PlaceOrders<'a> {
        client: &'a super::Client,
        body: Result<crate::golden::api::tea_house::PlaceOrdersBody, String>,
    }
    impl<'a> PlaceOrders<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Err("body was not initialized".to_string()),
            }
        }

        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::PlaceOrdersBody>,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: PlaceOrdersBody` for body failed"
                        .to_string()
                });
            self
        }

        ///Sends a `POST` request to `/orders`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<crate::golden::api::tea_house::PlaceOrdersOutput>,
            Error<::crochet_openapi::Problem>,
        > {
            let Self { client, body } = self;
            let body = body.map_err(Error::InvalidRequest)?;
            let url = format!("{}/orders", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "place_orders",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::watch_order`]

[`Client::watch_order`]: super::Client::watch_order*/
    #[derive(Debug, Clone)]
    pub struct WatchOrder<'a> {
        client: &'a super::Client,
        number: Result<i64, String>,
        last_event_id: Result<Option<::std::string::String>, String>,
    }
    impl<'a> WatchOrder<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                number: Err("number was not initialized".to_string()),
                last_event_id: Ok(None),
            }
        }

        pub fn number<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.number = value
                .try_into()
                .map_err(|_| "conversion to `i64` for number failed".to_string());
            self
        }

        pub fn last_event_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.last_event_id = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for last_event_id failed"
                        .to_string()
                });
            self
        }

        ///Sends a `GET` request to `/orders/{number}/events`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<ByteStream>, Error<::crochet_openapi::Problem>> {
            let Self { client, number, last_event_id } = self;
            let number = number.map_err(Error::InvalidRequest)?;
            let last_event_id = last_event_id.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/orders/{}/events", client.baseurl, encode_path(& number.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            if let Some(value) = last_event_id {
                header_map.append("Last-Event-ID", value.to_string().try_into()?);
            }

            #[allow(unused_mut)]
            let mut request = client.client.get(url).headers(header_map).build()?;
            let info = OperationInfo {
                operation_id: "watch_order",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => Ok(ResponseValue::stream(response)),
                204u16 => Ok(ResponseValue::stream(response)),
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::tell_secret`]

[`Client::tell_secret`]: super::Client::tell_secret*/
    #[derive(Debug)]
    pub struct TellSecret<'a> {
        client: &'a super::Client,
        body: Result<reqwest::Body, String>,
    }
    impl<'a> TellSecret<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Err("body was not initialized".to_string()),
            }
        }

        pub fn body<B>(mut self, value: B) -> Self
        where
            B: std::convert::TryInto<reqwest::Body>,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `reqwest::Body` for body failed".to_string()
                });
            self
        }

        ///Sends a `POST` request to `/secret`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<crate::golden::api::tea_house::Secret>,
            Error<::crochet_openapi::Problem>,
        > {
            let Self { client, body } = self;
            let body = body.map_err(Error::InvalidRequest)?;
            let url = format!("{}/secret", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .header(
                    ::reqwest::header::CONTENT_TYPE,
                    ::reqwest::header::HeaderValue::from_static(
                        "application/octet-stream",
                    ),
                )
                .body(body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "tell_secret",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::list_teas`]

[`Client::list_teas`]: super::Client::list_teas*/
    #[derive(Debug, Clone)]
    pub struct ListTeas<'a> {
        client: &'a super::Client,
        decaf: Result<Option<bool>, String>,
        hottest: Result<Option<f64>, String>,
        kind: Result<
            Option<::std::vec::Vec<crate::golden::api::tea_house::Kind>>,
            String,
        >,
        limit: Result<Option<i32>, String>,
        page_token: Result<Option<crate::golden::api::tea_house::PageToken>, String>,
        prefix: Result<Option<::std::string::String>, String>,
    }
    impl<'a> ListTeas<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                decaf: Ok(None),
                hottest: Ok(None),
                kind: Ok(None),
                limit: Ok(None),
                page_token: Ok(None),
                prefix: Ok(None),
            }
        }

        pub fn decaf<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<bool>,
        {
            self.decaf = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `bool` for decaf failed".to_string());
            self
        }

        pub fn hottest<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<f64>,
        {
            self.hottest = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `f64` for hottest failed".to_string());
            self
        }

        pub fn kind<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<
                ::std::vec::Vec<crate::golden::api::tea_house::Kind>,
            >,
        {
            self.kind = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < crate :: golden :: api :: tea_house :: Kind >` for kind failed"
                        .to_string()
                });
            self
        }

        pub fn limit<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.limit = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `i32` for limit failed".to_string());
            self
        }

        pub fn page_token<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::PageToken>,
        {
            self.page_token = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: PageToken` for page_token failed"
                        .to_string()
                });
            self
        }

        pub fn prefix<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.prefix = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for prefix failed"
                        .to_string()
                });
            self
        }

        ///Sends a `GET` request to `/teas`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<crate::golden::api::tea_house::TeaPage>,
            Error<::crochet_openapi::Problem>,
        > {
            let Self { client, decaf, hottest, kind, limit, page_token, prefix } = self;
            let decaf = decaf.map_err(Error::InvalidRequest)?;
            let hottest = hottest.map_err(Error::InvalidRequest)?;
            let kind = kind.map_err(Error::InvalidRequest)?;
            let limit = limit.map_err(Error::InvalidRequest)?;
            let page_token = page_token.map_err(Error::InvalidRequest)?;
            let prefix = prefix.map_err(Error::InvalidRequest)?;
            let url = format!("{}/teas", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .query(&progenitor_client::QueryParam::new("decaf", &decaf))
                .query(&progenitor_client::QueryParam::new("hottest", &hottest))
                .query(&progenitor_client::QueryParam::new("kind", &kind))
                .query(&progenitor_client::QueryParam::new("limit", &limit))
                .query(&progenitor_client::QueryParam::new("page_token", &page_token))
                .query(&progenitor_client::QueryParam::new("prefix", &prefix))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "list_teas",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::create_tea`]

[`Client::create_tea`]: super::Client::create_tea*/
    #[derive(Debug, Clone)]
    pub struct CreateTea<'a> {
        client: &'a super::Client,
        idempotency_key: Result<Option<::std::string::String>, String>,
        body: Result<crate::golden::api::tea_house::NewTea, String>,
    }
    impl<'a> CreateTea<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                idempotency_key: Ok(None),
                body: Err("body was not initialized".to_string()),
            }
        }

        pub fn idempotency_key<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.idempotency_key = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for idempotency_key failed"
                        .to_string()
                });
            self
        }

        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::NewTea>,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: NewTea` for body failed"
                        .to_string()
                });
            self
        }

        ///Sends a `POST` request to `/teas`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<crate::golden::api::tea_house::Tea>,
            Error<::crochet_openapi::Problem>,
        > {
            let Self { client, idempotency_key, body } = self;
            let idempotency_key = idempotency_key.map_err(Error::InvalidRequest)?;
            let body = body.map_err(Error::InvalidRequest)?;
            let url = format!("{}/teas", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            if let Some(value) = idempotency_key {
                header_map.append("Idempotency-Key", value.to_string().try_into()?);
            }

            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "create_tea",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                201u16 => ResponseValue::from_response(response).await,
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::read_tea`]

[`Client::read_tea`]: super::Client::read_tea*/
    #[derive(Debug, Clone)]
    pub struct ReadTea<'a> {
        client: &'a super::Client,
        tea_id: Result<crate::golden::api::tea_house::TeaId, String>,
        if_none_match: Result<Option<crate::golden::api::tea_house::EntityTag>, String>,
    }
    impl<'a> ReadTea<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                tea_id: Err("tea_id was not initialized".to_string()),
                if_none_match: Ok(None),
            }
        }

        pub fn tea_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::TeaId>,
        {
            self.tea_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: TeaId` for tea_id failed"
                        .to_string()
                });
            self
        }

        pub fn if_none_match<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::EntityTag>,
        {
            self.if_none_match = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: EntityTag` for if_none_match failed"
                        .to_string()
                });
            self
        }

        ///Sends a `GET` request to `/teas/{tea_id}`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<crate::golden::api::tea_house::Tea>,
            Error<::crochet_openapi::Problem>,
        > {
            let Self { client, tea_id, if_none_match } = self;
            let tea_id = tea_id.map_err(Error::InvalidRequest)?;
            let if_none_match = if_none_match.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/teas/{}", client.baseurl, encode_path(& tea_id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            if let Some(value) = if_none_match {
                header_map.append("If-None-Match", value.to_string().try_into()?);
            }

            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "read_tea",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::delete_tea`]

[`Client::delete_tea`]: super::Client::delete_tea*/
    #[derive(Debug, Clone)]
    pub struct DeleteTea<'a> {
        client: &'a super::Client,
        tea_id: Result<crate::golden::api::tea_house::TeaId, String>,
    }
    impl<'a> DeleteTea<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                tea_id: Err("tea_id was not initialized".to_string()),
            }
        }

        pub fn tea_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::TeaId>,
        {
            self.tea_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: TeaId` for tea_id failed"
                        .to_string()
                });
            self
        }

        ///Sends a `DELETE` request to `/teas/{tea_id}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<()>, Error<::crochet_openapi::Problem>> {
            let Self { client, tea_id } = self;
            let tea_id = tea_id.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/teas/{}", client.baseurl, encode_path(& tea_id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .delete(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "delete_tea",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                204u16 => Ok(ResponseValue::empty(response)),
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::change_tea`]

[`Client::change_tea`]: super::Client::change_tea*/
    #[derive(Debug, Clone)]
    pub struct ChangeTea<'a> {
        client: &'a super::Client,
        tea_id: Result<crate::golden::api::tea_house::TeaId, String>,
        if_match: Result<crate::golden::api::tea_house::EntityTag, String>,
        body: Result<crate::golden::api::tea_house::TeaPatch, String>,
    }
    impl<'a> ChangeTea<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                tea_id: Err("tea_id was not initialized".to_string()),
                if_match: Err("if_match was not initialized".to_string()),
                body: Err("body was not initialized".to_string()),
            }
        }

        pub fn tea_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::TeaId>,
        {
            self.tea_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: TeaId` for tea_id failed"
                        .to_string()
                });
            self
        }

        pub fn if_match<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::EntityTag>,
        {
            self.if_match = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: EntityTag` for if_match failed"
                        .to_string()
                });
            self
        }

        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::TeaPatch>,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: TeaPatch` for body failed"
                        .to_string()
                });
            self
        }

        ///Sends a `PATCH` request to `/teas/{tea_id}`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<crate::golden::api::tea_house::Tea>,
            Error<::crochet_openapi::Problem>,
        > {
            let Self { client, tea_id, if_match, body } = self;
            let tea_id = tea_id.map_err(Error::InvalidRequest)?;
            let if_match = if_match.map_err(Error::InvalidRequest)?;
            let body = body.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/teas/{}", client.baseurl, encode_path(& tea_id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            header_map.append("If-Match", if_match.to_string().try_into()?);
            #[allow(unused_mut)]
            let mut request = client
                .client
                .patch(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "change_tea",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::read_label`]

[`Client::read_label`]: super::Client::read_label*/
    #[derive(Debug, Clone)]
    pub struct ReadLabel<'a> {
        client: &'a super::Client,
        tea_id: Result<crate::golden::api::tea_house::TeaId, String>,
    }
    impl<'a> ReadLabel<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                tea_id: Err("tea_id was not initialized".to_string()),
            }
        }

        pub fn tea_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::TeaId>,
        {
            self.tea_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: TeaId` for tea_id failed"
                        .to_string()
                });
            self
        }

        ///Sends a `GET` request to `/teas/{tea_id}/label`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<ByteStream>, Error<::crochet_openapi::Problem>> {
            let Self { client, tea_id } = self;
            let tea_id = tea_id.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/teas/{}/label", client.baseurl, encode_path(& tea_id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client.client.get(url).headers(header_map).build()?;
            let info = OperationInfo {
                operation_id: "read_label",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => Ok(ResponseValue::stream(response)),
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::replace_label`]

[`Client::replace_label`]: super::Client::replace_label*/
    #[derive(Debug)]
    pub struct ReplaceLabel<'a> {
        client: &'a super::Client,
        tea_id: Result<crate::golden::api::tea_house::TeaId, String>,
        body: Result<reqwest::Body, String>,
    }
    impl<'a> ReplaceLabel<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                tea_id: Err("tea_id was not initialized".to_string()),
                body: Err("body was not initialized".to_string()),
            }
        }

        pub fn tea_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::golden::api::tea_house::TeaId>,
        {
            self.tea_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `crate :: golden :: api :: tea_house :: TeaId` for tea_id failed"
                        .to_string()
                });
            self
        }

        pub fn body<B>(mut self, value: B) -> Self
        where
            B: std::convert::TryInto<reqwest::Body>,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `reqwest::Body` for body failed".to_string()
                });
            self
        }

        ///Sends a `PUT` request to `/teas/{tea_id}/label`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<ByteStream>, Error<::crochet_openapi::Problem>> {
            let Self { client, tea_id, body } = self;
            let tea_id = tea_id.map_err(Error::InvalidRequest)?;
            let body = body.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/teas/{}/label", client.baseurl, encode_path(& tea_id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .put(url)
                .header(
                    ::reqwest::header::CONTENT_TYPE,
                    ::reqwest::header::HeaderValue::from_static(
                        "application/octet-stream",
                    ),
                )
                .body(body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "replace_label",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                202u16 => Ok(ResponseValue::stream(response)),
                204u16 => Ok(ResponseValue::stream(response)),
                400u16..=499u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16..=599u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
}

/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}

impl ClientHooks<Session> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _operation: &OperationInfo,
    ) -> std::result::Result<(), Error<E>> {
        Ok(self.inner().prepare(request)?)
    }

    async fn exec(
        &self,
        request: reqwest::Request,
        _operation: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        self.inner().execute(request).await
    }
}
