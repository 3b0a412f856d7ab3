//! Small stand-ins that several test modules share.

use crochet_openapi::{OperationInfo, Security};

/// An operation with nothing special about it.
pub(crate) const OPERATION: OperationInfo = OperationInfo {
    spec: "teas",
    tag: "teas",
    operation_id: "list_teas",
    summary: "List teas",
    method: "GET",
    base_path: "/api/teas/v1",
    path: "/teas",
    security: Security::PUBLIC,
    consumes: &[],
    produces: &["application/json"],
    body_bytes_max: 1024,
    streams: false,
    idempotent: false,
    no_compress: false,
    audit: false,
    deprecated: false,
};
