//! The operations of one document, as generated code hands them over.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;

use crochet_openapi::{OperationInfo, Problem};
use poem::endpoint::{BoxEndpoint, EndpointExt};
use poem::http::Method;
use poem::{Endpoint, Request, Response};
use poem_openapi::OpenApi;

use crate::call::Call;
use crate::host::{Host, handled_of};
use crate::methods::Methods;
use crate::operation::{Answers, Operation};
use crate::path::poem_path;
use crate::problems::problem_response;

/// Endpoints by path and method, as `poem_openapi` hands them to poem.
pub type RouteTable = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

/// What is generated for a document: its operations, for [`Api`](crate::Api) as for `poem_openapi`.
pub trait GeneratedRoutes: OpenApi {
    /// The operations.
    fn operations(self) -> Operations;
}

/// The operations of one document.
pub struct Operations(Vec<Box<dyn Answers>>);

/// Collects the operations of one document.
pub struct Routes<S: ?Sized> {
    service: Arc<S>,
    operations: Operations,
}

impl<S: ?Sized + Send + Sync + 'static> Routes<S> {
    /// Operations that call `service`.
    #[must_use]
    pub fn new(service: Arc<S>) -> Self {
        let operations = Operations(Vec::new());
        Self { service, operations }
    }

    /// Adds the operation that `info` describes and `handler` serves.
    pub fn add<H, F>(&mut self, info: &'static OperationInfo, handler: H)
    where
        H: Fn(Arc<S>, Call) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let operation = Operation::new(info, self.service.clone(), handler);
        self.operations.0.push(Box::new(operation));
    }

    /// All of them.
    #[must_use]
    pub fn finish(self) -> Operations {
        self.operations
    }
}

impl Operations {
    /// By their paths: where the document puts them, and the rest.
    pub(crate) fn by_path(self) -> impl Iterator<Item = (&'static OperationInfo, Methods)> {
        let mut paths: BTreeMap<&str, Vec<Box<dyn Answers>>> = BTreeMap::new();
        for operation in self.0 {
            paths.entry(operation.info().path).or_default().push(operation);
        }
        paths
            .into_values()
            .map(|operations| (operations[0].info(), Methods::new(operations)))
    }

    /// Puts them into the table of `poem_openapi`, for who mounts them with `OpenApiService`. They then look for
    /// their [`Host`] in the data of the request, and without one answer nothing.
    pub fn fill(self, table: &mut RouteTable) {
        for (info, methods) in self.by_path() {
            let methods = Arc::new(methods);
            let entry = table.entry(poem_path(info.path)).or_default();
            for method in METHODS {
                entry.insert(method, InPoem(methods.clone()).boxed());
            }
        }
    }
}

/// The methods that poem has places for.
const METHODS: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::PUT,
    Method::POST,
    Method::DELETE,
    Method::PATCH,
    Method::OPTIONS,
    Method::TRACE,
    Method::CONNECT,
];

/// A path in a table of poem's.
struct InPoem(Arc<Methods>);

impl Endpoint for InPoem {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        match request.data::<Arc<Host>>().cloned() {
            Some(host) => self.0.answer(&host, request).await,
            // A route that cannot check who calls must not answer.
            None => {
                tracing::error!("a generated route was mounted without a Host");
                let handled = handled_of(&request);
                let problem = Problem::internal().with_request_id(handled.context().request_id());
                Ok(problem_response(&problem))
            }
        }
    }
}
