//! A tea house: the service behind the golden spec, and clients that ask it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::DateTime;
use crochet_openapi::{
    Authenticator, ByteStream, Caller, CallerKind, Claim, Credentials, Event, EventStream, Idempotency,
    IdempotencyKey, Maybe, Problem, RequestContext, Scopes, StoredReply, etag,
};
use futures_util::stream;
use poem::test::{TestClient, TestRequestBuilder, TestResponse};
use poem::{Endpoint, Route};
use serde_json::Value;

use super::golden::api::tea_house::*;
use super::golden::routes::TeaHouseRoutes;
use crate::{Api, Host, problems};

/// What the house saw.
#[derive(Default)]
pub(super) struct House {
    pub(super) created: AtomicUsize,
    pub(super) listed: Mutex<Option<ListTeasParams>>,
    pub(super) patched: Mutex<Option<TeaPatch>>,
    pub(super) orders: Mutex<Vec<Order>>,
    pub(super) callers: Mutex<Vec<Caller>>,
}

pub(super) fn sencha() -> Tea {
    Tea {
        id: "sencha".parse().unwrap(),
        name: "Sencha".into(),
        kind: Kind::Green,
        water: NewTeaWater {
            celsius: 70,
            source: NewTeaWaterSource::Tap,
        },
        grams: None,
        strength: 0.5,
        tags: None,
        notes: None,
        blend: None,
        since: DateTime::UNIX_EPOCH,
        best_before: Maybe::Null,
        batch: uuid::Uuid::nil().try_into().unwrap(),
    }
}

#[async_trait]
impl TeasOperations for House {
    async fn list_teas(&self, caller: &Caller, params: ListTeasParams) -> Result<TeaPage, Problem> {
        self.callers.lock().unwrap().push(caller.clone());
        *self.listed.lock().unwrap() = Some(params);
        Ok(TeaPage {
            items: vec![sencha()],
            next_page: None,
        })
    }

    async fn create_tea(
        &self,
        _: &Caller,
        _: CreateTeaParams,
        body: NewTea,
    ) -> Result<CreateTeaResponse, Problem> {
        self.created.fetch_add(1, Ordering::SeqCst);
        match body.id.as_str() {
            "taken" => Err(Problem::conflict("there is such a tea")),
            "unlucky" => Err(Problem::internal()),
            _ => {
                let etag = "\"1\"".parse()?;
                let location = format!("/api/tea-house/v1/teas/{}", body.id);
                Ok(CreateTeaResponse {
                    body: sencha(),
                    etag,
                    location,
                })
            }
        }
    }

    async fn read_tea(
        &self,
        _: &Caller,
        tea_id: TeaId,
        params: ReadTeaParams,
    ) -> Result<ReadTeaResponse, Problem> {
        let current: EntityTag = "\"1\"".parse()?;
        if tea_id.as_str() == "nothing" {
            return Err(Problem::not_found("there is no such tea"));
        }
        Ok(
            if etag::none_match_names(params.if_none_match.as_deref(), &current) {
                ReadTeaResponse::NotModified { etag: current }
            } else {
                ReadTeaResponse::Ok {
                    body: sencha(),
                    etag: current,
                }
            },
        )
    }

    async fn change_tea(
        &self,
        _: &Caller,
        _: TeaId,
        params: ChangeTeaParams,
        body: TeaPatch,
    ) -> Result<Tea, Problem> {
        *self.patched.lock().unwrap() = Some(body);
        if etag::match_allows(Some(&params.if_match), "\"1\"") {
            Ok(sencha())
        } else {
            Err(Problem::precondition_failed("it has changed").with_etag("\"1\""))
        }
    }

    async fn delete_tea(&self, _: &Caller, _: TeaId) -> Result<(), Problem> {
        Ok(())
    }

    async fn read_label(&self, caller: &Caller, _: TeaId) -> Result<ByteStream, Problem> {
        self.callers.lock().unwrap().push(caller.clone());
        Ok(ByteStream::from("picture"))
    }

    async fn replace_label(
        &self,
        _: &Caller,
        _: TeaId,
        body: ReplaceLabelBody,
    ) -> Result<ReplaceLabelResponse, Problem> {
        match body {
            ReplaceLabelBody::Png(picture) => {
                let picture = picture.collect(1 << 20).await?;
                let x_copies = i32::try_from(picture.len()).ok();
                Ok(ReplaceLabelResponse::Accepted { x_copies })
            }
            ReplaceLabelBody::Json(picture) if picture.url.is_empty() => Err(Problem::bare(404)),
            ReplaceLabelBody::Json(_) => Ok(ReplaceLabelResponse::NoContent),
        }
    }
}

#[async_trait]
impl OrdersOperations for House {
    async fn place_orders(&self, _: &Caller, body: PlaceOrdersBody) -> Result<PlaceOrdersOutput, Problem> {
        let prices = body.0.iter().map(|_| 2.5).collect();
        *self.orders.lock().unwrap() = body.0;
        Ok(PlaceOrdersOutput { prices })
    }

