//! The Rust type of a schema where it is used.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The name of a type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeName {
    /// A type that is generated.
    Declared {
        /// The module of its document.
        module: String,
        /// Its name there.
        name: String,
    },
    /// A type written by hand, which the schema names with `x-rust-type`.
    External(String),
}

/// A Rust type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RustType {
    /// `bool`
    Bool,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String`
    Text,
    /// `DateTime<Utc>`
    DateTime,
    /// `NaiveDate`
    Date,
    /// `Uuid`
    Uuid,
    /// Any JSON value.
    Any,
    /// A named type.
    Named(TypeName),
    /// `Vec<_>`
    List(Box<Self>),
    /// `BTreeMap<String, _>`
    Map(Box<Self>),
    /// `Box<_>`, where a type would contain itself.
    Boxed(Box<Self>),
    /// `Option<_>` of an item that may be null.
    Nullable(Box<Self>),
}

/// Where a type is written, which decides how it is named.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The module whose types are in scope by their bare names.
    pub module: &'a str,
    /// The path that leads to the other modules: `super`, or `::crochet_api`.
    pub others: TokenStream,
}

impl<'a> Scope<'a> {
    /// Inside the generated module `module`, beside the others.
    pub fn inside(module: &'a str) -> Self {
        Self {
            module,
            others: quote!(super),
        }
    }

    /// The path of a declared type.
    pub fn path(&self, module: &str, name: &str) -> TokenStream {
        let name = format_ident!("{name}");
        if module == self.module {
            return quote!(#name);
        }
        let (others, module) = (&self.others, format_ident!("{module}"));
        quote!(#others::#module::#name)
    }
}

impl RustType {
    /// The type as it is written in `scope`.
    pub fn tokens(&self, scope: &Scope<'_>) -> TokenStream {
        match self {
            Self::Bool => quote!(bool),
            Self::I32 => quote!(i32),
            Self::I64 => quote!(i64),
            Self::F32 => quote!(f32),
            Self::F64 => quote!(f64),
            Self::Text => quote!(String),
            Self::DateTime => quote!(DateTime<Utc>),
            Self::Date => quote!(NaiveDate),
            Self::Uuid => quote!(Uuid),
            Self::Any => quote!(serde_json::Value),
            Self::Named(TypeName::Declared { module, name }) => scope.path(module, name),
            Self::Named(TypeName::External(path)) => {
                path.parse().unwrap_or_else(|_| quote!(serde_json::Value))
            }
            Self::List(item) => wrap(&quote!(Vec), item, scope),
            Self::Map(value) => {
                let value = value.tokens(scope);
                quote!(BTreeMap<String, #value>)
            }
            Self::Boxed(inner) => wrap(&quote!(Box), inner, scope),
            Self::Nullable(inner) => wrap(&quote!(Option), inner, scope),
        }
    }

    /// The same in a box.
    #[must_use]
    pub fn boxed(self) -> Self {
        Self::Boxed(Box::new(self))
    }

    /// Whether values are copied rather than cloned.
    pub fn is_plain(&self) -> bool {
        matches!(
            self,
            Self::Bool
                | Self::I32
                | Self::I64
                | Self::F32
                | Self::F64
                | Self::Uuid
                | Self::DateTime
                | Self::Date
        )
    }
}

fn wrap(outer: &TokenStream, inner: &RustType, scope: &Scope<'_>) -> TokenStream {
    let inner = inner.tokens(scope);
    quote!(#outer<#inner>)
}
