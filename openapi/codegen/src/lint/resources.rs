//! Rules about resources: lists come in pages, and what can change has an ETag.

use crate::diagnostic::Diagnostic;
use crate::ir::{Method, Operation, ParameterIn, Shape, Spec, Specs};

/// `list_…` takes `limit` and `page_token` and answers `{items, next_page}`.
pub(super) fn lists_are_paged(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let lists = specs
        .operations()
        .filter(|(_, operation)| operation.name().starts_with("list_"));
    for (_, operation) in lists {
        for (name, usual) in [("limit", "Limit"), ("page_token", "PageToken")] {
            if operation.parameter(ParameterIn::Query, name).is_none() {
                let message = format!("`{}` has no query parameter `{name}`", operation.name());
                let help =
                    format!("`- {{$ref: 'common.yaml#/components/parameters/{usual}'}}` or one of its own");
                found.push(Diagnostic::error("list-pages", &operation.location, message).help(help));
            }
        }
        if !answers_pages(specs, operation) {
            let message = format!(
                "`{}` does not answer an object of `items` and `next_page`",
                operation.name()
            );
            let complaint = Diagnostic::error("list-pages", &operation.location, message);
            found.push(
                complaint.help("`items` a required list, `next_page` a string that is absent at the end"),
            );
        }
    }
    found
}

fn answers_pages(specs: &Specs, operation: &Operation) -> bool {
    let page = operation
        .success_responses()
        .find_map(|response| response.json()?.schema);
    page.is_some_and(|page| {
        let flat = specs.flatten(page);
        let property = |name: &str| flat.properties.iter().find(|property| property.name == name);
        let items = property("items")
            .is_some_and(|items| items.required && matches!(specs.shape(items.schema), Shape::Array(_)));
        items && property("next_page").is_some_and(|next| !next.required)
    })
}

/// Where a resource is replaced or changed, the change takes `If-Match` and reading answers `ETag`: two people who
/// edit at once must not undo each other unseen.
pub(super) fn mutable_resources_have_etags(specs: &Specs) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for spec in &specs.documents {
        for change in spec
            .operations
            .iter()
            .filter(|one| matches!(one.method, Method::Put | Method::Patch))
        {
            if change.parameter(ParameterIn::Header, "If-Match").is_none() {
                let message = format!("`{}` changes a resource but takes no `If-Match`", change.name());
                found.push(Diagnostic::error("etag-missing", &change.location, message));
            }
            if let Some(read) = reading(spec, change).filter(|read| !answers_etag(read)) {
                let message = format!(
                    "`{}` reads what `{}` changes but answers no `ETag`",
                    read.name(),
                    change.name()
                );
                found.push(Diagnostic::error("etag-missing", &read.location, message));
            }
        }
    }
    found
}

fn reading<'a>(spec: &'a Spec, change: &Operation) -> Option<&'a Operation> {
    let mut same_path = spec
        .operations
        .iter()
        .filter(|one| one.path.shape() == change.path.shape());
    same_path.find(|one| one.method == Method::Get)
}

fn answers_etag(operation: &Operation) -> bool {
    operation
        .success_responses()
        .any(|response| response.header("ETag").is_some())
}
