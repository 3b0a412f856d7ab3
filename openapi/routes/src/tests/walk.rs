//! The authorisation walk over HTTP: every operation of every spec, as its route answers those who may not and those who
//! may. Whom each has to let in is read in the record, and not in the table that the routes were made with.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use crochet_openapi::{
    Authenticator, Caller, CallerKind, Credentials, OperationInfo, Problem, RequestContext, Scopes,
};
use crochet_openapi_poem::{Api, Host};
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response};

use super::record::{Demand, Demands};
use crate::{OPERATIONS, contexts, ingestor, orthos, platform, remediations, stub, work};

/// Takes whatever is presented for the names of scopes, but for one.
struct ByScopes;

const FORGED: &str = "forged";

#[async_trait]
impl Authenticator for ByScopes {
    async fn authenticate(
        &self,
        credentials: &Credentials<'_>,
        request: &RequestContext,
    ) -> Result<Option<Caller>, Problem> {
        let presented = credentials
            .api_key
            .or(credentials.bearer)
            .or(credentials.cookie)
            .unwrap_or(FORGED);
        let scopes = presented.split('+').collect::<Scopes>();
        let caller = Caller::new("key:1", CallerKind::Key, scopes, request.clone());
        Ok((presented != FORGED).then_some(caller))
    }
}

pub(super) fn host() -> Host {
    Host::new(Arc::new(ByScopes))
}

/// Every route of every spec; nothing is implemented behind them.
pub(super) fn api() -> Api {
    let nothing = poem::endpoint::make_sync(|_| StatusCode::NOT_FOUND);
    Api::new(host(), nothing)
        .mount(contexts::ContextsRoutes::new(Arc::new(
            stub::contexts::StubContexts,
        )))
        .mount(ingestor::IngestorRoutes::new(Arc::new(
            stub::ingestor::StubIngestor,
        )))
        .mount(orthos::OrthosRoutes::new(Arc::new(stub::orthos::StubOrthos)))
        .mount(platform::PlatformRoutes::new(Arc::new(
            stub::platform::StubPlatform,
        )))
        .mount(remediations::RemediationsRoutes::new(Arc::new(
            stub::remediations::StubRemediations,
        )))
        .mount(work::WorkRoutes::new(Arc::new(stub::work::StubWork)))
}

/// Who asks: what they present, by which scheme of the documents, and what a demand makes of them.
struct Asker {
    scheme: &'static str,
    presents: String,
    /// From a page of another server.
    foreign: bool,
    gets: u16,
}

/// Whoever is let in gets no further than to what nobody has implemented.
const IN: u16 = 200;

/// Everybody whom an operation with this demand has to tell apart.
fn askers(demand: &Demand, changes: bool) -> Vec<Asker> {
    let refusal = |status: u16| if demand.is_public() { IN } else { status };
    let asker = |scheme, presents: String, gets| Asker {
        scheme,
        presents,
        foreign: false,
        gets,
    };
    let all: BTreeSet<&str> = crochet_api::SCOPES.iter().map(|(scope, _)| *scope).collect();
    let enough = format!("+{}", demand.scopes.join("+"));
    let mut askers = vec![asker("nothing", String::new(), refusal(401))];
    for scheme in ["oauth2", "apiKey", "session"] {
        let taken = demand.ways.contains(&vec![scheme.to_owned()]);
        askers.push(asker(scheme, FORGED.to_owned(), refusal(401)));
        askers.push(asker(
            scheme,
            enough.clone(),
            if taken { IN } else { refusal(401) },
        ));
    }
    for lacking in &demand.scopes {
        let others: Vec<_> = all.iter().copied().filter(|scope| scope != lacking).collect();
        askers.push(asker("apiKey", others.join("+"), refusal(403)));
    }
    askers.push(Asker {
        foreign: true,
        ..asker("session", enough, if changes { refusal(403) } else { IN })
    });
    askers
}

fn request(operation: &OperationInfo, asker: &Asker) -> Request {
    let mut path = operation.full_path();
    while let (Some(open), Some(close)) = (path.find('{'), path.find('}')) {
        path.replace_range(open..=close, "nothing-at-all");
    }
    let method: Method = operation.method.parse().unwrap();
    let request = Request::builder().method(method).uri(path.parse().unwrap());
    let site = if asker.foreign {
        "cross-site"
    } else {
        "same-origin"
    };
    let presents = &asker.presents;
    match asker.scheme {
        "oauth2" => request.header("authorization", format!("Bearer {presents}")),
        "apiKey" => request.header("x-api-key", presents),
        "session" => request
            .header("cookie", format!("crochet_session={presents}"))
            .header("sec-fetch-site", site),
        _ => request,
    }
    .finish()
}

/// What is wrong with how one route answers, if anything.
async fn fault(
    api: &impl Endpoint<Output = Response>,
    operation: &OperationInfo,
    demand: &Demand,
) -> Option<String> {
    for asker in askers(demand, operation.method != "GET") {
        let answered = api
            .call(request(operation, &asker))
            .await
            .unwrap()
            .status()
            .as_u16();
        let refused = [401, 403, 404, 405].contains(&answered);
        if (if refused { answered } else { IN }) != asker.gets {
            let Asker {
                scheme,
                presents,
                gets,
                ..
            } = asker;
            return Some(format!("{answered} and not {gets} for {scheme} {presents}"));
        }
    }
    None
}

/// The operations that let in somebody else than the record says, each with whom.
pub(super) async fn faults(
    api: &impl Endpoint<Output = Response>,
    operations: impl IntoIterator<Item = &'static OperationInfo>,
    reviewed: &Demands,
) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    for operation in operations {
        let name = (operation.spec.to_owned(), operation.operation_id.to_owned());
        if let Some(fault) = fault(api, operation, &reviewed[&name]).await {
            faults.push((operation.operation_id, fault));
        }
    }
    faults
}

#[tokio::test]
async fn every_route_lets_in_whom_the_record_lets_in() {
    let operations = OPERATIONS.iter().copied();
    let faults = faults(&api(), operations, &super::record::reviewed()).await;
    assert!(faults.is_empty(), "{faults:#?}");
}
