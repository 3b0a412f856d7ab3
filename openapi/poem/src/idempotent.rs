//! Requests with an `Idempotency-Key` act once, however often they arrive.
//!
//! The operation runs in a task of its own: a client that hangs up half way finds the reply when it asks
//! again, instead of a key that is held for ever.

use std::future::Future;
use std::sync::Arc;

use crochet_openapi::{Claim, Idempotency, IdempotencyKey, Problem, StoredReply};
use poem::http::{HeaderName, HeaderValue, StatusCode};
use poem::{Body, Response};
use sha2::{Digest, Sha256};

use crate::body::collect;
use crate::call::Call;

/// The header of draft-ietf-httpapi-idempotency-key-header.
const HEADER: &str = "idempotency-key";
/// When to ask again for an operation that is still under way, in seconds.
const RETRY_S: u32 = 1;

/// Runs `handler` unless its reply is known already. Without the header it simply runs.
pub(crate) async fn run<S, H, F>(
    store: &Arc<dyn Idempotency>,
    service: Arc<S>,
    handler: H,
    mut call: Call,
) -> Result<Response, Problem>
where
    S: ?Sized + Send + Sync + 'static,
    H: Fn(Arc<S>, Call) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    let Some(key) = key(&call) else {
        return handler(service, call).await;
    };
    let body = collect(
        call.request.take_body(),
        call.length,
        call.operation.body_bytes_max,
    )
    .await?;
    let fingerprint = fingerprint(&call, &body);
    call.request.set_body(body);
    match store.claim(&key, &fingerprint).await? {
        Claim::Done(reply) => Ok(replay(reply)),
        Claim::OtherRequest => Err(Problem::unprocessable(
            "this Idempotency-Key was used with another request",
        )),
        Claim::InProgress => {
            let detail = "the request with this Idempotency-Key is still under way";
            Err(Problem::conflict(detail).with_retry_after(RETRY_S))
        }
        Claim::New => {
            let store = store.clone();
            let task = tokio::spawn(async move {
                let guard = Held {
                    store: &store,
                    key: &key,
                };
                guard.settle(handler(service, call).await).await
            });
            task.await.unwrap_or_else(|error| {
                tracing::error!(%error, "an idempotent operation broke off");
                Err(Problem::internal())
            })
        }
    }
}

fn key(call: &Call) -> Option<IdempotencyKey> {
    let key = call.request.header(HEADER)?.to_owned();
    let subject = call.caller.originator().to_string();
    Some(IdempotencyKey {
        subject,
        operation_id: call.operation.operation_id,
        key,
    })
}

/// What makes two requests the same: where they go and what they carry.
fn fingerprint(call: &Call, body: &[u8]) -> [u8; 32] {
    let uri = call.request.uri();
    let mut hash = Sha256::new();
    hash.update(uri.path());
    hash.update([0]);
    hash.update(uri.query().unwrap_or_default());
    hash.update([0]);
    hash.update(call.media_type());
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

fn replay(reply: StoredReply) -> Response {
    let mut response = Response::default();
    response.set_status(StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
        .headers_mut()
        .insert("idempotent-replayed", HeaderValue::from_static("true"));
    response.set_body(reply.body);
    response
}

/// A key that this request holds.
struct Held<'h> {
    store: &'h Arc<dyn Idempotency>,
    key: &'h IdempotencyKey,
}

impl Held<'_> {
    /// Stores a success; gives the key back for anything else, which may be tried again.
    async fn settle(&self, outcome: Result<Response, Problem>) -> Result<Response, Problem> {
        match outcome {
            Ok(response) if response.status().is_success() => {
                let (reply, response) = copy(response).await?;
                self.store.finish(self.key, &reply).await?;
                Ok(response)
            }
            other => {
                self.store.release(self.key).await?;
                other
            }
        }
    }
}

async fn copy(mut response: Response) -> Result<(StoredReply, Response), Problem> {
    let body = response.take_body().into_bytes().await.map_err(|error| {
        tracing::error!(%error, "the reply of an idempotent operation could not be read");
        Problem::internal()
    })?;
    let headers = response.headers().iter().filter_map(|(name, value)| {
        value
            .to_str()
            .ok()
            .map(|value| (name.as_str().to_owned(), value.to_owned()))
    });
    let reply = StoredReply {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: body.clone(),
    };
    response.set_body(Body::from_bytes(body));
    Ok((reply, response))
}

#[cfg(test)]
mod tests;
