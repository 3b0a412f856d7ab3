//! Parameters, headers and examples.

use crate::diagnostic::Diagnostic;
use crate::ir::{Example, Header, Parameter, ParameterIn, ParameterStyle, ValueShape};
use crate::load::Cursor;
use crate::normalise::context::Normaliser;
use crate::normalise::fields::extensions;

const FIELDS: [&str; 13] = [
    "name",
    "in",
    "description",
    "required",
    "deprecated",
    "allowEmptyValue",
    "style",
    "explode",
    "allowReserved",
    "schema",
    "example",
    "examples",
    "content",
];

impl Normaliser<'_> {
    pub(super) fn parameters(&mut self, at: &Cursor) -> Vec<Parameter> {
        let parameters = self.list(at, "parameters");
        parameters
            .iter()
            .filter_map(|parameter| self.parameter(parameter))
            .collect()
    }

    fn parameter(&mut self, at: &Cursor) -> Option<Parameter> {
        let what = "a parameter";
        let at = self.follow(at)?;
        if !self.object(&at, what, &FIELDS) {
            return None;
        }
        let name = self.demanded_text(&at, what, "name");
        let place = self.place(&at)?;
        if place == ParameterIn::Header && is_reserved(&name) {
            let message = format!("the header parameter `{name}` is ignored: OpenAPI has other words for it");
            self.report(Diagnostic::warning(
                "ignored-header-parameter",
                &at.location(),
                message,
            ));
            return None;
        }
        let style = self.style(&at, place);
        let required = self.is(&at, "required");
        if place == ParameterIn::Path && !required {
            let message = format!("the path parameter `{name}` must say `required: true`");
            self.report(Diagnostic::warning(
                "path-parameter-required",
                &at.location(),
                message,
            ));
        }
        Some(Parameter {
            place,
            required: required || place == ParameterIn::Path,
            shape: self.value_shape(&at, &name)?,
            style,
            explode: self.flag(&at, "explode").unwrap_or(style == ParameterStyle::Form),
            allow_reserved: self.is(&at, "allowReserved"),
            allow_empty_value: self.is(&at, "allowEmptyValue"),
            deprecated: self.is(&at, "deprecated"),
            description: self.text(&at, "description"),
            examples: self.examples(&at),
            component: self.component(&at, "parameters"),
            extensions: extensions(&at),
            location: at.location(),
            name,
        })
    }

    fn place(&mut self, at: &Cursor) -> Option<ParameterIn> {
        let said = self.demanded_text(at, "a parameter", "in");
        let all = [
            ParameterIn::Path,
            ParameterIn::Query,
            ParameterIn::Header,
            ParameterIn::Cookie,
        ];
        let place = all.into_iter().find(|place| place.as_str() == said);
        if place.is_none() {
            let message = format!("a parameter cannot be in `{said}`");
            let complaint = Diagnostic::error("unknown-parameter-place", &at.location(), message);
            self.report(complaint.help("one of `path`, `query`, `header`, `cookie`"));
        }
        place
    }

    fn style(&mut self, at: &Cursor, place: ParameterIn) -> ParameterStyle {
        use ParameterStyle::{DeepObject, Form, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};
        let (default, allowed): (_, &[ParameterStyle]) = match place {
            ParameterIn::Path => (Simple, &[Simple, Label, Matrix]),
            ParameterIn::Query => (Form, &[Form, SpaceDelimited, PipeDelimited, DeepObject]),
            ParameterIn::Header => (Simple, &[Simple]),
            ParameterIn::Cookie => (Form, &[Form]),
        };
        let Some(said) = self.text(at, "style") else {
            return default;
        };
        allowed
            .iter()
            .copied()
            .find(|style| style.as_str() == said)
            .unwrap_or_else(|| {
                let message = format!(
                    "`style: {said}` is not allowed for a {} parameter",
                    place.as_str()
                );
                let words: Vec<_> = allowed
                    .iter()
                    .map(|style| format!("`{}`", style.as_str()))
                    .collect();
                let complaint = Diagnostic::error("unknown-parameter-style", &at.location(), message);
                self.report(complaint.help(format!("one of {}", words.join(", "))));
                default
            })
    }

    /// `schema`, or the one entry of `content`.
    fn value_shape(&mut self, at: &Cursor, name: &str) -> Option<ValueShape> {
        if let Some(schema) = at.get("schema") {
            return Some(ValueShape::Schema(self.schema(&schema)));
        }
        let mut content = self.content(at);
        if content.len() > 1 {
            let message = format!("`content` of `{name}` must have exactly one media type");
            self.report(Diagnostic::error("parameter-content", &at.location(), message));
        }
        if let Some(media) = content.drain(..).next() {
            return Some(ValueShape::Content(Box::new(media)));
        }
        let message = format!("`{name}` has neither `schema` nor `content`; any text is allowed");
        self.report(Diagnostic::warning("missing-field", &at.location(), message));
        Some(ValueShape::Schema(self.reserve_any(at)))
    }

    pub(super) fn headers(&mut self, at: &Cursor) -> Vec<Header> {
        let mut headers = Vec::new();
        for (name, place) in self.map_all(at, "headers") {
            if name.eq_ignore_ascii_case("content-type") {
                let message = "the header `Content-Type` is ignored: the media types of `content` say it";
                self.report(Diagnostic::warning(
                    "ignored-header-parameter",
                    &place.location(),
                    message,
                ));
            } else {
                headers.extend(self.header(name, &place));
            }
        }
        headers
    }

    fn header(&mut self, name: String, at: &Cursor) -> Option<Header> {
        let at = self.follow(at)?;
        if !self.object(&at, "a header", &FIELDS[2..]) {
            return None;
        }
        Some(Header {
            required: self.is(&at, "required"),
            shape: self.value_shape(&at, &name)?,
            explode: self.is(&at, "explode"),
            deprecated: self.is(&at, "deprecated"),
            description: self.text(&at, "description"),
            examples: self.examples(&at),
            component: self.component(&at, "headers"),
            extensions: extensions(&at),
            location: at.location(),
            name,
        })
    }

    /// The single `example`, then the named `examples`.
    pub(super) fn examples(&mut self, at: &Cursor) -> Vec<Example> {
        let single = at.get("example").map(|value| Example {
            name: String::new(),
            summary: None,
            description: None,
            value: Some(value.node.to_value()),
            external_value: None,
            location: value.location(),
        });
        let named = self.map_all(at, "examples");
        let named = named.into_iter().filter_map(|(name, at)| self.example(name, &at));
        single.into_iter().chain(named.collect::<Vec<_>>()).collect()
    }

    fn example(&mut self, name: String, at: &Cursor) -> Option<Example> {
        let at = self.follow(at)?;
        if !self.object(
            &at,
            "an example",
            &["summary", "description", "value", "externalValue"],
        ) {
            return None;
        }
        Some(Example {
            name,
            summary: self.text(&at, "summary"),
            description: self.text(&at, "description"),
            value: at.get("value").map(|value| value.node.to_value()),
            external_value: self.text(&at, "externalValue"),
            location: at
                .get("value")
                .map_or_else(|| at.location(), |value| value.location()),
        })
    }
}

/// Headers that OpenAPI says to describe elsewhere: in `content`, in the responses, in `security`.
fn is_reserved(name: &str) -> bool {
    ["accept", "content-type", "authorization"]
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
}
