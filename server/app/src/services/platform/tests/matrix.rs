//! The role matrix through the service: what it grants, who may change it, what is kept of changes.

use std::collections::BTreeSet;

use crochet_api::common::EntityTag;
use crochet_api::platform::{
    ExplainAccess, GrantedScopes, ListRoleChangesParams, ListScopesParams, MatrixVersion, NewRole,
    NewRoleMatrix, ReadRoleMatrixParams, ReadRoleMatrixResponse, ReplaceRoleMatrixParams, RoleChangeKind,
    RoleMatrix, RolesOperations, Subject, UndoRoleChangeParams,
};
use crochet_openapi::{Problem, Roles};

use super::*;

async fn read(house: &House) -> (RoleMatrix, EntityTag) {
    let admin = caller(roles::ADMIN);
    let params = ReadRoleMatrixParams::default();
    match house.service.read_role_matrix(&admin, params).await.unwrap() {
        ReadRoleMatrixResponse::Ok { body, etag } => (body, etag),
        ReadRoleMatrixResponse::NotModified { .. } => panic!("nothing was known"),
    }
}

/// The matrix as it is, to be changed and sent back.
fn wanted(matrix: RoleMatrix) -> NewRoleMatrix {
    let roles = matrix.roles.into_iter().map(|role| NewRole {
        name: role.name,
        description: Some(role.description),
        scopes: role.scopes,
    });
    NewRoleMatrix {
        roles: roles.collect(),
    }
}

/// The matrix with one more role, or with this one as it is now.
fn with_role(matrix: RoleMatrix, name: &str, scopes: &[&str]) -> NewRoleMatrix {
    let mut wanted = wanted(matrix);
    wanted.roles.retain(|known| known.name.as_str() != name);
    let scopes: Vec<_> = scopes.iter().map(|&scope| scope.try_into().unwrap()).collect();
    wanted.roles.push(NewRole {
        name: role(name),
        description: None,
        scopes: GrantedScopes(scopes),
    });
    wanted
}

async fn replace(
    house: &House,
    by: &Caller,
    if_match: EntityTag,
    body: NewRoleMatrix,
) -> Result<EntityTag, Problem> {
    let params = ReplaceRoleMatrixParams { if_match };
    let replaced = house.service.replace_role_matrix(by, params, body).await?;
    Ok(replaced.etag)
}

fn scopes_of(matrix: &RoleMatrix, name: &str) -> BTreeSet<String> {
    let role = matrix.roles.iter().find(|role| role.name.as_str() == name);
    role.map(|role| role.scopes.0.iter().map(ToString::to_string).collect())
        .unwrap_or_default()
}

#[tokio::test]
async fn a_new_installation_has_the_built_in_roles_and_admin_grants_everything() {
    let house = house(Vec::new()).await;
    let (matrix, _) = read(&house).await;
    let names: Vec<&str> = matrix.roles.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, ["viewer", "editor", "operator", "admin"]);
    let admin = &matrix.roles[3];
    assert!(admin.built_in && admin.fixed);
    let scopes = house
        .service
        .list_scopes(
            &caller(roles::ADMIN),
            ListScopesParams {
                limit: 1000,
                page_token: None,
            },
        )
        .await
        .unwrap();
    assert_eq!(scopes.items.len(), admin.scopes.0.len());
    let delete = scopes
        .items
        .iter()
        .find(|info| info.scope.as_str() == "contexts:delete")
        .unwrap();
    assert_eq!(delete.operations[0].operation_id, "delete_context");
    assert_eq!(delete.granted_by, [role("admin")]);
}

#[tokio::test]
async fn a_change_acts_on_the_next_request_and_is_kept_with_who_made_it() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let (matrix, etag) = read(&house).await;
    let new = with_role(matrix, "leaser", &["work:lease"]);
    let preview = house
        .service
        .preview_role_matrix(&admin, new.clone())
        .await
        .unwrap();
    assert_eq!(preview.changes.len(), 1);
    assert_eq!(read(&house).await.1, etag, "a preview changes nothing");
    replace(&house, &admin, etag, new).await.unwrap();
    assert_eq!(
        scopes_of(&read(&house).await.0, "leaser"),
        ["work:lease".to_owned()].into()
    );
    let key = house.service.create_key(&admin, new_key("leaser")).await.unwrap();
    assert_eq!(key.body.key.scopes[0].as_str(), "work:lease");
    let history = house
        .service
        .list_role_changes(&admin, ListRoleChangesParams::default())
        .await
        .unwrap();
    let change = &history.items[0];
    assert_eq!((change.version.get(), change.changed_by.as_str()), (1, "admin"));
    assert_eq!(change.changes[0].kind, RoleChangeKind::Added);
    assert_eq!(change.changes[0].gained[0].as_str(), "work:lease");
}

