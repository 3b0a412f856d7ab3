//! Small stand-ins that several test modules share.

use crochet_openapi::OperationInfo;

/// An operation with nothing special about it.
pub(crate) const OPERATION: OperationInfo = OperationInfo {
    spec: "teas",
    tag: "teas",
    operation_id: "list_teas",
    summary: "List teas",
    base_path: "/api/teas/v1",
    path: "/teas",
    produces: &["application/json"],
    body_bytes_max: 1024,
    ..OperationInfo::EMPTY
};
