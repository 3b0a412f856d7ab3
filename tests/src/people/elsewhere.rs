//! Signing in with an account elsewhere: a second Hydra is the provider, and Kratos is told of it by variables alone.

use data_encoding::BASE64;
use reqwest::Client;
use serde_json::{Value, json};

use crate::stack::{CrochetSite, Hydra, Page, Surfer, own_kratos_with, own_provider};

/// What becomes of what the provider says.
const MAPPER: &str = r#"
local claims = std.extVar('claims');
{ identity: { traits: { email: claims.sub + '@elsewhere.example', name: 'Ada Elsewhere' } } }
"#;

/// Kratos's words for the provider.
fn provider(hydra: &Hydra, client: &Value) -> String {
    json!([{
        "id": "elsewhere", "provider": "generic", "label": "Elsewhere", "issuer_url": hydra.issuer,
        "client_id": client["client_id"], "client_secret": client["client_secret"], "scope": ["openid"],
        "mapper_url": format!("base64://{}", BASE64.encode(MAPPER.as_bytes())),
    }])
    .to_string()
}

/// The person at the provider says who they are and yes to everything; gives where that leads.
async fn says_yes(hydra: &Hydra, page: &Page, subject: &str) -> String {
    let (kind, body) = if page.place.contains("login_challenge=") {
        ("login", json!({"subject": subject}))
    } else {
        ("consent", json!({"grant_scope": ["openid"]}))
    };
    let challenge = page.place.split_once("_challenge=").unwrap().1;
    let url = format!(
        "{}/admin/oauth2/auth/requests/{kind}/accept?{kind}_challenge={challenge}",
        hydra.admin()
    );
    let told = Client::new().put(url).json(&body).send().await.unwrap();
    let said: Value = told.json().await.unwrap();
    said["redirect_to"]
        .as_str()
        .unwrap_or_else(|| panic!("{said}"))
        .to_owned()
}

/// Presses the button of the provider on a page, and comes back.
async fn by_provider(hydra: &Hydra, surfer: &mut Surfer, from: &str, subject: &str) -> Page {
    let page = surfer.go(from).await;
    page.says(&["Elsewhere"]);
    let action = page
        .html
        .split("action=\"")
        .find(|part| part.contains("/.ory/kratos/"))
        .unwrap();
    let action = action.split('"').next().unwrap().replace("&amp;", "&");
    let token = page.hidden("csrf_token");
    let mut page = surfer
        .send(&action, &[("csrf_token", &token), ("provider", "elsewhere")])
        .await;
    // A surfer stops wherever another server begins.
    while !page.place.starts_with('/') {
        let is_asked = ["login_challenge=", "consent_challenge="]
            .iter()
            .any(|question| page.place.contains(question));
        let onward = if is_asked {
            says_yes(hydra, &page, subject).await
        } else {
            page.place.clone()
        };
        page = surfer.go(&onward).await;
    }
    page
}

#[test]
fn somebody_with_an_account_elsewhere_signs_up_and_in_without_a_password() {
    let Some(hydra) = own_provider() else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let client = json!({
            "grant_types": ["authorization_code"], "response_types": ["code"], "scope": "openid",
            "redirect_uris": ["http://localhost/callback"], "token_endpoint_auth_method": "client_secret_basic",
        });
        let client = crate::tokens::register(&hydra, &client).await;
        let Some(kratos) = own_kratos_with(vec![
            ("SELFSERVICE_METHODS_OIDC_ENABLED", "true".to_owned()),
            ("SELFSERVICE_METHODS_OIDC_CONFIG_PROVIDERS", provider(&hydra, &client)),
        ]) else {
            return;
        };
        let back = format!(
            "http://localhost:{}/.ory/kratos/self-service/methods/oidc/callback/elsewhere",
            kratos.crochet
        );
        let id = client["client_id"].as_str().unwrap();
        let patch = json!([{"op": "replace", "path": "/redirect_uris", "value": [back]}]);
        let patched = Client::new().patch(format!("{}/admin/clients/{id}", hydra.admin())).json(&patch);
        assert!(patched.send().await.unwrap().status().is_success());

        let site = CrochetSite::beside(&kratos, None);
        let mut surfer = Surfer::of(&site, None);
        let page = by_provider(&hydra, &mut surfer, "/registration", "ada").await;
        assert_eq!(page.status, 200, "{page:?}");
        surfer.go("/").await.says(&["Ada Elsewhere"]);

        let mut again = Surfer::of(&site, None);
        let page = by_provider(&hydra, &mut again, "/login?return_to=%2Fsettings", "ada").await;
        assert!(page.place.starts_with("/settings"), "{page:?}");
        again.go("/").await.says(&["Ada Elsewhere"]);
    });
}
