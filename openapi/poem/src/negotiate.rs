//! Media types: what a client accepts and what it sends (RFC 9110, sections 8.3 and 12.5.1).

use crochet_openapi::{OperationInfo, Problem};
use mime::Mime;
use poem::Request;
use poem::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};

/// Refuses a request that accepts none of the media types that the operation answers in.
pub(crate) fn accepts(operation: &OperationInfo, request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    // Most accept everything, which needs no more than one look.
    if operation.produces.is_empty() || headers.get(ACCEPT).is_none_or(|first| first == "*/*") {
        return Ok(());
    }
    let lines = headers.get_all(ACCEPT).iter();
    let readable = lines.filter_map(|line| line.to_str().ok());
    let ranges: Vec<Range<'_>> = readable
        .flat_map(|line| line.split(','))
        .map(Range::read)
        .collect();
    // What is no text says nothing.
    if ranges.is_empty() || operation.produces.iter().any(|media| is_accepted(media, &ranges)) {
        return Ok(());
    }
    let offered = operation.produces.join(" or ");
    Err(Problem::new(
        406,
        format!("{} answers in {offered}", operation.operation_id),
    ))
}

/// One element of `Accept`: `text/*;q=0.5`.
struct Range<'r> {
    kind: &'r str,
    subtype: &'r str,
    refused: bool,
}

impl<'r> Range<'r> {
    fn read(element: &'r str) -> Self {
        let mut parts = element.split(';').map(str::trim);
        let (kind, subtype) = parts
            .next()
            .and_then(|range| range.split_once('/'))
            .unwrap_or_default();
        let weight =
            parts.find_map(|parameter| parameter.strip_prefix("q=").or(parameter.strip_prefix("Q=")));
        // Only whether the weight is nothing matters: an operation has one way to answer each status.
        let refused = weight.is_some_and(|weight| weight.parse() == Ok(0.0_f32));
        Self {
            kind,
            subtype,
            refused,
        }
    }

    /// How exactly it names a media type; `None` when it does not.
    fn precision(&self, media: &str) -> Option<u8> {
        let (kind, subtype) = media.split_once('/')?;
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (range, "*") if range.eq_ignore_ascii_case(kind) => Some(1),
            (range, sub) if range.eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subtype) => Some(2),
            _ => None,
        }
    }
}

/// The most precise range that names a media type decides.
fn is_accepted(media: &str, ranges: &[Range<'_>]) -> bool {
    let named = ranges
        .iter()
        .filter_map(|range| range.precision(media).map(|precision| (precision, range.refused)));
    named
        .max_by_key(|(precision, _)| *precision)
        .is_some_and(|(_, refused)| !refused)
}

/// What the headers say about the body.
#[derive(Clone, Copy, Default)]
pub(crate) struct Announced {
    /// Its media type, one of those that the operation takes; `None` when there is no body.
    pub(crate) media_type: Option<&'static str>,
    /// How long it says it is.
    pub(crate) length: Option<u64>,
}

/// Refuses a body that the operation does not take, before any of it is read. Where the operation takes none, nobody
/// looks for one.
pub(crate) fn body(operation: &OperationInfo, request: &Request) -> Result<Announced, Problem> {
    if operation.consumes.is_empty() {
        return Ok(Announced::default());
    }
    Ok(Announced {
        media_type: media_type(operation, request)?,
        length: announced_length(operation, request)?,
    })
}

fn media_type(operation: &OperationInfo, request: &Request) -> Result<Option<&'static str>, Problem> {
    if !has_body(request) {
        return Ok(None);
    }
    not_encoded(operation, request)?;
    let header = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    // The usual case needs no parsing.
    if let Some(taken) = operation.consumes.iter().find(|media| Some(**media) == header) {
        return Ok(Some(taken));
    }
    let sent = header.and_then(|text| text.parse::<Mime>().ok());
    let taken = sent
        .as_ref()
        .and_then(|sent| operation.consumes.iter().find(|media| is_taken(media, sent)));
    taken.map(|media| Some(*media)).ok_or_else(|| {
        let accepted = operation.consumes.join(" or ");
        let found = header.map_or_else(
            || "; the request does not say what it sends".to_owned(),
            |header| format!(", not `{header}`"),
        );
        Problem::new(415, format!("{} takes {accepted}{found}", operation.operation_id))
    })
}

/// Nobody decodes a body, and encoded it would pass for one that is malformed.
fn not_encoded(operation: &OperationInfo, request: &Request) -> Result<(), Problem> {
    let mut encodings = request.headers().get_all(CONTENT_ENCODING).iter();
    let Some(encoding) = encodings.find(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
    else {
        return Ok(());
    };
    let encoding = String::from_utf8_lossy(encoding.as_bytes());
    let detail = format!(
        "{} takes a body as it is, not as `{encoding}`",
        operation.operation_id
    );
    Err(Problem::new(415, detail))
}

fn is_taken(media: &str, sent: &Mime) -> bool {
    let charset = sent.get_param(mime::CHARSET);
    if charset.is_some_and(|charset| charset != mime::UTF_8) {
        return false;
    }
    let (kind, subtype) = media.split_once('/').unwrap_or_default();
    (kind == "*" || sent.type_() == kind)
        && (subtype == "*"
            || sent
                .essence_str()
                .split_once('/')
                .is_some_and(|(_, sub)| sub == subtype))
}

fn has_body(request: &Request) -> bool {
    let length = request.headers().get(CONTENT_LENGTH);
    length.is_some_and(|length| length != "0")
        || request.headers().contains_key(TRANSFER_ENCODING)
        // HTTP/2 needs neither header, and neither do requests made in process.
        || (length.is_none() && request.headers().contains_key(CONTENT_TYPE))
}

fn announced_length(operation: &OperationInfo, request: &Request) -> Result<Option<u64>, Problem> {
    let header = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let length = header.and_then(|text| text.parse::<u64>().ok());
    match length {
        Some(length) if length > operation.body_bytes_max => {
            Err(Problem::content_too_large(operation.body_bytes_max))
        }
        length => Ok(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TAKES_JSON: OperationInfo = OperationInfo {
        operation_id: "brew_tea",
        consumes: &["application/json"],
        body_bytes_max: 8,
        ..OperationInfo::EMPTY
    };

    /// What is made of a request with these headers: its media type, or the status of the refusal.
    fn announced(headers: &[(&str, &str)]) -> Result<Option<&'static str>, u16> {
        let builder = headers.iter().fold(Request::builder(), |builder, (name, value)| {
            builder.header(*name, *value)
        });
        let announced = body(&TAKES_JSON, &builder.finish());
        announced
            .map(|body| body.media_type)
            .map_err(|problem| problem.status)
    }

    #[test]
    fn a_body_of_unknown_length_says_what_it_is_too() {
        let chunked = ("transfer-encoding", "chunked");
        assert_eq!(announced(&[chunked]), Err(415));
        let json = ("content-type", "application/json");
        assert_eq!(announced(&[chunked, json]), Ok(Some("application/json")));
        assert_eq!(announced(&[]), Ok(None));
        assert_eq!(announced(&[("content-length", "0"), json]), Ok(None));
    }

    #[test]
    fn every_encoding_of_a_body_is_looked_at() {
        let json = ("content-type", "application/json");
        let identity = ("content-encoding", "identity");
        assert_eq!(announced(&[json, identity]), Ok(Some("application/json")));
        assert_eq!(
            announced(&[json, identity, ("content-encoding", "gzip")]),
            Err(415)
        );
        assert_eq!(
            announced(&[json, ("content-encoding", "identity, gzip")]),
            Err(415)
        );
    }
}
