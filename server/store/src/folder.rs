//! The data folder: one process at a time, of one form, readable by its owner only.
//!
//! `lock` is held (by the operating system, so a crash frees it) as long as the process lives; `version` says which
//! form the folder has, and a folder of a later release is refused before anything in it is touched; `server.json` is
//! written by whoever serves the folder, and read here only to say where that is.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The form that this release reads and writes.
const FORM: u32 = 1;

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process has it.
    #[error("the data folder {} is in use{}", folder.display(), at(url.as_deref()))]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// Where the process that has it answers, if it serves.
        url: Option<String>,
    },
    /// A later release made it.
    #[error("the data folder {} has form {found}, this release reads form {FORM}", folder.display())]
    Newer {
        /// The folder.
        folder: PathBuf,
        /// The form that it has.
        found: u32,
    },
    /// Its `version` is not a number.
    #[error("the file {} does not say which form the folder has", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
    },
    /// It cannot be written.
    #[error("the data folder {} is read-only", folder.display())]
    ReadOnly {
        /// The folder.
        folder: PathBuf,
    },
    /// No space is left.
    #[error("the disk of the data folder {} is full", folder.display())]
    DiskFull {
        /// The folder.
        folder: PathBuf,
    },
    /// Anything else.
    #[error("the data folder {} cannot be used", folder.display())]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

fn at(url: Option<&str>) -> String {
    url.map(|url| format!(": {url} serves it")).unwrap_or_default()
}

/// A data folder that is ours until this is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Takes the folder; makes it if it is not there.
    ///
    /// # Errors
    /// Somebody else has it, a later release made it, or it cannot be written.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let fault = |source: io::Error| fault(path, source);
        create(path).map_err(fault)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))
            .map_err(fault)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(FolderError::InUse {
                    folder: path.to_path_buf(),
                    url: Self::served_at(path),
                });
            }
            Err(TryLockError::Error(error)) => return Err(fault(error)),
        }
        check_form(path)?;
        Ok(Self {
            path: path.to_path_buf(),
            _lock: lock,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database file in it.
    #[must_use]
    pub fn database_file(&self) -> PathBuf {
        self.path.join("crochet.sqlite")
    }

    /// Where the process that serves a folder says that it answers.
    #[must_use]
    pub fn served_at(path: &Path) -> Option<String> {
        let text = fs::read(path.join("server.json")).ok()?;
        let server: serde_json::Value = serde_json::from_slice(&text).ok()?;
        Some(server.get("url")?.as_str()?.to_owned())
    }
}

fn create(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Reads the form, or writes ours into a new folder. Written beside and renamed, so that it is never half there.
fn check_form(path: &Path) -> Result<(), FolderError> {
    let file = path.join("version");
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return write_form(path).map_err(|e| fault(path, e));
        }
        Err(error) => return Err(fault(path, error)),
    };
    match text.trim().parse::<u32>() {
        Ok(found) if found > FORM => Err(FolderError::Newer {
            folder: path.to_path_buf(),
            found,
        }),
        Ok(_) => Ok(()),
        Err(_) => Err(FolderError::Unreadable { file }),
    }
}

fn write_form(path: &Path) -> io::Result<()> {
    let draft = path.join("version.new");
    let mut file = File::create(&draft)?;
    writeln!(file, "{FORM}")?;
    file.sync_all()?;
    fs::rename(draft, path.join("version"))
}

fn fault(folder: &Path, source: io::Error) -> FolderError {
    let folder = folder.to_path_buf();
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            FolderError::ReadOnly { folder }
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FolderError::DiskFull { folder },
        _ => FolderError::Io { folder, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_processes_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        let first = DataFolder::open(&path).unwrap();
        fs::write(path.join("server.json"), r#"{"url":"http://127.0.0.1:7"}"#).unwrap();
        let refused = DataFolder::open(&path).unwrap_err();
        assert!(matches!(&refused, FolderError::InUse { url: Some(url), .. } if url == "http://127.0.0.1:7"));
        assert!(
            refused
                .to_string()
                .ends_with("is in use: http://127.0.0.1:7 serves it")
        );
        drop(first);
        DataFolder::open(&path).unwrap();
    }

    #[test]
    fn a_folder_of_a_later_release_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("version"), "7\n").unwrap();
        let refused = DataFolder::open(folder.path()).unwrap_err();
        assert!(matches!(refused, FolderError::Newer { found: 7, .. }));
        assert_eq!(fs::read_to_string(folder.path().join("version")).unwrap(), "7\n");
    }

    #[test]
    fn a_folder_that_does_not_say_its_form_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("version"), "seven").unwrap();
        assert!(matches!(
            DataFolder::open(folder.path()),
            Err(FolderError::Unreadable { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_its_owners_only() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("deep/data");
        let folder = DataFolder::open(&path).unwrap();
        assert_eq!(
            fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
}
