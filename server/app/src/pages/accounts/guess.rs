//! Keeps passwords and codes from being guessed: whoever sends too many that let nobody in has to wait.
//!
//! Whether one did is told by the cookie that Kratos sets, so the password itself is never looked at.

use poem::http::Method;
use poem::{Endpoint, Request, Response};

use super::entry::begun;
use crate::pages::endpoint::context_of;
use crate::pages::passing::Passing;
use crate::pages::throttle::Throttle;

/// So many a minute that let nobody in are passed on from one address.
const WRONG_MAX: u32 = 30;
/// The forms that let somebody in.
const GUESSABLE: [&str; 3] = [
    "/self-service/login",
    "/self-service/recovery",
    "/self-service/verification",
];

/// The way to Kratos, with a limit on guesses.
pub(super) struct Guarded {
    passing: Passing,
    wrong: Throttle,
}

impl Guarded {
    pub(super) fn new(passing: Passing) -> Self {
        Self {
            passing,
            wrong: Throttle::of(WRONG_MAX),
        }
    }
}

impl Endpoint for Guarded {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if !is_guess(&request) {
            return self.passing.call(request).await;
        }
        let site = &self.passing.site;
        if let Err(problem) = self.wrong.admit(&request).await {
            let (frame, context) = (site.frame(&request), context_of(&request));
            return Ok(site.problem(&frame, &problem.with_request_id(context.request_id())));
        }
        let guesser = Throttle::guesser(&request);
        let response = self.passing.call(request).await?;
        if begun(&response).is_none() {
            self.wrong.note(guesser).await;
        }
        Ok(response)
    }
}

fn is_guess(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::POST && GUESSABLE.iter().any(|form| path.ends_with(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_let_somebody_in_are_guesses() {
        let request = |method: Method, path: &str| {
            let request = Request::builder().method(method).uri(path.parse().unwrap());
            is_guess(&request.finish())
        };
        assert!(request(Method::POST, "/.ory/kratos/self-service/login?flow=1"));
        assert!(request(Method::POST, "/.ory/kratos/self-service/recovery"));
        assert!(!request(Method::GET, "/.ory/kratos/self-service/recovery"));
        assert!(!request(Method::POST, "/.ory/kratos/self-service/settings"));
    }
}
