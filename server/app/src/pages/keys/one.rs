//! One key: what it may do and when it was used, with the forms that replace it and end it.
//!
//! One's own key is handled as one's own; somebody else's by those who may handle everybody's.

use std::sync::Arc;

use crochet_api::common::EntityTag;
use crochet_api::platform::{
    CreatedKey, Key, KeyId, ReadKeyParams, ReadKeyResponse, ReadOwnKeyParams, ReadOwnKeyResponse,
    RevokeKeyParams, RevokeOwnKeyParams, RotateKey, RotateKeyParams, RotateOwnKeyParams,
};
use crochet_openapi::Problem;
use poem::Response;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::Line;
use crate::pages::Site;
use crate::pages::endpoint::Visit;
use crate::pages::form::Form;
use crate::pages::form::{as_body, is_about_the_form};
use crate::pages::may::May;
use crate::pages::problems::{FieldError, all_errors};
use crate::pages::reply::see_other;

/// For how long the old key stays good, in seconds.
const OVERLAPS: [(&str, &str); 4] = [
    ("3600", "an hour"),
    ("86400", "a day"),
    ("604800", "a week"),
    ("0", "no longer"),
];

/// A key as the visitor came to it.
struct Found {
    key: Key,
    etag: EntityTag,
    mine: bool,
}

#[derive(Serialize)]
struct Shown {
    key: Line,
    mine: bool,
    etag: String,
    overlaps: [(&'static str, &'static str); 4],
    may_rotate: May,
    may_revoke: May,
    /// What the visitor saw, when that is no longer so.
    seen: Option<Seen>,
    problem: Option<Problem>,
    errors: Vec<FieldError>,
}

/// What the page said when its form was opened.
#[derive(Serialize)]
struct Seen {
    ends: String,
    revoked: String,
}

impl Seen {
    fn of(form: &Form) -> Self {
        Self {
            ends: form.get("ends").to_owned(),
            revoked: form.get("revoked").to_owned(),
        }
    }
}

#[derive(Serialize)]
struct Secret {
    secret: String,
    key: Line,
    /// Where a program is told as whom the key lets it in.
    caller: String,
    /// How the key begins that it takes the place of.
    replaces: Option<String>,
}

/// Shows it.
pub(in crate::pages) async fn show(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let found = site.key(&visit).await?;
    let shown = shown(&site, &visit, found, None).await;
    site.page(&visit.frame, "key.html", shown)
}

/// Makes another in its place and shows the secret.
pub(in crate::pages) async fn rotate(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let found = site.key(&visit).await?;
    let (platform, caller) = (&site.parts.platform, &visit.visitor.caller);
    let if_match = seen_tag(&visit)?;
    let (id, replaces) = (found.key.id, found.key.prefix.clone());
    let overlap = visit.form.get("overlap_s");
    let body = as_body::<RotateKey>(&json!({"overlap_s": overlap.parse::<i64>().unwrap_or(0)}))?;
    let rotated = if found.mine {
        let params = RotateOwnKeyParams { if_match };
        let made = platform.rotate_own_key(caller, id, params, body).await;
        made.map(|made| made.body)
    } else {
        let params = RotateKeyParams { if_match };
        let made = platform.rotate_key(caller, id, params, body).await;
        made.map(|made| made.body)
    };
    match rotated {
        Ok(made) => secret(&site, &visit, made, Some(replaces)),
        Err(problem) => again(&site, &visit, problem).await,
    }
}

