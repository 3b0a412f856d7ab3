//! Streams and problems as text that can be compared.

use std::fmt::Debug;

use crochet_openapi::{ByteStream, EventStream, Problem};
use futures_util::{StreamExt, TryStreamExt};

/// A stream read to its end.
pub(crate) async fn bytes(stream: ByteStream) -> String {
    format!("{:?}", stream.collect(1 << 20).await)
}

/// All events of a stream.
pub(crate) async fn events<T: Debug>(stream: EventStream<T>) -> String {
    let events: Result<Vec<_>, _> = stream.boxed().try_collect().await;
    format!("{events:?}")
}

/// What a caller may rely on of a problem.
pub(crate) fn problem(problem: &Problem) -> String {
    format!("{} {} {:?}", problem.status, problem.type_uri, problem.detail)
}
