//! What every page does before and after its handler: who is looking, whether a form may be taken, what is shown when
//! something goes wrong.

use std::future::Future;
use std::sync::Arc;

use crochet_openapi::{Handled, Problem, RequestContext};
use crochet_openapi_poem::origin;
use poem::{Endpoint, Request, Response};
use serde::Serialize;

use super::Site;
use super::form::Form;
use super::frame::Frame;
use super::visitor::Visitor;

/// Above so many characters, or with more than one line, a field is a text that its writer wants to see again.
const SHORT_MAX: usize = 200;

/// One request for a page.
pub(super) struct Visit {
    pub(super) visitor: Visitor,
    pub(super) frame: Frame,
    pub(super) request: Request,
    /// What was sent; empty when something is only looked at.
    pub(super) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Looks at something.
    Read,
    /// Changes something, for a person who is signed in.
    Change,
    /// Changes something that needs nobody to be signed in.
    OpenChange,
}

/// The ids that the request came in with.
pub(super) fn context_of(request: &Request) -> RequestContext {
    let handled = request.data::<Handled>();
    handled.map_or_else(RequestContext::default, |handled| handled.context().clone())
}

/// A page that shows something.
pub(super) fn read<H, F>(site: &Arc<Site>, handler: H) -> impl Endpoint<Output = Response> + use<H, F>
where
    H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    page(site, Kind::Read, handler)
}

/// A form of somebody who is signed in. It comes from a page of this server and carries the token of their session;
/// otherwise what was typed is shown again, to be sent when they wish.
pub(super) fn change<H, F>(site: &Arc<Site>, handler: H) -> impl Endpoint<Output = Response> + use<H, F>
where
    H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    page(site, Kind::Change, handler)
}

/// A form of anybody. It comes from a page of this server.
pub(super) fn open_change<H, F>(site: &Arc<Site>, handler: H) -> impl Endpoint<Output = Response> + use<H, F>
where
    H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    page(site, Kind::OpenChange, handler)
}

fn page<H>(site: &Arc<Site>, kind: Kind, handler: H) -> Page<H> {
    Page {
        site: site.clone(),
        kind,
        handler,
    }
}

struct Page<H> {
    site: Arc<Site>,
    kind: Kind,
    handler: H,
}

impl<H, F> Endpoint for Page<H>
where
    H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let context = context_of(&request);
        let mut frame = self.site.frame(&request);
        let mut response = match self.answer(request, &context, &mut frame).await {
            Ok(response) => response,
            Err(problem) => self
                .site
                .problem(&frame, &problem.with_request_id(context.request_id())),
        };
        if frame.tells() && !response.status().is_redirection() {
            frame.cookies.end_note(&mut response);
        }
        Ok(response)
    }
}

impl<H, F> Page<H>
where
    H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    async fn answer(
        &self,
        mut request: Request,
        context: &RequestContext,
        frame: &mut Frame,
    ) -> Result<Response, Problem> {
        let visitor = Visitor::of(&self.site, frame.cookies.session.as_deref(), context).await?;
        *frame = std::mem::take(frame).with(&visitor);
        let mut form = Form::default();
        if self.kind != Kind::Read {
            origin::admit(&request)?;
            form = Form::read(&mut request).await?;
        }
        if self.kind == Kind::Change && !visitor.sent(form.get("csrf")) {
            return self.site.not_sent(frame, &visitor, &form);
        }
        let visit = Visit {
            visitor,
            frame: frame.clone(),
            request,
            form,
        };
        (self.handler)(self.site.clone(), visit).await
    }
}

/// A form that was not taken, to be sent again.
#[derive(Serialize)]
struct Kept<'a> {
    fields: Vec<Field<'a>>,
}

#[derive(Serialize)]
struct Field<'a> {
    name: &'a str,
    value: &'a str,
    long: bool,
}

impl Site {
    /// The frame of a request whose sender is not known yet.
    pub(super) fn frame(&self, request: &Request) -> Frame {
        let mut frame = Frame::of(request);
        frame.accounts = self.parts.accounts.is_some();
        frame.programs = self.parts.programs.is_some();
        frame
    }

    /// Shows what was typed, with the token of the session as it is now. Nothing was changed.
    pub(super) fn not_sent(
        &self,
        frame: &Frame,
        visitor: &Visitor,
        form: &Form,
    ) -> Result<Response, Problem> {
        let fields = form.fields().filter(|(name, _)| *name != "csrf");
        let kept = Kept {
            fields: fields
                .map(|(name, value)| Field {
                    name,
                    value,
                    long: value.contains('\n') || value.chars().count() > SHORT_MAX,
                })
                .collect(),
        };
        let status = if visitor.person.is_some() { 403 } else { 401 };
        self.answer(frame, status, "resubmit.html", kept)
    }
}
