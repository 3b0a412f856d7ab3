//! Access tokens of the real Hydra, at the real Crochet: whose they are, what they can do, and when they end.

mod audited;
mod away;
mod checked;
mod documented;
mod outage;
mod prompts;
mod rotated;
mod secure;
mod signing_in;
mod terminal;
mod walk;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::stack::{CrochetSite, Hydra, Kratos, shared_hydra, shared_site};
pub(crate) use audited::Log;

/// What Crochet is called in tokens.
const AUDIENCE: &str = "crochet";

/// Runs a test on the servers that all share, if they are there.
fn with_site(test: impl AsyncFnOnce(&CrochetSite, &Kratos, &Hydra)) {
    if let (Some((site, kratos)), Some(hydra)) = (shared_site(), shared_hydra()) {
        Runtime::new().unwrap().block_on(test(site, kratos, hydra));
    }
}

/// A program that acts for itself, registered at Hydra.
pub(crate) struct Program {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Program {
    /// One whose tokens are `jwt` or `opaque`, and which may have these scopes.
    pub(crate) async fn register(hydra: &Hydra, kind: &str, scope: &str) -> Self {
        let program = json!({
            "grant_types": ["client_credentials"], "scope": scope, "audience": [AUDIENCE, "another"],
            "token_endpoint_auth_method": "client_secret_post", "access_token_strategy": kind,
        });
        let made = register(hydra, &program).await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Self {
            id: text("client_id"),
            secret: text("client_secret"),
        }
    }

    /// A token for this audience, with this scope.
    async fn token(&self, hydra: &Hydra, audience: &str, scope: &str) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.id),
            ("client_secret", &self.secret),
            ("audience", audience),
            ("scope", scope),
        ];
        let said = post_form(&format!("{}/oauth2/token", hydra.public()), &form).await;
        said["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{said}"))
            .to_owned()
    }

    /// Ends a token.
    async fn revoke(&self, hydra: &Hydra, token: &str) {
        let form = [
            ("token", token),
            ("client_id", &*self.id),
            ("client_secret", &*self.secret),
        ];
        post_form(&format!("{}/oauth2/revoke", hydra.public()), &form).await;
    }
}

/// Registers any program.
pub(crate) async fn register(hydra: &Hydra, program: &Value) -> Value {
    let made = Client::new()
        .post(format!("{}/admin/clients", hydra.admin()))
        .json(program);
    made.send().await.unwrap().json().await.unwrap()
}

async fn post_form(url: &str, form: &[(&str, &str)]) -> Value {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let request = Client::new()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    request.send().await.unwrap().json().await.unwrap_or_default()
}

/// Asks Crochet something with a token; gives the status and the problem, if there is one.
async fn ask(site: &CrochetSite, token: &str, path: &str) -> (u16, Value, Option<String>) {
    let request = Client::new()
        .get(format!("{}{path}", site.url))
        .header("authorization", format!("Bearer {token}"));
    let answer = request.send().await.unwrap();
    let wait = answer.headers().get("retry-after");
    let wait = wait.map(|wait| wait.to_str().unwrap().to_owned());
    (
        answer.status().as_u16(),
        answer.json().await.unwrap_or_default(),
        wait,
    )
}

/// Whom Crochet takes the bearer of a token for.
async fn caller(site: &CrochetSite, token: &str) -> Option<Value> {
    let (status, said, _) = ask(site, token, "/api/platform/v1/caller").await;
    match status {
        200 => Some(said),
        401 => None,
        _ => panic!("{status} {said}"),
    }
}
