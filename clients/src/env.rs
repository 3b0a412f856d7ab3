//! Finds the server of this machine and a key for it: from the environment, else from the data folder of a server
//! that runs here. The only file of this crate that reads the environment.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::Deserialize;

use crate::Error;

/// Where the server is and which key to use.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) url: String,
    pub(crate) key: Option<String>,
}

/// The file in which a running server says where it listens.
const SERVER_FILE: &str = "server.json";

/// The file that holds the key made at the first start, readable by its owner only.
const KEY_FILE: &str = "admin.key";

#[derive(Deserialize)]
struct ServerFile {
    url: String,
}

/// `CROCHET_URL` and `CROCHET_API_KEY`, and for what is missing the data folder (`CROCHET_DATA`, or the one of this
/// user). The key of the data folder is only for the server of the data folder.
pub(crate) fn find() -> Result<Found, Error> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    find_in(variable, user_folder())
}

fn user_folder() -> Option<PathBuf> {
    etcetera::choose_base_strategy()
        .ok()
        .map(|strategy| strategy.data_dir().join("crochet"))
}

fn find_in(variable: impl Fn(&str) -> Option<String>, user_folder: Option<PathBuf>) -> Result<Found, Error> {
    let key = variable("CROCHET_API_KEY");
    if let Some(url) = variable("CROCHET_URL") {
        return Ok(Found { url, key });
    }
    let folder = variable("CROCHET_DATA").map(PathBuf::from).or(user_folder);
    let folder = folder.ok_or_else(|| no_server("there is no home folder"))?;
    let url = running_server(&folder)?;
    let key = key.or_else(|| std::fs::read_to_string(folder.join(KEY_FILE)).ok());
    Ok(Found {
        url,
        key: key.map(|key| key.trim().to_owned()),
    })
}

fn running_server(folder: &Path) -> Result<String, Error> {
    let path = folder.join(SERVER_FILE);
    let text = std::fs::read_to_string(&path)
        .map_err(|_| no_server(&format!("no server runs on {}", folder.display())))?;
    let server: ServerFile = serde_json::from_str(&text)
        .map_err(|error| no_server(&format!("{} cannot be understood: {error}", path.display())))?;
    Ok(server.url)
}

fn no_server(reason: &str) -> Error {
    Error::NoServer(format!(
        "{reason}; start one with `crochet serve`, or set CROCHET_URL and CROCHET_API_KEY"
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::{Found, find_in};

    fn found(variables: &[(&str, &str)], folder: Option<PathBuf>) -> Result<Found, String> {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        find_in(variable, folder).map_err(|error| error.to_string())
    }

    fn expect(url: &str, key: Option<&str>) -> Found {
        Found {
            url: url.to_owned(),
            key: key.map(str::to_owned),
        }
    }

    #[test]
    fn the_environment_comes_first() {
        let variables = [("CROCHET_URL", "http://a:1"), ("CROCHET_API_KEY", "k")];
        assert_eq!(found(&variables, None).unwrap(), expect("http://a:1", Some("k")));
    }

    #[test]
    fn a_server_on_this_machine_is_found_by_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("server.json"),
            r#"{"url":"http://127.0.0.1:7878","pid":7}"#,
        )
        .unwrap();
        fs::write(folder.path().join("admin.key"), "k\n").unwrap();
        let here = Some(folder.path().to_owned());
        assert_eq!(
            found(&[], here.clone()).unwrap(),
            expect("http://127.0.0.1:7878", Some("k"))
        );
        let other_key = found(&[("CROCHET_API_KEY", "mine")], here).unwrap();
        assert_eq!(other_key, expect("http://127.0.0.1:7878", Some("mine")));
    }

    #[test]
    fn the_key_of_the_folder_is_not_sent_to_another_server() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("server.json"),
            r#"{"url":"http://127.0.0.1:7878"}"#,
        )
        .unwrap();
        fs::write(folder.path().join("admin.key"), "k\n").unwrap();
        let elsewhere = found(&[("CROCHET_URL", "http://a:1")], Some(folder.path().to_owned()));
        assert_eq!(elsewhere.unwrap(), expect("http://a:1", None));
    }

    #[test]
    fn without_a_server_the_error_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let error = found(&[], Some(folder.path().to_owned())).unwrap_err();
        assert!(
            error.contains("crochet serve") && error.contains("CROCHET_URL"),
            "{error}"
        );
    }
}
