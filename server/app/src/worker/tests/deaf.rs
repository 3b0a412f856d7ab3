//! A work service that hears no ack.

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

pub(super) struct Deaf(pub(super) Arc<WorkService>);

#[async_trait]
impl WorkOperations for Deaf {
    async fn ack_work(&self, _: &Caller, _: QueueName, _: AckWork) -> Result<SettledWork, Problem> {
        Err(Problem::new(500, "the ack was not heard"))
    }

    async fn push_work(
        &self,
        caller: &Caller,
        queue: QueueName,
        params: PushWorkParams,
        body: PushWork,
    ) -> Result<PushedWork, Problem> {
        self.0.push_work(caller, queue, params, body).await
    }

    async fn find_work(&self, c: &Caller, queue: QueueName, body: FindWork) -> Result<FoundWork, Problem> {
        self.0.find_work(c, queue, body).await
    }

    async fn lease_work(&self, c: &Caller, queue: QueueName, body: LeaseWork) -> Result<LeasedWork, Problem> {
        self.0.lease_work(c, queue, body).await
    }

    async fn extend_work(
        &self,
        c: &Caller,
        queue: QueueName,
        body: ExtendWork,
    ) -> Result<SettledWork, Problem> {
        self.0.extend_work(c, queue, body).await
    }

    async fn nack_work(&self, c: &Caller, queue: QueueName, body: NackWork) -> Result<SettledWork, Problem> {
        self.0.nack_work(c, queue, body).await
    }

    async fn release_work(
        &self,
        c: &Caller,
        queue: QueueName,
        body: ReleaseWork,
    ) -> Result<SettledWork, Problem> {
        self.0.release_work(c, queue, body).await
    }
}

/// Workers do not watch over queues.
fn not_asked<T>() -> Result<T, Problem> {
    Err(Problem::not_found("no worker asks this"))
}

#[async_trait]
impl QueuesOperations for Deaf {
    async fn list_queues(&self, _: &Caller, _: ListQueuesParams) -> Result<QueuePage, Problem> {
        not_asked()
    }

    async fn read_queue(&self, _: &Caller, _: QueueName) -> Result<Queue, Problem> {
        not_asked()
    }

    async fn pause_queue(&self, _: &Caller, _: QueueName) -> Result<Queue, Problem> {
        not_asked()
    }

    async fn resume_queue(&self, _: &Caller, _: QueueName) -> Result<Queue, Problem> {
        not_asked()
    }

    async fn peek_work(&self, _: &Caller, _: QueueName, _: PeekWorkParams) -> Result<WorkItemPage, Problem> {
        not_asked()
    }

    async fn list_dead_work(
        &self,
        _: &Caller,
        _: QueueName,
        _: ListDeadWorkParams,
    ) -> Result<DeadWorkPage, Problem> {
        not_asked()
    }

    async fn redrive_work(&self, _: &Caller, _: QueueName, _: RedriveWork) -> Result<RedrivenWork, Problem> {
        not_asked()
    }
}
