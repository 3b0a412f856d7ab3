//! Files that do not change while the server runs: their bytes, types and strong entity tags.

use std::collections::BTreeMap;

use bytes::Bytes;
use crochet_openapi::etag;
use poem::Response;
use poem::http::StatusCode;
use poem::http::header::{CACHE_CONTROL, ETAG};
use sha2::{Digest as _, Sha256};

use super::Document;

/// How much of the hash makes an entity tag.
const TAG_BYTES: usize = 16;

/// A file with everything a reply needs.
#[derive(Debug, Clone)]
pub(super) struct StaticFile {
    media_type: &'static str,
    etag: String,
    bytes: Bytes,
}

impl StaticFile {
    pub(super) fn new(media_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let hash = Sha256::digest(&bytes);
        let etag = etag::strong(data_encoding::HEXLOWER.encode(&hash[..TAG_BYTES]));
        Self {
            media_type,
            etag,
            bytes,
        }
    }

    /// The file, or 304 when the caller has it.
    pub(super) fn response(&self, if_none_match: Option<&str>) -> Response {
        // Kept by the browser, but asked about each time: after an upgrade nobody may see yesterday's document.
        let builder = Response::builder()
            .header(ETAG, &self.etag)
            .header(CACHE_CONTROL, "no-cache");
        if etag::none_match_names(if_none_match, &self.etag) {
            return builder.status(StatusCode::NOT_MODIFIED).finish();
        }
        builder.content_type(self.media_type).body(self.bytes.clone())
    }
}

/// Everything below `/openapi`; the list itself has the empty name.
pub(super) struct Sources(BTreeMap<String, StaticFile>);

impl Sources {
    pub(super) fn new(documents: &[Document]) -> Self {
        let mut files = BTreeMap::new();
        files.insert(
            String::new(),
            StaticFile::new("application/json", list(documents)),
        );
        for document in documents {
            let yaml = StaticFile::new("application/yaml", document.yaml);
            files.insert(format!("{}.yaml", document.name), yaml);
            match as_json(document.yaml) {
                Ok(json) => {
                    files.insert(
                        format!("{}.json", document.name),
                        StaticFile::new("application/json", json),
                    );
                }
                Err(error) => tracing::error!(document = document.name, "cannot be shown as JSON: {error}"),
            }
        }
        Self(files)
    }

    pub(super) fn get(&self, name: &str) -> Option<&StaticFile> {
        self.0.get(name)
    }
}

fn list(documents: &[Document]) -> Vec<u8> {
    let specs: Vec<_> = documents
        .iter()
        .map(|document| {
            serde_json::json!({
                "name": document.name,
                "title": document.title,
                "base_path": document.base_path,
                "yaml": format!("/openapi/{}.yaml", document.name),
                "json": format!("/openapi/{}.json", document.name),
                "docs": (!document.base_path.is_empty()).then(|| format!("/docs/{}", document.name)),
            })
        })
        .collect();
    serde_json::to_vec_pretty(&serde_json::json!({ "specs": specs })).expect("plain values always serialise")
}

/// The same document as JSON; references to other documents lead to their JSON too.
fn as_json(yaml: &str) -> Result<Vec<u8>, serde_saphyr::Error> {
    let mut document: serde_json::Value = serde_saphyr::from_str(yaml)?;
    point_to_json(&mut document);
    Ok(serde_json::to_vec_pretty(&document).expect("a value always serialises"))
}

fn point_to_json(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members {
                match member {
                    serde_json::Value::String(target) if name == "$ref" => {
                        *target = target.replace(".yaml#", ".json#");
                    }
                    member => point_to_json(member),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(point_to_json),
        _ => {}
    }
}
