//! The authorisation walk with tokens: every operation of every spec, asked with one that has a single scope, and with one
//! that has ended.

use crochet_openapi::OperationInfo;
use crochet_routes::OPERATIONS;
use reqwest::{Client, Method};

use super::{AUDIENCE, Program, caller, with_site};
use crate::stack::CrochetSite;
use crate::wait::until_async;

const SCOPE: &str = "platform:read";

/// Asks with parameters that name nothing and without a body: whoever is let in gets no further than that.
async fn ask(site: &CrochetSite, operation: &OperationInfo, token: &str) -> u16 {
    let mut path = operation.full_path();
    while let (Some(open), Some(close)) = (path.find('{'), path.find('}')) {
        path.replace_range(open..=close, "nothing-at-all");
    }
    let method: Method = operation.method.parse().unwrap();
    let request = Client::new()
        .request(method, format!("{}{path}", site.url))
        .header("authorization", format!("Bearer {token}"));
    request.send().await.unwrap().status().as_u16()
}

#[test]
fn every_operation_asks_a_token_for_the_scopes_of_its_spec() {
    with_site(async |site, _, hydra| {
        let program = Program::register(hydra, "opaque", SCOPE).await;
        let good = program.token(hydra, AUDIENCE, SCOPE).await;
        let over = program.token(hydra, AUDIENCE, SCOPE).await;
        program.revoke(hydra, &over).await;
        until_async("the token to have ended", async || {
            caller(site, &over).await.is_none().then_some(())
        })
        .await;
        let mut faults = Vec::new();
        for operation in OPERATIONS
            .iter()
            .filter(|operation| !operation.security.is_public())
        {
            let may = operation.security.scopes.iter().all(|scope| *scope == SCOPE);
            let status = ask(site, operation, &good).await;
            let fits = if may {
                ![401, 403].contains(&status)
            } else {
                status == 403
            };
            if !fits {
                faults.push(format!("{} with a scope: {status}", operation.operation_id));
            }
            let status = ask(site, operation, &over).await;
            if status != 401 {
                faults.push(format!(
                    "{} with a token that has ended: {status}",
                    operation.operation_id
                ));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}
