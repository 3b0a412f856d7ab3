//! Matrices: what they grant, how they change, and how a process keeps up with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use crochet_openapi::Problem;

use super::*;

const SCOPES: [&str; 4] = ["contexts:read", "contexts:write", "roles:write", "work:lease"];

fn matrix() -> Matrix {
    Matrix::built_in(SCOPES)
}

fn scopes(scopes: &[&str]) -> BTreeSet<String> {
    scopes.iter().map(|&scope| scope.to_owned()).collect()
}

/// The next matrix, with one role set.
fn with(matrix: &Matrix, role: &str, granted: &[&str]) -> Result<Matrix, MatrixError> {
    let mut roles = matrix.roles().clone();
    let grants = roles.entry(role.to_owned()).or_default();
    grants.scopes = scopes(granted);
    matrix.with_roles(roles)
}

#[test]
fn a_new_installation_grants_what_the_built_in_roles_say() {
    let matrix = matrix();
    assert_eq!(matrix.roles()["viewer"].scopes, scopes(&["contexts:read"]));
    assert_eq!(matrix.roles()["admin"].scopes, scopes(&SCOPES));
    assert_eq!(matrix.granting(&["contexts:write"]), ["editor", "admin"]);
    assert_eq!(matrix.granting(&["contexts:write", "work:lease"]), ["admin"]);
    assert!(matrix.granting(&["no:such"]).is_empty());
}

#[test]
fn several_roles_grant_together_and_unknown_ones_nothing() {
    let granted = matrix().scopes_of(["editor", "operator", "nobody"]);
    assert!(granted.contains("contexts:write") && granted.contains("work:lease"));
    assert!(!granted.contains("roles:write"));
    assert_eq!(matrix().scopes_of(["nobody"]).iter().count(), 0);
}

#[test]
fn a_role_of_ones_own_grants_what_it_was_given() {
    let next = with(&matrix(), "leaser", &["work:lease"]).unwrap();
    assert_eq!(next.version(), 1);
    assert!(next.scopes_of(["leaser"]).contains("work:lease"));
}

#[test]
fn rules_of_the_matrix_cannot_be_broken() {
    let matrix = matrix();
    let mut roles = matrix.roles().clone();
    roles.remove("viewer");
    let role = "viewer".to_owned();
    assert_eq!(
        matrix.with_roles(roles),
        Err(MatrixError::BuiltInRemoved { role })
    );
    assert_eq!(
        with(&matrix, "admin", &["contexts:read"]),
        Err(MatrixError::AdminChanged)
    );
    let role = "service".to_owned();
    assert_eq!(
        with(&matrix, "service", &[]),
        Err(MatrixError::NameTaken { role })
    );
    let (role, scope) = ("editor".to_owned(), "no:such".to_owned());
    assert_eq!(
        with(&matrix, "editor", &["no:such"]),
        Err(MatrixError::UnknownScope { role, scope })
    );
}

#[test]
fn a_saved_matrix_is_restored_as_it_was() {
    let next = with(&matrix(), "editor", &["work:lease"]).unwrap();
    assert_eq!(Matrix::restore(1, next.save(), SCOPES), next);
}

#[test]
fn a_newer_release_grants_its_new_scopes_as_a_new_installation_would() {
    let old = Matrix::built_in(["contexts:read", "gone:soon"]);
    let kept = with(&old, "viewer", &["gone:soon"]).unwrap().save();
    let today = Matrix::restore(1, kept, SCOPES);
    // Taken away by hand, so it stays away; what did not exist then comes; what is gone is granted by nobody.
    assert_eq!(today.roles()["viewer"].scopes, scopes(&[]));
    assert_eq!(
        today.roles()["editor"].scopes,
        scopes(&["contexts:read", "contexts:write"])
    );
    assert_eq!(today.roles()["admin"].scopes, scopes(&SCOPES));
}

#[test]
fn whatever_was_kept_of_it_admin_grants_everything() {
    let mut kept = matrix().save();
    kept.roles.get_mut("admin").unwrap().scopes = scopes(&["contexts:read"]);
    assert_eq!(
        Matrix::restore(1, kept.clone(), SCOPES).roles()["admin"].scopes,
        scopes(&SCOPES)
    );
    kept.roles.remove("admin");
    assert_eq!(
        Matrix::restore(1, kept, SCOPES).roles()["admin"].scopes,
        scopes(&SCOPES)
    );
}

