//! By which address a visitor reached this server, so that a page can print one to be handed to somebody elsewhere.
//!
//! The visitor names the host and a proxy the scheme: this is for people to read, and must never decide anything.

use crochet_platform::http::came_by_tls;
use poem::Request;
use poem::http::header::HOST;
use poem::http::uri::Authority;

/// Such as `https://crochet.example`; empty when the request names no host.
pub(super) fn of(request: &Request) -> String {
    let scheme = if came_by_tls(request.headers()) {
        "https"
    } else {
        "http"
    };
    let host = request
        .header(HOST)
        .or_else(|| request.uri().authority().map(Authority::as_str))
        .filter(|host| !host.is_empty());
    host.map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(headers: &[(&'static str, &str)]) -> String {
        let builder = headers.iter().fold(Request::builder(), |builder, (name, value)| {
            builder.header(*name, *value)
        });
        of(&builder.finish())
    }

    #[test]
    fn it_is_the_host_that_was_asked_for_by_the_scheme_that_a_proxy_says() {
        assert_eq!(origin(&[("host", "127.0.0.1:7878")]), "http://127.0.0.1:7878");
        let by_tls = [("host", "crochet.example"), ("x-forwarded-proto", "https")];
        assert_eq!(origin(&by_tls), "https://crochet.example");
    }

    #[test]
    fn without_a_host_there_is_none() {
        assert_eq!(origin(&[("x-forwarded-proto", "https")]), "");
        assert_eq!(origin(&[("host", "")]), "");
    }
}
