//! The pages below `/docs`: an index, one page per spec, and what they load.

use std::collections::BTreeMap;

use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

use super::Document;
use super::assets::SwaggerUi;
use super::files::StaticFile;

const CSS: &str = "swagger-ui.css";
const SCRIPT: &str = "swagger-ui-bundle.js";

/// What the templates show.
#[derive(Serialize)]
struct Shown<'a> {
    specs: &'a [&'a Document],
    /// The spec of this page; none on the index.
    spec: Option<&'a Document>,
    css: &'static str,
    script: &'static str,
}

/// The pages by their path below `/docs`; the index has the empty one.
pub(super) struct Pages(BTreeMap<String, StaticFile>);

impl Pages {
    pub(super) fn new(documents: &[Document]) -> Self {
        // Documents without operations are shared parts: nothing to try out.
        let specs: Vec<&Document> = documents
            .iter()
            .filter(|document| !document.base_path.is_empty())
            .collect();
        let mut files = BTreeMap::new();
        for (name, html) in rendered(&specs) {
            files.insert(name, StaticFile::new("text/html; charset=utf-8", html));
        }
        let bundle = SwaggerUi::new();
        let assets = [
            (CSS, "text/css; charset=utf-8", bundle.style),
            (SCRIPT, "text/javascript; charset=utf-8", bundle.script),
            (
                "docs.css",
                "text/css; charset=utf-8",
                include_str!("../../../../ui/docs/docs.css").into(),
            ),
            (
                "docs.js",
                "text/javascript; charset=utf-8",
                include_str!("../../../../ui/docs/docs.js").into(),
            ),
        ];
        for (name, media_type, bytes) in assets {
            files.insert(format!("assets/{name}"), StaticFile::new(media_type, bytes));
        }
        Self(files)
    }

    pub(super) fn get(&self, path: &str) -> Option<&StaticFile> {
        self.0.get(path)
    }
}

fn rendered(specs: &[&Document]) -> Vec<(String, String)> {
    let mut environment = Environment::new();
    let templates = [
        ("index.html", include_str!("../../../../ui/docs/index.html")),
        ("spec.html", include_str!("../../../../ui/docs/spec.html")),
    ];
    for (name, source) in templates {
        environment
            .add_template(name, source)
            .expect("a test renders every template");
    }
    let render = |template: &str, spec: Option<&Document>| {
        let template = environment.get_template(template).expect("it was added above");
        let shown = Shown {
            specs,
            spec,
            css: CSS,
            script: SCRIPT,
        };
        template
            .render(Serde(&shown))
            .expect("a test renders every template")
    };
    let index = (String::new(), render("index.html", None));
    let pages = specs
        .iter()
        .map(|spec| (spec.name.to_owned(), render("spec.html", Some(spec))));
    std::iter::once(index).chain(pages).collect()
}
