//! What a form sent, however the browser encoded it, and how a page answers it.

use std::collections::{BTreeMap, BTreeSet};

use crochet_openapi::{At, Described, Problem, Validate, Violations, read_all_faults};
use poem::http::header::CONTENT_TYPE;
use poem::web::Multipart;
use poem::{Body, FromRequest as _, Request, RequestBody, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Site;
use super::endpoint::Visit;

/// The largest form: the longest text of the API, however much its encoding adds, and the fields beside it.
const BYTES_MAX: usize = 13 * 1024 * 1024;

/// The fields of a form by their names; a file is a field whose value is its text.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    fields: BTreeMap<String, String>,
    /// The names of files that are no text.
    no_texts: BTreeSet<String>,
}

impl Form {
    /// Reads the form of a request.
    ///
    /// # Errors
    /// 413 when it is too large, 415 when it is no form, 400 when it cannot be read, 422 when a field is no text and no
    /// file either.
    pub(super) async fn read(request: &mut Request) -> Result<Self, Problem> {
        let media_type = request.header(CONTENT_TYPE).unwrap_or_default().to_owned();
        let limit = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX);
        let bytes = request
            .take_body()
            .into_bytes_limit(BYTES_MAX)
            .await
            .map_err(|error| match error {
                poem::error::ReadBodyError::PayloadTooLarge => Problem::content_too_large(limit),
                _ => Problem::bad_request("the form did not arrive whole"),
            })?;
        if media_type.starts_with("multipart/form-data") {
            let mut body = RequestBody::new(Body::from(bytes));
            return Self::multipart(request, &mut body).await;
        }
        if media_type.starts_with("application/x-www-form-urlencoded") || bytes.is_empty() {
            let pairs = form_urlencoded::parse(&bytes).into_owned();
            return Ok(Self {
                fields: pairs.map(|(name, value)| (name, unified(&value))).collect(),
                ..Self::default()
            });
        }
        Err(Problem::new(415, "this page takes what its form sends"))
    }

    async fn multipart(request: &Request, body: &mut RequestBody) -> Result<Self, Problem> {
        let unreadable = |_| Problem::bad_request("the form cannot be read");
        let mut parts = Multipart::from_request(request, body).await.map_err(unreadable)?;
        let mut form = Self::default();
        while let Some(part) = parts
            .next_field()
            .await
            .map_err(|_| Problem::bad_request("the form cannot be read"))?
        {
            let Some(name) = part.name().map(str::to_owned) else {
                continue;
            };
            let is_file = part.file_name().is_some();
            let bytes = part
                .bytes()
                .await
                .map_err(|_| Problem::bad_request("the form cannot be read"))?;
            match String::from_utf8(bytes) {
                Ok(text) => {
                    form.fields.insert(name, unified(&text));
                }
                // Its page says so at the field and keeps what else was typed.
                Err(_) if is_file => {
                    form.no_texts.insert(name);
                }
                Err(_) => return Err(Problem::unprocessable(format!("{name} is no text in UTF-8"))),
            }
        }
        Ok(form)
    }

    /// A field, without the spaces around it; empty when it was left out.
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    /// Whether a field was sent at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// Every field and its value.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What is wrong with a file, if it is no text.
    pub(super) fn problem_of_file(&self, name: &str) -> Option<Problem> {
        if !self.no_texts.contains(name) {
            return None;
        }
        let mut found = Violations::default();
        found.add(&At::body().field(name), "encoding", "must be a text in UTF-8");
        let mut problem = Problem::unprocessable("the file cannot be read as a text");
        problem.errors = found.into_vec();
        Some(problem)
    }
}

/// Whether a problem can be mended in the form, which is then shown again with everything in it.
pub(super) fn is_about_the_form(problem: &Problem) -> bool {
    matches!(problem.status, 400 | 403 | 409 | 413 | 422 | 429 | 503)
}

/// What a form says as the body of an operation, read and checked as a request's body is.
pub(super) fn as_body<T: DeserializeOwned + Described + Validate>(said: &Value) -> Result<T, Problem> {
    let text = said.to_string();
    let mut found = Violations::default();
    match serde_json::from_str::<T>(&text) {
        Ok(body) => {
            body.validate(&At::body(), &mut found);
            if found.is_empty() {
                return Ok(body);
            }
        }
        Err(error) => {
            found = read_all_faults::<T>(text.as_bytes());
            if found.is_empty() {
                found.add(&At::body(), "type", error.to_string());
            }
        }
    }
    Err(found.into())
}

impl Site {
    /// Ends a form that makes something: `done` shows what was made, and where the form can be mended it is shown again as
    /// `again` fills it in.
    pub(super) async fn ended<T, S, F>(
        &self,
        visit: &Visit,
        template: &'static str,
        outcome: Result<T, Problem>,
        done: impl FnOnce(T) -> Result<Response, Problem>,
        again: impl FnOnce(Problem) -> F,
    ) -> Result<Response, Problem>
    where
        S: Serialize,
        F: Future<Output = Result<S, Problem>>,
    {
        match outcome {
            Ok(made) => done(made),
            Err(problem) if is_about_the_form(&problem) => {
                let status = problem.status;
                self.answer(&visit.frame, status, template, again(problem).await?)
            }
            Err(problem) => Err(problem),
        }
    }
}

/// Browsers end the lines of a text as HTTP does; people's texts end them with a line feed.
fn unified(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(media_type: &str, body: &str) -> Result<Form, Problem> {
        let mut request = Request::builder().content_type(media_type).body(body.to_owned());
        Form::read(&mut request).await
    }

    #[tokio::test]
    async fn both_encodings_say_the_same() {
        let plain = read(
            "application/x-www-form-urlencoded",
            "title=A+%26+b&text=one%0D%0Atwo",
        )
        .await;
        let parts = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA & b\r\n\
                     --x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\none\r\ntwo\r\n--x--\r\n";
        let parts = read("multipart/form-data; boundary=x", parts).await;
        for form in [plain.unwrap(), parts.unwrap()] {
            assert_eq!(
                (form.get("title"), form.get("text"), form.get("none")),
                ("A & b", "one\ntwo", "")
            );
        }
    }

    #[tokio::test]
    async fn what_is_no_form_is_refused() {
        assert_eq!(read("application/json", "{}").await.unwrap_err().status, 415);
        assert_eq!(
            read("multipart/form-data; boundary=x", "--y")
                .await
                .unwrap_err()
                .status,
            400
        );
        let large = "a=".to_owned() + &"b".repeat(BYTES_MAX);
        assert_eq!(
            read("application/x-www-form-urlencoded", &large)
                .await
                .unwrap_err()
                .status,
            413
        );
    }
}
