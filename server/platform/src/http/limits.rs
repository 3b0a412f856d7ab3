//! How large the head of a request may be.

use crochet_openapi::Problem;
use poem::Request;

use crate::config::LimitSettings;

/// Refuses an address or headers that are too large.
pub(super) fn check_head(request: &Request, limits: &LimitSettings) -> Result<(), Problem> {
    let uri = request.uri();
    let uri_bytes = uri.path_and_query().map_or(0, |text| text.as_str().len());
    if uri_bytes > limits.uri_bytes_max {
        let detail = format!("path and query may hold at most {} bytes", limits.uri_bytes_max);
        return Err(Problem::new(414, detail));
    }
    let header_bytes: usize = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if header_bytes > limits.header_bytes_max {
        let detail = format!("the headers may hold at most {} bytes", limits.header_bytes_max);
        return Err(Problem::new(431, detail));
    }
    Ok(())
}
