//! Whole servers on data folders of their own, spoken to over HTTP.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Instant;

use crochet_auth::roles::{FOR_PEOPLE, SERVICE};
use crochet_openapi::RELAY_SCOPE;
use crochet_platform::config::Parts;
use crochet_routes::OPERATIONS;
use crochet_store::FolderError;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

struct House {
    running: Running,
    http: reqwest::Client,
    key: String,
    _folder: TempDir,
}

fn config(folder: &Path) -> Config {
    let mut config = Config {
        data: folder.join("data"),
        listen: "127.0.0.1:0".parse().unwrap(),
        ..Config::default()
    };
    config.worker.count = 0;
    config.http.drain_notice_ms = 0;
    config
}

fn log() -> LogControl {
    LogControl::new("error").unwrap().0
}

async fn started(config: Config) -> Running {
    start(config, log()).await.unwrap()
}

async fn house(change: impl FnOnce(&mut Config)) -> House {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    change(&mut config);
    let running = started(config).await;
    let key = running
        .admin_key_file()
        .map(|file| std::fs::read_to_string(file).unwrap().trim().to_owned());
    House {
        running,
        http: reqwest::Client::new(),
        key: key.unwrap_or_default(),
        _folder: folder,
    }
}

impl House {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.url())
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        self.http
            .get(self.url(path))
            .header("x-api-key", &self.key)
            .send()
            .await
            .unwrap()
    }

    async fn get_without_key(&self, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// A key of a role, made by the admin.
    async fn key_of(&self, role: &str) -> String {
        let request = self
            .http
            .post(self.url("/api/platform/v1/keys"))
            .header("x-api-key", &self.key);
        let made = request
            .json(&json!({"name": role, "role": role}))
            .send()
            .await
            .unwrap();
        assert_eq!(made.status(), StatusCode::CREATED);
        let made: Value = made.json().await.unwrap();
        made["secret"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn the_first_start_makes_keys_that_only_the_owner_can_read_and_the_next_keeps_them() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let read = |name: &str| std::fs::read_to_string(config.data.join(name)).unwrap();
    let running = started(config.clone()).await;
    let first = (read("admin.key"), read("service.key"));
    for name in ["admin.key", "service.key", "server.json"] {
        let mode = std::fs::metadata(config.data.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let note: Value = serde_json::from_str(&read("server.json")).unwrap();
    assert_eq!(note["url"], running.url());
    assert_eq!(running.stop().await, Served::Drained);
    assert!(!config.data.join("server.json").exists());
    started(config.clone()).await.stop().await;
    assert_eq!((read("admin.key"), read("service.key")), first);
}

#[tokio::test]
async fn a_key_file_that_the_store_does_not_know_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    started(config.clone()).await.stop().await;
    std::fs::write(config.data.join("admin.key"), "ck_edited").unwrap();
    let running = started(config.clone()).await;
    let key = std::fs::read_to_string(config.data.join("admin.key")).unwrap();
    let caller = reqwest::Client::new().get(format!("{}/api/platform/v1/caller", running.url()));
    let caller: Value = caller
        .header("x-api-key", key.trim())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(caller["subject"], "admin");
}

#[tokio::test]
async fn without_a_key_only_health_specs_and_docs_answer() {
    let house = house(|_| ()).await;
    for path in [
        "/api/platform/v1/health/live",
        "/api/platform/v1/health/ready",
        "/openapi",
        "/openapi/common.yaml",
        "/docs",
        "/docs/orthos",
    ] {
        assert_eq!(
            house.get_without_key(path).await.status(),
            StatusCode::OK,
            "{path}"
        );
    }
    assert_eq!(
        house.get_without_key("/metrics").await.status(),
        StatusCode::UNAUTHORIZED
    );
    for operation in OPERATIONS
        .iter()
        .filter(|operation| !operation.security.is_public())
    {
        let path = operation.full_path().replace(['{', '}'], "");
        let method = operation.method.parse().unwrap();
        let answer = house.http.request(method, house.url(&path)).send().await.unwrap();
        assert_eq!(
            answer.status(),
            StatusCode::UNAUTHORIZED,
            "{} {path}",
            operation.method
        );
    }
}

#[tokio::test]
async fn each_role_may_call_exactly_what_its_scopes_say() {
    let house = house(|_| ()).await;
    for role in FOR_PEOPLE.into_iter().chain([SERVICE]) {
        let key = house.key_of(role.name).await;
        for operation in OPERATIONS
            .iter()
            .filter(|operation| !operation.security.scopes.is_empty())
        {
            let granted = operation
                .security
                .scopes
                .iter()
                .all(|scope| role.scope_set().contains(scope));
            if granted && operation.method != "GET" {
                continue;
            }
            let path = operation.full_path().replace(['{', '}'], "");
            let request = house
                .http
                .request(operation.method.parse().unwrap(), house.url(&path));
            let answer = request.header("x-api-key", &key).send().await.unwrap();
            let refused = answer.status() == StatusCode::FORBIDDEN;
            assert_eq!(
                refused,
                !granted,
                "{} as {}: {}",
                operation.operation_id,
                role.name,
                answer.status()
            );
        }
    }
}

#[test]
fn built_in_roles_grant_exactly_the_scopes_that_specs_name() {
    let named = OPERATIONS.iter().flat_map(|operation| operation.security.scopes);
    let named: BTreeSet<&str> = named.copied().chain([RELAY_SCOPE]).collect();
    let roles = FOR_PEOPLE.into_iter().chain([SERVICE]);
    let granted: BTreeSet<&str> = roles.flat_map(|role| role.scopes()).collect();
    assert_eq!(granted, named);
}

#[tokio::test]
async fn documents_are_served_as_they_were_written() {
    let house = house(|_| ()).await;
    for spec in crochet_api::SPECS {
        let answer = house
            .get_without_key(&format!("/openapi/{}.yaml", spec.name))
            .await;
        let tag = answer.headers()["etag"].clone();
        assert_eq!(answer.text().await.unwrap(), spec.yaml);
        let again = house
            .http
            .get(house.url(&format!("/openapi/{}.yaml", spec.name)))
            .header("if-none-match", tag);
        assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
        let json: Value = house
            .get_without_key(&format!("/openapi/{}.json", spec.name))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(json["info"]["title"], spec.title);
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_with_the_request_id() {
    let house = house(|_| ()).await;
    for path in ["/nothing", "/api/contexts/v1/nothing", "/api"] {
        let answer = house.get(path).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(
            answer.headers()["content-type"],
            "application/problem+json",
            "{path}"
        );
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["request_id"], id, "{path}");
    }
}

#[tokio::test]
async fn metrics_count_requests_under_their_operations_for_those_who_may_read_them() {
    let house = house(|_| ()).await;
    assert_eq!(
        house.get("/api/contexts/v1/contexts").await.status(),
        StatusCode::OK
    );
    let text = house.get("/metrics").await.text().await.unwrap();
    let count = r#"http_server_request_duration_seconds_count{spec="contexts",operation="list_contexts",status="2xx"} 1"#;
    assert!(text.contains(count), "{text}");
    assert!(text.contains("crochet_work_left 0"), "{text}");
}

#[tokio::test]
async fn metrics_may_be_opened_to_scrapers() {
    let house = house(|config| config.metrics.public = true).await;
    assert_eq!(house.get_without_key("/metrics").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_folder_in_use_names_the_server_that_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let running = started(config.clone()).await;
    let refused = start(config, log()).await.unwrap_err();
    let StartError::Compose(ComposeError::Folder(FolderError::InUse { url, .. })) = refused else {
        panic!("{refused}")
    };
    assert_eq!(url, Some(running.url()));
}

#[tokio::test]
async fn a_taken_port_is_an_error_of_its_own() {
    let one = house(|_| ()).await;
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        listen: one.running.address(),
        ..config(folder.path())
    };
    let refused = start(config, log()).await.unwrap_err();
    assert!(
        matches!(refused, StartError::Bind(BindError::Taken { .. })),
        "{refused}"
    );
}

#[tokio::test]
async fn a_process_of_one_part_recognises_the_keys_of_the_platform() {
    let main = house(|config| config.only = Parts(vec![Part::Contexts, Part::Platform])).await;
    let service_key = main.running.data().join("service.key");
    let url = main.running.url();
    let work = house(|config| {
        config.only = Parts(vec![Part::Work]);
        config.remote.url = Some(url);
        config.remote.key_file = Some(service_key);
    })
    .await;
    let ask = async |key: &str| {
        let request = work
            .http
            .get(work.url("/api/work/v1/queues"))
            .header("x-api-key", key);
        request.send().await.unwrap().status()
    };
    assert_eq!(ask(&main.key).await, StatusCode::OK);
    assert_eq!(
        ask(crochet_auth::ApiKey::generate().reveal()).await,
        StatusCode::UNAUTHORIZED
    );
    let caller = work
        .http
        .get(work.url("/api/platform/v1/caller"))
        .header("x-api-key", &main.key);
    let caller: Value = caller.send().await.unwrap().json().await.unwrap();
    assert_eq!(caller["subject"], "admin");
    assert_eq!(
        work.get_without_key("/api/platform/v1/health/ready")
            .await
            .status(),
        StatusCode::OK
    );
    assert_eq!(
        work.get_without_key("/api/contexts/v1/contexts").await.status(),
        StatusCode::NOT_FOUND
    );
    main.running.stop().await;
    let down = work.get_without_key("/api/platform/v1/health/ready").await;
    assert_eq!(down.status(), StatusCode::SERVICE_UNAVAILABLE);
    let problem: Value = down.json().await.unwrap();
    assert!(
        problem["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .starts_with("platform: "),
        "{problem}"
    );
}

#[tokio::test]
async fn a_part_that_nobody_said_where_it_is_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        only: Parts(vec![Part::Work]),
        ..config(folder.path())
    };
    let refused = start(config, log()).await.unwrap_err().to_string();
    assert!(
        refused.contains("does not run platform") && refused.contains("remote.urls.platform"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_stopped_server_frees_its_folder_and_its_port() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    let running = started(config.clone()).await;
    config.listen = running.address();
    let began = Instant::now();
    assert_eq!(running.stop().await, Served::Drained);
    assert!(began.elapsed() < Duration::from_secs(5));
    started(config).await.stop().await;
}

#[tokio::test]
async fn who_waits_for_work_does_not_hold_the_stop_up() {
    let house = house(|config| config.http.drain_ms = 20_000).await;
    let request = house
        .http
        .post(house.url("/api/work/v1/queues/tea/leases"))
        .header("x-api-key", &house.key)
        .json(&json!({"wait_ms": 20_000}));
    let waiting = tokio::spawn(request.send());
    // The server counts a request when it has begun it; this one counts itself.
    let waits = async {
        while !house
            .get("/metrics")
            .await
            .text()
            .await
            .unwrap()
            .contains("http_server_in_flight 2")
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), waits)
        .await
        .expect("it waits");
    let began = Instant::now();
    assert_eq!(house.running.stop().await, Served::Drained);
    assert!(
        began.elapsed() < std::time::Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    let answer: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(answer["items"], json!([]));
}

#[test]
fn an_unspecified_address_is_announced_as_loopback() {
    assert_eq!(note("0.0.0.0:7878".parse().unwrap()).url, "http://127.0.0.1:7878");
    assert_eq!(note("[::]:1".parse().unwrap()).url, "http://[::1]:1");
}
