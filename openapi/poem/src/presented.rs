//! What a request presents to prove who calls, found in one pass over its head.
//!
//! Every request is asked for several credentials; each look-up by name would cost more than the pass. It must never know
//! which of them an operation takes, nor whether they are genuine.

use poem::http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName};
use smallvec::SmallVec;

/// The header that names whom a service acts for.
pub(crate) const ON_BEHALF_OF: HeaderName = HeaderName::from_static("x-on-behalf-of");

/// The lines of a head that may say who calls.
pub(crate) struct Presented<'r> {
    /// Whom a service says it acts for.
    pub(crate) on_behalf_of: Option<&'r str>,
    authorization: Option<&'r str>,
    /// In the order of the names that were looked for.
    keys: SmallVec<[Option<&'r str>; 1]>,
    /// None where there are no cookies at all.
    cookies: Option<&'r HeaderMap>,
}

impl<'r> Presented<'r> {
    /// What is presented in `headers`, where `keys` are the names of headers that hold a key. What is not text proves
    /// nothing.
    pub(crate) fn read(headers: &'r HeaderMap, keys: &[HeaderName]) -> Self {
        let mut presented = Self {
            on_behalf_of: None,
            authorization: None,
            keys: SmallVec::from_elem(None, keys.len()),
            cookies: None,
        };
        for (name, value) in headers {
            if *name == AUTHORIZATION {
                presented.authorization = value.to_str().ok();
            } else if *name == COOKIE {
                presented.cookies = Some(headers);
            } else if *name == ON_BEHALF_OF {
                presented.on_behalf_of = value.to_str().ok();
            } else if let Some(key) = keys.iter().position(|key| key == name) {
                presented.keys[key] = value.to_str().ok();
            }
        }
        presented
    }

    /// What stands behind the name of `scheme` (RFC 9110, section 11.6.2).
    pub(crate) fn authorization(&self, scheme: &str) -> Option<&'r str> {
        let (named, value) = self.authorization?.split_once(' ')?;
        named.eq_ignore_ascii_case(scheme).then(|| value.trim())
    }

    /// What stands in the header whose name was looked for at this place.
    pub(crate) fn key(&self, place: usize) -> Option<&'r str> {
        *self.keys.get(place)?
    }

    /// The value of the cookie `name`.
    pub(crate) fn cookie(&self, name: &str) -> Option<&'r str> {
        let lines = self.cookies?.get_all(COOKIE).iter();
        let readable = lines.filter_map(|line| line.to_str().ok());
        let mut pairs = readable
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use poem::http::header::HeaderValue;

    use super::*;

    const KEY: HeaderName = HeaderName::from_static("x-tea-key");

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn each_is_found_by_its_name_wherever_it_stands() {
        let headers = headers(&[
            ("accept", "*/*"),
            ("x-tea-key", "tea"),
            ("x-on-behalf-of", "person:ada"),
            ("cookie", "other=1; session=leaf"),
            ("authorization", "bearer  token "),
        ]);
        let presented = Presented::read(&headers, &[KEY]);
        assert_eq!(presented.key(0), Some("tea"));
        assert_eq!(presented.on_behalf_of, Some("person:ada"));
        assert_eq!(presented.cookie("session"), Some("leaf"));
        assert_eq!(presented.authorization("Bearer"), Some("token"));
        assert_eq!(presented.authorization("Basic"), None);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let headers = headers(&[("x-other-key", "tea"), ("cookie", "other=1")]);
        let presented = Presented::read(&headers, &[KEY]);
        assert_eq!((presented.key(0), presented.key(1)), (None, None));
        assert_eq!(presented.cookie("session"), None);
        assert_eq!(presented.authorization("Bearer"), None);
        assert_eq!(presented.on_behalf_of, None);
    }

    #[test]
    fn what_is_not_text_proves_nothing() {
        let mut headers = HeaderMap::new();
        headers.insert(KEY, HeaderValue::from_bytes(b"t\xc3\xa9").unwrap());
        assert_eq!(Presented::read(&headers, &[KEY]).key(0), None);
    }

    #[test]
    fn cookies_may_come_in_several_lines() {
        let headers = headers(&[("cookie", "a=1"), ("cookie", "session=leaf")]);
        assert_eq!(Presented::read(&headers, &[]).cookie("session"), Some("leaf"));
    }
}
