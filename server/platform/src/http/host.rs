//! Which host a request names (RFC 9112, section 3.2; RFC 9110, section 7.2).
//!
//! Whoever stands in front of us routes by `Host`; a request that names none, two or nonsense may mean another thing to
//! them than to us, so nobody answers it. It must never know which hosts are ours.

use crochet_openapi::{Problem, RequestContext};
use hyper::Version;
use hyper::header::{HOST, HeaderMap};
use poem::Response;
use poem::http::uri::Authority;

use super::reply;

/// Whether the request names one host, or is of a version of HTTP that need not name one in a header.
pub(super) fn is_named_once(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_host(host.as_bytes()),
        (None, _) => version != Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// A host and perhaps a port; empty where the address that is asked for has none.
fn is_host(text: &[u8]) -> bool {
    text.is_empty() || is_plain(text) || (!text.contains(&b'@') && Authority::try_from(text).is_ok())
}

/// A name or a number with or without a port, as nearly all are: no need to take it apart.
fn is_plain(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |byte| *byte == b':');
    let mut is_part = |is_fit: fn(&u8) -> bool| {
        let part = parts.next().unwrap_or(b"0");
        !part.is_empty() && part.iter().all(is_fit)
    };
    is_part(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) && is_part(u8::is_ascii_digit)
}

/// What is answered to a request that does not.
#[cold]
pub(super) fn refusal() -> Response {
    let context = RequestContext::new();
    let problem = Problem::bad_request("a request names one host in its `Host` header");
    let mut response = reply::problem_response(&problem.with_request_id(context.request_id()));
    reply::finish(
        response.headers_mut(),
        context.request_id(),
        reply::Came::default(),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_answered(version: Version, hosts: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, host.parse().unwrap());
        }
        is_named_once(version, &headers)
    }

    #[test]
    fn a_request_names_one_host_from_http_1_1_on() {
        for host in [
            "127.0.0.1:7878",
            "[::1]:7878",
            "crochet.example",
            "Crochet_1",
            "localhost:80",
            "",
        ] {
            assert!(is_answered(Version::HTTP_11, &[host]), "{host}");
        }
        for hosts in [
            &[][..],
            &["a", "a"],
            &["a b"],
            &["a/b"],
            &["ada@a"],
            &["a:b:c"],
            &["a:1:2"],
        ] {
            assert!(!is_answered(Version::HTTP_11, hosts), "{hosts:?}");
        }
    }

    #[test]
    fn where_a_host_is_not_asked_for_it_still_has_to_be_one() {
        for version in [Version::HTTP_10, Version::HTTP_2] {
            assert!(is_answered(version, &[]));
            assert!(!is_answered(version, &["a b"]));
        }
    }
}
