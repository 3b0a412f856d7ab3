//! The endpoint of one operation: what happens to a request before and after its generated route.
//!
//! The order is the point: who calls and whether they may, before anything they sent is looked at.

use std::future::Future;
use std::sync::Arc;

use crochet_openapi::{Handled, OperationInfo, Problem, RequestContext};
use poem::http::{HeaderName, HeaderValue, header};
use poem::{Endpoint, Request, Response};

use crate::authenticate::{admit, caller, challenges};
use crate::call::Call;
use crate::host::{Host, context_of};
use crate::problems::problem_response;
use crate::{idempotent, negotiate};

/// RFC 9745. The date is that of the header's own birth: our documents say that, not since when.
static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");

pub(crate) struct Operation<S: ?Sized, H> {
    pub(crate) info: &'static OperationInfo,
    pub(crate) service: Arc<S>,
    pub(crate) handler: H,
}

impl<S, H, F> Endpoint for Operation<S, H>
where
    S: ?Sized + Send + Sync + 'static,
    H: Fn(Arc<S>, Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let context = context_of(&request);
        let mut response = match self.serve(request, &context).await {
            Ok(response) => response,
            Err(problem) => self.refuse(problem, &context),
        };
        if self.info.deprecated {
            response
                .headers_mut()
                .insert(&DEPRECATION, HeaderValue::from_static("@1735689600"));
        }
        Ok(response)
    }
}

impl<S, H, F> Operation<S, H>
where
    S: ?Sized + Send + Sync + 'static,
    H: Fn(Arc<S>, Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    async fn serve(&self, request: Request, context: &RequestContext) -> Result<Response, Problem> {
        let host = Host::of(&request)?;
        let handled = request.data::<Handled>().cloned();
        let known = caller(&host, self.info, &request, context).await;
        if let Some(handled) = handled {
            handled.set(
                self.info,
                known.as_ref().ok().map(|caller| caller.subject.clone()),
            );
        }
        let caller = known?;
        admit(&host, self.info, &caller).await?;
        negotiate::accepts(self.info, &request)?;
        let media_type = negotiate::media_type(self.info, &request)?;
        let length = negotiate::announced_length(self.info, &request)?;
        let call = Call::new(caller, self.info, request, media_type, length);
        match &host.idempotency {
            Some(store) if self.info.idempotent => {
                idempotent::run(store, self.service.clone(), self.handler.clone(), call).await
            }
            _ => (self.handler)(self.service.clone(), call).await,
        }
    }

    #[cold]
    fn refuse(&self, problem: Problem, context: &RequestContext) -> Response {
        let status = problem.status;
        let mut response = problem_response(&problem.with_request_id(&context.request_id));
        if status == 401 {
            for challenge in challenges(self.info)
                .iter()
                .filter_map(|text| HeaderValue::from_str(text).ok())
            {
                response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
            }
        }
        response
    }
}
