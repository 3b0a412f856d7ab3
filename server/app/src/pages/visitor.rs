//! Who looks at a page.

use crochet_auth::{SECOND_FACTOR_NEEDED, VerifiedPerson};
use crochet_openapi::{Caller, Problem, RequestContext};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::Site;

/// The visitor of a page, as they call the services.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) caller: Caller,
    pub(super) person: Option<VerifiedPerson>,
    /// Whether they have shown one factor of two, which makes them nobody yet.
    pub(super) second_factor_needed: bool,
    /// What the forms of this session carry, so that nobody else can make one.
    pub(super) token: String,
}

impl Visitor {
    /// The visitor whose session this cookie opens, or nobody in particular.
    pub(super) async fn of(
        site: &Site,
        cookie: Option<&str>,
        request: &RequestContext,
    ) -> Result<Self, Problem> {
        let mut second_factor_needed = false;
        let known = match cookie {
            Some(cookie) => match site.parts.gate.person(cookie, request).await {
                Err(problem) if problem.type_uri == SECOND_FACTOR_NEEDED => {
                    second_factor_needed = true;
                    None
                }
                known => known?,
            },
            None => None,
        };
        Ok(match (known, cookie) {
            (Some((person, caller)), Some(cookie)) => Self {
                caller,
                person: Some(person),
                token: token(cookie),
                second_factor_needed,
            },
            _ => Self {
                caller: Caller::anonymous(request.clone()),
                person: None,
                token: String::new(),
                second_factor_needed,
            },
        })
    }

    /// Whether a form carries the token of this session.
    pub(super) fn sent(&self, token: &str) -> bool {
        self.person.is_some() && bool::from(self.token.as_bytes().ct_eq(token.as_bytes()))
    }
}

/// Made from the secret of the session, which no other site can read: so it needs no store, and every replica knows it.
fn token(cookie: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"the forms of this session: ");
    hash.update(cookie);
    HEXLOWER.encode(&hash.finalize()[..16])
}
