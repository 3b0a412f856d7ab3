//! Request bodies, responses, media types and encodings.

use crate::diagnostic::Diagnostic;
use crate::ir::{Encoding, MediaType, ParameterStyle, RequestBody, Response, Status};
use crate::load::Cursor;
use crate::normalise::context::Normaliser;
use crate::normalise::fields::extensions;

impl Normaliser<'_> {
    pub(super) fn request_body(&mut self, operation: &Cursor) -> Option<RequestBody> {
        let at = self.follow(&operation.get("requestBody")?)?;
        let what = "a request body";
        if !self.object(&at, what, &["description", "content", "required"]) {
            return None;
        }
        if at.get("content").is_none() {
            self.missing(&at, what, "content");
        }
        Some(RequestBody {
            description: self.text(&at, "description"),
            required: self.is(&at, "required"),
            content: self.content(&at),
            component: self.component(&at, "requestBodies"),
            extensions: extensions(&at),
            location: at.location(),
        })
    }

    pub(super) fn responses(&mut self, operation: &Cursor) -> Vec<Response> {
        if operation.get("responses").is_none() {
            self.missing(operation, "an operation", "responses");
        }
        let responses = self.map(operation, "responses");
        responses
            .iter()
            .filter_map(|(key, at)| self.response(key, at))
            .collect()
    }

    fn response(&mut self, key: &str, at: &Cursor) -> Option<Response> {
        let Some(status) = status(key) else {
            let message = format!("`{key}` is not a status: a code, a range such as `4XX`, or `default`");
            self.report(Diagnostic::error("unknown-status", &at.location(), message));
            return None;
        };
        let at = self.follow(at)?;
        let what = "a response";
        if !self.object(&at, what, &["description", "headers", "content", "links"]) {
            return None;
        }
        Some(Response {
            status,
            description: self.demanded_text(&at, what, "description"),
            headers: self.headers(&at),
            content: self.content(&at),
            links: self.links(&at),
            component: self.component(&at, "responses"),
            extensions: extensions(&at),
            location: at.location(),
        })
    }

    pub(super) fn content(&mut self, at: &Cursor) -> Vec<MediaType> {
        let content = self.map_all(at, "content");
        content
            .into_iter()
            .filter_map(|(name, at)| self.media_type(name, &at))
            .collect()
    }

    fn media_type(&mut self, name: String, at: &Cursor) -> Option<MediaType> {
        if !self.object(at, "a media type", &["schema", "example", "examples", "encoding"]) {
            return None;
        }
        if !name.contains('/') {
            let message = format!("`{name}` is not a media type");
            self.report(Diagnostic::error("unknown-media-type", &at.location(), message));
        }
        let encodings = self.map_all(at, "encoding");
        Some(MediaType {
            name,
            schema: at.get("schema").map(|schema| self.schema(&schema)),
            examples: self.examples(at),
            encodings: encodings
                .into_iter()
                .filter_map(|(property, at)| self.encoding(property, &at))
                .collect(),
            extensions: extensions(at),
            location: at.location(),
        })
    }

    fn encoding(&mut self, property: String, at: &Cursor) -> Option<Encoding> {
        if !self.object(
            at,
            "an encoding",
            &["contentType", "headers", "style", "explode", "allowReserved"],
        ) {
            return None;
        }
        Some(Encoding {
            property,
            content_type: self.text(at, "contentType"),
            headers: self.headers(at),
            style: self.encoding_style(at),
            explode: self.flag(at, "explode"),
            allow_reserved: self.is(at, "allowReserved"),
            extensions: extensions(at),
            location: at.location(),
        })
    }

    fn encoding_style(&mut self, at: &Cursor) -> Option<ParameterStyle> {
        use ParameterStyle::{DeepObject, Form, PipeDelimited, SpaceDelimited};
        let said = self.text(at, "style")?;
        let style = [Form, SpaceDelimited, PipeDelimited, DeepObject]
            .into_iter()
            .find(|one| one.as_str() == said);
        if style.is_none() {
            let message = format!("`style: {said}` is not allowed for the encoding of a property");
            self.report(Diagnostic::error(
                "unknown-parameter-style",
                &at.location(),
                message,
            ));
        }
        style
    }
}

fn status(key: &str) -> Option<Status> {
    if key == "default" {
        return Some(Status::Default);
    }
    if let Some(digit) = key.strip_suffix("XX").or_else(|| key.strip_suffix("xx")) {
        return digit
            .parse()
            .ok()
            .filter(|digit| (1..=5).contains(digit))
            .map(Status::Range);
    }
    let code: u16 = key.parse().ok()?;
    (key.len() == 3 && (100..600).contains(&code)).then_some(Status::Code(code))
}
