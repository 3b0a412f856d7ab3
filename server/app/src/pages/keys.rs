//! API keys: one's own, and everybody's for those who may see them; made, looked at, rotated and revoked.
//!
//! A secret is shown in the answer that made it and nowhere else, so that answer is no redirection.

mod one;
mod wanted;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use crochet_api::platform::{CreateOwnKeyResponse, Key, ListKeysParams, ListOwnKeysParams, NewKey};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;

use super::Site;
use super::endpoint::Visit;
use super::form::as_body;
use super::may::Abilities;
use super::problems::{FieldError, field_errors};
use super::query::Query;
use super::view::calendar;
use wanted::{LASTS, Wanted};

pub(super) use one::{revoke, rotate, show};

/// Which keys are listed: `?of=all`.
const ALL: &str = "all";

#[derive(Serialize)]
struct Shown {
    keys: Vec<Line>,
    all: bool,
    older: Option<String>,
    may: Abilities,
    roles: Vec<String>,
    scopes: Vec<Tick>,
    lasts: [(&'static str, &'static str); 5],
    values: Wanted,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

/// A scope that a key may be given.
#[derive(Serialize)]
struct Tick {
    scope: String,
    ticked: bool,
}

/// A key as a line of a list.
#[derive(Serialize)]
pub(super) struct Line {
    id: String,
    prefix: String,
    name: String,
    owner: String,
    scopes: Vec<String>,
    made: String,
    used: Option<String>,
    ends: Option<String>,
    revoked: Option<String>,
    replaces: Option<String>,
    /// Whether anybody gets in with it now.
    good: bool,
}

impl From<Key> for Line {
    fn from(key: Key) -> Self {
        let past = |moment: Option<DateTime<Utc>>| moment.is_some_and(|moment| moment <= Utc::now());
        Self {
            good: !past(key.revoked_at) && !past(key.expires_at),
            id: key.id.get().to_string(),
            prefix: key.prefix,
            name: key.name.into(),
            owner: key.owner.into(),
            scopes: key.scopes.iter().map(ToString::to_string).collect(),
            made: calendar(key.created_at),
            used: key.last_used_at.map(calendar),
            ends: key.expires_at.map(calendar),
            revoked: key.revoked_at.map(calendar),
            replaces: key.rotated_from.map(|id| id.get().to_string()),
        }
    }
}

/// Lists them.
pub(super) async fn list(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let shown = shown(&site, &visit, Wanted::default(), None).await?;
    site.page(&visit.frame, "keys.html", shown)
}

/// Makes one and shows its secret.
pub(super) async fn create(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let values = Wanted::of(&visit.form);
    let made = match as_body::<NewKey>(&values.body()) {
        Ok(new) => {
            let caller = &visit.visitor.caller;
            site.parts.platform.create_own_key(caller, new).await
        }
        Err(problem) => Err(problem),
    };
    let done = |made: CreateOwnKeyResponse| one::secret(&site, &visit, made.body, None);
    let again = |problem| shown(&site, &visit, values, Some(problem));
    site.ended(&visit, "keys.html", made, done, again).await
}

async fn shown(
    site: &Site,
    visit: &Visit,
    values: Wanted,
    problem: Option<Problem>,
) -> Result<Shown, Problem> {
    let query = Query::of(visit);
    let (caller, page_token) = (&visit.visitor.caller, query.page_token()?);
    let all = query.get("of") == Some(ALL);
    let listed = if all {
        let params = ListKeysParams {
            page_token,
            ..ListKeysParams::default()
        };
        site.parts.platform.list_keys(caller, params).await?
    } else {
        let params = ListOwnKeysParams {
            page_token,
            ..ListOwnKeysParams::default()
        };
        site.parts.platform.list_own_keys(caller, params).await?
    };
    let older = listed.next_page.map(|token| {
        let of = if all { "of=all&" } else { "" };
        format!("/keys?{of}page_token={token}")
    });
    let tick = |scope: &str| Tick {
        scope: scope.to_owned(),
        ticked: values.scopes.contains(scope),
    };
    Ok(Shown {
        keys: listed.items.into_iter().map(Line::from).collect(),
        all,
        older,
        may: site.may(&visit.visitor, &["create_own_key", "list_keys"]).await,
        roles: site.roles_within(visit).await,
        scopes: caller.scopes.iter().map(tick).collect(),
        lasts: LASTS,
        errors: field_errors(problem.as_ref(), &["name", "role", "expires_in_s"].into()),
        values,
        problem,
    })
}

impl Site {
    /// The roles that grant nothing that the visitor does not have.
    async fn roles_within(&self, visit: &Visit) -> Vec<String> {
        let caller = &visit.visitor.caller;
        match self.matrix(visit).await {
            Ok((matrix, _)) => {
                let within = |role: &&crochet_api::platform::Role| {
                    role.scopes.0.iter().all(|scope| caller.scopes.contains(scope))
                };
                let roles = matrix.roles.iter().filter(within);
                roles.map(|role| role.name.to_string()).collect()
            }
            // Whoever may not look at the roles ticks scopes.
            Err(_) => Vec::new(),
        }
    }
}