#[tokio::test]
async fn of_two_editors_at_once_the_second_is_told() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let (matrix, etag) = read(&house).await;
    let one = with_role(matrix.clone(), "one", &[]);
    replace(&house, &admin, etag.clone(), one).await.unwrap();
    let two = with_role(matrix, "two", &[]);
    let refused = replace(&house, &admin, etag, two).await.unwrap_err();
    assert_eq!(refused.status, 412);
}

#[tokio::test]
async fn the_same_matrix_again_is_no_change() {
    let house = house(Vec::new()).await;
    let (matrix, etag) = read(&house).await;
    let again = replace(&house, &caller(roles::ADMIN), etag.clone(), wanted(matrix)).await;
    assert_eq!(again.unwrap(), etag);
}

#[tokio::test]
async fn rules_are_kept_and_said() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let (matrix, etag) = read(&house).await;
    let mut twice = with_role(matrix.clone(), "twice", &[]);
    twice.roles.push(twice.roles.last().unwrap().clone());
    let mut without = wanted(matrix.clone());
    without.roles.remove(0);
    for (bad, said) in [
        (twice, "named twice"),
        (without, "the role viewer is built in"),
        (
            with_role(matrix.clone(), "admin", &["roles:read"]),
            "admin grants every scope",
        ),
        (
            with_role(matrix.clone(), "service", &[]),
            "taken by our own processes",
        ),
        (
            with_role(matrix, "odd", &["no:such"]),
            "there is no scope no:such",
        ),
    ] {
        let refused = replace(&house, &admin, etag.clone(), bad).await.unwrap_err();
        assert_eq!(refused.status, 422);
        assert!(refused.detail.as_deref().unwrap().contains(said), "{refused:?}");
    }
    assert_eq!(read(&house).await.1, etag, "nothing was changed");
}

#[tokio::test]
async fn nobody_grants_what_they_do_not_have() {
    let house = house(Vec::new()).await;
    let mut limited = caller(roles::EDITOR);
    limited.scopes = roles::EDITOR.scopes().chain(["roles:write"]).collect();
    let (matrix, etag) = read(&house).await;
    let more = with_role(matrix.clone(), "mine", &["contexts:delete"]);
    let refused = replace(&house, &limited, etag.clone(), more.clone())
        .await
        .unwrap_err();
    assert_eq!(
        (refused.status, &refused.missing[..]),
        (403, &["contexts:delete".to_owned()][..])
    );
    assert_eq!(refused.granted_by, ["admin"]);
    let preview = house.service.preview_role_matrix(&limited, more).await;
    assert_eq!(preview.unwrap_err().status, 403);
    let own = with_role(matrix, "mine", &["contexts:read"]);
    assert!(replace(&house, &limited, etag, own).await.is_ok());
}

#[tokio::test]
async fn nobody_locks_themselves_out() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let (matrix, etag) = read(&house).await;
    let both = with_role(matrix, "keeper", &["roles:write", "roles:read"]);
    let etag = replace(&house, &admin, etag, both).await.unwrap();
    let keeper = caller(roles::ADMIN).with_roles(Roles::from_iter(["keeper"]));
    let (matrix, _) = read(&house).await;
    let without = with_role(matrix, "keeper", &["roles:read"]);
    let refused = replace(&house, &keeper, etag.clone(), without.clone())
        .await
        .unwrap_err();
    assert_eq!(refused.status, 422);
    assert!(
        refused.detail.as_deref().unwrap().contains("your own roles"),
        "{refused:?}"
    );
    assert!(
        replace(&house, &admin, etag, without).await.is_ok(),
        "somebody else may"
    );
}

