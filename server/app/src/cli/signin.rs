//! `crochet signin`: a link that opens a session in the browser, once.
//!
//! For a server without accounts: whoever can read the data folder may come in. The server that has the folder makes the
//! link; this command is its client like any other.

use std::path::PathBuf;

use chrono::{DateTime, Local, Utc};
use clap::Args;
use crochet_client::Crochet;
use crochet_client::types::platform::{NewSignInLink, RoleName};
use crochet_platform::local::ServerNote;
use serde::Serialize;

use super::config::ConfigFlags;
use super::console::{Console, Format};
use super::failure::{Exit, Failure};
use super::host;

const EXAMPLES: &str = "\
Examples:
  crochet signin
  crochet signin --role viewer
  xdg-open $(crochet signin)";

/// Print a link that signs in once, in the browser that opens it
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct SigninArguments {
    /// The role to sign in with
    #[arg(long, default_value = "admin")]
    role: RoleName,
    /// The data folder of the running server
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFlags,
}

/// A link as a person can use it.
#[derive(Debug, Serialize)]
pub(super) struct Link {
    pub(super) url: String,
    role: RoleName,
    expires_at: DateTime<Utc>,
}

impl Link {
    /// A new link of the server at `url`, for its admin.
    pub(super) async fn for_admin(api: &Crochet, url: &str) -> Result<Self, Failure> {
        Self::new(api, url, "admin".parse().map_err(Failure::new)?).await
    }

    /// A new link of the server at `url`.
    async fn new(api: &Crochet, url: &str, role: RoleName) -> Result<Self, Failure> {
        let link = api.create_sign_in_link(NewSignInLink { role }).await?;
        Ok(Self {
            url: format!("{url}{}", link.path),
            role: link.role,
            expires_at: link.expires_at,
        })
    }

    /// How long it is good, by the clock on the wall.
    pub(super) fn good(&self) -> String {
        let until = self.expires_at.with_timezone(&Local);
        format!("once, until {}", until.format("%H:%M"))
    }
}

pub(super) fn run(arguments: &SigninArguments) -> Result<Exit, Failure> {
    let mut console = Console::new(Format::of(arguments.json));
    let data = arguments
        .data
        .as_ref()
        .map(|data| ("data", data.display().to_string()));
    let config = arguments.config.load(&[], data.as_slice())?.config;
    let Some(note) = ServerNote::find(&config.data) else {
        let failure = Failure::new("no server has this data folder open").at(config.data.display());
        return Err(failure.try_this("`crochet serve` starts one and prints a link"));
    };
    super::block_on(async {
        let api = host::client(&note.url, &config.data)?;
        let link = Link::new(&api, &note.url, arguments.role.clone()).await?;
        if console.is_json() {
            console.json(&link)?;
        } else {
            // The link alone on standard output, so that it can go straight to a browser.
            console.say(&link.url)?;
            console.remark(format_args!("signs in as {}, {}", link.role, link.good()));
        }
        Ok(Exit::Done)
    })
}
