//! Whoever comes in through Kratos is written down before their browser has the session, and whoever is refused is noted.
//!
//! That somebody came in is told by the cookie that Kratos sets, that somebody was refused by what it has to say of their
//! flow: forms are passed on unread.

use std::sync::Arc;

use cookie::Cookie;
use crochet_auth::flows::FlowKind;
use crochet_auth::{SECOND_FACTOR_NEEDED, SESSION_COOKIE};
use crochet_openapi::{Problem, RequestContext};
use poem::http::header::{COOKIE, SET_COOKIE};
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response};

use super::Accounts;
use super::guess::Guarded;
use crate::pages::Site;
use crate::pages::endpoint::context_of;
use crate::pages::recorded::SIGN_IN;

/// The flows through which somebody who is known comes in.
const WAYS_IN: [FlowKind; 2] = [FlowKind::Login, FlowKind::Recovery];

/// How long somebody waits whose new session nobody knows.
const RETRY_S: u32 = 1;

/// Whoever changes something about themselves gets the cookie of their session once more.
const CHANGES: &str = "/self-service/settings";

/// The way to Kratos, with a record of who comes in.
pub(super) struct Recorded {
    pub(super) site: Arc<Site>,
    pub(super) accounts: Arc<Accounts>,
    pub(super) way: Guarded,
}

/// A form by which somebody may come in.
struct Try {
    kind: FlowKind,
    flow: String,
    cookies: String,
}

impl Endpoint for Recorded {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (frame, context) = (self.site.frame(&request), context_of(&request));
        let place = request.uri().path().to_owned();
        let tried = Try::of(&request);
        let response = self.way.call(request).await?;
        let session = begun(&response).filter(|_| !place.ends_with(CHANGES));
        let Some(session) = session else {
            if let Some(tried) = tried.filter(|_| was_looked_at(&response)) {
                self.note_refusal(&tried, &context, &place).await;
            }
            return Ok(response);
        };
        match self.came_in(&session, &context, place).await {
            Ok(()) => Ok(response),
            Err(problem) => {
                let problem = problem.with_request_id(context.request_id());
                Ok(self.site.problem(&frame, &problem))
            }
        }
    }
}

impl Recorded {
    /// Writes down whose session has begun. Who has to show a second factor is not in yet.
    async fn came_in(&self, session: &str, request: &RequestContext, place: String) -> Result<(), Problem> {
        let caller = match self.site.parts.gate.person(session, request).await {
            Ok(Some((_, caller))) => caller,
            Ok(None) => return Err(Problem::unavailable("the session is not known yet", RETRY_S)),
            Err(problem) if problem.type_uri == SECOND_FACTOR_NEEDED => return Ok(()),
            Err(problem) => return Err(problem),
        };
        let let_in = async { Ok(()) };
        self.site.recorded(&SIGN_IN, &caller, place, let_in).await
    }

    async fn note_refusal(&self, tried: &Try, request: &RequestContext, place: &str) {
        let flow = self
            .accounts
            .flows
            .read(tried.kind, &tried.flow, &tried.cookies)
            .await;
        if flow.is_ok_and(|flow| flow.is_refused()) {
            self.site.refused_to_sign_in(request, place);
        }
    }
}

impl Try {
    fn of(request: &Request) -> Option<Self> {
        let path = request.uri().path();
        let kind = WAYS_IN
            .into_iter()
            .find(|kind| path.ends_with(&format!("/self-service/{kind}")))?;
        let query = request
            .uri()
            .query()
            .filter(|_| request.method() == Method::POST)?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        Some(Self {
            kind,
            flow: pairs.find_map(|(name, value)| (name == "flow").then(|| value.into_owned()))?,
            cookies: request.header(COOKIE).unwrap_or_default().to_owned(),
        })
    }
}

/// Whether Kratos has looked at a form: it was not too much at once, and Kratos was there.
fn was_looked_at(response: &Response) -> bool {
    let status = response.status();
    status != StatusCode::TOO_MANY_REQUESTS && !status.is_server_error()
}

/// The session that Kratos has begun, if it has.
pub(super) fn begun(response: &Response) -> Option<String> {
    let lines = response.headers().get_all(SET_COOKIE).iter();
    let cookies = lines.filter_map(|line| Cookie::parse_encoded(line.to_str().ok()?).ok());
    let mut sessions = cookies.filter(|cookie| cookie.name() == SESSION_COOKIE && !cookie.value().is_empty());
    sessions.next().map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_begins_with_its_cookie_and_no_other() {
        let answer = |cookie: &str| Response::builder().header(SET_COOKIE, cookie).finish();
        assert_eq!(
            begun(&answer("crochet_session=abc==; Path=/; HttpOnly")).as_deref(),
            Some("abc==")
        );
        for nobody in [
            "crochet_session=; Max-Age=0",
            "csrf_token=abc; Path=/",
            "x_crochet_session=a",
        ] {
            assert_eq!(begun(&answer(nobody)), None, "{nobody}");
        }
    }

    #[test]
    fn only_forms_that_let_somebody_in_are_tries() {
        let tried = |method: Method, place: &str| {
            let request = Request::builder().method(method).uri(place.parse().unwrap());
            Try::of(&request.finish()).map(|tried| (tried.kind, tried.flow))
        };
        let login = "/.ory/kratos/self-service/login?flow=1";
        assert_eq!(
            tried(Method::POST, login),
            Some((FlowKind::Login, "1".to_owned()))
        );
        assert_eq!(tried(Method::GET, login), None);
        assert_eq!(tried(Method::POST, "/.ory/kratos/self-service/login"), None);
        assert_eq!(
            tried(Method::POST, "/.ory/kratos/self-service/settings?flow=1"),
            None
        );
    }
}
