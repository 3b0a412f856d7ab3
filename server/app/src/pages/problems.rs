//! What a person sees when something is wrong: a page that says what, why, and what they can do. Programs get the problem.

use std::collections::BTreeSet;

use crochet_openapi::Problem;
use crochet_openapi_poem::problem_response;
use crochet_platform::http::ShowProblem;
use poem::Response;
use serde::Serialize;

use super::Site;
use super::frame::{Frame, takes_html};
use super::reply::see_other;

#[derive(Serialize)]
struct Shown<'a> {
    heading: &'a str,
    problem: &'a Problem,
}

/// A fault of one field of a form.
#[derive(Debug, Serialize)]
pub(super) struct FieldError {
    field: String,
    detail: String,
    /// Whether the form has the field, and so shows the fault there.
    shown: bool,
}

/// The faults that a problem names, at the fields that they point to.
pub(super) fn field_errors(problem: Option<&Problem>, fields: &BTreeSet<&str>) -> Vec<FieldError> {
    let errors = problem.map_or(&[][..], |problem| &problem.errors[..]);
    let fault = |error: &crochet_openapi::Violation| {
        let field = error.pointer.rsplit('/').next().unwrap_or_default();
        FieldError {
            shown: fields.contains(field),
            field: field.to_owned(),
            detail: error.detail.clone(),
        }
    };
    errors.iter().map(fault).collect()
}

/// The faults that a problem names, for a form that has no fields of these names.
pub(super) fn all_errors(problem: Option<&Problem>) -> Vec<FieldError> {
    field_errors(problem, &BTreeSet::new())
}

impl Site {
    /// A problem as the visitor's program shows it.
    pub(super) fn problem(&self, frame: &Frame, problem: &Problem) -> Response {
        if !frame.takes_html {
            return problem_response(problem);
        }
        let page = if problem.status == 401 && frame.accounts {
            Ok(see_other("/login"))
        } else if problem.status == 401 {
            self.answer(frame, 401, "signin_needed.html", ())
        } else {
            let shown = Shown {
                heading: heading(problem.status),
                problem,
            };
            self.answer(frame, problem.status, "error.html", shown)
        };
        let mut response = page.unwrap_or_else(|_| problem_response(problem));
        if problem.status == 401 {
            frame.cookies.set_return(&mut response, frame.path());
        }
        if let Some(seconds) = problem.retry_after_s {
            response
                .headers_mut()
                .insert(poem::http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl ShowProblem for Site {
    fn show(&self, problem: &Problem, accept: &str) -> Option<Response> {
        takes_html(accept).then(|| {
            let mut frame = Frame::empty();
            frame.takes_html = true;
            self.problem(&frame, problem)
        })
    }
}

fn heading(status: u16) -> &'static str {
    match status {
        403 => "You may not do this",
        404 => "There is nothing here",
        405 => "This page takes no such request",
        409 => "Not now",
        412 => "It has changed meanwhile",
        413 => "That is too large",
        422 => "Something about it is not right",
        429 => "Too much at once",
        503 => "Not available right now",
        408 | 504 => "It takes too long",
        500.. => "Something went wrong here",
        _ => "This cannot be done",
    }
}
