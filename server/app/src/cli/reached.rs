//! A server that runs already, and a client that proves to it who this user is: by the key of the environment, by the key in
//! its data folder, or by what `crochet login` left.

use std::path::Path;

use crochet_client::{Crochet, LoginFile};
use crochet_platform::local::ServerNote;

use super::config::ConfigFlags;
use super::failure::Failure;
use super::host;
use super::surroundings::{named_server, names_key};
use crate::compose::ADMIN_FILE;

/// A server and the way to it.
pub(super) struct Reached {
    pub(super) api: Crochet,
    pub(super) url: String,
}

impl Reached {
    /// The server at this address.
    pub(super) fn at(url: &str) -> Result<Self, Failure> {
        Ok(Self {
            api: Crochet::from_env_at(url)?,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// The server at which this user is signed in, where nobody has ever served the folder that they did not name.
    pub(super) fn instead_of(data: &Path) -> Result<Option<Self>, Failure> {
        if data.join(ADMIN_FILE).exists() {
            return Ok(None);
        }
        Self::signed_in()
    }

    /// The server that runs: the named one, else that on the data folder, else the one where this user is signed in.
    pub(super) fn running(
        flags: &ConfigFlags,
        server: Option<&str>,
        data: Option<&Path>,
    ) -> Result<Self, Failure> {
        let server = server.map(str::to_owned);
        if let Some(url) = server.or_else(|| named_server().filter(|_| data.is_none())) {
            return Self::at(&url);
        }
        let forced = data.map(|data| ("data", data.display().to_string()));
        let folder = flags.load(&[], forced.as_slice())?.config.data;
        if let Some(note) = ServerNote::find(&folder) {
            let api = if names_key() {
                Crochet::from_env_at(&note.url)?
            } else {
                host::client(&note.url, &folder)?
            };
            return Ok(Self { api, url: note.url });
        }
        let nowhere = || {
            Failure::new("no server has this data folder open")
                .at(folder.display())
                .try_this("--server says where another is, `crochet login` signs in there")
        };
        let elsewhere = if data.is_none() { Self::signed_in()? } else { None };
        elsewhere.ok_or_else(nowhere)
    }

    fn signed_in() -> Result<Option<Self>, Failure> {
        let Some(file) = LoginFile::of_user() else {
            return Ok(None);
        };
        let login = file.read().map_err(Failure::new)?;
        login.map(|login| Self::at(login.server())).transpose()
    }
}
