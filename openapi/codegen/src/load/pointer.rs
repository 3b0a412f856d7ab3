//! JSON pointers (RFC 6901), inside documents and in the fragments of references.

/// Writes a key as one step of a pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The keys of a pointer as it stands in the fragment of a URI: percent-encoding undone, then `~1` and `~0`.
/// `None` when it is not a pointer.
pub(super) fn keys(fragment: &str) -> Option<Vec<String>> {
    if fragment.is_empty() {
        return Some(Vec::new());
    }
    let decoded = percent_encoding::percent_decode_str(fragment)
        .decode_utf8()
        .ok()?;
    let steps = decoded.strip_prefix('/')?;
    Some(
        steps
            .split('/')
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect(),
    )
}
