//! The files of a set of documents: those that were asked for and those that references lead to.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::node::Node;
use super::{limits, parse};
use crate::diagnostic::Diagnostic;
use crate::ir::Location;

/// The code of a file that is not there, or is no text.
pub(super) const UNREADABLE: &str = "unreadable";

/// One file, read and parsed.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its name, as diagnostics show it.
    pub(crate) file: Arc<str>,
    /// Its text.
    pub(crate) text: Arc<str>,
    /// Its value.
    pub(crate) root: Arc<Node>,
}

/// Where texts come from.
#[derive(Debug, Clone)]
pub(crate) enum Files {
    /// The file system.
    Disk,
    /// Texts at hand, by name.
    Memory(BTreeMap<String, String>),
}

impl Files {
    fn read(&self, name: &str) -> Result<String, String> {
        match self {
            Self::Disk => {
                let length = std::fs::metadata(name).map_err(|error| error.to_string())?.len();
                if length > limits::TEXT_BYTES_MAX as u64 {
                    return Err(format!(
                        "it has {length} bytes; at most {} are read",
                        limits::TEXT_BYTES_MAX
                    ));
                }
                let bytes = std::fs::read(name).map_err(|error| error.to_string())?;
                String::from_utf8(bytes).map_err(|error| {
                    format!(
                        "it is not UTF-8: byte {} does not belong there",
                        error.utf8_error().valid_up_to()
                    )
                })
            }
            Self::Memory(texts) => texts
                .get(name)
                .cloned()
                .ok_or_else(|| "there is no such file".to_owned()),
        }
    }
}

/// All files read so far.
#[derive(Debug)]
pub(crate) struct Library {
    files: Files,
    sources: HashMap<String, Result<Arc<Source>, Diagnostic>>,
    texts: BTreeMap<Arc<str>, Arc<str>>,
}

impl Library {
    pub(crate) fn new(files: Files) -> Self {
        Self {
            files,
            sources: HashMap::new(),
            texts: BTreeMap::new(),
        }
    }

    /// The file of a name, read when it is asked for the first time.
    pub(crate) fn open(&mut self, name: &str) -> Result<Arc<Source>, Diagnostic> {
        let name = normal(Path::new(name));
        if let Some(known) = self.sources.get(&name) {
            return known.clone();
        }
        let opened = if self.sources.len() < limits::FILES_MAX {
            self.read(&name)
        } else {
            let message = format!("more than {} files", limits::FILES_MAX);
            Err(Diagnostic::error(
                "too-large",
                &Location::start_of(&name),
                message,
            ))
        };
        self.sources.insert(name, opened.clone());
        opened
    }

    fn read(&mut self, name: &str) -> Result<Arc<Source>, Diagnostic> {
        let file: Arc<str> = name.into();
        let unreadable = |error| {
            Diagnostic::error(
                UNREADABLE,
                &Location::start_of(name),
                format!("`{name}` cannot be read: {error}"),
            )
        };
        let text: Arc<str> = self.files.read(name).map_err(unreadable)?.into();
        self.texts.insert(file.clone(), text.clone());
        let root = parse(name, &text).map_err(|fault| fault.into_diagnostic(&file))?;
        Ok(Arc::new(Source {
            file,
            text,
            root: Arc::new(root),
        }))
    }

    /// Whether every file that is there could be parsed.
    pub(crate) fn is_sound(&self) -> bool {
        let mut faults = self.sources.values().filter_map(|source| source.as_ref().err());
        faults.all(|fault| fault.code == UNREADABLE)
    }

    /// The text of every file that is there, sound or not, by name.
    pub(crate) fn into_texts(self) -> BTreeMap<Arc<str>, Arc<str>> {
        self.texts
    }
}

/// The name of a file that is named relative to another one.
pub(super) fn beside(file: &str, relative: &str) -> String {
    let folder = Path::new(file).parent().unwrap_or_else(|| Path::new(""));
    normal(&folder.join(relative))
}

/// The path without `.` and without `x/..`, so that one file has one name.
fn normal(path: &Path) -> String {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean.to_string_lossy().into_owned()
}
