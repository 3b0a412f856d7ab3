//! From which address somebody comes (RFC 7239, and `X-Forwarded-For`, which is older).
//!
//! Whoever connects is known by their address. If that is a proxy which the configuration trusts, it says in a header who
//! connected to it, after whatever that one said: so the list is read from its end, as far as trusted proxies wrote it.
//! Anybody can send such a header, and a proxy may write one and pass the other on as it came; where both are there and
//! do not agree, neither is believed.

use std::net::IpAddr;

use poem::http::header::{FORWARDED, HeaderMap, HeaderName};

use crate::config::Networks;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of whoever sent a request that `peer` has handed over.
pub(super) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> IpAddr {
    let peer = peer.to_canonical();
    if trusted.is_empty() || !trusted.contain(peer) {
        return peer;
    }
    let older = farthest(peer, lines(headers, &FORWARDED_FOR).map(Some), trusted);
    let newer = farthest(peer, lines(headers, &FORWARDED).map(forwarded_for), trusted);
    match (
        headers.contains_key(FORWARDED_FOR),
        headers.contains_key(FORWARDED),
    ) {
        (true, true) if older == newer => older,
        (true, false) => older,
        (false, true) => newer,
        _ => peer,
    }
}

/// The elements of a list that may stand on several lines, the last first.
fn lines<'a>(headers: &'a HeaderMap, name: &'a HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().rev();
    let elements = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    // What is no text names nobody, and hides nobody who stands on the same line.
    elements.map(|element| str::from_utf8(element).unwrap_or("?"))
}

/// Goes from the connection back through those who are trusted to say where they had it from.
fn farthest<'a>(peer: IpAddr, said: impl Iterator<Item = Option<&'a str>>, trusted: &Networks) -> IpAddr {
    let mut known = peer;
    for said in said {
        if !trusted.contain(known) {
            break;
        }
        match said.and_then(read) {
            Some(before) => known = before,
            // Nobody, or somebody who hides: nothing before that can be believed.
            None => break,
        }
    }
    known
}

/// Whom an element of `Forwarded` is for.
fn forwarded_for(element: &str) -> Option<&str> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let (_, node) = named.next()?;
    let node = node.trim();
    let quoted = node.strip_prefix('"').and_then(|node| node.strip_suffix('"'));
    Some(quoted.unwrap_or(node))
}

/// An address, as it is or with a port, one of version 6 in brackets where it has one.
fn read(node: &str) -> Option<IpAddr> {
    let node = node.trim();
    let address = if let Some(rest) = node.strip_prefix('[') {
        rest.split_once(']')?.0
    } else {
        match node.split_once(':') {
            Some((host, port)) if !port.contains(':') => host,
            _ => node,
        }
    };
    address.parse().map(|address: IpAddr| address.to_canonical()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn come(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(name, value);
        }
        address(peer.parse().unwrap(), &all, &Networks::from_iter(trusted)).to_string()
    }

    #[test]
    fn nobody_says_who_they_are_but_a_proxy_that_is_trusted() {
        let forged = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.1")];
        for header in forged {
            assert_eq!(come("203.0.113.9", &[header]), "203.0.113.9");
            assert_eq!(come(PROXY, &[header]), "192.0.2.1");
        }
        assert_eq!(come(PROXY, &[]), PROXY);
        let none = Networks::default();
        let headers = HeaderMap::from_iter([(FORWARDED_FOR, "192.0.2.1".parse().unwrap())]);
        assert_eq!(
            address(PROXY.parse().unwrap(), &headers, &none).to_string(),
            PROXY
        );
    }

    #[test]
    fn what_somebody_claimed_before_the_first_proxy_does_not_count() {
        for list in [
            "1.1.1.1, 192.0.2.1",
            "1.1.1.1, 192.0.2.1, 10.0.0.2",
            "10.0.0.9, 192.0.2.1,10.0.0.2",
            "nonsense, 192.0.2.1",
            "é, 192.0.2.1",
        ] {
            assert_eq!(come(PROXY, &[("x-forwarded-for", list)]), "192.0.2.1", "{list}");
        }
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "192.0.2.1")];
        assert_eq!(come(PROXY, &lines), "192.0.2.1");
        let list = "for=1.1.1.1, for=\"[2001:db8::1]:4711\";proto=https;by=10.0.0.2, For=10.0.0.2";
        assert_eq!(come(PROXY, &[("forwarded", list)]), "2001:db8::1");
    }

    #[test]
    fn where_two_headers_do_not_agree_the_connection_counts() {
        let both = |older, newer| come(PROXY, &[("x-forwarded-for", older), ("forwarded", newer)]);
        assert_eq!(both("192.0.2.1", "for=192.0.2.1"), "192.0.2.1");
        assert_eq!(both("192.0.2.1", "for=198.51.100.7"), PROXY);
        assert_eq!(both("192.0.2.1", "for=unknown"), PROXY);
    }

    #[test]
    fn whoever_hides_is_known_by_the_last_who_does_not() {
        for list in [
            "unknown",
            "_hidden",
            "",
            "10.0.0.300",
            "192.0.2.1, , 10.0.0.2",
            "é",
        ] {
            let seen = come(PROXY, &[("x-forwarded-for", list)]);
            assert!(seen.starts_with("10.0.0."), "{list}: {seen}");
        }
        assert_eq!(come(PROXY, &[("forwarded", "proto=https")]), PROXY);
        assert_eq!(
            come(PROXY, &[("x-forwarded-for", "10.0.0.3, 10.0.0.2")]),
            "10.0.0.3"
        );
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        for written in [
            "192.0.2.1:4711",
            "::ffff:192.0.2.1",
            "[::ffff:192.0.2.1]:80",
            " 192.0.2.1 ",
        ] {
            assert_eq!(
                come(PROXY, &[("x-forwarded-for", written)]),
                "192.0.2.1",
                "{written}"
            );
        }
        assert_eq!(
            come("::ffff:10.0.0.1", &[("x-forwarded-for", "2001:db8::7")]),
            "2001:db8::7"
        );
        assert_eq!(come("fd00::1", &[("x-forwarded-for", "192.0.2.1")]), "192.0.2.1");
    }
}
