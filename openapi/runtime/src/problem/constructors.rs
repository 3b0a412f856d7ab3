//! One constructor per status that Crochet answers, and the small changes made to a problem afterwards.

use std::borrow::Cow;

use super::{Problem, ProblemDetails, about_blank};

impl Problem {
    /// A problem of kind `about:blank` whose title is the reason phrase of `status`.
    #[must_use]
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        let mut problem = Self::bare(status);
        problem.detail = Some(detail.into());
        problem
    }

    /// A problem that says no more than its status.
    #[must_use]
    pub fn bare(status: u16) -> Self {
        Self(Box::new(ProblemDetails {
            type_uri: about_blank(),
            title: Cow::Borrowed(reason(status)),
            status,
            detail: None,
            instance: None,
            errors: Vec::new(),
            request_id: None,
            missing: Vec::new(),
            granted_by: Vec::new(),
            etag: None,
            retry_after_s: None,
        }))
    }

    /// 400: the request could not be read (bad JSON, a foreign or stale cursor).
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(400, detail)
    }

    /// 401: nobody is known to be calling.
    #[must_use]
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(401, detail)
    }

    /// 403: the caller is known and may not do this.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(403, detail)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(404, detail)
    }

    /// 409: the state of things forbids it for now.
    #[must_use]
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(409, detail)
    }

    /// 410: it was here and is not coming back.
    #[must_use]
    pub fn gone(detail: impl Into<String>) -> Self {
        Self::new(410, detail)
    }

    /// 412: `If-Match` names another version than the current one.
    #[must_use]
    pub fn precondition_failed(detail: impl Into<String>) -> Self {
        Self::new(412, detail)
    }

    /// 413: the body is larger than `limit` bytes.
    #[must_use]
    pub fn content_too_large(limit: u64) -> Self {
        Self::new(413, format!("the body may hold at most {limit} bytes"))
    }

    /// 422: the request was read and breaks a rule.
    #[must_use]
    pub fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(422, detail)
    }

    /// 429: too many requests; try again after `retry_after_s` seconds.
    #[must_use]
    pub fn too_many_requests(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self::new(429, detail).with_retry_after(retry_after_s)
    }

    /// 500, without the cause: that belongs into the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            500,
            "the server failed; its log has the cause under this request id",
        )
    }

    /// 501: the operation is in the spec and not in this server.
    #[must_use]
    pub fn not_implemented(operation_id: &str) -> Self {
        Self::new(501, format!("{operation_id} is not implemented here"))
    }

    /// 503: something that this request needs does not answer; try again after `retry_after_s` seconds.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>, retry_after_s: u32) -> Self {
        Self::new(503, detail).with_retry_after(retry_after_s)
    }

    /// Names the kind of problem, for programs that must tell problems of one status apart.
    #[must_use]
    pub fn with_type(
        mut self,
        type_uri: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.type_uri = type_uri.into();
        self.title = title.into();
        self
    }

    /// Says what the entity tag of the resource is now.
    #[must_use]
    pub fn with_etag(mut self, etag: impl Into<String>) -> Self {
        self.etag = Some(etag.into());
        self
    }

    /// Says how long to wait before trying again.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Names the request that met the problem, unless it is named already.
    #[must_use]
    pub fn with_request_id(mut self, request_id: &str) -> Self {
        self.request_id.get_or_insert_with(|| request_id.to_owned());
        self
    }
}

/// The reason phrase of RFC 9110, or the name of the class for a status that has none here.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        507 => "Insufficient Storage",
        402..500 => "Client Error",
        _ => "Server Error",
    }
}