/// Ends it.
pub(in crate::pages) async fn revoke(site: Arc<Site>, visit: Visit) -> Result<Response, Problem> {
    let found = site.key(&visit).await?;
    let (platform, caller) = (&site.parts.platform, &visit.visitor.caller);
    let if_match = seen_tag(&visit)?;
    let revoked = if found.mine {
        let params = RevokeOwnKeyParams { if_match };
        platform.revoke_own_key(caller, found.key.id, params).await
    } else {
        let params = RevokeKeyParams { if_match };
        platform.revoke_key(caller, found.key.id, params).await
    };
    match revoked {
        Ok(()) => {
            let mut response = see_other(if found.mine { "/keys" } else { "/keys?of=all" });
            let note = format!(
                "The key “{}” is revoked; nobody gets in with it.",
                found.key.name.as_str()
            );
            visit.frame.cookies.set_note(&mut response, &note);
            Ok(response)
        }
        Err(problem) => again(&site, &visit, problem).await,
    }
}

/// Shows the secret of a key, this once.
pub(super) fn secret(
    site: &Site,
    visit: &Visit,
    made: CreatedKey,
    replaces: Option<String>,
) -> Result<Response, Problem> {
    let shown = Secret {
        secret: made.secret.to_string(),
        key: made.key.into(),
        caller: visit.frame.whole("/api/platform/v1/caller"),
        replaces,
    };
    site.answer(&visit.frame, 200, "key_secret.html", shown)
}

fn seen_tag(visit: &Visit) -> Result<Option<EntityTag>, Problem> {
    Ok(Some(EntityTag::try_from(visit.form.get("etag").to_owned())?))
}

/// The key as it is now, and what went wrong.
async fn again(site: &Site, visit: &Visit, problem: Problem) -> Result<Response, Problem> {
    if problem.status != 412 && !is_about_the_form(&problem) {
        return Err(problem);
    }
    let status = problem.status;
    let found = site.key(visit).await?;
    let shown = shown(site, visit, found, Some(problem)).await;
    site.answer(&visit.frame, status, "key.html", shown)
}

async fn shown(site: &Site, visit: &Visit, found: Found, problem: Option<Problem>) -> Shown {
    let (rotate, revoke) = if found.mine {
        ("rotate_own_key", "revoke_own_key")
    } else {
        ("rotate_key", "revoke_key")
    };
    let changed = problem.as_ref().is_some_and(|problem| problem.status == 412);
    Shown {
        key: found.key.into(),
        mine: found.mine,
        etag: found.etag.to_string(),
        overlaps: OVERLAPS,
        may_rotate: site.may_one(&visit.visitor, rotate).await,
        may_revoke: site.may_one(&visit.visitor, revoke).await,
        seen: changed.then(|| Seen::of(&visit.form)),
        errors: all_errors(problem.as_ref()),
        problem,
    }
}

impl Site {
    /// The key of this page's address: the visitor's own, or anybody's for those who may see them.
    async fn key(&self, visit: &Visit) -> Result<Found, Problem> {
        let text = visit.request.raw_path_param("key_id").unwrap_or_default();
        let nothing = || Problem::not_found("there is no such key");
        let id: Uuid = text.parse().map_err(|_| nothing())?;
        let id = KeyId::try_from(id)?;
        let (platform, caller) = (&self.parts.platform, &visit.visitor.caller);
        match platform
            .read_own_key(caller, id, ReadOwnKeyParams::default())
            .await
        {
            Ok(ReadOwnKeyResponse::Ok { body: key, etag }) => {
                return Ok(Found {
                    key,
                    etag,
                    mine: true,
                });
            }
            Err(problem) if problem.status == 404 => {}
            Err(problem) => return Err(problem),
            Ok(ReadOwnKeyResponse::NotModified { .. }) => return Err(Problem::internal()),
        }
        match platform.read_key(caller, id, ReadKeyParams::default()).await {
            Ok(ReadKeyResponse::Ok { body: key, etag }) => Ok(Found {
                key,
                etag,
                mine: false,
            }),
            // Whoever may not see all keys learns of none.
            Err(problem) if problem.status == 403 => Err(nothing()),
            Err(problem) => Err(problem),
            Ok(ReadKeyResponse::NotModified { .. }) => Err(Problem::internal()),
        }
    }
}
