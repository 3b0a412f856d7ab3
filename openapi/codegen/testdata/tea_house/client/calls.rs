//! The calls of Tea house.

use crate::{Answer, Crochet, Error, Value};
use crate::support::{Forward, Given, pages};
use crochet_openapi::ByteStream;
use futures_util::stream::BoxStream;

use crate::golden::api as api;

use crate::golden::adapter::tea_house::HttpTeaHouse;

impl Crochet {
    /// List the teas.
    ///
    /// In the order of their names.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn list_teas(&self) -> ListTeasCall {
        ListTeasCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((
                api::tea_house::ListTeasParams {
                    limit: 50,
                    page_token: None,
                    kind: None,
                    prefix: None,
                    hottest: None,
                    decaf: false,
                },
            ))),
        }
    }

    /// Put a tea on the shelf.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn create_tea(&self, body: impl Value<api::tea_house::NewTea>) -> CreateTeaCall {
        CreateTeaCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((
                api::tea_house::CreateTeaParams {
                    idempotency_key: None,
                },
                body.value()?,
            ))),
        }
    }

    /// Read a tea.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn read_tea(&self, tea_id: impl Value<api::tea_house::TeaId>) -> ReadTeaCall {
        ReadTeaCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((
                tea_id.value()?,
                api::tea_house::ReadTeaParams {
                    if_none_match: None,
                },
            ))),
        }
    }

    /// Change a tea.
    ///
    /// What is absent stays, what is null goes.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn change_tea(
        &self,
        tea_id: impl Value<api::tea_house::TeaId>,
        if_match: impl Value<api::tea_house::EntityTag>,
        body: impl Value<api::tea_house::TeaPatch>,
    ) -> ChangeTeaCall {
        ChangeTeaCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((
                tea_id.value()?,
                api::tea_house::ChangeTeaParams {
                    if_match: if_match.value()?,
                },
                body.value()?,
            ))),
        }
    }

    /// Take a tea from the shelf.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn delete_tea(
        &self,
        tea_id: impl Value<api::tea_house::TeaId>,
    ) -> DeleteTeaCall {
        DeleteTeaCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((tea_id.value()?,))),
        }
    }

    /// Read the label of a tea.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn read_label(
        &self,
        tea_id: impl Value<api::tea_house::TeaId>,
    ) -> ReadLabelCall {
        ReadLabelCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((tea_id.value()?,))),
        }
    }

    /// Replace the label of a tea.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn replace_label(
        &self,
        tea_id: impl Value<api::tea_house::TeaId>,
        body: impl Value<api::tea_house::ReplaceLabelBody>,
    ) -> ReplaceLabelCall {
        ReplaceLabelCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((tea_id.value()?, body.value()?))),
        }
    }

    /// Place orders.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn place_orders(
        &self,
        body: impl Value<api::tea_house::PlaceOrdersBody>,
    ) -> PlaceOrdersCall {
        PlaceOrdersCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((body.value()?,))),
        }
    }

    /// Watch an order.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn watch_order(&self, number: impl Value<i64>) -> WatchOrderCall {
        WatchOrderCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((
                number.value()?,
                api::tea_house::WatchOrderParams {
                    last_event_id: None,
                },
            ))),
        }
    }

    /// Greet.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn greet(&self) -> GreetCall {
        GreetCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok(())),
        }
    }

    /// Tell a secret.
    #[must_use = "nothing is sent until it is awaited"]
    pub fn tell_secret(&self) -> TellSecretCall {
        TellSecretCall {
            adapter: HttpTeaHouse::new(self.connection()),
            given: Given::new(|| Ok((None,))),
        }
    }
}

/// A call of `list_teas`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct ListTeasCall {
    adapter: HttpTeaHouse,
    given: Given<(api::tea_house::ListTeasParams,)>,
}

impl ListTeasCall {
    /// At most so many items on this page.
    pub fn limit(mut self, limit: impl Value<i32>) -> Self {
        self.given
            .change(|given| {
                given.0.limit = limit.value()?;
                Ok(())
            });
        self
    }

