//! Tokens from an authorization server of a test's own, which counts and can be away: when one is fetched, renewed and
//! given up. The real Hydra is met in the suites.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use poem::http::StatusCode;
use poem::{Request, Response};
use serde_json::json;

use super::*;
use crate::net::{Authorize as _, Credential};
use crate::testing::Server;

/// Gives `t1`, `t2` and so on, good for an hour; or is away.
struct Issuer {
    server: Server,
    away: Arc<AtomicBool>,
}

impl Issuer {
    async fn start() -> Self {
        let away = Arc::new(AtomicBool::new(false));
        let is_away = away.clone();
        let server = Server::start(move |count, _: &Request| {
            if is_away.load(Ordering::SeqCst) {
                return Response::builder()
                    .status(StatusCode::SERVICE_UNAVAILABLE)
                    .finish();
            }
            let token = json!({
                "access_token": format!("t{count}"), "token_type": "bearer", "expires_in": 3600,
                "refresh_token": format!("r{count}"),
            });
            Response::builder()
                .content_type("application/json")
                .body(token.to_string())
        })
        .await;
        Self { server, away }
    }

    fn url(&self) -> String {
        format!("{}/oauth2/token", self.server.url)
    }

    fn asked(&self) -> usize {
        self.server.seen().len()
    }

    fn is_away(&self) {
        self.away.store(true, Ordering::SeqCst);
    }

    fn credentials(&self) -> ClientCredentials {
        let client = ClientCredentials::new(&self.url(), "worker", "s3cret").unwrap();
        client.scopes(["work:lease"]).audience("crochet")
    }

    /// The login of somebody at this issuer, whose token is good for so long.
    fn login(&self, folder: &tempfile::TempDir, lasts: Duration) -> LoginFile {
        let file = LoginFile::at(folder.path().join("crochet/login.json"));
        let given = super::exchange::Given {
            access: "t0".to_owned(),
            refresh: Some("r0".to_owned()),
            lasts,
        };
        let revocation = format!("{}/oauth2/revoke", self.server.url);
        let login = Login::new(
            "http://a:1".to_owned(),
            "cli".to_owned(),
            self.url(),
            revocation,
            given,
        );
        file.write(&login).unwrap();
        file
    }
}

fn bearer(token: &str) -> Credential {
    Credential::bearer(token).unwrap()
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_token_is_fetched_once_for_all_who_need_it() {
    let issuer = Issuer::start().await;
    let client = issuer.credentials();
    let all = futures_util::future::join_all((0..20).map(|_| client.credential(None))).await;
    for one in all {
        assert_eq!(one.unwrap(), Some(bearer("t1")));
    }
    assert_eq!(issuer.asked(), 1);
    let asked = &issuer.server.seen()[0];
    assert!(
        asked.headers["authorization"]
            .to_str()
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(
        asked.path, "/oauth2/token",
        "nothing of a secret stands in an address"
    );
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_and_an_issuer_that_is_away_is_an_error_without_the_secret() {
    let issuer = Issuer::start().await;
    let client = issuer.credentials();
    let first = client.credential(None).await.unwrap().unwrap();
    assert_eq!(client.credential(Some(&first)).await.unwrap(), Some(bearer("t2")));
    issuer.is_away();
    assert_eq!(
        client.credential(None).await.unwrap(),
        Some(bearer("t2")),
        "it is good"
    );
    let error = client
        .credential(Some(&bearer("t2")))
        .await
        .unwrap_err()
        .to_string();
    assert!(!error.contains("s3cret") && !error.contains("t2"), "{error}");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_kept_where_that_cannot_be() {
    let issuer = Issuer::start().await;
    let client = issuer.credentials();
    assert_eq!(client.credential(None).await.unwrap(), Some(bearer("t1")));
    tokio::time::pause();
    tokio::time::advance(HOUR * 9 / 10).await;
    tokio::time::resume();
    issuer.is_away();
    assert_eq!(
        client.credential(None).await.unwrap(),
        Some(bearer("t1")),
        "still good"
    );
    issuer.away.store(false, Ordering::SeqCst);
    let renewed = client.credential(None).await.unwrap().unwrap();
    assert_ne!(renewed, bearer("t1"));
}

#[tokio::test]
async fn a_login_is_used_while_it_is_fresh_and_renewed_by_one_of_many() {
    let (issuer, folder) = (Issuer::start().await, tempfile::tempdir().unwrap());
    let fresh = issuer.login(&folder, HOUR);
    assert_eq!(fresh.credential(None).await.unwrap(), Some(bearer("t0")));
    assert_eq!(issuer.asked(), 0);
    let over = issuer.login(&folder, Duration::ZERO);
    let all = futures_util::future::join_all((0..10).map(|_| over.credential(None))).await;
    for one in all {
        assert_eq!(one.unwrap(), Some(bearer("t1")));
    }
    assert_eq!(issuer.asked(), 1);
    let kept = over.read().unwrap().unwrap();
    assert!(kept.expires_at() > chrono::Utc::now() + HOUR / 2);
}

#[tokio::test]
async fn a_login_that_a_server_refuses_is_renewed_at_once() {
    let (issuer, folder) = (Issuer::start().await, tempfile::tempdir().unwrap());
    let file = issuer.login(&folder, HOUR);
    let renewed = file.credential(Some(&bearer("t0"))).await.unwrap();
    assert_eq!(renewed, Some(bearer("t1")));
}

#[tokio::test]
async fn whoever_has_signed_out_has_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = Issuer::start().await;
    let file = issuer.login(&folder, Duration::ZERO);
    file.remove().unwrap();
    let error = file.credential(None).await.unwrap_err().to_string();
    assert!(error.contains("crochet login"), "{error}");
    assert_eq!(issuer.asked(), 0);
}

#[tokio::test]
async fn a_login_is_its_owners_alone_and_shows_no_secret() {
    let (issuer, folder) = (Issuer::start().await, tempfile::tempdir().unwrap());
    let file = issuer.login(&folder, HOUR);
    let mode = std::fs::metadata(file.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let shown = format!("{:?}", file.read().unwrap().unwrap());
    assert!(!shown.contains("t0") && !shown.contains("r0"), "{shown}");
    let left: Vec<_> = std::fs::read_dir(file.path().parent().unwrap())
        .unwrap()
        .collect();
    assert_eq!(left.len(), 1, "nothing but the file is left: {left:?}");
}

#[tokio::test]
async fn a_login_is_for_one_server() {
    let (issuer, folder) = (Issuer::start().await, tempfile::tempdir().unwrap());
    let login = issuer.login(&folder, HOUR).read().unwrap().unwrap();
    assert!(login.is_for("http://a:1") && login.is_for("http://a:1/"));
    for other in ["http://a:12", "http://a:1.evil", "http://b:1", "https://a:1", ""] {
        assert!(!login.is_for(other), "{other}");
    }
}
