//! One authorised request, ready to be taken apart by a generated route.

use crochet_openapi::{At, Caller, Location, OperationInfo, Problem, SchemeKind, Violations};
use poem::Request;

use crate::given::{Given, Texts};
use crate::negotiate::Announced;
use crate::path;

/// One authorised request. A route reads what it needs, asks for the [`verdict`](Call::verdict), and only
/// then looks at what it read.
pub struct Call {
    /// Who calls.
    pub caller: Caller,
    pub(crate) operation: &'static OperationInfo,
    pub(crate) request: Request,
    /// One of the media types that the operation takes; `None` without a body.
    pub(crate) media_type: Option<&'static str>,
    /// How long the body says it is.
    pub(crate) length: Option<u64>,
    pub(crate) found: Violations,
    /// Why the body could not be read at all.
    pub(crate) unreadable: Option<Problem>,
    query: Option<Vec<(String, String)>>,
}

/// What was read, or word that something about it was wrong; the verdict says what.
pub type Read<T> = Result<T, Refused>;

/// Something was wrong; the [`verdict`](Call::verdict) says what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

impl From<Refused> for Problem {
    /// Only for a route that did not ask for the verdict.
    fn from(_: Refused) -> Self {
        Self::bare(400)
    }
}

impl Call {
    pub(crate) fn new(
        caller: Caller,
        operation: &'static OperationInfo,
        request: Request,
        body: Announced,
    ) -> Self {
        let found = Violations::default();
        Self {
            caller,
            operation,
            request,
            media_type: body.media_type,
            length: body.length,
            found,
            unreadable: None,
            query: None,
        }
    }

    /// The path parameter `name`.
    pub fn path(&mut self, name: &'static str) -> Given<'_> {
        let text = path::parameter(self.operation.path, self.request.uri().path(), name);
        Given::new(Location::Path, name, Texts::One(text), &mut self.found)
    }

    /// The query parameter `name`.
    pub fn query(&mut self, name: &'static str) -> Given<'_> {
        let pairs = self
            .query
            .get_or_insert_with(|| pairs(self.request.uri().query().unwrap_or_default()));
        Given::new(Location::Query, name, Texts::Pairs(pairs), &mut self.found)
    }

    /// Notes each query parameter that the operation does not take: a filter that is misspelt must not pass for
    /// one that let everything through.
    pub(crate) fn check_query_names(&mut self) {
        let (Some(known), Some(query)) = (self.operation.query, self.request.uri().query()) else {
            return;
        };
        let is_key = |name: &str| {
            let mut schemes = self.operation.security.schemes();
            schemes.any(|scheme| matches!(scheme.kind, SchemeKind::Query(key) if key == name))
        };
        let root = At::root(Location::Query);
        for (name, _) in self.query.get_or_insert_with(|| pairs(query)) {
            if !known.contains(&name.as_str()) && !is_key(name) {
                self.found.add(&root.field(name), "unknown", expected(known));
            }
        }
    }

    /// The header `name`.
    pub fn header(&mut self, name: &'static str) -> Given<'_> {
        let lines = self.request.headers().get_all(name);
        Given::new(Location::Header, name, Texts::Lines(lines), &mut self.found)
    }

    /// The media type of the body, as the spec writes it; empty without a body.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.media_type.unwrap_or_default()
    }

    /// Whether everything that was read is in order.
    ///
    /// # Errors
    /// A problem that names everything that is not.
    pub fn verdict(&mut self) -> Result<(), Problem> {
        if let Some(problem) = self.unreadable.take() {
            return Err(problem);
        }
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(std::mem::take(&mut self.found).into())
        }
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn expected(known: &[&str]) -> String {
    if known.is_empty() {
        "there are no query parameters here".to_owned()
    } else {
        format!("must be one of {}", known.join(", "))
    }
}
