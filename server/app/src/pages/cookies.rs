//! The cookies of the pages: the session, the note after a change, the colours, and where to go after signing in.

use std::net::IpAddr;

use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use crochet_auth::SESSION_COOKIE;
use poem::http::HeaderValue;
use poem::http::header::{COOKIE, HOST, SET_COOKIE};
use poem::{Request, Response};

/// What happened, for the next page.
const NOTE: &str = "crochet_note";
/// The colours that the visitor chose.
const THEME: &str = "crochet_theme";
/// Where the visitor wanted to go before signing in.
const RETURN: &str = "crochet_return";

const NOTE_LASTS: Duration = Duration::minutes(1);
const THEME_LASTS: Duration = Duration::days(365);
const RETURN_LASTS: Duration = Duration::minutes(10);

/// The longest note and the longest address that are kept.
const KEPT_BYTES_MAX: usize = 512;

/// The cookies that a request brought, and how to set new ones on its reply.
#[derive(Debug, Clone, Default)]
pub(super) struct Cookies {
    pub(super) session: Option<String>,
    pub(super) note: Option<String>,
    pub(super) theme: Option<String>,
    pub(super) return_to: Option<String>,
    /// Whether they may only travel over TLS.
    secure: bool,
}

impl Cookies {
    pub(super) fn of(request: &Request) -> Self {
        let mut cookies = Self {
            secure: !request.header(HOST).is_some_and(is_loopback),
            ..Self::default()
        };
        let lines = request.headers().get_all(COOKIE).iter();
        for line in lines.filter_map(|line| line.to_str().ok()) {
            for cookie in Cookie::split_parse_encoded(line).flatten() {
                let slot = match cookie.name() {
                    SESSION_COOKIE => &mut cookies.session,
                    NOTE => &mut cookies.note,
                    THEME => &mut cookies.theme,
                    RETURN => &mut cookies.return_to,
                    _ => continue,
                };
                slot.get_or_insert_with(|| cookie.value().to_owned());
            }
        }
        let theme = cookies.theme.take();
        cookies.theme = theme.filter(|theme| matches!(&**theme, "light" | "dark"));
        cookies
    }

    /// Begins a session in the browser.
    pub(super) fn set_session(&self, response: &mut Response, ticket: &str, lasts: std::time::Duration) {
        let lasts = Duration::try_from(lasts).unwrap_or(Duration::HOUR);
        self.set(response, SESSION_COOKIE, ticket, lasts);
    }

    /// Ends it there.
    pub(super) fn end_session(&self, response: &mut Response) {
        self.set(response, SESSION_COOKIE, "", Duration::ZERO);
    }

    /// Tells the next page what happened.
    pub(super) fn set_note(&self, response: &mut Response, note: &str) {
        let short: String = note.chars().take(KEPT_BYTES_MAX).collect();
        self.set(response, NOTE, &short, NOTE_LASTS);
    }

    /// The note was seen.
    pub(super) fn end_note(&self, response: &mut Response) {
        self.set(response, NOTE, "", Duration::ZERO);
    }

    /// Remembers the colours; without any the system decides.
    pub(super) fn set_theme(&self, response: &mut Response, theme: &str) {
        let lasts = if theme.is_empty() {
            Duration::ZERO
        } else {
            THEME_LASTS
        };
        self.set(response, THEME, theme, lasts);
    }

    /// Remembers where to go after signing in.
    pub(super) fn set_return(&self, response: &mut Response, path: &str) {
        if path.len() <= KEPT_BYTES_MAX {
            self.set(response, RETURN, path, RETURN_LASTS);
        }
    }

    /// The visitor went there.
    pub(super) fn end_return(&self, response: &mut Response) {
        self.set(response, RETURN, "", Duration::ZERO);
    }

    fn set(&self, response: &mut Response, name: &str, value: &str, lasts: Duration) {
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(lasts);
        let text = cookie.build().encoded().to_string();
        let line = HeaderValue::from_str(&text).expect("an encoded cookie is plain ASCII");
        response.headers_mut().append(SET_COOKIE, line);
    }
}

/// Whether a `Host` names this machine to itself; a browser then needs no TLS to keep a cookie safe.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &str)]) -> Request {
        let builder = headers.iter().fold(Request::builder(), |builder, (name, value)| {
            builder.header(*name, *value)
        });
        builder.finish()
    }

    #[test]
    fn a_session_is_kept_from_scripts_and_other_sites_and_off_loopback_from_plain_http() {
        let set = |host: &str| {
            let mut response = Response::default();
            let hour = std::time::Duration::from_secs(3600);
            Cookies::of(&request(&[("host", host)])).set_session(&mut response, "abc", hour);
            response.header(SET_COOKIE).unwrap().to_owned()
        };
        let far = set("crochet.example");
        assert!(
            far.starts_with("crochet_session=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600"),
            "{far}"
        );
        for host in [
            "127.0.0.1:7878",
            "localhost:7878",
            "LOCALHOST",
            "[::1]:7878",
            "127.0.0.1",
        ] {
            assert!(!set(host).contains("Secure"), "{host}");
        }
        for host in ["127.0.0.1.evil.example", "localhost.example:80", "", "0.0.0.0"] {
            assert!(set(host).contains("Secure"), "{host}");
        }
    }

    #[test]
    fn a_note_survives_whatever_it_says() {
        let note = "“A; b” is gone,\r\nand = more";
        let mut response = Response::default();
        let cookies = Cookies::of(&request(&[]));
        cookies.set_note(&mut response, note);
        let set = response.header(SET_COOKIE).unwrap();
        let sent = set.split(';').next().unwrap();
        assert_eq!(
            Cookies::of(&request(&[("cookie", sent)])).note.as_deref(),
            Some(note)
        );
    }

    #[test]
    fn colours_that_do_not_exist_are_not_taken_over() {
        let theme = |value: &str| Cookies::of(&request(&[("cookie", value)])).theme;
        assert_eq!(theme("crochet_theme=dark").as_deref(), Some("dark"));
        assert_eq!(theme("crochet_theme=%22%3E%3Cscript%3E"), None);
    }
}
