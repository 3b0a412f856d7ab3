//! YAML 1.2 through saphyr's event parser, built into nodes with a stack of our own.
//!
//! Not saphyr's ready trees: they copy what an alias stands for, so a few lines can ask for more memory than there
//! is; here aliases share their node and what they would expand to is counted. Tags other than the core schema's are
//! ignored, merge keys (`<<`) are honoured since public documents use them, keys become strings (`200:` is `"200"`).

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::node::{Data, Entry, Mark, Node};
use super::{Fault, limits};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| Fault::new("syntax", mark_at(error.marker()), error.info().to_owned()))?;
        builder.event(event, mark_of(span))?;
    }
    let start = Mark { line: 1, column: 1 };
    builder
        .root
        .ok_or_else(|| Fault::new("syntax", start, "the file is empty"))
}

fn mark_of(span: Span) -> Mark {
    mark_at(&span.start)
}

fn mark_at(marker: &saphyr_parser::Marker) -> Mark {
    let clamp = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Mark {
        line: clamp(marker.line().max(1)),
        column: clamp(marker.col() + 1),
    }
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Arc<Node>>,
    values: u64,
    root: Option<Node>,
}

/// A list or object whose end has not come yet.
struct Open {
    mark: Mark,
    anchor: usize,
    kind: Kind,
}

enum Kind {
    Array(Vec<Arc<Node>>),
    Object {
        entries: IndexMap<String, Entry>,
        key: Option<(String, Mark)>,
        merges: Vec<Arc<Node>>,
    },
}

