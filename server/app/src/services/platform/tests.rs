//! The platform service on a store of its own.

use std::sync::Arc;
use std::time::Duration;

use crochet_api::common::Title;
use crochet_api::platform::{
    AccessOperations, IntrospectKey, KeysOperations, ListKeysParams, ListPermissionsParams, NewKey,
    NewSignInLink, OperationsOperations, ReadKeyParams, ReadKeyResponse, ReadLogLevelParams,
    ReadLogLevelResponse, RevokeKeyParams, RevokeOwnKeyParams, RoleName, RotateKey, RotateKeyParams,
    UpdateLogLevel, UpdateLogLevelParams,
};
use crochet_auth::matrix::{Matrices, Matrix};
use crochet_auth::{KeyAuthenticator, LOCAL_PERSON, LocalKeys, LocalSessions, Sessions as _, roles};
use crochet_openapi::{Caller, CallerKind, RequestContext};
use crochet_platform::telemetry::LogControl;
use crochet_routes::OPERATIONS;
use crochet_store::{Store, SystemClock};

use super::*;

pub(super) mod club;
mod health;
mod matrix;

struct House {
    service: PlatformService,
    sign_ins: LocalSessions,
    readiness: Readiness,
    _folder: tempfile::TempDir,
}

async fn house(dependencies: Vec<Arc<dyn Check>>) -> House {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let store = Store::open(&folder.path().join("crochet.sqlite"), clock.clone())
        .await
        .unwrap();
    let scopes: Vec<&str> = roles::ADMIN.scopes().collect();
    let source = StoredMatrices::new(store.role_matrices(), scopes.clone());
    let matrices = Arc::new(Matrices::new(Arc::new(source), Matrix::built_in(scopes)));
    let stored = Arc::new(StoredKeys::new(store.keys()));
    let checker = LocalKeys::new(stored, Arc::new(LocalOwners), matrices.clone());
    let authenticator = KeyAuthenticator::new(Arc::new(checker), Duration::from_secs(1));
    let authenticator = Arc::new(authenticator);
    let roles = Arc::new(RoleService::new(RoleParts {
        kept: store.role_matrices(),
        matrices: matrices.clone(),
        authenticator: authenticator.clone(),
        owners: Arc::new(LocalOwners),
        people: None,
        keys: store.keys(),
        operations: OPERATIONS,
    }));
    let keys = Arc::new(KeyService::new(
        store.keys(),
        authenticator,
        matrices.clone(),
        clock,
    ));
    let readiness = Readiness::default();
    let (log, _) = LogControl::new("info").unwrap();
    let build = Build {
        name: "crochet".to_owned(),
        version: "0".to_owned(),
        commit: None,
        profile: "test".to_owned(),
        target: "here".to_owned(),
        services: Vec::new(),
        specs: Vec::new(),
    };
    let sign_ins = LocalSessions::new(Arc::new(StoredTickets::new(store.sign_ins())));
    let service = PlatformService::new(PlatformParts {
        access: AccessAt::Here {
            keys,
            roles,
            audit: Arc::new(AuditService::new(store.audit_trail())),
            people: None,
        },
        sign_ins: Some(sign_ins.clone()),
        matrices,
        operations: OPERATIONS,
        checks: Checks {
            readiness: readiness.clone(),
            dependencies,
        },
        log,
        build,
    });
    House {
        service,
        sign_ins,
        readiness,
        _folder: folder,
    }
}

fn caller(role: roles::Role) -> Caller {
    Caller::new(
        role.name,
        CallerKind::Key,
        role.scope_set(),
        RequestContext::new(),
    )
}

fn role(name: &str) -> RoleName {
    RoleName::try_from(name).unwrap()
}

fn new_key(name: &str) -> NewKey {
    NewKey {
        name: Title::try_from("ci").unwrap(),
        role: Some(role(name)),
        scopes: None,
        expires_in_s: None,
    }
}

#[tokio::test]
async fn a_caller_sees_who_it_is_and_what_it_may_call() {
    let house = house(Vec::new()).await;
    let viewer = caller(roles::VIEWER);
    let info = house.service.read_caller(&viewer).await.unwrap();
    assert_eq!(info.subject.as_str(), "viewer");
    let params = ListPermissionsParams {
        spec: Some("contexts".to_owned()),
        limit: 1000,
        page_token: None,
    };
    let page = house.service.list_permissions(&viewer, params).await.unwrap();
    let of = |id: &str| {
        page.items
            .iter()
            .find(|permission| permission.operation_id == id)
            .unwrap()
    };
    assert!(of("list_contexts").allowed);
    let create = of("create_context");
    assert!(!create.allowed);
    assert_eq!(create.missing[0].as_str(), "contexts:write");
    assert_eq!(create.granted_by, ["editor", "admin"].map(role));
}

