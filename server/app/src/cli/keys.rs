//! `crochet keys`: API keys for programs and people.

use clap::{Args, Subcommand};
use crochet_client::Crochet;
use crochet_client::types::common::Title;
use crochet_client::types::platform::{CreatedKey, Key, KeyId, NewKey, RoleName, RotateKey, Scope};
use futures_util::TryStreamExt as _;

use super::console::Console;
use super::data::DataFlags;
use super::draw::table;
use super::failure::{Exit, Failure};
use super::host::Host;

const EXAMPLES: &str = "\
Examples:
  crochet keys list
  crochet keys create nightly-import --role editor --days 90
  crochet keys create reader --scope orthos:read,contexts:read
  crochet keys revoke 019350f4-7c1e-7b52-8f6e-0c5a4d3b2a19";

const DAY_S: i64 = 86_400;

/// Make, list, rotate and revoke API keys
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct KeysArguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    at: DataFlags,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the keys, never their secrets
    List,
    /// Make a key and print its secret, this once
    Create {
        /// What it is for
        name: String,
        /// A role whose scopes it gets: viewer, editor, operator, admin, or one of your own
        #[arg(long, required_unless_present = "scopes")]
        role: Option<RoleName>,
        /// Scopes it gets, as in orthos:read,contexts:read
        #[arg(long = "scope", value_delimiter = ',')]
        scopes: Vec<Scope>,
        /// After how many days it ends [default: never]
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3650))]
        days: Option<i64>,
    },
    /// Make a new key like this one, which stays good for an hour
    Rotate {
        /// The key
        id: KeyId,
    },
    /// Let nobody in with this key any more
    Revoke {
        /// The key
        id: KeyId,
    },
}

pub(super) fn run(arguments: &KeysArguments) -> Result<Exit, Failure> {
    let work = async |host: &Host, console: &mut Console| {
        act(host.api(), &arguments.action, console).await?;
        Ok(Exit::Done)
    };
    arguments.at.work(&arguments.at.place(), work)
}

async fn act(api: &Crochet, action: &Action, console: &mut Console) -> Result<(), Failure> {
    match action {
        Action::List => list(api, console).await,
        Action::Create {
            name,
            role,
            scopes,
            days,
        } => {
            let new = NewKey {
                name: Title::try_from(name.as_str()).map_err(|error| Failure::usage(error).at("the name"))?,
                role: role.clone(),
                scopes: (!scopes.is_empty()).then(|| scopes.clone()),
                expires_in_s: days.map(|days| days * DAY_S),
            };
            created(&api.create_key(new).await?.body, console)
        }
        Action::Rotate { id } => created(&api.rotate_key(id, RotateKey::default()).await?.body, console),
        Action::Revoke { id } => {
            api.revoke_key(id).await?;
            console.say(format_args!("revoked {id}"))
        }
    }
}

/// The secret alone on standard output, so that it can go straight into a file.
fn created(created: &CreatedKey, console: &mut Console) -> Result<(), Failure> {
    if console.is_json() {
        return console.json(created);
    }
    console.remark(format_args!(
        "key {} `{}`; this is its secret, shown once:",
        created.key.id, created.key.name
    ));
    console.say(&created.secret)
}

async fn list(api: &Crochet, console: &mut Console) -> Result<(), Failure> {
    let keys: Vec<Key> = api.list_keys().stream().try_collect().await?;
    if console.is_json() {
        return console.json(&keys);
    }
    let rows: Vec<Vec<String>> = keys.iter().map(row).collect();
    console.say(table::listing(
        &["id", "prefix", "name", "owner", "scopes", "state"],
        &rows,
    ))
}

fn row(key: &Key) -> Vec<String> {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {}", at.format("%F")),
        (None, Some(at)) => format!("until {}", at.format("%F")),
        (None, None) => "good".to_owned(),
    };
    vec![
        key.id.to_string(),
        key.prefix.clone(),
        key.name.to_string(),
        key.owner.to_string(),
        key.scopes.len().to_string(),
        state,
    ]
}
