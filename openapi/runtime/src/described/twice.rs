//! Finds the members that a JSON text has more than once where they may be there once.
//!
//! A value keeps the last of them and forgets the others, so the text itself is walked along the shape. Maps of free names
//! and members that nobody reads are left out: a body that fits is not looked at for those either.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::JsonShape;
use crate::{At, Violations};

/// Notes each member of `text` that is there more than once, if it is JSON.
pub(super) fn find(text: &[u8], shape: JsonShape, found: &mut Violations) {
    let mut text = serde_json::Deserializer::from_slice(text);
    let walk = Walk {
        shape,
        at: &At::body(),
        found,
    };
    // A text that is no JSON is told as that by whoever reads it.
    let _ = walk.deserialize(&mut text);
}

struct Walk<'w> {
    shape: JsonShape,
    at: &'w At<'w>,
    found: &'w mut Violations,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, text: D) -> Result<(), D::Error> {
        while let JsonShape::Nullable(inner) = self.shape {
            self.shape = inner();
        }
        match self.shape {
            JsonShape::List(_) | JsonShape::Map(_) | JsonShape::Object { .. } | JsonShape::Union { .. } => {
                text.deserialize_any(self)
            }
            _ => text.deserialize_ignored_any(IgnoredAny).map(drop),
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let JsonShape::List(item) = self.shape else {
            return IgnoredAny.visit_seq(items).map(drop);
        };
        for index in 0.. {
            let walk = Walk {
                shape: item(),
                at: &self.at.index(index),
                found: self.found,
            };
            if items.next_element_seed(walk)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = BTreeMap::new();
        while let Some(name) = members.next_key::<String>()? {
            let at = self.at.field(&name);
            let known = member(self.shape, &name);
            if known.is_some() {
                let times = seen.entry(name.clone()).or_insert(0_u32);
                *times += 1;
                if *times == 2 {
                    self.found.add(&at, "duplicate", "must be there once");
                }
            }
            let shape = match self.shape {
                JsonShape::Map(each) => each(),
                _ => known.unwrap_or(JsonShape::Any),
            };
            members.next_value_seed(Walk {
                shape,
                at: &at,
                found: self.found,
            })?;
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

/// What the member `name` of an object is read from, if it is one that the object knows.
fn member(shape: JsonShape, name: &str) -> Option<JsonShape> {
    match shape {
        JsonShape::Object { members, .. } => {
            let known = members.iter().find(|member| member.name == name);
            known.map(|member| (member.shape)())
        }
        JsonShape::Union { tag, .. } if tag == name => Some(JsonShape::Text),
        // Which case it is may be said further on, so the first that knows the member speaks for all.
        JsonShape::Union { cases, .. } => cases.iter().find_map(|case| member((case.shape)(), name)),
        _ => None,
    }
}