impl Builder {
    fn event(&mut self, event: Event<'_>, mark: Mark) -> Result<(), Fault> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Fault::new("syntax", mark, "a second YAML document in one file"))
            }
            Event::DocumentStart(_) => Ok(()),
            Event::Alias(anchor) => {
                let unknown = || Fault::new("syntax", mark, "an alias inside the value that it stands for");
                let node = self.anchors.get(&anchor).cloned().ok_or_else(unknown)?;
                self.value(node, mark)
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), mark)
            }
            Event::SequenceStart(anchor, _) => self.begin(mark, anchor, Kind::Array(Vec::new())),
            Event::MappingStart(anchor, _) => {
                let kind = Kind::Object {
                    entries: IndexMap::new(),
                    key: None,
                    merges: Vec::new(),
                };
                self.begin(mark, anchor, kind)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(mark),
        }
    }

    fn begin(&mut self, mark: Mark, anchor: usize, kind: Kind) -> Result<(), Fault> {
        if matches!(
            self.open.last(),
            Some(Open {
                kind: Kind::Object { key: None, .. },
                ..
            })
        ) {
            return Err(Fault::new("syntax", mark, "a key that is a list or an object"));
        }
        if self.open.len() >= limits::DEPTH_MAX {
            return Err(Fault::new(
                "too-deep",
                mark,
                format!("more than {} levels deep", limits::DEPTH_MAX),
            ));
        }
        self.open.push(Open { mark, anchor, kind });
        Ok(())
    }

    fn end(&mut self, mark: Mark) -> Result<(), Fault> {
        let Open {
            mark: begun,
            anchor,
            kind,
        } = self
            .open
            .pop()
            .ok_or_else(|| Fault::new("syntax", mark, "an end without a beginning"))?;
        let node = match kind {
            Kind::Array(items) => Node::array(items, begun),
            Kind::Object {
                mut entries, merges, ..
            } => {
                for merged in merges {
                    self.merge(&mut entries, &merged, begun)?;
                }
                Node::object(entries, begun)
            }
        };
        self.finish(node, anchor)
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        mark: Mark,
    ) -> Result<(), Fault> {
        if let Some(Open {
            kind:
                Kind::Object {
                    entries,
                    key: key @ None,
                    ..
                },
            ..
        }) = self.open.last_mut()
        {
            if entries.contains_key(text) {
                return Err(Fault::new(
                    "duplicate-key",
                    mark,
                    format!("the key `{text}` occurs twice in one object"),
                ));
            }
            *key = Some((text.to_owned(), mark));
            if anchor > 0 {
                self.anchors.insert(
                    anchor,
                    Arc::new(Node::scalar(Data::String(text.to_owned()), mark)),
                );
            }
            return Ok(());
        }
        self.finish(Node::scalar(resolve(text, style, tag), mark), anchor)
    }

    fn finish(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        let mark = node.mark;
        self.count(1, mark)?;
        if node.weight > limits::VALUES_MAX {
            return Err(too_large(mark));
        }
        let node = Arc::new(node);
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.value(node, mark)
    }

    fn value(&mut self, node: Arc<Node>, mark: Mark) -> Result<(), Fault> {
        match self.open.last_mut() {
            None => self.root = Some(Arc::unwrap_or_clone(node)),
            Some(Open {
                kind: Kind::Array(items),
                ..
            }) => items.push(node),
            Some(Open {
                kind: Kind::Object { entries, key, merges },
                ..
            }) => match key.take() {
                None => return self.alias_as_key(&node, mark),
                Some((name, _)) if name == "<<" => merges.push(node),
                Some((name, key)) => {
                    entries.insert(name, Entry { key, value: node });
                }
            },
        }
        Ok(())
    }

    fn alias_as_key(&mut self, node: &Node, mark: Mark) -> Result<(), Fault> {
        let Data::String(text) = &node.data else {
            return Err(Fault::new("syntax", mark, "a key that is not a string"));
        };
        self.scalar(text, ScalarStyle::DoubleQuoted, 0, None, mark)
    }

    /// Adds what `<<` stands for: keys that are there already win. Every key looked at counts, since a merge copies.
    fn merge(
        &mut self,
        entries: &mut IndexMap<String, Entry>,
        merged: &Node,
        mark: Mark,
    ) -> Result<(), Fault> {
        match &merged.data {
            Data::Object(others) => {
                self.count(others.len(), mark)?;
                for (key, entry) in others {
                    if !entries.contains_key(key) {
                        entries.insert(key.clone(), entry.clone());
                    }
                }
                Ok(())
            }
            Data::Array(items) if items.iter().all(|item| matches!(item.data, Data::Object(_))) => {
                items.iter().try_for_each(|item| self.merge(entries, item, mark))
            }
            _ => Err(Fault::new(
                "syntax",
                mark,
                "the merge key `<<` takes an object or a list of objects",
            )),
        }
    }

    fn count(&mut self, values: usize, mark: Mark) -> Result<(), Fault> {
        self.values = self.values.saturating_add(values as u64);
        if self.values > limits::VALUES_MAX {
            Err(too_large(mark))
        } else {
            Ok(())
        }
    }
}

fn too_large(mark: Mark) -> Fault {
    Fault::new(
        "too-large",
        mark,
        format!(
            "more than {} values once aliases are expanded",
            limits::VALUES_MAX
        ),
    )
}

/// The core schema of YAML 1.2: plain scalars are null, booleans, numbers or strings; quoted ones are strings.
fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Data {
    let core = tag
        .filter(|tag| tag.is_yaml_core_schema())
        .map(|tag| tag.suffix.as_str());
    let quoted = style != ScalarStyle::Plain;
    match core {
        Some("str") => return Data::String(text.to_owned()),
        None if quoted => return Data::String(text.to_owned()),
        _ => {}
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "true" | "True" | "TRUE" => Data::Bool(true),
        "false" | "False" | "FALSE" => Data::Bool(false),
        _ => number(text).map_or_else(|| Data::String(text.to_owned()), Data::Number),
    }
}

fn number(text: &str) -> Option<serde_json::Number> {
    let radix = |prefix: &str, radix: u32| {
        text.strip_prefix(prefix)
            .and_then(|digits| u64::from_str_radix(digits, radix).ok())
    };
    if let Some(number) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(number.into());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if let Ok(exact) = text
        .strip_prefix('+')
        .unwrap_or(text)
        .parse::<serde_json::Number>()
    {
        return Some(exact);
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    text.parse::<f64>().ok().and_then(serde_json::Number::from_f64)
}
