//! Who looks at a page.

use crochet_auth::VerifiedPerson;
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
        let known = match cookie {
            Some(cookie) => site.parts.gate.person(cookie, request).await?,
            None => None,
        };
        Ok(match (known, cookie) {
            (Some((person, caller)), Some(cookie)) => Self {
                caller,
                person: Some(person),
                token: token(cookie),
            },
            _ => Self {
                caller: Caller::anonymous(request.clone()),
                person: None,
                token: String::new(),
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