#[test]
fn a_change_says_role_by_role_who_gains_and_loses() {
    let before = matrix();
    assert_eq!(before.changes_to(&before), []);
    let after = with(&before, "editor", &["contexts:read", "work:lease"]).unwrap();
    let after = with(&after, "leaser", &["work:lease"]).unwrap();
    let changes = before.changes_to(&after);
    assert_eq!(changes.len(), 2);
    assert_eq!(
        (changes[0].role.as_str(), changes[0].kind),
        ("editor", ChangeKind::Changed)
    );
    assert_eq!(changes[0].gained, scopes(&["work:lease"]));
    assert_eq!(changes[0].lost, scopes(&["contexts:write"]));
    assert_eq!(
        (changes[1].role.as_str(), changes[1].kind),
        ("leaser", ChangeKind::Added)
    );
    assert_eq!(
        after.changes_to(&before)[1].kind,
        ChangeKind::Removed,
        "seen from the other side"
    );
}

#[test]
fn a_change_is_taken_back_without_what_came_after_it() {
    let first = matrix();
    let second = with(&first, "editor", &["contexts:read", "work:lease"]).unwrap();
    let third = with(&second, "viewer", &["contexts:read", "work:lease"]).unwrap();
    let undone = third.with_roles(third.without_change(&first, &second)).unwrap();
    assert_eq!(
        undone.roles()["editor"].scopes,
        scopes(&["contexts:read", "contexts:write"])
    );
    assert_eq!(
        undone.roles()["viewer"].scopes,
        scopes(&["contexts:read", "work:lease"])
    );
}

#[test]
fn a_role_that_was_made_is_gone_again_and_one_that_was_removed_is_back() {
    let first = matrix();
    let second = with(&first, "leaser", &["work:lease"]).unwrap();
    let gone = second.with_roles(second.without_change(&first, &second)).unwrap();
    assert_eq!(gone.roles(), first.roles());
    let back = gone.with_roles(gone.without_change(&second, &gone)).unwrap();
    assert_eq!(back.roles(), second.roles());
}

/// A source that counts how often it is asked, and can be down.
#[derive(Default)]
struct Kept {
    latest: RwLockMatrix,
    asked: AtomicUsize,
    down: AtomicBool,
}

type RwLockMatrix = std::sync::RwLock<Option<Matrix>>;

#[async_trait]
impl MatrixSource for Kept {
    async fn newer_than(&self, version: u64) -> Result<Option<Matrix>, Problem> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.down.load(Ordering::Relaxed) {
            return Err(Problem::unavailable("down", 1));
        }
        let latest = self.latest.read().unwrap().clone();
        Ok(latest.filter(|matrix| matrix.version() != version))
    }
}

async fn until_version(matrices: &Matrices, version: u64) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(1);
    while matrices.now().await.unwrap().version() != version {
        assert!(std::time::Instant::now() < deadline, "not within a second");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_change_made_elsewhere_is_seen_within_a_second() {
    let kept = Arc::new(Kept::default());
    let matrices = Matrices::new(kept.clone(), matrix());
    assert_eq!(matrices.now().await.unwrap().version(), 0);
    *kept.latest.write().unwrap() = Some(with(&matrix(), "leaser", &[]).unwrap());
    until_version(&matrices, 1).await;
}

#[tokio::test]
async fn many_who_ask_at_once_look_once() {
    let kept = Arc::new(Kept::default());
    let matrices = Arc::new(Matrices::new(kept.clone(), matrix()));
    let asking = (0..50).map(|_| {
        let matrices = matrices.clone();
        tokio::spawn(async move { matrices.now().await.unwrap().version() })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap(), 0);
    }
    assert_eq!(kept.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_matrix_that_cannot_be_read_lets_nobody_in() {
    let kept = Arc::new(Kept::default());
    kept.down.store(true, Ordering::Relaxed);
    let matrices = Matrices::new(kept, matrix());
    assert_eq!(matrices.now().await.unwrap_err().status, 503);
}

#[tokio::test]
async fn what_this_process_saved_acts_at_once_and_nothing_older_replaces_it() {
    let kept = Arc::new(Kept::default());
    let matrices = Matrices::new(kept, matrix());
    let next = with(&matrix(), "leaser", &[]).unwrap();
    matrices.saved(next);
    matrices.saved(matrix());
    assert_eq!(matrices.now().await.unwrap().version(), 1);
}
