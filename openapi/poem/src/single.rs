//! Headers that a request may hold once: of several, whoever reads first would decide who calls and what they sent, and
//! whatever stands before this server may have read another one.

use crochet_openapi::{OperationInfo, Problem, SchemeKind};
use poem::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName};

use crate::presented::ON_BEHALF_OF;

/// Refuses a request that says more than once who calls or what its body is.
pub(crate) fn check(operation: &OperationInfo, headers: &HeaderMap) -> Result<(), Problem> {
    // Almost no request says anything twice, and that is quick to see.
    if headers.len() == headers.keys_len() {
        return Ok(());
    }
    let keys = operation
        .security
        .schemes()
        .filter_map(|scheme| match scheme.kind {
            SchemeKind::Header(name) => Some(name),
            _ => None,
        });
    let fixed = [AUTHORIZATION, CONTENT_TYPE, ON_BEHALF_OF];
    let mut names = fixed.iter().map(HeaderName::as_str).chain(keys);
    match names.find(|name| headers.get_all(*name).iter().nth(1).is_some()) {
        Some(name) => Err(Problem::bad_request(format!(
            "the header {name} must be there once"
        ))),
        None => Ok(()),
    }
}
