//! Whether a request that changes something was sent by a page of this very server.
//!
//! A browser adds its cookies to a request whoever made it send one, so a cookie alone proves who calls and not that
//! they meant to. Browsers also say where a request comes from, in headers that no page can forge: `Sec-Fetch-Site` to
//! servers that are reached over TLS or on the same machine, `Origin` to all. It must never know what a cookie says.

use crochet_openapi::Problem;
use poem::Request;
use poem::http::Method;
use poem::http::header::{HOST, ORIGIN};
use poem::http::uri::Authority;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Lets a request through that changes nothing or that a page of this server sent.
///
/// # Errors
/// 403 for every other one.
pub fn admit(request: &Request) -> Result<(), Problem> {
    if is_safe(request.method()) || is_own(request) {
        return Ok(());
    }
    let problem = Problem::forbidden(
        "a request that changes something and brings nothing but a cookie must come from a page of this server; \
         programs use an API key",
    );
    Err(problem.with_type("/problems/foreign-origin", "Foreign origin"))
}

/// RFC 9110, section 9.2.1.
fn is_safe(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    )
}

/// `Sec-Fetch-Site` decides where a browser sends it. The scheme of an `Origin` is not compared: behind whoever ends
/// TLS we do not know our own.
fn is_own(request: &Request) -> bool {
    if let Some(site) = request.header(SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    let host = request
        .header(HOST)
        .or_else(|| request.uri().authority().map(Authority::as_str));
    let origin = request.header(ORIGIN).and_then(|origin| origin.split_once("://"));
    matches!((origin, host), (Some((_, from)), Some(host)) if from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, headers: &[(&str, &str)]) -> Request {
        let builder = Request::builder().method(method);
        let built = headers
            .iter()
            .fold(builder, |builder, (name, value)| builder.header(*name, *value));
        built.finish()
    }

    fn is_admitted(headers: &[(&str, &str)]) -> bool {
        admit(&request(Method::POST, headers)).is_ok()
    }

    #[test]
    fn what_changes_nothing_may_come_from_anywhere() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE] {
            assert!(admit(&request(method, &[("sec-fetch-site", "cross-site")])).is_ok());
        }
    }

    #[test]
    fn a_page_of_ours_is_known_by_what_the_browser_says() {
        assert!(is_admitted(&[("sec-fetch-site", "same-origin")]));
        assert!(is_admitted(&[
            ("origin", "http://127.0.0.1:7878"),
            ("host", "127.0.0.1:7878")
        ]));
        assert!(is_admitted(&[
            ("origin", "https://Crochet.example"),
            ("host", "crochet.example")
        ]));
    }

    #[test]
    fn every_other_sender_is_refused_and_told_why() {
        let host = ("host", "crochet.example");
        for headers in [
            &[host][..],
            &[host, ("sec-fetch-site", "none")],
            &[host, ("sec-fetch-site", "same-site")],
            &[
                host,
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://crochet.example"),
            ],
            &[host, ("origin", "null")],
            &[host, ("origin", "https://evil.example")],
            &[host, ("origin", "https://crochet.example.evil.example")],
            &[host, ("origin", "https://crochet.example:444")],
            &[("origin", "https://crochet.example")],
        ] {
            let refused = admit(&request(Method::POST, headers)).unwrap_err();
            assert_eq!(refused.status, 403, "{headers:?}");
            assert_eq!(refused.type_uri, "/problems/foreign-origin");
        }
    }
}