    async fn watch_order(
        &self,
        _: &Caller,
        number: i64,
        params: WatchOrderParams,
    ) -> Result<WatchOrderResponse, Problem> {
        let after: i64 = params.last_event_id.and_then(|id| id.parse().ok()).unwrap_or(0);
        if after == number {
            return Ok(WatchOrderResponse::NoContent);
        }
        let events = (after + 1..=number).map(|step| {
            let event = OrderEvent {
                step: format!("step {step}"),
                at: DateTime::UNIX_EPOCH,
            };
            Ok(Event::new(event).with_id(step.to_string()))
        });
        let body = EventStream::new(stream::iter(events.collect::<Vec<_>>()));
        Ok(WatchOrderResponse::Ok { body })
    }
}

#[async_trait]
impl HouseOperations for House {
    async fn greet(&self, _: &Caller) -> Result<String, Problem> {
        Ok("Welcome".into())
    }

    async fn tell_secret(&self, _: &Caller, body: Option<Wish>) -> Result<Secret, Problem> {
        let depth = match body {
            Some(wish) if wish.loud => SecretDepth::Integer(1),
            Some(_) => SecretDepth::Text("deep".into()),
            None => SecretDepth::Integer(0),
        };
        Ok(Secret {
            text: "steep".into(),
            depth,
            others: BTreeMap::from([("more".into(), Value::from(1))]),
        })
    }
}

/// Knows callers by their token: the scopes that they have, with commas between.
pub(super) struct ByToken;

#[async_trait]
impl Authenticator for ByToken {
    async fn authenticate(
        &self,
        credentials: &Credentials<'_>,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem> {
        let (kind, token) = match (credentials.bearer, credentials.api_key, credentials.cookie) {
            (Some(token), _, _) => (CallerKind::Service, token),
            (None, Some(token), _) => (CallerKind::Key, token),
            (None, None, Some(token)) => (CallerKind::Person, token),
            (None, None, None) => return Ok(None),
        };
        if token == "down" {
            return Err(Problem::unavailable("nobody knows who is calling", 3));
        }
        let scopes = token.split(',').collect::<Scopes>();
        Ok((token != "bad").then(|| Caller::new("somebody", kind, scopes, request.clone())))
    }

    async fn roles_granting(&self, scopes: &[&str]) -> Vec<String> {
        scopes.iter().map(|scope| format!("{scope}-role")).collect()
    }
}

/// Remembers replies while the test runs.
#[derive(Default)]
struct Remembered(Mutex<BTreeMap<String, Known>>);

/// The fingerprint of a request, and its reply once there is one.
type Known = ([u8; 32], Option<StoredReply>);

fn name(key: &IdempotencyKey) -> String {
    format!("{} {} {}", key.subject, key.operation_id, key.key)
}

#[async_trait]
impl Idempotency for Remembered {
    async fn claim(&self, key: &IdempotencyKey, fingerprint: &[u8; 32]) -> Result<Claim, Problem> {
        let mut known = self.0.lock().unwrap();
        Ok(match known.get(&name(key)) {
            None => {
                known.insert(name(key), (*fingerprint, None));
                Claim::New
            }
            Some((known, _)) if known != fingerprint => Claim::OtherRequest,
            Some((_, Some(reply))) => Claim::Done(reply.clone()),
            Some((_, None)) => Claim::InProgress,
        })
    }

    async fn finish(&self, key: &IdempotencyKey, reply: &StoredReply) -> Result<(), Problem> {
        // This one key stays under way for ever.
        if key.key != "slow-key" {
            self.0.lock().unwrap().get_mut(&name(key)).unwrap().1 = Some(reply.clone());
        }
        Ok(())
    }

    async fn release(&self, key: &IdempotencyKey) -> Result<(), Problem> {
        self.0.lock().unwrap().remove(&name(key));
        Ok(())
    }
}

/// A client of a house with everything around it.
pub(super) fn open(house: &Arc<House>) -> TestClient<impl Endpoint + use<>> {
    let host = Host::new(Arc::new(ByToken)).with_idempotency(Arc::new(Remembered::default()));
    let routes = TeaHouseRoutes::new(house.clone());
    TestClient::new(problems(Api::new(host, Route::new()).mount(routes)))
}

pub(super) const ALL: &str = "teas:read,teas:write,orders:read,orders:write";

/// A request with a key that may do everything.
pub(super) trait WithKey {
    fn key(self) -> Self;
}

impl<E: Endpoint> WithKey for TestRequestBuilder<'_, E> {
    fn key(self) -> Self {
        self.header("X-Api-Key", ALL)
    }
}

/// The status and the problem of a refusal.
pub(super) async fn refusal(response: TestResponse) -> (u16, Problem) {
    let status = response.0.status().as_u16();
    assert_eq!(response.0.content_type(), Some("application/problem+json"));
    let text = response.0.into_body().into_vec().await.unwrap();
    let problem: Problem = serde_json::from_slice(&text).unwrap();
    assert_eq!(problem.status, status);
    (status, problem)
}

/// Every violation of a refusal, as `location pointer code`.
pub(super) async fn violations(response: TestResponse) -> Vec<String> {
    let (status, problem) = refusal(response).await;
    assert_eq!(status, 422, "{problem}");
    let mut told: Vec<_> = problem
        .errors
        .iter()
        .map(|one| format!("{:?} {} {}", one.location, one.pointer, one.code).to_lowercase())
        .collect();
    told.sort();
    told
}
