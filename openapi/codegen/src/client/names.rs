//! How generated code of the client names the types of the API: by their path below one alias, so that no type of a
//! document can be taken for one of the client's own.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Layout;
use crate::ir::Spec;
use crate::plan::{RustType, Scope};

/// The names of the types of one document, as seen from the client.
#[derive(Debug, Clone)]
pub(super) struct ApiNames<'a> {
    spec: &'a Spec,
    scope: Scope<'static>,
}

impl<'a> ApiNames<'a> {
    /// `root` leads to the modules of all documents.
    pub(super) fn new(spec: &'a Spec, root: TokenStream) -> Self {
        // No module is "here", so every type is named by its whole path.
        Self {
            spec,
            scope: Scope {
                module: "",
                others: root,
            },
        }
    }

    /// A type where it is used.
    pub(super) fn of(&self, rust_type: &RustType) -> TokenStream {
        rust_type.tokens(&self.scope)
    }

    /// A type of the document itself.
    pub(super) fn own(&self, name: &str) -> TokenStream {
        self.scope.path(&self.spec.module, name)
    }

    /// The module of the document.
    pub(super) fn module(&self) -> Ident {
        format_ident!("{}", self.spec.module)
    }

    /// The scope in which defaults are written.
    pub(super) fn scope(&self) -> &Scope<'static> {
        &self.scope
    }
}

/// The paths of a [`Layout`], parsed.
#[derive(Debug)]
pub(super) struct Paths {
    pub(super) api: TokenStream,
    pub(super) generated: TokenStream,
}

impl Paths {
    pub(super) fn of(layout: Layout<'_>) -> Self {
        // What is no path makes code that rustc complains about, at the place where it is used.
        let parse = |path: &str| path.parse().unwrap_or_default();
        Self {
            api: parse(layout.api),
            generated: parse(layout.generated),
        }
    }
}

/// What the crate of the types is called in generated code.
pub(super) fn alias() -> TokenStream {
    quote!(api)
}

/// An identifier that may be written raw.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, proc_macro2::Span::call_site()),
        None => format_ident!("{name}"),
    }
}
