//! A work service that a test listens in on: what it hears it may refuse, and everything else is done as ever.

use std::sync::Arc;

use async_trait::async_trait;
use crochet_api::work::{
    AckWork, DeadWorkPage, ExtendWork, FindWork, FoundWork, LeaseWork, LeasedWork, ListDeadWorkParams,
    ListQueuesParams, NackWork, PeekWorkParams, PushWork, PushWorkParams, PushedWork, Queue, QueueName,
    QueuePage, QueuesOperations, RedriveWork, RedrivenWork, ReleaseWork, SettledWork, WorkItemPage,
    WorkOperations,
};
use crochet_openapi::{Caller, Problem};

use crate::services::WorkService;

/// What a test hears.
pub(crate) enum Asked<'a> {
    /// Something is pushed.
    Push(&'a PushWork),
    /// Something is acked.
    Ack,
}

/// What a test says to what it hears.
type Hears = Box<dyn Fn(Asked<'_>) -> Result<(), Problem> + Send + Sync>;

pub(crate) struct Overheard {
    service: Arc<WorkService>,
    hears: Hears,
}

impl Overheard {
    pub(crate) fn new(
        service: Arc<WorkService>,
        hears: impl Fn(Asked<'_>) -> Result<(), Problem> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let hears = Box::new(hears);
        Arc::new(Self { service, hears })
    }
}

#[async_trait]
impl WorkOperations for Overheard {
    async fn push_work(
        &self,
        caller: &Caller,
        queue: QueueName,
        params: PushWorkParams,
        body: PushWork,
    ) -> Result<PushedWork, Problem> {
        (self.hears)(Asked::Push(&body))?;
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
        (self.hears)(Asked::Ack)?;
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
impl QueuesOperations for Overheard {
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
