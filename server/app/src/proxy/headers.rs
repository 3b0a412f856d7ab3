//! Which headers pass: those on these lists, in each direction, and no others.
//!
//! So hop-by-hop headers stay where they belong, a credential for us does not reach the other server, and nobody tells
//! it who or where they are but we.

use crochet_openapi::Handled;
use poem::Request;
use poem::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName,
    HeaderValue, LOCATION, ORIGIN, REFERER, SET_COOKIE, USER_AGENT, VARY, WWW_AUTHENTICATE,
};

use super::Passed;

const TO_SERVER: [HeaderName; 6] = [ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, ORIGIN, REFERER, USER_AGENT];
const TO_BROWSER: [HeaderName; 6] = [
    CACHE_CONTROL,
    CONTENT_TYPE,
    LOCATION,
    SET_COOKIE,
    VARY,
    WWW_AUTHENTICATE,
];

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What the other server learns.
pub(super) fn to_server(request: &Request, passed: &Passed) -> HeaderMap {
    let mut headers = only(&TO_SERVER, request.headers());
    if passed.takes_authorization {
        headers.extend(only(&[AUTHORIZATION], request.headers()));
    }
    let cookies = cookies(request.headers(), passed.cookies);
    headers.extend(cookies.map(|cookies| (COOKIE, cookies)));
    if let Some(host) = request.headers().get(HOST) {
        headers.insert(FORWARDED_HOST, host.clone());
    }
    let proto = HeaderValue::from_str(request.scheme().as_str());
    headers.extend(proto.ok().map(|proto| (FORWARDED_PROTO, proto)));
    let from = request
        .data::<Handled>()
        .and_then(|handled| handled.context().address());
    let from = from.and_then(|from| HeaderValue::from_str(&from.to_string()).ok());
    headers.extend(from.map(|from| (FORWARDED_FOR, from)));
    headers
}

/// What the browser learns; a cookie for each line that sets one.
pub(super) fn to_browser(answer: &HeaderMap) -> HeaderMap {
    only(&TO_BROWSER, answer)
}

/// The cookies that the other server set itself.
fn cookies(from: &HeaderMap, its_own: fn(&str) -> bool) -> Option<HeaderValue> {
    let lines = from.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).map(str::trim);
    let own: Vec<&str> = pairs
        .filter(|pair| pair.split_once('=').is_some_and(|(name, _)| its_own(name)))
        .collect();
    HeaderValue::from_str(&own.join("; "))
        .ok()
        .filter(|line| !line.is_empty())
}

fn only(names: &[HeaderName], from: &HeaderMap) -> HeaderMap {
    let mut to = HeaderMap::new();
    for name in names {
        for value in from.get_all(name) {
            to.append(name, value.clone());
        }
    }
    to
}
