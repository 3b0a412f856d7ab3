//! What a program may do, in the words of the specs.

use crochet_api::SCOPES;
use serde::Serialize;

/// One thing that a program wants.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Wish {
    scope: String,
    words: &'static str,
}

/// What a scope is for.
pub(super) fn wish(scope: &str) -> Wish {
    let words = match scope {
        "openid" => "Know who you are.",
        "offline" | "offline_access" => "Go on while you are away, until you take it back.",
        other => SCOPES
            .iter()
            .find(|(known, _)| *known == other)
            .map_or("This server does not know what that is.", |(_, words)| *words),
    };
    Wish {
        scope: scope.to_owned(),
        words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::programs::consent::OF_OPENID;

    #[test]
    fn every_scope_that_somebody_can_give_has_words() {
        let unknown = wish("nonsense").words;
        let demanded = crochet_routes::OPERATIONS
            .iter()
            .flat_map(|operation| operation.security.scopes);
        for scope in demanded.copied().chain(OF_OPENID) {
            assert_ne!(wish(scope).words, unknown, "{scope}");
        }
    }
}
