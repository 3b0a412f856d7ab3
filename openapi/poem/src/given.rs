//! A parameter as it was sent, and how it becomes a value.

use std::borrow::Cow;
use std::str::Utf8Error;

use crochet_openapi::{At, Location, Parameter, Violations};
use poem::http::header::{GetAll, HeaderValue};
use smallvec::SmallVec;

use crate::call::{Read, Refused};

/// For a parameter that has no rules beyond those of its type.
pub fn by_type<T>(_: &T, _: &At<'_>, _: &mut Violations) {}

/// A parameter as it was sent, once, several times or not at all.
pub struct Given<'c> {
    location: Location,
    name: &'static str,
    texts: Texts<'c>,
    found: &'c mut Violations,
}

/// Where the texts of a parameter stand.
pub(crate) enum Texts<'c> {
    /// In the path.
    One(Option<Result<Cow<'c, str>, Utf8Error>>),
    /// Among all pairs of the query.
    Pairs(&'c [(String, String)]),
    /// In the lines of a header.
    Lines(GetAll<'c, HeaderValue>),
}

impl<'c> Given<'c> {
    pub(crate) fn new(
        location: Location,
        name: &'static str,
        texts: Texts<'c>,
        found: &'c mut Violations,
    ) -> Self {
        Self {
            location,
            name,
            texts,
            found,
        }
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// When it is missing or wrong, which the verdict then says.
    pub fn required<T: Parameter>(self, rules: impl Fn(&T, &At<'_>, &mut Violations)) -> Read<T> {
        let (root, name) = (At::root(self.location), self.name);
        let found = self.found;
        let at = root.field(name);
        match texts(&self.texts, name, &at, found).as_slice() {
            [] => missing(&at, found),
            texts => one(texts, &at, found, rules),
        }
    }

    /// A value that may be left out.
    ///
    /// # Errors
    /// When it is wrong, which the verdict then says.
    pub fn optional<T: Parameter>(self, rules: impl Fn(&T, &At<'_>, &mut Violations)) -> Read<Option<T>> {
        let (root, name) = (At::root(self.location), self.name);
        let found = self.found;
        let at = root.field(name);
        match texts(&self.texts, name, &at, found).as_slice() {
            [] => Ok(None),
            texts => one(texts, &at, found, rules).map(Some),
        }
    }

    /// A list that must be there; its items are separate pairs, or separated by a sign.
    ///
    /// # Errors
    /// When it is missing or wrong, which the verdict then says.
    pub fn required_list<T: Parameter>(
        self,
        separator: Option<char>,
        rules: impl Fn(&Vec<T>, &At<'_>, &mut Violations),
    ) -> Read<Vec<T>> {
        let (root, name) = (At::root(self.location), self.name);
        let found = self.found;
        let at = root.field(name);
        let texts = texts(&self.texts, name, &at, found);
        if texts.is_empty() {
            return missing(&at, found);
        }
        list(&texts, separator, &at, found, rules)
    }

    /// A list that may be left out; its items are separate pairs, or separated by a sign.
    ///
    /// # Errors
    /// When it is wrong, which the verdict then says.
    pub fn optional_list<T: Parameter>(
        self,
        separator: Option<char>,
        rules: impl Fn(&Vec<T>, &At<'_>, &mut Violations),
    ) -> Read<Option<Vec<T>>> {
        let (root, name) = (At::root(self.location), self.name);
        let found = self.found;
        let at = root.field(name);
        let texts = texts(&self.texts, name, &at, found);
        if texts.is_empty() {
            return Ok(None);
        }
        list(&texts, separator, &at, found, rules).map(Some)
    }
}

/// What cannot be read has been told; only what was not sent at all is missing.
fn missing<T>(at: &At<'_>, found: &mut Violations) -> Read<T> {
    let place = at.to_string();
    if !found
        .as_slice()
        .iter()
        .any(|told| told.location == at.location() && told.pointer == place)
    {
        found.add(at, "required", "must be there");
    }
    Err(Refused)
}

/// Most parameters are sent once.
type Several<'t> = SmallVec<[&'t str; 1]>;

fn texts<'t>(texts: &'t Texts<'_>, name: &str, at: &At<'_>, found: &mut Violations) -> Several<'t> {
    match texts {
        Texts::One(None) => Several::new(),
        Texts::One(Some(Ok(text))) => Several::from([&**text]),
        Texts::One(Some(Err(_))) => {
            found.add(at, "type", "must be UTF-8 once its percent signs are decoded");
            Several::new()
        }
        Texts::Pairs(pairs) => {
            let named = pairs.iter().filter(|(key, _)| key == name);
            named.map(|(_, value)| value.as_str()).collect()
        }
        Texts::Lines(lines) => {
            let mut readable = Several::new();
            for line in lines {
                match line.to_str() {
                    Ok(text) => readable.push(text),
                    Err(_) => found.add(at, "type", "must be visible ASCII"),
                }
            }
            readable
        }
    }
}

fn one<T: Parameter>(
    texts: &[&str],
    at: &At<'_>,
    found: &mut Violations,
    rules: impl Fn(&T, &At<'_>, &mut Violations),
) -> Read<T> {
    if texts.len() > 1 {
        found.add(at, "repeated", "must be given once");
        return Err(Refused);
    }
    let value = T::read(texts[0], at, found).ok_or(Refused)?;
    rules(&value, at, found);
    Ok(value)
}

fn list<T: Parameter>(
    texts: &[&str],
    separator: Option<char>,
    at: &At<'_>,
    found: &mut Violations,
    rules: impl Fn(&Vec<T>, &At<'_>, &mut Violations),
) -> Read<Vec<T>> {
    let items: Vec<&str> = match separator {
        None => texts.to_vec(),
        // An empty text is an empty list and not a list of one empty item.
        Some(sign) => {
            let filled = texts.iter().filter(|text| !text.is_empty());
            filled.flat_map(|text| text.split(sign)).map(str::trim).collect()
        }
    };
    let read = items
        .iter()
        .enumerate()
        .map(|(index, text)| T::read(text, &at.index(index), found));
    let values = read
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Option<Vec<T>>>()
        .ok_or(Refused)?;
    rules(&values, at, found);
    Ok(values)
}