#[tokio::test]
async fn a_change_is_taken_back_once() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let (before, unseen) = read(&house).await;
    let etag = replace(
        &house,
        &admin,
        unseen.clone(),
        with_role(before.clone(), "editor", &["contexts:read"]),
    )
    .await
    .unwrap();
    let first = MatrixVersion::try_from(1).unwrap();
    let stale = UndoRoleChangeParams { if_match: unseen };
    let late = house.service.undo_role_change(&admin, first, stale).await;
    assert_eq!(late.unwrap_err().status, 412);
    let params = UndoRoleChangeParams { if_match: etag };
    let undone = house
        .service
        .undo_role_change(&admin, first, params)
        .await
        .unwrap();
    assert_eq!(scopes_of(&undone.body, "editor"), scopes_of(&before, "editor"));
    let again = UndoRoleChangeParams {
        if_match: undone.etag,
    };
    let nothing = house
        .service
        .undo_role_change(&admin, first, again.clone())
        .await
        .unwrap_err();
    assert_eq!(nothing.status, 409);
    let never = MatrixVersion::try_from(77).unwrap();
    assert_eq!(
        house
            .service
            .undo_role_change(&admin, never, again)
            .await
            .unwrap_err()
            .status,
        404
    );
    let history = house
        .service
        .list_role_changes(&admin, ListRoleChangesParams::default())
        .await
        .unwrap();
    assert_eq!(
        history.items[0].undoes.as_ref().map(|version| version.get()),
        Some(1)
    );
}

#[tokio::test]
async fn history_is_paged_and_each_change_knows_the_version_before_it() {
    let house = house(Vec::new()).await;
    let admin = caller(roles::ADMIN);
    let mut etag = read(&house).await.1;
    for name in ["one", "two", "three"] {
        let (matrix, _) = read(&house).await;
        etag = replace(&house, &admin, etag, with_role(matrix, name, &[]))
            .await
            .unwrap();
    }
    let mut params = ListRoleChangesParams {
        limit: 2,
        ..ListRoleChangesParams::default()
    };
    let mut made = Vec::new();
    loop {
        let page = house
            .service
            .list_role_changes(&admin, params.clone())
            .await
            .unwrap();
        for change in &page.items {
            assert_eq!(change.changes.len(), 1, "{change:?}");
            made.push(change.changes[0].role.to_string());
        }
        match page.next_page {
            None => break,
            next => params.page_token = next,
        }
    }
    assert_eq!(made, ["three", "two", "one"]);
}

fn question(operation_id: &str, roles: &[&str]) -> ExplainAccess {
    ExplainAccess {
        spec: "contexts".to_owned(),
        operation_id: operation_id.to_owned(),
        subject: None,
        roles: Some(roles.iter().map(|name| role(name)).collect()),
    }
}

#[tokio::test]
async fn a_refusal_is_explained_with_what_would_help() {
    let house = house(Vec::new()).await;
    let viewer = caller(roles::VIEWER);
    let denied = house
        .service
        .explain_access(&viewer, question("delete_context", &["editor", "gone"]))
        .await
        .unwrap();
    assert!(!denied.allowed);
    assert_eq!(denied.unknown_roles, [role("gone")]);
    assert_eq!(denied.needs[0].scope.as_str(), "contexts:delete");
    assert!(denied.needs[0].held_through.is_empty());
    assert_eq!(denied.would_help, [role("admin")]);
    let allowed = house
        .service
        .explain_access(&viewer, question("create_context", &["editor"]))
        .await
        .unwrap();
    assert!(allowed.allowed && allowed.would_help.is_empty());
    assert_eq!(allowed.needs[0].held_through, [role("editor")]);
}

#[tokio::test]
async fn access_is_explained_for_those_who_exist() {
    let house = house(Vec::new()).await;
    let viewer = caller(roles::VIEWER);
    let about = |subject: &str| ExplainAccess {
        subject: Some(Subject::try_from(subject).unwrap()),
        roles: None,
        ..question("delete_context", &[])
    };
    assert!(
        house
            .service
            .explain_access(&viewer, about("admin"))
            .await
            .unwrap()
            .allowed
    );
    let nobody = house
        .service
        .explain_access(&viewer, about("person:nobody"))
        .await
        .unwrap_err();
    assert_eq!(nobody.status, 422);
    let both = ExplainAccess {
        roles: Some(Vec::new()),
        ..about("admin")
    };
    assert_eq!(
        house
            .service
            .explain_access(&viewer, both)
            .await
            .unwrap_err()
            .status,
        422
    );
    let no_operation = question("no_such", &["admin"]);
    assert_eq!(
        house
            .service
            .explain_access(&viewer, no_operation)
            .await
            .unwrap_err()
            .status,
        422
    );
}
