//! What templates and static files are made of: in a release part of the executable, in development read from the disk.
//!
//! A static file has the hash of its bytes in its address, so a browser may keep it for ever and never asks again.

use std::borrow::Cow;
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use poem::error::NotFoundError;
use poem::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use poem::web::Path;
use poem::{Request, Response, handler};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

/// How much of the hash stands in an address.
const HASH_BYTES: usize = 8;

/// The script that npm brought; empty when the build had no npm.
const HTMX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/htmx.min.js"));
const HTMX_GZIP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/htmx.min.js.gz"));

static HTMX_HASH: LazyLock<String> = LazyLock::new(|| HEXLOWER.encode(&Sha256::digest(HTMX)[..HASH_BYTES]));

/// The templates.
#[derive(RustEmbed)]
#[folder = "../../ui/templates"]
pub(super) struct Templates;

/// Styles and pictures.
#[derive(RustEmbed)]
#[folder = "../../ui/static"]
struct Static;

struct File {
    bytes: Cow<'static, [u8]>,
    /// The same, compressed, if that is worth it.
    gzip: Option<&'static [u8]>,
    hash: String,
}

/// Where a static file is to be fetched; `None` when there is none of this name.
pub(super) fn address(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    Some(format!("/static/{stem}.{}.{ending}", find(name)?.hash))
}

fn find(name: &str) -> Option<File> {
    if name == "htmx.min.js" {
        return (!HTMX.is_empty()).then(|| File {
            bytes: HTMX.into(),
            gzip: Some(HTMX_GZIP),
            hash: HTMX_HASH.clone(),
        });
    }
    let file = Static::get(name)?;
    Some(File {
        hash: HEXLOWER.encode(&file.metadata.sha256_hash()[..HASH_BYTES]),
        bytes: file.data,
        gzip: None,
    })
}

/// The file of an address, if the address is the present one.
fn at(address: &str) -> Option<(File, &'static str)> {
    let (rest, ending) = address.rsplit_once('.')?;
    let (stem, wanted) = rest.rsplit_once('.')?;
    let file = find(&format!("{stem}.{ending}"))?;
    (file.hash == wanted).then(|| (file, media_type(ending)))
}

fn media_type(ending: &str) -> &'static str {
    match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// Serves a static file.
#[handler]
pub(super) fn serve(Path(name): Path<String>, request: &Request) -> poem::Result<Response> {
    let (file, media_type) = at(&name).ok_or(NotFoundError)?;
    let response = Response::builder()
        .header(CONTENT_TYPE, media_type)
        .header(CACHE_CONTROL, "public, max-age=31536000, immutable");
    let Some(gzip) = file.gzip else {
        return Ok(response.body(file.bytes.into_owned()));
    };
    let response = response.header(VARY, "accept-encoding");
    Ok(if request.header(ACCEPT_ENCODING).is_some_and(takes_gzip) {
        response.header(CONTENT_ENCODING, "gzip").body(gzip)
    } else {
        response.body(file.bytes.into_owned())
    })
}

fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_file_and_changes_with_it() {
        let address = address("app.css").unwrap();
        let (file, media_type) = at(address.strip_prefix("/static/").unwrap()).unwrap();
        assert!(file.bytes.starts_with(b"/* The look") && media_type.starts_with("text/css"));
        assert!(at("app.0123456789abcdef.css").is_none(), "an old address is gone");
        for wrong in ["app.css", "", ".", "../app.css", "nothing.0123456789abcdef.css"] {
            assert!(at(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn who_refuses_a_coding_is_not_sent_it() {
        assert!(takes_gzip("br, gzip") && takes_gzip("GZIP;q=0.5"));
        assert!(
            !takes_gzip("br") && !takes_gzip("gzip;q=0") && !takes_gzip("gzip; q=0.0") && !takes_gzip("")
        );
    }
}
