//! Which pages there are: each address with what it shows and what its forms do. One list, so that what must hold of
//! every page can be tried on every page.

use std::future::Future;
use std::sync::Arc;

use crochet_openapi::Problem;
use poem::{Endpoint, Response, Route, RouteMethod};

use super::Site;
use super::endpoint::{Visit, change, open_change, read};

/// What a page does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// Shows something.
    Shows,
    /// Changes something, for a person who is signed in.
    Changes,
    /// Changes something that needs nobody to be signed in.
    ChangesForAnybody,
}

/// A page and what it does.
#[cfg_attr(not(test), expect(dead_code, reason = "tests walk the list"))]
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) path: String,
    pub(super) does: Does,
}

/// The pages, as they are put together.
pub(super) struct Table {
    site: Arc<Site>,
    route: Route,
    pub(super) listed: Vec<Listed>,
}

impl Table {
    /// No pages yet, beside what `route` has.
    pub(super) fn new(route: Route, site: &Arc<Site>) -> Self {
        Self {
            site: site.clone(),
            route,
            listed: Vec::new(),
        }
    }

    /// Something that is no page.
    pub(super) fn beside(
        mut self,
        path: impl AsRef<str>,
        endpoint: impl Endpoint<Output = Response> + 'static,
    ) -> Self {
        self.route = self.route.at(path, endpoint);
        self
    }

    /// A page that shows something.
    pub(super) fn shows<H, F>(self, path: &str, show: H) -> Self
    where
        H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let page = poem::get(read(&self.site, show));
        self.listed(path, &[Does::Shows]).at(path, page)
    }

    /// A form for somebody who is signed in, on another page.
    pub(super) fn changes<H, F>(self, path: &str, take: H) -> Self
    where
        H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let page = poem::post(change(&self.site, take));
        self.listed(path, &[Does::Changes]).at(path, page)
    }

    /// A page that shows something, with a form for somebody who is signed in.
    pub(super) fn both<H, F, T, G>(self, path: &str, show: H, take: T) -> Self
    where
        H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
        T: Fn(Arc<Site>, Visit) -> G + Send + Sync + 'static,
        G: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let page = poem::get(read(&self.site, show)).post(change(&self.site, take));
        self.listed(path, &[Does::Shows, Does::Changes]).at(path, page)
    }

    /// A form for anybody, on another page.
    pub(super) fn opens<H, F>(self, path: &str, take: H) -> Self
    where
        H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let page = poem::post(open_change(&self.site, take));
        self.listed(path, &[Does::ChangesForAnybody]).at(path, page)
    }

    /// A page that shows something, with a form for anybody.
    pub(super) fn both_open<H, F, T, G>(self, path: &str, show: H, take: T) -> Self
    where
        H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
        T: Fn(Arc<Site>, Visit) -> G + Send + Sync + 'static,
        G: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let page = poem::get(read(&self.site, show)).post(open_change(&self.site, take));
        self.listed(path, &[Does::Shows, Does::ChangesForAnybody])
            .at(path, page)
    }

    /// Everything, with what is shown at every address that nothing else has.
    pub(super) fn finish<H, F>(self, otherwise: H) -> Route
    where
        H: Fn(Arc<Site>, Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        // To poem this is `/` too, whatever else is there.
        let page = read(&self.site, otherwise);
        self.route.at("/*path", page)
    }

    fn listed(mut self, path: &str, does: &[Does]) -> Self {
        let pages = does.iter().map(|&does| Listed {
            path: path.to_owned(),
            does,
        });
        self.listed.extend(pages);
        self
    }

    fn at(mut self, path: &str, page: RouteMethod) -> Self {
        self.route = self.route.at(path, page);
        self
    }
}
