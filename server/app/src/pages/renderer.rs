//! Turns templates into pages. Whatever a template prints is escaped, and a name that nobody gave it is an error.

use std::sync::OnceLock;

use crochet_openapi::Problem;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::assets::{self, Templates};

/// The templates, ready to be used.
pub(super) struct Renderer {
    environment: OnceLock<Environment<'static>>,
}

impl Renderer {
    pub(super) fn new() -> Self {
        Self {
            environment: OnceLock::new(),
        }
    }

    /// A page.
    ///
    /// # Errors
    /// 500 when the template is wrong; the tests show every page once.
    pub(super) fn render(&self, template: &str, shown: &impl Serialize) -> Result<String, Problem> {
        let rendered = if cfg!(debug_assertions) {
            // In development a template that was edited is seen at once.
            environment().and_then(|fresh| print(&fresh, template, shown))
        } else {
            match self.environment.get() {
                Some(ready) => print(ready, template, shown),
                None => environment()
                    .and_then(|made| print(self.environment.get_or_init(|| made), template, shown)),
            }
        };
        rendered.map_err(|error| {
            tracing::error!(template, "a page cannot be shown: {error:#}");
            Problem::internal()
        })
    }
}

fn print(
    environment: &Environment<'static>,
    template: &str,
    shown: &impl Serialize,
) -> Result<String, minijinja::Error> {
    environment.get_template(template)?.render(Serde(shown))
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.add_filter("number", grouped);
    environment.add_function("asset", |name: String| {
        let address = assets::address(&name).map(Value::from_safe_string);
        address.ok_or_else(|| {
            minijinja::Error::new(
                minijinja::ErrorKind::InvalidOperation,
                format!("there is no static file {name}"),
            )
        })
    });
    for name in Templates::iter() {
        let file = Templates::get(&name).map(|file| file.data.into_owned());
        let source = file
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or_default();
        environment.add_template_owned(name.into_owned(), source)?;
    }
    Ok(environment)
}

/// A count with its thousands apart: `38,171`.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let written = [0, 7, 999, 1_000, 38_171, 41_711_775, -1_000].map(grouped);
        assert_eq!(
            written,
            ["0", "7", "999", "1,000", "38,171", "41,711,775", "-1,000"]
        );
    }

    #[test]
    fn what_a_template_prints_is_escaped() {
        let mut environment = environment().unwrap();
        environment.add_template("x", "{{ word }}").unwrap();
        let shown = serde_json::json!({"word": "<script>\"'&"});
        let html = print(&environment, "x", &shown).unwrap();
        assert!(!html.contains(['<', '"', '\'']), "{html}");
    }
}
