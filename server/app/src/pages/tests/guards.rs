//! Every service that the pages call is guarded, whatever a page itself looks at before it calls.

use crochet_api::contexts::ListContextsParams;
use crochet_api::platform::ListKeysParams;
use crochet_openapi::{Caller, CallerKind, RequestContext, Scopes};

use super::visit::Browser;

#[tokio::test]
async fn no_service_does_for_a_page_what_its_visitor_may_not() {
    let browser = Browser::new().await;
    let parts = &browser.site.parts;
    let caller = Caller::new(
        "person:local",
        CallerKind::Person,
        Scopes::default(),
        RequestContext::new(),
    );
    let walk = || "walk".parse().unwrap();
    let refused = [
        parts
            .contexts
            .list_contexts(&caller, ListContextsParams::default())
            .await
            .map(drop),
        parts.ingestor.read_progress(&caller, walk()).await.map(drop),
        parts.orthos.count_shapes(&caller, walk()).await.map(drop),
        parts
            .platform
            .list_keys(&caller, ListKeysParams::default())
            .await
            .map(drop),
    ];
    for outcome in refused {
        let problem = outcome.unwrap_err();
        assert_eq!(problem.status, 403, "{problem}");
        assert!(!problem.missing.is_empty(), "{problem}");
    }
}