#[tokio::test]
async fn a_link_signs_in_with_its_role_and_never_with_more_than_its_maker_has() {
    let house = house(Vec::new()).await;
    let asked = async |maker: roles::Role, named: &str| {
        let new = NewSignInLink { role: role(named) };
        house.service.create_sign_in_link(&caller(maker), new).await
    };
    let link = asked(roles::EDITOR, "viewer").await.unwrap();
    let ticket = link.path.as_str().strip_prefix("/signin/").unwrap();
    let session = house.sign_ins.sign_in(ticket).await.unwrap().unwrap();
    let person = house.sign_ins.check(session.ticket.reveal()).await.unwrap();
    assert_eq!(person.unwrap().roles, ["viewer"]);
    let refused = asked(roles::EDITOR, "admin").await.unwrap_err();
    assert_eq!(refused.status, 403);
    assert!(
        refused.missing.iter().any(|scope| scope == "keys:write"),
        "{refused}"
    );
    assert_eq!(asked(roles::ADMIN, "service").await.unwrap_err().status, 422);
}

#[tokio::test]
async fn permissions_are_paged_over_every_operation() {
    let house = house(Vec::new()).await;
    let mut params = ListPermissionsParams {
        limit: 7,
        ..ListPermissionsParams::default()
    };
    let mut seen = 0;
    loop {
        let page = house
            .service
            .list_permissions(&caller(roles::ADMIN), params.clone())
            .await
            .unwrap();
        seen += page.items.len();
        match page.next_page {
            None => break,
            next => params.page_token = next,
        }
    }
    assert_eq!(seen, OPERATIONS.len());
}

#[tokio::test]
async fn a_key_is_shown_once_and_recognised_until_it_is_revoked() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let made = house.service.create_key(&admin, new_key("editor")).await.unwrap();
    let ask = || IntrospectKey {
        secret: made.body.secret.clone(),
    };
    let known = house.service.introspect_key(&admin, ask()).await.unwrap();
    assert!(known.active);
    assert_eq!(known.caller.unwrap().subject.as_str(), "admin");
    let listed = house
        .service
        .list_keys(&admin, ListKeysParams::default())
        .await
        .unwrap();
    assert_eq!(listed.items.len(), 1);
    assert!(!format!("{listed:?}").contains(made.body.secret.as_str()));
    house
        .service
        .revoke_key(&admin, made.body.key.id, RevokeKeyParams::default())
        .await
        .unwrap();
    assert!(!house.service.introspect_key(&admin, ask()).await.unwrap().active);
}

#[tokio::test]
async fn nobody_makes_a_key_that_may_do_more_than_they() {
    let house = house(Vec::new()).await;
    let mut limited = caller(roles::EDITOR);
    limited.scopes = roles::EDITOR.scopes().chain(["keys:write"]).collect();
    let refused = house
        .service
        .create_key(&limited, new_key("operator"))
        .await
        .unwrap_err();
    assert_eq!(refused.status, 403);
    assert!(refused.missing.contains(&"work:lease".to_owned()), "{refused:?}");
    assert!(
        house
            .service
            .create_key(&limited, new_key("viewer"))
            .await
            .is_ok()
    );
    let misspelt = NewKey {
        scopes: Some(vec!["contexts:raed".parse().unwrap()]),
        ..new_key("viewer")
    };
    let refused = house.service.create_key(&limited, misspelt).await.unwrap_err();
    assert_eq!(
        (refused.status, refused.detail.as_deref()),
        (422, Some("there is no scope contexts:raed"))
    );
    let empty = NewKey {
        role: None,
        ..new_key("viewer")
    };
    assert_eq!(
        house
            .service
            .create_key(&limited, empty)
            .await
            .unwrap_err()
            .status,
        422
    );
}

#[tokio::test]
async fn nobody_revokes_a_key_that_may_do_more_than_they() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let mut limited = caller(roles::EDITOR);
    limited.scopes = roles::EDITOR.scopes().chain(["keys:write"]).collect();
    let stronger = house.service.create_key(&admin, new_key("admin")).await.unwrap();
    let weaker = house.service.create_key(&admin, new_key("viewer")).await.unwrap();
    let revoke = async |caller: &Caller, id| {
        let params = RevokeKeyParams::default();
        house.service.revoke_key(caller, id, params).await
    };
    let refused = revoke(&limited, stronger.body.key.id).await.unwrap_err();
    assert_eq!(refused.status, 403);
    assert!(refused.missing.contains(&"work:lease".to_owned()), "{refused:?}");
    revoke(&limited, weaker.body.key.id).await.unwrap();
    revoke(&admin, stronger.body.key.id).await.unwrap();
}

