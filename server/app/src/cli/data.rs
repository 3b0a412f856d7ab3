//! What every command on a data folder has in common: its flags, and the way from them to a server and back.
//!
//! The server is there before the work begins and is put away after it, whether the work ended, failed or was
//! interrupted. What the work is, and what of it may be interrupted, each command knows for itself.

use std::path::PathBuf;

use clap::Args;

use super::config::ConfigFlags;
use super::console::{Console, Format};
use super::failure::{Exit, Failure};
use super::host::{Host, Place};
use super::surroundings::named_server;

/// So many servers may end under the work of one command.
const SERVERS_MAX: u32 = 5;

/// Which data, and how to answer
#[derive(Args, Clone, Debug)]
pub(super) struct DataFlags {
    /// The data folder [default: what `crochet config explain` says]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// The server at this address in place of a data folder [default: CROCHET_URL]
    #[arg(long, value_name = "URL", global = true, conflicts_with = "data")]
    server: Option<String>,
    /// Print JSON, one value a line; a list is one array
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    config: ConfigFlags,
}

impl DataFlags {
    /// Where the answer goes.
    pub(super) fn console(&self) -> Console {
        Console::new(Format::of(self.json))
    }

    /// The data that the flags name.
    pub(super) fn place(&self) -> Place {
        let server = || self.server.clone().or_else(named_server);
        match (&self.data, server()) {
            (None, Some(url)) => Place::Server(url),
            (data, _) => Place::Folder(data.clone()),
        }
    }

    /// As [`work`](Self::work), on data that has to be there: a folder made out of a misspelt name would answer that
    /// nothing is wrong with it.
    pub(super) fn work_there<W>(&self, work: W) -> Result<Exit, Failure>
    where
        W: AsyncFnMut(&Host, &mut Console) -> Result<Exit, Failure>,
    {
        let place = self.place();
        match place.folder_to_make(&self.config)? {
            None => self.work(&place, work),
            Some(data) => {
                let failure = Failure::new("there is no data folder").at(data.display());
                Err(failure.try_this("`crochet run` makes one; name another with --data"))
            }
        }
    }

    /// Does some work on a server. Where that is another process's and ends in the middle, the work is done again
    /// with the next: the same text twice is one text, so nothing is there twice.
    pub(super) fn work<W>(&self, place: &Place, mut work: W) -> Result<Exit, Failure>
    where
        W: AsyncFnMut(&Host, &mut Console) -> Result<Exit, Failure>,
    {
        let mut console = self.console();
        super::block_on(async {
            for _ in 1..SERVERS_MAX {
                let (outcome, was_of_other) = self.work_once(place, &mut work, &mut console).await?;
                match outcome {
                    Err(failure) if failure.lost_server && was_of_other => {
                        console.remark("the server that had the data has ended: going on without it");
                    }
                    outcome => return outcome,
                }
            }
            self.work_once(place, &mut work, &mut console).await?.0
        })
    }

    async fn work_once<W>(
        &self,
        place: &Place,
        work: &mut W,
        console: &mut Console,
    ) -> Result<(Result<Exit, Failure>, bool), Failure>
    where
        W: AsyncFnMut(&Host, &mut Console) -> Result<Exit, Failure>,
    {
        let host = Host::open(&self.config, place).await?;
        let outcome = work(&host, console).await;
        let was_of_other = host.is_of_other();
        host.close().await;
        Ok((outcome, was_of_other))
    }
}
