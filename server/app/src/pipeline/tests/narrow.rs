//! A work service that takes requests up to so many bytes, as one behind HTTP does.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use crochet_api::work::{
    AckWork, DeadWorkPage, ExtendWork, FindWork, FoundWork, LeaseWork, LeasedWork, ListDeadWorkParams,
    ListQueuesParams, NackWork, PeekWorkParams, PushWork, PushWorkParams, PushedWork, Queue, QueueName,
    QueuePage, QueuesOperations, RedriveWork, RedrivenWork, ReleaseWork, SettledWork, WorkItemPage,
    WorkOperations,
};
use crochet_openapi::{Caller, Problem};

use crate::services::WorkService;

pub(super) struct Narrow {
    service: Arc<WorkService>,
    bytes_max: usize,
    /// How many items each request had that was taken.
    requests: Mutex<Vec<usize>>,
}

impl Narrow {
    pub(super) fn new(service: Arc<WorkService>, bytes_max: usize) -> Self {
        Self {
            service,
            bytes_max,
            requests: Mutex::default(),
        }
    }

    pub(super) fn requests(&self) -> Vec<usize> {
        self.requests.lock().unwrap().clone()
    }
}

#[async_trait]
impl WorkOperations for Narrow {
    async fn push_work(
        &self,
        caller: &Caller,
        queue: QueueName,
        params: PushWorkParams,
        body: PushWork,
    ) -> Result<PushedWork, Problem> {
        if serde_json::to_vec(&body).unwrap().len() > self.bytes_max {
            return Err(Problem::new(413, "the body is too long"));
        }
        self.requests.lock().unwrap().push(body.items.len());
        self.service.push_work(caller, queue, params, body).await
    }

    async fn lease_work(&self, c: &Caller, queue: QueueName, body: LeaseWork) -> Result<LeasedWork, Problem> {
        self.service.lease_work(c, queue, body).await
    }

    async fn find_work(&self, c: &Caller, queue: QueueName, body: FindWork) -> Result<FoundWork, Problem> {
        self.service.find_work(c, queue, body).await
    }

    async fn extend_work(
        &self,
        c: &Caller,
        queue: QueueName,
        body: ExtendWork,
    ) -> Result<SettledWork, Problem> {
        self.service.extend_work(c, queue, body).await
    }

    async fn ack_work(&self, c: &Caller, queue: QueueName, body: AckWork) -> Result<SettledWork, Problem> {
        self.service.ack_work(c, queue, body).await
    }

    async fn nack_work(&self, c: &Caller, queue: QueueName, body: NackWork) -> Result<SettledWork, Problem> {
        self.service.nack_work(c, queue, body).await
    }

    async fn release_work(
        &self,
        c: &Caller,
        queue: QueueName,
        body: ReleaseWork,
    ) -> Result<SettledWork, Problem> {
        self.service.release_work(c, queue, body).await
    }
}

#[async_trait]
impl QueuesOperations for Narrow {
    async fn list_queues(&self, c: &Caller, params: ListQueuesParams) -> Result<QueuePage, Problem> {
        self.service.list_queues(c, params).await
    }

    async fn read_queue(&self, c: &Caller, queue: QueueName) -> Result<Queue, Problem> {
        self.service.read_queue(c, queue).await
    }

    async fn pause_queue(&self, c: &Caller, queue: QueueName) -> Result<Queue, Problem> {
        self.service.pause_queue(c, queue).await
    }

    async fn resume_queue(&self, c: &Caller, queue: QueueName) -> Result<Queue, Problem> {
        self.service.resume_queue(c, queue).await
    }

    async fn peek_work(
        &self,
        c: &Caller,
        queue: QueueName,
        params: PeekWorkParams,
    ) -> Result<WorkItemPage, Problem> {
        self.service.peek_work(c, queue, params).await
    }

    async fn list_dead_work(
        &self,
        c: &Caller,
        queue: QueueName,
        params: ListDeadWorkParams,
    ) -> Result<DeadWorkPage, Problem> {
        self.service.list_dead_work(c, queue, params).await
    }

    async fn redrive_work(
        &self,
        c: &Caller,
        queue: QueueName,
        body: RedriveWork,
    ) -> Result<RedrivenWork, Problem> {
        self.service.redrive_work(c, queue, body).await
    }
}