#[tokio::test]
async fn a_visitor_by_link_revokes_no_key_of_a_stronger_one() {
    let house = house(Vec::new()).await;
    let by_link = |role: roles::Role| {
        let request = RequestContext::new();
        Caller::new(LOCAL_PERSON, CallerKind::Person, role.scope_set(), request).in_session()
    };
    let (admin, viewer) = (by_link(roles::ADMIN), by_link(roles::VIEWER));
    let made = house.service.create_key(&admin, new_key("admin")).await.unwrap();
    let revoke = async |caller: &Caller| {
        let params = RevokeOwnKeyParams::default();
        house
            .service
            .revoke_own_key(caller, made.body.key.id, params)
            .await
    };
    assert_eq!(revoke(&viewer).await.unwrap_err().status, 403);
    revoke(&admin).await.unwrap();
}

#[tokio::test]
async fn a_changed_key_is_not_revoked_by_an_old_tag_and_a_known_one_is_not_sent_again() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let made = house.service.create_key(&admin, new_key("viewer")).await.unwrap();
    let id = made.body.key.id;
    let known = ReadKeyParams {
        if_none_match: Some(made.etag.clone()),
    };
    let read = house.service.read_key(&admin, id, known).await.unwrap();
    assert!(matches!(read, ReadKeyResponse::NotModified { .. }));
    house
        .service
        .revoke_key(
            &admin,
            id,
            RevokeKeyParams {
                if_match: Some(made.etag.clone()),
            },
        )
        .await
        .unwrap();
    let again = house
        .service
        .revoke_key(
            &admin,
            id,
            RevokeKeyParams {
                if_match: Some(made.etag),
            },
        )
        .await;
    assert_eq!(again.unwrap_err().status, 412);
}

#[tokio::test]
async fn a_rotated_key_has_a_successor_and_ends() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let made = house.service.create_key(&admin, new_key("viewer")).await.unwrap();
    let active = async |secret| {
        house
            .service
            .introspect_key(&admin, IntrospectKey { secret })
            .await
            .unwrap()
            .active
    };
    assert!(active(made.body.secret.clone()).await, "now it is remembered");
    let rotate = RotateKey { overlap_s: 0 };
    let params = RotateKeyParams::default();
    let next = house
        .service
        .rotate_key(&admin, made.body.key.id, params, rotate)
        .await
        .unwrap();
    assert_eq!(next.body.key.rotated_from, Some(made.body.key.id));
    assert!(active(next.body.secret.clone()).await);
    assert!(!active(made.body.secret.clone()).await);
}

#[tokio::test]
async fn what_is_no_key_is_not_active() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    for secret in ["0123456789abcdef", "ck_0123456789_0123456789"] {
        let secret = secret.parse().unwrap();
        assert!(
            !house
                .service
                .introspect_key(&admin, IntrospectKey { secret })
                .await
                .unwrap()
                .active
        );
    }
}

#[tokio::test]
async fn the_log_level_is_changed_for_a_while_unless_somebody_else_was_faster() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let read = house
        .service
        .read_log_level(&admin, ReadLogLevelParams::default())
        .await
        .unwrap();
    let ReadLogLevelResponse::Ok { body, etag } = read else {
        panic!("it was not read before")
    };
    assert_eq!((body.filter.as_str(), body.reverts_at), ("info", None));
    let change = |filter: &str| UpdateLogLevel {
        filter: filter.parse().unwrap(),
        for_s: 600,
    };
    let params = UpdateLogLevelParams { if_match: Some(etag) };
    let now = house
        .service
        .update_log_level(&admin, params.clone(), change("debug"))
        .await
        .unwrap();
    assert_eq!(
        (now.body.filter.as_str(), now.body.configured.as_str()),
        ("debug", "info")
    );
    assert!(now.body.reverts_at.is_some());
    let late = house
        .service
        .update_log_level(&admin, params, change("trace"))
        .await;
    assert_eq!(late.unwrap_err().status, 412);
    let wrong = house
        .service
        .update_log_level(&admin, UpdateLogLevelParams::default(), change("loud"))
        .await;
    assert_eq!(wrong.unwrap_err().status, 422);
}
