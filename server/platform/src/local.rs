//! What a server leaves in its data folder for the people on its machine: keys, and a note that says where it answers.
//!
//! Both are readable by the owner only and appear whole or not at all. It must never know whose keys they are.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}", path.display())]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    /// What the operating system says.
    #[source]
    source: io::Error,
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    move |source| FileError {
        action,
        path: path.to_path_buf(),
        source,
    }
}

/// What a running server says about itself to others on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerNote {
    /// Where it answers.
    pub url: String,
    /// Its process.
    pub pid: u32,
    /// Its version.
    pub version: String,
}

impl ServerNote {
    /// The note's name in a data folder.
    pub const FILE: &str = "server.json";

    /// Leaves the note in `folder` until the result is dropped.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn leave(&self, folder: &Path) -> Result<Announced, FileError> {
        let path = folder.join(Self::FILE);
        let json = serde_json::to_vec(self).expect("strings and numbers always serialise");
        replace(&path, &json)?;
        Ok(Announced { path })
    }

    /// The note in `folder`, if there is one that can be read.
    #[must_use]
    pub fn find(folder: &Path) -> Option<Self> {
        let json = fs::read(folder.join(Self::FILE)).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

/// The note that says where the server answers; removed when dropped.
#[derive(Debug)]
pub struct Announced {
    path: PathBuf,
}

impl Drop for Announced {
    fn drop(&mut self) {
        // If it cannot be removed it is stale, and readers find out when they connect.
        let _ = fs::remove_file(&self.path);
    }
}

/// A file that holds one secret, readable by its owner only.
#[derive(Debug, Clone)]
pub struct SecretFile {
    path: PathBuf,
}

impl SecretFile {
    /// A secret file anywhere.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The secret, or nothing when there is no such file.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(&self) -> Result<Option<String>, FileError> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("read", &self.path)(error)),
        }
    }

    /// Writes the secret; nobody ever sees half of it, or sees it with wider permissions.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, secret: &str) -> Result<(), FileError> {
        replace(&self.path, format!("{secret}\n").as_bytes())
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// Writes a file beside the old one and puts it in its place.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let new = path.with_extension("new");
    let write = || -> io::Result<()> {
        let mut file = private().write(true).create(true).truncate(true).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(io_error("write", path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_note_stays_as_long_as_its_server() {
        let folder = tempfile::tempdir().unwrap();
        let note = ServerNote {
            url: "http://127.0.0.1:1".to_owned(),
            pid: 1,
            version: "0".to_owned(),
        };
        let left = note.leave(folder.path()).unwrap();
        assert_eq!(ServerNote::find(folder.path()), Some(note));
        drop(left);
        assert_eq!(ServerNote::find(folder.path()), None);
    }

    #[test]
    fn a_secret_is_read_back_and_is_the_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let secret = SecretFile::at(folder.path().join("admin.key"));
        assert_eq!(secret.read().unwrap(), None);
        secret.write("ck_1").unwrap();
        secret.write("ck_2").unwrap();
        assert_eq!(secret.read().unwrap().as_deref(), Some("ck_2"));
        assert_eq!(
            fs::metadata(secret.path()).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none/admin.key");
        let refused = SecretFile::at(&path).write("ck_1").unwrap_err();
        assert_eq!(refused.to_string(), format!("cannot write {}", path.display()));
    }
}
