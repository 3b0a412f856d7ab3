//! Path templates, taken apart once so that nobody searches for braces again.

use std::fmt;

/// A path template such as `/contexts/{context_id}/orthos`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathTemplate {
    /// The template as written.
    pub raw: String,
    /// Its segments between slashes.
    pub segments: Vec<PathSegment>,
}

/// What stands between two slashes of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSegment {
    /// Literal text and parameters in order; `{id}.json` has two parts.
    pub parts: Vec<PathPart>,
}

/// A piece of a path segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// Text that stands for itself.
    Literal(String),
    /// The name of a parameter, without its braces.
    Parameter(String),
}

impl PathTemplate {
    /// Takes a template apart. A brace that is not closed stands for itself.
    pub fn parse(raw: &str) -> Self {
        let segments = raw
            .strip_prefix('/')
            .unwrap_or(raw)
            .split('/')
            .map(PathSegment::parse)
            .collect();
        Self {
            raw: raw.to_owned(),
            segments,
        }
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments
            .iter()
            .flat_map(|segment| &segment.parts)
            .filter_map(|part| match part {
                PathPart::Parameter(name) => Some(name.as_str()),
                PathPart::Literal(_) => None,
            })
    }

    /// The template with every parameter name replaced by `{}`: two operations whose methods and shapes are equal
    /// answer the same requests.
    pub fn shape(&self) -> String {
        self.segments.iter().fold(String::new(), |mut shape, segment| {
            shape.push('/');
            for part in &segment.parts {
                shape.push_str(match part {
                    PathPart::Literal(text) => text,
                    PathPart::Parameter(_) => "{}",
                });
            }
            shape
        })
    }
}

impl PathSegment {
    fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, name, after)) = split_parameter(rest) {
            if !literal.is_empty() {
                parts.push(PathPart::Literal(literal.to_owned()));
            }
            parts.push(PathPart::Parameter(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(PathPart::Literal(rest.to_owned()));
        }
        Self { parts }
    }

    /// Whether a parameter shares the segment with text or with another parameter. Such paths collide silently in
    /// routers whose parameters run to the next slash.
    pub fn is_partial(&self) -> bool {
        self.parts.len() > 1
            && self
                .parts
                .iter()
                .any(|part| matches!(part, PathPart::Parameter(_)))
    }
}

fn split_parameter(text: &str) -> Option<(&str, &str, &str)> {
    let (literal, from_brace) = text.split_once('{')?;
    let (name, after) = from_brace.split_once('}')?;
    Some((literal, name, after))
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_its_parameters_in_order() {
        let template = PathTemplate::parse("/contexts/{context_id}/orthos/{id}");
        assert_eq!(template.parameters().collect::<Vec<_>>(), ["context_id", "id"]);
        assert_eq!(template.shape(), "/contexts/{}/orthos/{}");
        assert!(!template.segments.iter().any(PathSegment::is_partial));
    }

    #[test]
    fn a_parameter_beside_text_makes_a_segment_partial() {
        for raw in ["/{n}.json", "/a/{x}:run", "/{a}{b}"] {
            assert!(
                PathTemplate::parse(raw)
                    .segments
                    .iter()
                    .any(PathSegment::is_partial),
                "{raw}"
            );
        }
    }

    #[test]
    fn an_unclosed_brace_stands_for_itself() {
        assert_eq!(PathTemplate::parse("/a{b").parameters().count(), 0);
    }
}
