//! One operation: what happens to a request before and after its generated route.
//!
//! The order is the point: who calls and whether they may, before anything they sent is looked at.

use std::future::Future;
use std::sync::Arc;

use crochet_openapi::{Caller, CallerKind, Handled, OperationInfo, Problem, RequestContext};
use futures_util::future::BoxFuture;
use poem::http::{HeaderName, HeaderValue, header};
use poem::{Request, Response};

use crate::authenticate::{Gate, admit, challenges};
use crate::call::Call;
use crate::host::{Host, handled_of};
use crate::problems::problem_response;
use crate::{idempotent, negotiate, single};

/// RFC 9745. The date is that of the header's own birth: our documents say that, not since when.
static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");

/// How an operation answers. The one box on the way of a request.
pub(crate) type Answer<'a> = BoxFuture<'a, poem::Result<Response>>;

/// An operation, whatever its service and its route are.
pub(crate) trait Answers: Send + Sync {
    fn info(&self) -> &'static OperationInfo;

    fn answer<'a>(&'a self, host: &'a Host, request: Request) -> Answer<'a>;
}

pub(crate) struct Operation<S: ?Sized, H> {
    info: &'static OperationInfo,
    gate: Gate,
    service: Arc<S>,
    handler: H,
}

impl<S, H, F> Answers for Operation<S, H>
where
    S: ?Sized + Send + Sync + 'static,
    H: Fn(Arc<S>, Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    fn info(&self) -> &'static OperationInfo {
        self.info
    }

    fn answer<'a>(&'a self, host: &'a Host, request: Request) -> Answer<'a> {
        Box::pin(async move {
            let handled = handled_of(&request);
            let mut response = match self.serve(host, request, &handled).await {
                Ok(response) => response,
                Err(problem) => self.refuse(problem, handled.context()),
            };
            if self.info.deprecated {
                response
                    .headers_mut()
                    .insert(&DEPRECATION, HeaderValue::from_static("@1735689600"));
            }
            Ok(response)
        })
    }
}

impl<S, H, F> Operation<S, H>
where
    S: ?Sized + Send + Sync + 'static,
    H: Fn(Arc<S>, Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    pub(crate) fn new(info: &'static OperationInfo, service: Arc<S>, handler: H) -> Self {
        Self {
            info,
            gate: Gate::of(info),
            service,
            handler,
        }
    }

    async fn serve(&self, host: &Host, request: Request, handled: &Handled) -> Result<Response, Problem> {
        if let Err(problem) = single::check(self.info, request.headers()) {
            handled.set(self.info, None);
            return Err(problem);
        }
        let known = self.gate.caller(host, &request, handled.context()).await;
        handled.set(
            self.info,
            known.as_ref().ok().map(|caller| caller.subject.clone()),
        );
        let caller = match known {
            Ok(caller) => caller,
            Err(problem) => {
                self.denied(
                    host,
                    &Caller::anonymous(handled.context().clone()),
                    &request,
                    &problem,
                );
                return Err(problem);
            }
        };
        if let Err(problem) = admit(host, self.info, &caller).await {
            // Who presents nothing is no news.
            if caller.kind != CallerKind::Anonymous {
                self.denied(host, &caller, &request, &problem);
            }
            return Err(problem);
        }
        negotiate::accepts(self.info, &request)?;
        let body = negotiate::body(self.info, &request)?;
        let mut call = Call::new(caller, self.info, request, body);
        call.check_query_names();
        match &host.idempotency {
            Some(store) if self.info.idempotent => {
                idempotent::run(store, self.service.clone(), self.handler.clone(), call).await
            }
            _ => (self.handler)(self.service.clone(), call).await,
        }
    }

    /// Notes whom this operation does not let in.
    #[cold]
    fn denied(&self, host: &Host, caller: &Caller, request: &Request, problem: &Problem) {
        if matches!(problem.status, 401 | 403) {
            let path = request.uri().path();
            host.audit.denied(self.info, caller, path, problem);
        }
    }

    #[cold]
    fn refuse(&self, problem: Problem, context: &RequestContext) -> Response {
        let status = problem.status;
        let mut response = problem_response(&problem.with_request_id(context.request_id()));
        if status == 401 {
            for challenge in challenges(self.info)
                .iter()
                .filter_map(|text| HeaderValue::from_str(text).ok())
            {
                response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
            }
        }
        if status == 415 {
            // RFC 9110, section 15.5.16: so that the type is not taken for what was wrong, or the other way round.
            let encodings = HeaderValue::from_static("identity");
            response.headers_mut().insert(header::ACCEPT_ENCODING, encodings);
        }
        response
    }
}
