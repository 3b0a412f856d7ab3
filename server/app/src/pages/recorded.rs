//! What people do on pages and no operation does, as the audit log calls it: they come and go, and let programs in.
//!
//! Whoever comes in, lets a program in or takes that back is written down before it counts. That somebody was refused or
//! has gone is only noted: nobody is kept signed in because the log is full. It must never hold who somebody said they
//! were when they were refused: people type passwords into the wrong field.

use crochet_auth::LOCAL_PERSON;
use crochet_openapi::{Caller, CallerKind, OperationInfo, Problem, RequestContext, Roles, Scopes};

use super::Site;

/// The document that describes none of it.
const SPEC: &str = "pages";

const fn done_at(path: &'static str, name: &'static str) -> OperationInfo {
    OperationInfo {
        spec: SPEC,
        operation_id: name,
        method: "POST",
        path,
        audit: true,
        ..OperationInfo::EMPTY
    }
}

/// A session begins, or one that there is proves more.
pub(super) static SIGN_IN: OperationInfo = done_at("/login", "sign_in");
/// Somebody ends the session that they are in.
pub(super) static SIGN_OUT: OperationInfo = done_at("/logout", "sign_out");
/// Somebody ends another session of theirs.
pub(super) static END_SESSION: OperationInfo = done_at("/sessions", "end_session");
/// Somebody lets a program act for them.
pub(super) static LET_PROGRAM_IN: OperationInfo = done_at("/consent", "let_program_in");
/// Somebody does not.
pub(super) static REFUSE_PROGRAM: OperationInfo = done_at("/consent", "refuse_program");
/// Somebody takes back what they let a program do.
pub(super) static END_PROGRAM: OperationInfo = done_at("/programs", "end_program");

/// All of it.
pub(super) static ALL: [&OperationInfo; 6] = [
    &SIGN_IN,
    &SIGN_OUT,
    &END_SESSION,
    &LET_PROGRAM_IN,
    &REFUSE_PROGRAM,
    &END_PROGRAM,
];

/// Whoever signs in by a link for this role.
pub(super) fn by_link(role: &str, request: &RequestContext) -> Caller {
    let caller = Caller::new(
        LOCAL_PERSON,
        CallerKind::Person,
        Scopes::default(),
        request.clone(),
    );
    caller.with_roles(Roles::from_iter([role]))
}

/// Where a program is, in the words of the log.
pub(super) fn of_program(client: &str) -> String {
    format!("/programs/{client}")
}

impl Site {
    /// Does something if it can be written down, and writes down how it ended.
    ///
    /// # Errors
    /// 503 when it cannot be written down, and whatever it fails with itself.
    pub(super) async fn recorded<T>(
        &self,
        what: &'static OperationInfo,
        caller: &Caller,
        place: String,
        deed: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let recording = self.parts.audit.begin(what, caller, place).await?;
        recording.end(deed.await, |_| None).await
    }

    /// Notes that somebody tried to come in here and was not let in.
    pub(super) fn refused_to_sign_in(&self, request: &RequestContext, place: &str) {
        let nobody = Caller::anonymous(request.clone());
        let problem = Problem::unauthorized("nobody is signed in by that");
        self.parts.audit.denied(&SIGN_IN, &nobody, place, &problem);
    }
}
