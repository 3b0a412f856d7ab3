//! Swagger UI's script and styles, taken out of the page that poem-openapi bundles them in.
//!
//! As files of their own a browser keeps them, all pages share them, and the page's policy can forbid inline scripts.

use bytes::Bytes;
use poem_openapi::OpenApiService;

/// The bundle.
pub(super) struct SwaggerUi {
    pub(super) style: Bytes,
    pub(super) script: Bytes,
}

impl SwaggerUi {
    /// Takes the bundle apart.
    pub(super) fn new() -> Self {
        let page = Bytes::from(OpenApiService::new((), "", "").swagger_ui_html());
        let between = |open: &str, close: &str| {
            let text = std::str::from_utf8(&page).unwrap_or_default();
            let from = text.find(open).map(|at| at + open.len())?;
            let to = text[from..].find(close).map(|at| at + from)?;
            Some(page.slice(from..to))
        };
        Self {
            style: between(r#"<style charset="UTF-8">"#, "</style>").unwrap_or_default(),
            script: between(r#"<script charset="UTF-8">"#, "</script>").unwrap_or_default(),
        }
    }
}