    /// `next_page` of the page before.
    pub fn page_token(
        mut self,
        page_token: impl Value<api::tea_house::PageToken>,
    ) -> Self {
        self.given
            .change(|given| {
                given.0.page_token = Some(page_token.value()?);
                Ok(())
            });
        self
    }

    /// Only teas of these kinds.
    pub fn kind(mut self, kind: impl Value<Vec<api::tea_house::Kind>>) -> Self {
        self.given
            .change(|given| {
                given.0.kind = Some(kind.value()?);
                Ok(())
            });
        self
    }

    /// Only teas whose name begins so.
    pub fn prefix(mut self, prefix: impl Value<String>) -> Self {
        self.given
            .change(|given| {
                given.0.prefix = Some(prefix.value()?);
                Ok(())
            });
        self
    }

    /// Only teas that take water of at most so many degrees.
    pub fn hottest(mut self, hottest: impl Value<f64>) -> Self {
        self.given
            .change(|given| {
                given.0.hottest = Some(hottest.value()?);
                Ok(())
            });
        self
    }

    /// Only teas without caffeine.
    pub fn decaf(mut self, decaf: impl Value<bool>) -> Self {
        self.given
            .change(|given| {
                given.0.decaf = decaf.value()?;
                Ok(())
            });
        self
    }

    /// All items, page after page as they are asked for.
    pub fn stream(self) -> BoxStream<'static, Result<api::tea_house::Tea, Error>> {
        let adapter = self.adapter;
        pages(
            self.given,
            move |given, next| {
                let (adapter, (params,)) = (adapter.clone(), given);
                async move {
                    let mut params = params;
                    params.page_token = next.or(params.page_token);
                    let page = adapter.list_teas(Forward::default(), params).await?;
                    Ok((page.items, page.next_page))
                }
            },
        )
    }
}

impl IntoFuture for ListTeasCall {
    type Output = Result<api::tea_house::TeaPage, Error>;
    type IntoFuture = Answer<api::tea_house::TeaPage>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (params,) = self.given.take()?;
            self.adapter.list_teas(Forward::default(), params).await
        })
    }
}

/// A call of `create_tea`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct CreateTeaCall {
    adapter: HttpTeaHouse,
    given: Given<(api::tea_house::CreateTeaParams, api::tea_house::NewTea)>,
}

impl CreateTeaCall {
    /// Makes it safe to send the same request again.
    pub fn idempotency_key(mut self, idempotency_key: impl Value<String>) -> Self {
        self.given
            .change(|given| {
                given.0.idempotency_key = Some(idempotency_key.value()?);
                Ok(())
            });
        self
    }
}

impl IntoFuture for CreateTeaCall {
    type Output = Result<api::tea_house::CreateTeaResponse, Error>;
    type IntoFuture = Answer<api::tea_house::CreateTeaResponse>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (params, body) = self.given.take()?;
            self.adapter.create_tea(Forward::default(), params, body).await
        })
    }
}

/// A call of `read_tea`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct ReadTeaCall {
    adapter: HttpTeaHouse,
    given: Given<(api::tea_house::TeaId, api::tea_house::ReadTeaParams)>,
}

impl ReadTeaCall {
    /// The `ETag` that one has.
    pub fn if_none_match(
        mut self,
        if_none_match: impl Value<api::tea_house::EntityTag>,
    ) -> Self {
        self.given
            .change(|given| {
                given.1.if_none_match = Some(if_none_match.value()?);
                Ok(())
            });
        self
    }
}

impl IntoFuture for ReadTeaCall {
    type Output = Result<api::tea_house::ReadTeaResponse, Error>;
    type IntoFuture = Answer<api::tea_house::ReadTeaResponse>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (tea_id, params) = self.given.take()?;
            self.adapter.read_tea(Forward::default(), tea_id, params).await
        })
    }
}

/// A call of `change_tea`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct ChangeTeaCall {
    adapter: HttpTeaHouse,
    given: Given<
        (
            api::tea_house::TeaId,
            api::tea_house::ChangeTeaParams,
            api::tea_house::TeaPatch,
        ),
    >,
}

