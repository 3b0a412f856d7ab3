//! What the tests of the services share: all services on one temporary database, and a pipeline without queue or
//! workers that settles a context through the same reports.

mod overheard;

use std::sync::Arc;

use crochet_api::common::ContextId;
use crochet_api::contexts::{
    ContextsApi, ContextsOperations, CreateContextParams, DeleteContextParams, NewContext,
};
use crochet_api::ingestor::{CreateIngestParams, Ingest, IngestsOperations, NewIngest, SearchMode};
use crochet_api::orthos::{ExpansionReport, ExpansionsOperations, FoundOrtho, FoundRemediation, NextWork};
use crochet_api::remediations::{ListWaitingParams, RemediationsOperations, WaitingQuery};
use crochet_domain::WorkPayload;
use crochet_domain::phrases::ContextView;
use crochet_domain::pipeline::{Budget, Found, Report, begin};
use crochet_domain::ports::{ItemId, Ledger, LedgerItem, Orthos};
use crochet_domain::search::incremental::Waiting;
use crochet_openapi::{Caller, CallerKind, Identity, RequestContext, Scopes};
use crochet_store::{Store, SystemClock};

pub(crate) use overheard::{Asked, Overheard};

use super::views::view_of;
use super::wire::{extents, numbers, ortho_id, said, shape_of, version, words_of};
use super::{ContextsService, IngestorService, OrthosParts, OrthosService, RemediationsService, WorkService};

