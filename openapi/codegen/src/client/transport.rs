//! Runs progenitor over a profile.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use quote::quote;

use super::profile::Profile;
use crate::emit::text;

/// Progenitor's client of one document, and the hooks that lead its requests through the session of the call.
pub(super) fn code(profile: Profile) -> Result<String, String> {
    let client = run(profile)?;
    let hooks = quote! {
        impl ClientHooks<Session> for Client {
            async fn pre<E>(
                &self,
                request: &mut reqwest::Request,
                _operation: &OperationInfo,
            ) -> std::result::Result<(), Error<E>> {
                Ok(self.inner().prepare(request)?)
            }

            async fn exec(
                &self,
                request: reqwest::Request,
                _operation: &OperationInfo,
            ) -> reqwest::Result<reqwest::Response> {
                self.inner().execute(request).await
            }
        }
    };
    Ok(text::file(
        "Progenitor's client.",
        &[("Session", "crate::support")],
        &[client, hooks],
    ))
}

/// Progenitor answers some documents with a panic; to a user that is an error like any other.
fn run(profile: Profile) -> Result<TokenStream, String> {
    let document: openapiv3::OpenAPI =
        serde_json::from_value(profile.document).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(Session));
    for (schema, rust_type) in profile.types {
        settings.with_replacement(schema, rust_type, std::iter::empty());
    }
    let generate = || Generator::new(&settings).generate_tokens(&document);
    match catch_unwind(AssertUnwindSafe(generate)) {
        Ok(generated) => generated.map_err(|error| error.to_string()),
        Err(panic) => Err(panic
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_else(|| "progenitor panicked".to_owned())),
    }
}
