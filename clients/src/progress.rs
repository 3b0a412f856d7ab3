//! Follows an ingest until nothing is left to do, over as many connections as it takes.

use std::time::Duration;

use crochet_api::ingestor::{Ingest, IngestState, WatchIngestResponse};
use crochet_openapi::{EventStream, Problem};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};

use crate::calls::ingestor::WatchIngestCall;
use crate::{Crochet, Error};

/// How often in a row a server may end the stream of an unfinished ingest without having said anything new, as one
/// that restarts does.
const EMPTY_ENDS_MAX: u32 = 5;

/// The pause before it is asked again, times the ends so far.
const PAUSE: Duration = Duration::from_millis(200);

impl Crochet {
    /// What becomes of an ingest: its state at once, then whenever something changed, last when it is settled or
    /// cancelled. A connection that breaks is resumed.
    pub fn progress(&self, ingest: &Ingest) -> BoxStream<'static, Result<Ingest, Error>> {
        let watch = Watch {
            api: self.clone(),
            ingest: ingest.clone(),
            events: None,
            last_id: None,
            empty_ends: 0,
            ended: false,
        };
        stream::try_unfold(watch, |mut watch| async move {
            Ok(watch.next().await?.map(|ingest| (ingest, watch)))
        })
        .boxed()
    }
}

struct Watch {
    api: Crochet,
    ingest: Ingest,
    events: Option<EventStream<Ingest>>,
    last_id: Option<String>,
    empty_ends: u32,
    ended: bool,
}

impl Watch {
    async fn next(&mut self) -> Result<Option<Ingest>, Error> {
        while !self.ended {
            let events = match &mut self.events {
                Some(events) => events,
                None => match self.call().await? {
                    WatchIngestResponse::Ok { body } => self.events.insert(body),
                    WatchIngestResponse::NoContent => return Ok(None),
                },
            };
            if let Some(event) = events.try_next().await? {
                self.empty_ends = 0;
                self.last_id = event.id.or(self.last_id.take());
                self.ended = event.data.state != IngestState::Searching;
                return Ok(Some(event.data));
            }
            self.events = None;
            self.empty_ends += 1;
            if self.empty_ends > EMPTY_ENDS_MAX {
                return Err(Problem::new(503, "the server ends the stream of an unfinished ingest").into());
            }
            tokio::time::sleep(PAUSE * self.empty_ends).await;
        }
        Ok(None)
    }

    fn call(&self) -> WatchIngestCall {
        let call = self.api.watch_ingest(&self.ingest.context_id, self.ingest.id);
        match &self.last_id {
            Some(id) => call.last_event_id(id),
            None => call,
        }
    }
}
