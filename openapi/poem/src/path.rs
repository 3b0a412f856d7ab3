//! Where a path parameter stands in a path.
//!
//! The router only finds the operation; what stands at the places of its parameters is looked up by the template of
//! the document, so a parameter is read the same way wherever the routes are mounted.

use std::borrow::Cow;
use std::str::Utf8Error;

use percent_encoding::percent_decode_str;

/// The text of the parameter `name`, percent signs decoded, if the path has a place for it.
///
/// # Errors
/// When the decoded text is not UTF-8.
pub(crate) fn parameter<'p>(
    template: &str,
    path: &'p str,
    name: &str,
) -> Option<Result<Cow<'p, str>, Utf8Error>> {
    // Counted from the end: before the template stands where the routes are mounted.
    let mut segments = template.rsplit('/').zip(path.rsplit('/'));
    let text = segments.find_map(|(segment, text)| {
        let (before, rest) = segment.split_once('{')?;
        let (named, after) = rest.split_once('}')?;
        (named == name).then(|| text.strip_prefix(before)?.strip_suffix(after))
    })?;
    Some(percent_decode_str(text?).decode_utf8())
}

/// The template as the router writes it: a segment that holds a parameter is named by its position, so that two
/// documents may name the same place differently.
pub(crate) fn route(template: &str) -> String {
    let segments = template.split('/').enumerate().map(|(index, segment)| {
        if segment.contains('{') {
            format!("{{{index}}}")
        } else {
            segment.to_owned()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The template as poem writes it: `/contexts/:context_id`.
pub(crate) fn poem_path(template: &str) -> String {
    template.replace('{', ":").replace('}', "")
}

#[cfg(test)]
mod tests {
    use super::{parameter, route};

    fn text(template: &str, path: &str, name: &str) -> String {
        parameter(template, path, name).unwrap().unwrap().into_owned()
    }

    #[test]
    fn a_parameter_is_found_by_its_place_wherever_the_template_is_mounted() {
        let template = "/teas/{tea_id}/cups/{cup}";
        for path in ["/teas/sencha/cups/7", "/api/v1/teas/sencha/cups/7"] {
            assert_eq!(text(template, path, "tea_id"), "sencha");
            assert_eq!(text(template, path, "cup"), "7");
            assert_eq!(parameter(template, path, "pot"), None);
        }
    }

    #[test]
    fn percent_signs_are_decoded_after_the_path_was_taken_apart() {
        assert_eq!(text("/{a}/{b}", "/x%2Fy/%C3%A9", "a"), "x/y");
        assert_eq!(text("/{a}/{b}", "/x%2Fy/%C3%A9", "b"), "é");
        assert!(parameter("/{a}", "/%FF", "a").unwrap().is_err());
    }

    #[test]
    fn a_parameter_may_have_text_around_it() {
        assert_eq!(text("/v{n}.json", "/v12.json", "n"), "12");
        assert_eq!(parameter("/v{n}.json", "/v12.yaml", "n"), None);
    }

    #[test]
    fn a_route_does_not_know_the_names_of_parameters() {
        assert_eq!(route("/teas/{tea_id}/cups/{cup}.png"), "/teas/{2}/cups/{4}");
    }
}