impl IntoFuture for ChangeTeaCall {
    type Output = Result<api::tea_house::Tea, Error>;
    type IntoFuture = Answer<api::tea_house::Tea>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (tea_id, params, body) = self.given.take()?;
            self.adapter.change_tea(Forward::default(), tea_id, params, body).await
        })
    }
}

/// A call of `delete_tea`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct DeleteTeaCall {
    adapter: HttpTeaHouse,
    given: Given<(api::tea_house::TeaId,)>,
}

impl IntoFuture for DeleteTeaCall {
    type Output = Result<(), Error>;
    type IntoFuture = Answer<()>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (tea_id,) = self.given.take()?;
            self.adapter.delete_tea(Forward::default(), tea_id).await
        })
    }
}

/// A call of `read_label`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct ReadLabelCall {
    adapter: HttpTeaHouse,
    given: Given<(api::tea_house::TeaId,)>,
}

impl IntoFuture for ReadLabelCall {
    type Output = Result<ByteStream, Error>;
    type IntoFuture = Answer<ByteStream>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (tea_id,) = self.given.take()?;
            self.adapter.read_label(Forward::default(), tea_id).await
        })
    }
}

/// A call of `replace_label`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct ReplaceLabelCall {
    adapter: HttpTeaHouse,
    given: Given<(api::tea_house::TeaId, api::tea_house::ReplaceLabelBody)>,
}

impl IntoFuture for ReplaceLabelCall {
    type Output = Result<api::tea_house::ReplaceLabelResponse, Error>;
    type IntoFuture = Answer<api::tea_house::ReplaceLabelResponse>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (tea_id, body) = self.given.take()?;
            self.adapter.replace_label(Forward::default(), tea_id, body).await
        })
    }
}

/// A call of `place_orders`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct PlaceOrdersCall {
    adapter: HttpTeaHouse,
    given: Given<(api::tea_house::PlaceOrdersBody,)>,
}

impl IntoFuture for PlaceOrdersCall {
    type Output = Result<api::tea_house::PlaceOrdersOutput, Error>;
    type IntoFuture = Answer<api::tea_house::PlaceOrdersOutput>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (body,) = self.given.take()?;
            self.adapter.place_orders(Forward::default(), body).await
        })
    }
}

/// A call of `watch_order`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct WatchOrderCall {
    adapter: HttpTeaHouse,
    given: Given<(i64, api::tea_house::WatchOrderParams)>,
}

impl WatchOrderCall {
    /// The id of the last event that arrived.
    pub fn last_event_id(mut self, last_event_id: impl Value<String>) -> Self {
        self.given
            .change(|given| {
                given.1.last_event_id = Some(last_event_id.value()?);
                Ok(())
            });
        self
    }
}

impl IntoFuture for WatchOrderCall {
    type Output = Result<api::tea_house::WatchOrderResponse, Error>;
    type IntoFuture = Answer<api::tea_house::WatchOrderResponse>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (number, params) = self.given.take()?;
            self.adapter.watch_order(Forward::default(), number, params).await
        })
    }
}

/// A call of `greet`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct GreetCall {
    adapter: HttpTeaHouse,
    given: Given<()>,
}

impl IntoFuture for GreetCall {
    type Output = Result<String, Error>;
    type IntoFuture = Answer<String>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let () = self.given.take()?;
            self.adapter.greet(Forward::default()).await
        })
    }
}

/// A call of `tell_secret`, sent when it is awaited.
#[must_use = "nothing is sent until it is awaited"]
pub struct TellSecretCall {
    adapter: HttpTeaHouse,
    given: Given<(Option<api::tea_house::Wish>,)>,
}

impl TellSecretCall {
    /// Sets the body.
    pub fn body(mut self, body: impl Value<api::tea_house::Wish>) -> Self {
        self.given
            .change(|given| {
                given.0 = Some(body.value()?);
                Ok(())
            });
        self
    }
}

impl IntoFuture for TellSecretCall {
    type Output = Result<api::tea_house::Secret, Error>;
    type IntoFuture = Answer<api::tea_house::Secret>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (body,) = self.given.take()?;
            self.adapter.tell_secret(Forward::default(), body).await
        })
    }
}
