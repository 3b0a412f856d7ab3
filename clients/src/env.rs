//! Finds a server and how to prove who one is: from the environment, else from the data folder of a server that runs here,
//! else from what `crochet login` left. The only file of this crate that reads the environment.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::Deserialize;

use crate::{Error, LoginFile};

/// Where the server is and how to prove who one is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) url: String,
    pub(crate) proof: Proof,
}

/// How to prove who one is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// An API key.
    Key(String),
    /// A person's login.
    Login(LoginFile),
    /// Not at all.
    None,
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
/// user), and for what is missing still the login of this user. The key of the data folder is only for the server of the
/// data folder, and a login only for the server at which it was made.
pub(crate) fn find() -> Result<Found, Error> {
    find_in(variable, user_folder(), LoginFile::of_user())
}

/// How to prove to the server at this address who one is: the key of the environment, or the login of this user.
pub(crate) fn proof_for(url: &str) -> Result<Proof, Error> {
    prove(variable("CROCHET_API_KEY"), url, LoginFile::of_user())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn user_folder() -> Option<PathBuf> {
    etcetera::choose_base_strategy()
        .ok()
        .map(|strategy| strategy.data_dir().join("crochet"))
}

fn find_in(
    variable: impl Fn(&str) -> Option<String>,
    user_folder: Option<PathBuf>,
    login: Option<LoginFile>,
) -> Result<Found, Error> {
    let key = variable("CROCHET_API_KEY");
    if let Some(url) = variable("CROCHET_URL") {
        let proof = prove(key, &url, login)?;
        return Ok(Found { url, proof });
    }
    let named = variable("CROCHET_DATA").map(PathBuf::from);
    let is_named = named.is_some();
    let folder = named.or(user_folder);
    let folder = folder.ok_or_else(|| no_server("there is no home folder"))?;
    match running_server(&folder) {
        Ok(url) => {
            let of_folder = || std::fs::read_to_string(folder.join(KEY_FILE)).ok();
            let proof = prove(key.or_else(of_folder), &url, login)?;
            Ok(Found { url, proof })
        }
        Err(none) if is_named => Err(none),
        Err(none) => {
            let known = login.as_ref().map(LoginFile::read).transpose()?.flatten();
            let url = known.ok_or(none)?.server().to_owned();
            let proof = prove(key, &url, login)?;
            Ok(Found { url, proof })
        }
    }
}

fn prove(key: Option<String>, url: &str, login: Option<LoginFile>) -> Result<Proof, Error> {
    if let Some(key) = key {
        return Ok(Proof::Key(key.trim().to_owned()));
    }
    let Some(file) = login else {
        return Ok(Proof::None);
    };
    let is_for_it = file.read()?.is_some_and(|login| login.is_for(url));
    Ok(if is_for_it {
        Proof::Login(file)
    } else {
        Proof::None
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

    use super::{Found, Proof, find_in};
    use crate::LoginFile;

    fn found(variables: &[(&str, &str)], folder: Option<PathBuf>) -> Result<Found, String> {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        find_in(variable, folder, None).map_err(|error| error.to_string())
    }

    /// The login file of somebody who has signed in at this server.
    fn login_at(server: &str, folder: &tempfile::TempDir) -> LoginFile {
        let path = folder.path().join("login.json");
        let login = serde_json::json!({
            "server": server, "client": "c", "token_url": "http://a:1/t", "revocation_url": "http://a:1/r",
            "access_token": "t", "refresh_token": null,
            "renew_at": "2999-01-01T00:00:00Z", "expires_at": "2999-01-01T00:00:00Z",
        });
        fs::write(&path, login.to_string()).unwrap();
        LoginFile::at(path)
    }

    #[test]
    fn a_login_is_used_where_there_is_no_key_and_only_at_its_server() {
        let folder = tempfile::tempdir().unwrap();
        let login = login_at("http://a:1", &folder);
        let at = |url: &str, key: Option<&str>| {
            let variable = |name: &str| match name {
                "CROCHET_URL" => Some(url.to_owned()),
                "CROCHET_API_KEY" => key.map(str::to_owned),
                _ => None,
            };
            find_in(variable, None, Some(login.clone())).unwrap().proof
        };
        assert_eq!(at("http://a:1/", None), Proof::Login(login.clone()));
        assert_eq!(at("http://b:1", None), Proof::None);
        assert_eq!(at("http://a:1.evil.example", None), Proof::None);
        assert_eq!(at("http://a:1", Some("k")), Proof::Key("k".to_owned()));
    }

    #[test]
    fn without_a_server_on_this_machine_a_login_says_which() {
        let folder = tempfile::tempdir().unwrap();
        let login = login_at("http://a:1", &folder);
        let none = |_: &str| None;
        let found = find_in(none, Some(folder.path().to_owned()), Some(login.clone())).unwrap();
        assert_eq!(
            (found.url.as_str(), found.proof),
            ("http://a:1", Proof::Login(login.clone()))
        );
        let named = |name: &str| (name == "CROCHET_DATA").then(|| folder.path().display().to_string());
        assert!(
            find_in(named, None, Some(login)).is_err(),
            "a folder that was named is meant"
        );
    }

    fn expect(url: &str, key: Option<&str>) -> Found {
        Found {
            url: url.to_owned(),
            proof: key.map_or(Proof::None, |key| Proof::Key(key.to_owned())),
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