/// All services on one database, which goes when this goes.
pub(crate) struct World {
    pub(crate) contexts: Arc<ContextsService>,
    pub(crate) ingestor: IngestorService,
    pub(crate) orthos: OrthosService,
    pub(crate) remediations: RemediationsService,
    pub(crate) work: WorkService,
    pub(crate) caller: Caller,
    store: Store,
    ledger: Arc<dyn Ledger>,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock);
        let store = Store::open(&folder.path().join("crochet.sqlite"), clock.clone())
            .await
            .unwrap();
        let contexts = Arc::new(ContextsService::new(store.contexts()));
        let contexts_api: Arc<dyn ContextsApi> = contexts.clone();
        Self {
            ingestor: IngestorService::new(store.contexts(), store.ingest()),
            orthos: OrthosService::new(OrthosParts {
                identity: Identity::service("orthos", Scopes::default()),
                contexts_api,
                contexts: store.contexts(),
                orthos: store.orthos(),
                remediations: store.remediations(),
                surveys: store.surveys(),
                inspection: store.inspection(),
            }),
            remediations: RemediationsService::new(store.contexts(), store.remediations()),
            work: WorkService::new(store.queue(100), clock),
            caller: Caller::new(
                "person:ada",
                CallerKind::Person,
                Scopes::default(),
                RequestContext::new(),
            ),
            contexts,
            ledger: store.ledger(),
            store,
            _folder: folder,
        }
    }

    /// A new context with the default settings.
    pub(crate) async fn context(&self, title: &str) -> ContextId {
        let new = NewContext {
            id: None,
            title: title.try_into().unwrap(),
            tokeniser: None,
            bounds: None,
        };
        let made = self
            .contexts
            .create_context(&self.caller, CreateContextParams::default(), new)
            .await;
        made.unwrap().body.id
    }

    /// The key of a context, in the place of its name.
    pub(crate) async fn context_key(&self, id: &ContextId) -> ContextId {
        let found = self.store.contexts().find(id).await.unwrap();
        said(found.key.to_string()).unwrap()
    }

    /// The port behind the orthos service.
    pub(crate) fn stored_orthos(&self) -> Arc<dyn Orthos> {
        self.store.orthos()
    }

    /// Deletes a context, whatever its state.
    pub(crate) async fn delete(&self, id: &ContextId) {
        let params = DeleteContextParams {
            if_match: "*".try_into().unwrap(),
        };
        self.contexts
            .delete_context(&self.caller, id.clone(), params)
            .await
            .unwrap();
    }

    /// Adds a text and settles.
    pub(crate) async fn add(&self, context: &ContextId, text: &str) -> Ingest {
        let added = self.ingest(context, text).await;
        self.settle().await;
        added
    }

    /// Adds a text.
    pub(crate) async fn ingest(&self, context: &ContextId, text: &str) -> Ingest {
        let new = NewIngest {
            title: "A text".try_into().unwrap(),
            text: text.to_owned(),
            search: SearchMode::All,
        };
        let params = CreateIngestParams::default();
        let added = self
            .ingestor
            .create_ingest(&self.caller, context.clone(), params, new)
            .await;
        added.unwrap().body
    }

    /// Works until nothing is left to do.
    pub(crate) async fn settle(&self) {
        loop {
            let items = self.ledger.unpushed(100).await.unwrap();
            if items.is_empty() {
                return;
            }
            for item in items {
                self.ledger.mark_pushed(&[item.id]).await.unwrap();
                self.step(item).await;
            }
        }
    }

    /// The ledger rows that wait to be pushed.
    pub(crate) async fn open_items(&self) -> Vec<uuid::Uuid> {
        self.ledger
            .unpushed(100)
            .await
            .unwrap()
            .into_iter()
            .map(|item| item.id.0)
            .collect()
    }

    async fn step(&self, item: LedgerItem) {
        let context = self.store.contexts().get(item.context).await.unwrap();
        let view = view_of(&*self.store.contexts(), &context).await.unwrap();
        let payload = WorkPayload::from_json(&item.payload).unwrap();
        let context = said(item.context.to_string()).unwrap();
        let mut begun = begin(vec![payload], &view, Budget::default()).unwrap();
        let pairs = begun.pairs().iter().map(|pair| pair.0).collect();
        begun.hear(&view, &self.waiting(&context, pairs).await);
        let found = begun.finish(&view).unwrap();
        self.report(&context, item.id, &view, found).await;
    }

    async fn waiting(&self, context: &ContextId, pairs: Vec<i64>) -> Vec<Waiting> {
        if pairs.is_empty() {
            return Vec::new();
        }
        let params = ListWaitingParams {
            limit: 20_000,
            page_token: None,
        };
        let asked =
            self.remediations
                .list_waiting(&self.caller, context.clone(), params, WaitingQuery { pairs });
        let grids = asked.await.unwrap().items;
        let waiting = |grid: crochet_api::remediations::WaitingGrid| Waiting {
            shape: shape_of(&grid.extents).unwrap(),
            cells: words_of(&grid.cells),
        };
        grids.into_iter().map(waiting).collect()
    }

    async fn report(&self, context: &ContextId, item: ItemId, view: &ContextView, found: Found) {
        let body = reported(item, &found.report);
        let outcome = self
            .orthos
            .report_expansion(&self.caller, context.clone(), body)
            .await
            .unwrap();
        assert!(outcome.done, "nothing was added since version {}", view.version());
    }
}

/// A report as a worker sends it.
pub(crate) fn reported(item: ItemId, report: &Report) -> ExpansionReport {
    let ortho = |found: &crochet_domain::ReportedOrtho| FoundOrtho {
        id: ortho_id(found.ortho.id).unwrap(),
        extents: extents(&found.ortho.shape),
        cells: numbers(&found.ortho.cells),
        min_version: version(found.ortho.min_version).unwrap(),
        rarity: found.ortho.rarity,
        pending: found.pending,
    };
    let remediation = |found: &crochet_domain::Remediation| FoundRemediation {
        id: said(found.id.to_string()).unwrap(),
        ortho_id: ortho_id(found.parent).unwrap(),
        extents: extents(&found.shape),
        cells: numbers(&found.cells),
        pairs: found.pairs.iter().map(|pair| pair.0).collect(),
    };
    let next = |payload: &WorkPayload| serde_json::from_str::<NextWork>(&payload.to_json()).unwrap();
    ExpansionReport {
        items: vec![item.0],
        context_version: version(report.context_version).unwrap(),
        orthos: report.orthos.iter().map(ortho).collect(),
        remediations: report.remediations.iter().map(remediation).collect(),
        next_items: report.next_items.iter().map(next).collect(),
        more: false,
        truncated: false,
        newest_only: false,
    }
}
