//! Remembers replies to repeated requests in the store of this process.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crochet_domain::ports::{self, IdempotencyError, IdempotentBegin};
use crochet_openapi::{Claim, Idempotency, IdempotencyKey, Problem, StoredReply};

/// How long a reply is remembered: what the specs promise.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a request may take before its claim is free again.
const CLAIMED: Duration = Duration::from_secs(10 * 60);

/// The port of the generated routes on the port of the domain.
pub(crate) struct StoredReplies(pub(crate) Arc<dyn ports::Idempotency>);

#[async_trait]
impl Idempotency for StoredReplies {
    async fn claim(&self, key: &IdempotencyKey, fingerprint: &[u8; 32]) -> Result<Claim, Problem> {
        Ok(
            match self
                .0
                .begin(&port_key(key), *fingerprint, CLAIMED)
                .await
                .map_err(told)?
            {
                IdempotentBegin::Started => Claim::New,
                IdempotentBegin::InProgress => Claim::InProgress,
                IdempotentBegin::Mismatch => Claim::OtherRequest,
                IdempotentBegin::Replay(stored) => Claim::Done(decode(&stored)?),
            },
        )
    }

    async fn finish(&self, key: &IdempotencyKey, reply: &StoredReply) -> Result<(), Problem> {
        self.0
            .finish(&port_key(key), encode(reply), KEPT)
            .await
            .map_err(told)
    }

    async fn release(&self, key: &IdempotencyKey) -> Result<(), Problem> {
        self.0.abandon(&port_key(key)).await.map_err(told)
    }
}

fn port_key(key: &IdempotencyKey) -> ports::IdempotencyKey {
    ports::IdempotencyKey {
        subject: key.subject.clone(),
        operation: key.operation_id.to_owned(),
        key: key.key.clone(),
    }
}

fn told(error: IdempotencyError) -> Problem {
    let IdempotencyError::Storage(error) = error;
    crate::services::problem(error)
}

/// The headers as one line of JSON, then the body as it is.
fn encode(reply: &StoredReply) -> ports::StoredReply {
    let mut bytes = serde_json::to_vec(&reply.headers).expect("pairs of strings always serialise");
    bytes.push(b'\n');
    bytes.extend_from_slice(&reply.body);
    ports::StoredReply {
        status: reply.status,
        reply: bytes,
    }
}

fn decode(stored: &ports::StoredReply) -> Result<StoredReply, Problem> {
    let mut parts = stored.reply.splitn(2, |byte| *byte == b'\n');
    let headers = parts.next().and_then(|line| serde_json::from_slice(line).ok());
    let (Some(headers), Some(body)) = (headers, parts.next()) else {
        tracing::error!("a remembered reply is damaged");
        return Err(Problem::internal());
    };
    Ok(StoredReply {
        status: stored.status,
        headers,
        body: body.to_vec().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_read_back_as_it_was_even_with_line_feeds_in_it() {
        let reply = StoredReply {
            status: 201,
            headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
            body: b"{\n\"a\": 1\n}".as_slice().into(),
        };
        assert_eq!(decode(&encode(&reply)).unwrap(), reply);
    }

    #[test]
    fn a_damaged_reply_is_a_problem() {
        let stored = ports::StoredReply {
            status: 200,
            reply: b"no line".to_vec(),
        };
        assert_eq!(decode(&stored).unwrap_err().status, 500);
    }
}
