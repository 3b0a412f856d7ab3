//! What stands in the address of a page behind the question mark.

use std::collections::BTreeMap;

use crochet_api::common::PageToken;
use crochet_openapi::Problem;

use super::endpoint::Visit;

/// The parameters of an address by their names; of several of one name the first counts.
#[derive(Debug, Default)]
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    pub(super) fn of(visit: &Visit) -> Self {
        let mut query = Self::default();
        let written = visit.request.uri().query().unwrap_or_default();
        for (name, value) in form_urlencoded::parse(written.as_bytes()).into_owned() {
            query.0.entry(name).or_insert(value);
        }
        query
    }

    /// A parameter without the spaces around it; none when it is empty or was left out.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Which page of a list is wanted; the first where nothing is said.
    pub(super) fn page_token(&self) -> Result<Option<PageToken>, Problem> {
        Ok(self.get("page_token").map(str::parse).transpose()?)
    }

    /// A parameter as text for a field.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }
}

/// These parameters, as an address has them; empty ones are left out.
pub(super) fn written<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()))
        .finish()
}
