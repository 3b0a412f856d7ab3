//! Kratos and Hydra by HTTPS: with a certificate that is trusted all works, with another nobody gets in.

use reqwest::Client;
use tokio::runtime::Runtime;

use super::{AUDIENCE, Program, ask};
use crate::people::grant;
use crate::stack::{
    Authority, CrochetSite, Hydra, Kratos, Visitor, fresh_address, oauth, own_hydra, own_kratos, people,
};

const CONTEXTS: &str = "/api/contexts/v1/contexts";

/// A Crochet that reaches both by TLS alone.
async fn site(kratos: &Kratos, hydra: &Hydra, authority: &Authority, trusts: &Authority) -> CrochetSite {
    let mut settings = people(
        &authority.before(&kratos.public()).await,
        &authority.before(&kratos.admin()).await,
    );
    settings.extend(oauth(
        hydra,
        &authority.before(&hydra.public()).await,
        &authority.before(&hydra.admin()).await,
    ));
    let env = [("SSL_CERT_FILE", trusts.file().display().to_string())];
    let port = kratos.crochet;
    let start = move || CrochetSite::start(port, &settings, &env);
    tokio::task::spawn_blocking(start).await.unwrap()
}

async fn with_session(site: &CrochetSite, visitor: &Visitor, path: &str) -> u16 {
    let asked = Client::new()
        .get(format!("{}{path}", site.url))
        .header("cookie", format!("crochet_session={}", visitor.session()));
    asked.send().await.unwrap().status().as_u16()
}

async fn passed_on(site: &CrochetSite) -> u16 {
    let keys = format!("{}/.ory/hydra/.well-known/jwks.json", site.url);
    reqwest::get(keys).await.unwrap().status().as_u16()
}

#[test]
fn kratos_and_hydra_may_be_behind_tls_if_their_certificate_is_trusted() {
    let Some(kratos) = own_kratos() else { return };
    let Some(hydra) = own_hydra(&kratos) else { return };
    Runtime::new().unwrap().block_on(async {
        let (authority, stranger) = (Authority::new(), Authority::new());
        let email = fresh_address("ada");
        let ada = Visitor::register(&kratos, &email, "Ada").await;
        grant(&kratos, &email, &["viewer"]).await;
        let mut tokens = Vec::new();
        for kind in ["jwt", "opaque"] {
            let program = Program::register(&hydra, kind, "contexts:read").await;
            tokens.push(program.token(&hydra, AUDIENCE, "contexts:read").await);
        }
        let trusting = site(&kratos, &hydra, &authority, &authority).await;
        assert_eq!(with_session(&trusting, &ada, CONTEXTS).await, 200);
        assert_eq!(passed_on(&trusting).await, 200);
        for token in &tokens {
            assert_eq!(ask(&trusting, token, CONTEXTS).await.0, 200);
        }
        drop(trusting);
        let doubting = site(&kratos, &hydra, &authority, &stranger).await;
        assert_eq!(with_session(&doubting, &ada, CONTEXTS).await, 503);
        assert_eq!(passed_on(&doubting).await, 503);
        for token in &tokens {
            assert_eq!(ask(&doubting, token, CONTEXTS).await.0, 503);
        }
    });
}
