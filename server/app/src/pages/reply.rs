//! Pages and redirections as responses, with the headers that keep a browser safe.

use crochet_openapi::{Problem, etag};
use data_encoding::HEXLOWER;
use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue, LOCATION, REFERRER_POLICY,
};
use poem::{Response, http::StatusCode};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Site;
use super::frame::Frame;

/// A page loads and sends nothing but to this server, and runs no script that stands in it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// The same, but its forms may lead on to another server: browsers hold redirections after a form against it too.
const POLICY_WITH_WAY_OUT: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);
/// Other sites learn nothing; our own forms still say where they come from.
const REFERRER: HeaderValue = HeaderValue::from_static("strict-origin");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// Kept by this visitor's browser only, which asks each time whether it is still current.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const TAG_BYTES: usize = 16;

/// What a template is given.
#[derive(Serialize)]
struct Shown<'a, T: Serialize> {
    #[serde(flatten)]
    frame: &'a Frame,
    #[serde(flatten)]
    content: T,
}

impl Site {
    /// A page that says how things are now; 304 for a browser that has it.
    pub(super) fn page(
        &self,
        frame: &Frame,
        template: &str,
        content: impl Serialize,
    ) -> Result<Response, Problem> {
        let html = self.html(frame, template, content)?;
        if frame.tells() {
            return Ok(response(StatusCode::OK, html));
        }
        let tag = etag::strong(HEXLOWER.encode(&Sha256::digest(&html)[..TAG_BYTES]));
        let known = etag::none_match_names(frame.if_none_match.as_deref(), &tag);
        let mut response = if known {
            response(StatusCode::NOT_MODIFIED, String::new())
        } else {
            response(StatusCode::OK, html)
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, PRIVATE);
        headers.insert(ETAG, HeaderValue::from_str(&tag).expect("a tag is plain ASCII"));
        Ok(response)
    }

    /// A page that nobody may keep: it answers a form, or says that something is wrong.
    pub(super) fn answer(
        &self,
        frame: &Frame,
        status: u16,
        template: &str,
        content: impl Serialize,
    ) -> Result<Response, Problem> {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Ok(response(status, self.html(frame, template, content)?))
    }

    fn html(&self, frame: &Frame, template: &str, content: impl Serialize) -> Result<String, Problem> {
        debug_assert_eq!(
            shadowed(frame, &content),
            None,
            "{template} is given something under a name of the frame's"
        );
        self.renderer.render(template, &Shown { frame, content })
    }
}

/// A name that both have; the layout would show the page's in the place of its own.
fn shadowed(frame: &Frame, content: &impl Serialize) -> Option<String> {
    let frame = serde_json::to_value(frame).ok()?;
    let content = serde_json::to_value(content).ok()?;
    let mut names = content.as_object()?.keys();
    names.find(|name| frame.get(name).is_some()).cloned()
}

fn response(status: StatusCode, html: String) -> Response {
    let mut response = Response::builder().status(status).body(html);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HTML);
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(REFERRER_POLICY, REFERRER);
    headers.insert(CACHE_CONTROL, NO_STORE);
    response
}

/// Sends the browser to a page, after a form: going back or reloading sends nothing twice.
pub(super) fn see_other(path: &str) -> Response {
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(LOCATION, place)
        .finish()
}

/// Lets the forms of a page lead on to another server, where somebody has an account that they sign in with.
pub(super) fn let_forms_lead_out(response: &mut Response) {
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, POLICY_WITH_WAY_OUT);
}

/// `path`, if it leads to a page of this server and nowhere else.
pub(super) fn own_path(path: &str) -> Option<&str> {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    own.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_sent_to_another_server() {
        for own in ["/", "/contexts", "/contexts/a?b=c#d"] {
            assert_eq!(own_path(own), Some(own));
        }
        for foreign in [
            "",
            "contexts",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a b",
            "/a\r\nSet-Cookie: x=y",
            "\t/",
            "/\t/evil.example",
            "/é",
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
    }
}
