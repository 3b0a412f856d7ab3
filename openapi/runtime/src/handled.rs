//! What a request is served under, and a note that a route leaves for whatever stands around it: which operation
//! answered, and for whom.
//!
//! Access logs, metrics and time limits need to know it even when the route was cut off half way, so it
//! cannot travel with the reply.

use std::sync::{Arc, OnceLock};

use crate::{OperationInfo, RequestContext};

/// Left in a request by the middleware, filled in by the route. Clones share what is filled in.
#[derive(Debug, Clone)]
pub struct Handled(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    context: RequestContext,
    note: OnceLock<Note>,
}

type Note = (&'static OperationInfo, Option<Arc<str>>);

impl Handled {
    /// For the request with these ids, which no route has taken yet.
    #[must_use]
    pub fn new(context: RequestContext) -> Self {
        let note = OnceLock::new();
        Self(Arc::new(Inner { context, note }))
    }

    /// The ids of the request.
    #[must_use]
    pub fn context(&self) -> &RequestContext {
        &self.0.context
    }

    /// Notes the operation and the subject of its caller, if one is known. The first note stays.
    pub fn set(&self, operation: &'static OperationInfo, subject: Option<Arc<str>>) {
        self.0.note.get_or_init(|| (operation, subject));
    }

    /// The operation, once a route has begun.
    #[must_use]
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        self.0.note.get().map(|(operation, _)| *operation)
    }

    /// Who called, once that is known.
    #[must_use]
    pub fn subject(&self) -> Option<&Arc<str>> {
        self.0.note.get().and_then(|(_, subject)| subject.as_ref())
    }
}
