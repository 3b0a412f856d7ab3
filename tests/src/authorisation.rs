//! The authorisation walk over HTTP: every operation of every spec, asked by nobody, by a key with one scope, and by a
//! key and by a person of every role. The table of operations says what each must get; nothing here lists them.

use crochet_auth::roles::{FOR_PEOPLE, Role};
use crochet_openapi::OperationInfo;
use crochet_routes::OPERATIONS;
use reqwest::{Client, Method, Response, redirect};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::Server;

/// One who asks: a name for messages, what they present, and what they may do.
struct Asker {
    name: String,
    credential: Option<Credential>,
    scopes: Vec<&'static str>,
}

/// What an asker presents.
enum Credential {
    Key(String),
    /// The cookie of a session, sent by a page of the server.
    Session(String),
}

/// The session of a person who signs in with a role.
async fn new_session(server: &Server, role: &str) -> String {
    let link: Value = Client::new()
        .post(format!("{}/api/platform/v1/sign-in-links", server.url))
        .header("X-Api-Key", server.admin_key())
        .json(&json!({"role": role}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let browser = Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap();
    let signed_in = browser
        .post(format!("{}{}", server.url, link["path"].as_str().unwrap()))
        .header("Sec-Fetch-Site", "same-origin")
        .send()
        .await
        .unwrap();
    let set = signed_in.headers()["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

async fn new_key(server: &Server, name: &str, scopes: &[&str]) -> String {
    let request = Client::new()
        .post(format!("{}/api/platform/v1/keys", server.url))
        .header("X-Api-Key", server.admin_key())
        .json(&json!({"name": name, "scopes": scopes}));
    let created: Value = request.send().await.unwrap().json().await.unwrap();
    created["secret"]
        .as_str()
        .unwrap_or_else(|| panic!("{created}"))
        .to_owned()
}

async fn askers(server: &Server) -> Vec<Asker> {
    let mut askers = vec![
        Asker {
            name: "nobody".to_owned(),
            credential: None,
            scopes: Vec::new(),
        },
        Asker {
            name: "one scope".to_owned(),
            credential: Some(Credential::Key(
                new_key(server, "one scope", &["platform:read"]).await,
            )),
            scopes: vec!["platform:read"],
        },
    ];
    for Role { name, .. } in FOR_PEOPLE {
        let role = Role::named(name).unwrap();
        let scopes: Vec<_> = role.scopes().collect();
        let key = if name == "admin" {
            server.admin_key()
        } else {
            new_key(server, name, &scopes).await
        };
        askers.push(Asker {
            name: format!("a person who is {name}"),
            credential: Some(Credential::Session(new_session(server, name).await)),
            scopes: scopes.clone(),
        });
        askers.push(Asker {
            name: format!("a key of {name}"),
            credential: Some(Credential::Key(key)),
            scopes,
        });
    }
    askers
}

/// Asks with parameters that name nothing and without a body: whoever is let in gets no further than that.
async fn ask(server: &Server, operation: &OperationInfo, asker: &Asker) -> Response {
    let mut path = operation.full_path();
    while let (Some(open), Some(close)) = (path.find('{'), path.find('}')) {
        path.replace_range(open..=close, "nothing-at-all");
    }
    let method: Method = operation.method.parse().unwrap();
    let request = Client::new().request(method, format!("{}{path}", server.url));
    let request = match &asker.credential {
        Some(Credential::Key(key)) => request.header("X-Api-Key", key),
        Some(Credential::Session(cookie)) => request
            .header("Cookie", cookie)
            .header("Sec-Fetch-Site", "same-origin"),
        None => request,
    };
    request.send().await.unwrap()
}

fn expected(operation: &OperationInfo, asker: &Asker) -> Option<u16> {
    let lacks = |scope: &&str| !asker.scopes.contains(scope);
    match &asker.credential {
        _ if operation.security.is_public() => None,
        None => Some(401),
        Some(_) if operation.security.scopes.iter().any(lacks) => Some(403),
        Some(_) => None,
    }
}

#[test]
fn every_operation_lets_in_whom_its_spec_lets_in() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let faults = runtime.block_on(async {
        let mut faults = Vec::new();
        for asker in askers(&server).await {
            for operation in OPERATIONS {
                let response = ask(&server, operation, &asker).await;
                let status = response.status().as_u16();
                let refused = [401, 403].contains(&status).then_some(status);
                if refused != expected(operation, &asker) {
                    faults.push(format!(
                        "{} asked {}: {status}",
                        asker.name, operation.operation_id
                    ));
                } else if status == 403 {
                    let problem: Value = response.json().await.unwrap();
                    assert!(!problem["missing"].as_array().unwrap().is_empty(), "{problem}");
                    assert!(problem["granted_by"].is_array(), "{problem}");
                }
            }
        }
        faults
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
