//! `crochet logout`: ends the login of this user, here and at the server that gave it.

use clap::Args;

use super::console::{Console, Format};
use super::failure::{Exit, Failure};
use super::login::user_file;

/// End what `crochet login` began
#[derive(Args, Debug)]
pub(super) struct LogoutArguments {}

pub(super) fn run(_: &LogoutArguments) -> Result<Exit, Failure> {
    let mut console = Console::new(Format::Text);
    let file = user_file()?;
    // A file that cannot be read holds nothing that anybody could use: it goes all the same.
    let login = file.read().unwrap_or_default();
    super::block_on(async {
        let Some(login) = login else {
            file.remove().map_err(Failure::new)?;
            console.say("nobody was signed in")?;
            return Ok(Exit::Done);
        };
        let revoked = login.revoke().await;
        file.remove().map_err(Failure::new)?;
        if let Err(error) = revoked {
            let until = login.expires_at().with_timezone(&chrono::Local);
            return Err(Failure::new(format!(
                "the token is gone from here, and could not be ended at {}: {error}; it is good until {}",
                login.server(),
                until.format("%H:%M")
            )));
        }
        console.say(format_args!("signed out of {}", login.server()))?;
        Ok(Exit::Done)
    })
}
