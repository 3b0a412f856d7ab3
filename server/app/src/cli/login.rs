//! `crochet login`: signs a person in at a server with their browser, and keeps the token for later commands.
//!
//! The browser shows who asks and what for, and comes back to a port of this machine that listens for as long as the
//! command runs. The token stands in a file that nobody else can read; it is printed nowhere.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use crochet_client::types::platform::CallerInfo;
use crochet_client::{Crochet, LoginFile, OauthError, SignIn};
use crochet_platform::local::ServerNote;
use tokio::time::timeout;

use super::config::ConfigFlags;
use super::console::{Console, Format};
use super::failure::{Exit, Failure};
use super::interrupt::interruptible;
use super::loopback::Loopback;
use super::surroundings::{browser, named_server};

const EXAMPLES: &str = "\
Examples:
  crochet login
  crochet login --server https://crochet.example.org
  crochet login --scope orthos:read,contexts:read";

/// Longer than anybody takes to find their password.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Sign in at a server, with the browser
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct LoginArguments {
    /// Its address [default: CROCHET_URL, else the server that runs on the data folder]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The data folder of a server on this machine
    #[arg(long, value_name = "DIR", conflicts_with = "server")]
    data: Option<PathBuf>,
    /// Ask for no more than these scopes [default: whatever you may do]
    #[arg(long = "scope", value_delimiter = ',')]
    scopes: Vec<String>,
    /// Only print the address, for a browser elsewhere
    #[arg(long)]
    no_browser: bool,
    #[command(flatten)]
    config: ConfigFlags,
}

pub(super) fn run(arguments: &LoginArguments) -> Result<Exit, Failure> {
    let mut console = Console::new(Format::Text);
    let server = arguments.server()?;
    let file = user_file()?;
    super::block_on(interruptible(async {
        let loopback = Loopback::open().await?;
        let sign_in = SignIn::begin(&server, &loopback.redirect(), &arguments.scopes)
            .await
            .map_err(|error| failed(error, &server))?;
        show(&sign_in, arguments.no_browser, &mut console)?;
        let query = timeout(PATIENCE, loopback.came_back()).await;
        let query = query.map_err(|_| Failure::new("nobody came back from the browser"))??;
        let login = sign_in
            .finish(&query)
            .await
            .map_err(|error| failed(error, &server))?;
        file.write(&login).map_err(Failure::new)?;
        let caller = Crochet::at(login.server(), file)?.read_caller().await?;
        console.say(signed_in(&caller, login.server()))?;
        Ok(Exit::Done)
    }))
}

impl LoginArguments {
    fn server(&self) -> Result<String, Failure> {
        if let Some(url) = self
            .server
            .clone()
            .or_else(|| named_server().filter(|_| self.data.is_none()))
        {
            return Ok(url);
        }
        let data = self
            .data
            .as_ref()
            .map(|data| ("data", data.display().to_string()));
        let folder = self.config.load(&[], data.as_slice())?.config.data;
        let note = ServerNote::find(&folder).ok_or_else(|| {
            Failure::usage("no server has the data folder open")
                .at(folder.display())
                .try_this("--server says where another is")
        })?;
        Ok(note.url)
    }
}

/// The file of this user.
pub(super) fn user_file() -> Result<LoginFile, Failure> {
    LoginFile::of_user().ok_or_else(|| Failure::new("there is no home folder to keep a login in"))
}

/// Why nobody could sign in, and what to do about it.
fn failed(error: OauthError, server: &str) -> Failure {
    let offered = !matches!(error, OauthError::NotOffered(_));
    let failure = Failure::new(error);
    if offered {
        failure.at(server)
    } else {
        failure.try_this("docs/login.md says how to give it Hydra; API keys work without")
    }
}

/// Opens the browser, and prints the address for one that is elsewhere.
fn show(sign_in: &SignIn, no_browser: bool, console: &mut Console) -> Result<(), Failure> {
    let opened = !no_browser && browser(sign_in.url());
    console.remark(if opened {
        "Your browser asks you to let this in. If it does not, open:"
    } else {
        "Open this in a browser on this machine, to let this in:"
    });
    // On standard output, so that it can go to a program that opens it.
    console.say(sign_in.url())?;
    Ok(())
}

/// Who is signed in now, and where.
fn signed_in(caller: &CallerInfo, server: &str) -> String {
    let can = match caller.scopes.len() {
        0 => "no scope: an administrator gives you a role".to_owned(),
        1 => "1 scope".to_owned(),
        many => format!("{many} scopes"),
    };
    format!("signed in at {server} as {}, with {can}", caller.subject)
}
