//! Collects the endpoints of a document and fills poem's table with them.
//!
//! Every path answers every method: with its operation, or with 405 and `Allow`, which the framework
//! itself does not send.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;

use crochet_openapi::{OperationInfo, Problem};
use poem::endpoint::{BoxEndpoint, EndpointExt, make_sync};
use poem::error::MethodNotAllowedError;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, Request, Response, Route};
use poem_openapi::OpenApi;

use crate::call::Call;
use crate::operation::Operation;
use crate::problems::problem_response;

/// Endpoints by path and method, as `poem_openapi` hands them to poem.
pub type RouteTable = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

/// The endpoints of one document.
pub struct Routes<S: ?Sized> {
    service: Arc<S>,
    paths: BTreeMap<String, Vec<(Method, BoxEndpoint<'static>)>>,
}

impl<S: ?Sized + Send + Sync + 'static> Routes<S> {
    /// Endpoints that call `service`.
    #[must_use]
    pub fn new(service: Arc<S>) -> Self {
        Self {
            service,
            paths: BTreeMap::new(),
        }
    }

    /// Adds the operation that `info` describes and `handler` serves.
    pub fn add<H, F>(&mut self, info: &'static OperationInfo, handler: H)
    where
        H: Fn(Arc<S>, Call) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let method = Method::from_bytes(info.method.as_bytes()).unwrap_or(Method::GET);
        let service = self.service.clone();
        let endpoints = self.paths.entry(poem_path(info.path)).or_default();
        if method == Method::GET {
            let inner = Operation {
                info,
                service: service.clone(),
                handler: handler.clone(),
            };
            endpoints.push((
                Method::HEAD,
                WithoutBody {
                    inner,
                    streams: info.streams,
                }
                .boxed(),
            ));
        }
        endpoints.push((
            method,
            Operation {
                info,
                service,
                handler,
            }
            .boxed(),
        ));
    }

    /// Puts everything into poem's table.
    pub fn finish(self, table: &mut RouteTable) {
        for (path, endpoints) in self.paths {
            let mut methods: Vec<Method> = endpoints.iter().map(|(method, _)| method.clone()).collect();
            methods.push(Method::OPTIONS);
            methods.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
            methods.dedup();
            let allow = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
            let allow = HeaderValue::from_str(&allow).expect("names of methods are ASCII");
            let entry = table.entry(path).or_default();
            for method in OTHER_METHODS {
                entry
                    .entry(method)
                    .or_insert_with_key(|method| not_allowed(method, allow.clone()));
            }
            entry.extend(endpoints);
        }
    }
}

/// Puts generated routes below `base_path` of `route`.
///
/// `OpenApiService` would do it too, but it reads the query of every request once more, and nesting it writes
/// every address anew: together a fifth of what a small request costs.
#[must_use]
pub fn mount(route: Route, base_path: &str, routes: impl OpenApi) -> Route {
    let mut table = RouteTable::new();
    routes.add_routes(&mut table);
    table.into_iter().fold(route, |route, (path, methods)| {
        let endpoints = methods.into_iter().collect();
        route.at(format!("{base_path}{path}"), Methods { endpoints })
    })
}

/// The endpoints of one path.
struct Methods {
    endpoints: Vec<(Method, BoxEndpoint<'static>)>,
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let known = self
            .endpoints
            .iter()
            .find(|(method, _)| method == request.method());
        match known {
            Some((_, endpoint)) => endpoint.call(request).await,
            None => Err(MethodNotAllowedError.into()),
        }
    }
}

/// The methods that a path is asked for, whether it has an operation for them or not.
const OTHER_METHODS: [Method; 9] = [
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

/// `OPTIONS` asks which methods there are; any other is told.
fn not_allowed(method: &Method, allow: HeaderValue) -> BoxEndpoint<'static> {
    let asked = *method == Method::OPTIONS;
    make_sync(move |request: Request| {
        let mut response = if asked {
            let mut response = Response::default();
            response.set_status(StatusCode::NO_CONTENT);
            response
        } else {
            let context = crate::host::context_of(&request);
            let allowed = allow.to_str().unwrap_or_default();
            let detail = format!("this path knows {allowed}, not {}", request.method());
            problem_response(&Problem::new(405, detail).with_request_id(&context.request_id))
        };
        response.headers_mut().insert(header::ALLOW, allow.clone());
        response
    })
    .boxed()
}

/// `HEAD`: as `GET`, with the length of the body in place of the body.
struct WithoutBody<E> {
    inner: E,
    streams: bool,
}

impl<E: Endpoint<Output = Response>> Endpoint for WithoutBody<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let mut response = self.inner.call(request).await?;
        let body = response.take_body();
        if !self.streams {
            let length = body.into_bytes().await.map_or(0, |bytes| bytes.len());
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, length.into());
        }
        response.set_body(Body::empty());
        Ok(response)
    }
}

/// `/contexts/{context_id}` as poem writes it: `/contexts/:context_id`.
fn poem_path(path: &str) -> String {
    path.replace('{', ":").replace('}', "")
}
