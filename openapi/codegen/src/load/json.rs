//! JSON, strictly as RFC 8259, through jsonc-parser's syntax tree, whose ranges become lines and columns.

use std::sync::Arc;

use indexmap::IndexMap;
use jsonc_parser::ast::Value as Ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::node::{Data, Entry, Mark, Node};
use super::{Fault, limits};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let lines = Lines::new(text);
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        Fault::new(
            "syntax",
            lines.mark(error.range().start),
            error.kind().to_string(),
        )
    })?;
    let start = Mark { line: 1, column: 1 };
    let value = parsed
        .value
        .ok_or_else(|| Fault::new("syntax", start, "the file is empty"))?;
    Reader { lines, values: 0 }.node(&value, 0)
}

struct Reader<'a> {
    lines: Lines<'a>,
    values: u64,
}

impl Reader<'_> {
    fn node(&mut self, value: &Ast<'_>, depth: usize) -> Result<Node, Fault> {
        let mark = self.lines.mark(value.range().start);
        self.values += 1;
        if self.values > limits::VALUES_MAX {
            return Err(Fault::new(
                "too-large",
                mark,
                format!("more than {} values", limits::VALUES_MAX),
            ));
        }
        if depth > limits::DEPTH_MAX {
            return Err(Fault::new(
                "too-deep",
                mark,
                format!("more than {} levels deep", limits::DEPTH_MAX),
            ));
        }
        Ok(match value {
            Ast::NullKeyword(_) => Node::scalar(Data::Null, mark),
            Ast::BooleanLit(literal) => Node::scalar(Data::Bool(literal.value), mark),
            Ast::StringLit(literal) => Node::scalar(Data::String(literal.value.to_string()), mark),
            Ast::NumberLit(literal) => {
                let number = literal.value.parse();
                let number =
                    number.map_err(|_| Fault::new("syntax", mark, "a number that is out of range"))?;
                Node::scalar(Data::Number(number), mark)
            }
            Ast::Array(array) => {
                let items = array
                    .elements
                    .iter()
                    .map(|item| self.node(item, depth + 1).map(Arc::new));
                Node::array(items.collect::<Result<_, _>>()?, mark)
            }
            Ast::Object(object) => self.object(object, mark, depth)?,
        })
    }

    fn object(
        &mut self,
        object: &jsonc_parser::ast::Object<'_>,
        mark: Mark,
        depth: usize,
    ) -> Result<Node, Fault> {
        let mut entries = IndexMap::with_capacity(object.properties.len());
        for property in &object.properties {
            let key = self.lines.mark(property.range.start);
            let name = property.name.as_str().to_owned();
            let value = Arc::new(self.node(&property.value, depth + 1)?);
            if entries.contains_key(&name) {
                return Err(Fault::new(
                    "duplicate-key",
                    key,
                    format!("the key `{name}` occurs twice in one object"),
                ));
            }
            entries.insert(name, Entry { key, value });
        }
        Ok(Node::object(entries, mark))
    }
}

/// Where lines begin, to turn byte offsets into marks.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(after_breaks).collect(),
        }
    }

    fn mark(&self, offset: usize) -> Mark {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line.saturating_sub(1)];
        let ahead = self.text.get(start..offset).unwrap_or_default();
        // Minified documents are one line of megabytes: counting its characters for each value would be quadratic.
        let column = if ahead.len() > 4_096 {
            ahead.len()
        } else {
            ahead.chars().count()
        };
        Mark {
            line: clamp(line),
            column: clamp(column + 1),
        }
    }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
