//! Deletes a context, and says what to do when that is refused. Needs a server: `crochet serve`.
#![expect(clippy::print_stderr, reason = "an example talks to a person")]

use crochet_client::types::contexts::ReadContextResponse;
use crochet_client::{Crochet, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let api = Crochet::from_env()?;
    let ReadContextResponse::Ok { etag, body: context } = api.read_context("holmes").await? else {
        return Ok(());
    };
    match api.delete_context(&context.id, &etag).await {
        Err(Error::Denied {
            missing, granted_by, ..
        }) => eprintln!("{missing:?} is missing: ask {granted_by:?}"),
        Err(Error::Changed { etag, .. }) => eprintln!("changed meanwhile, now {etag:?}"),
        Err(Error::NotFound(_)) => eprintln!("gone already"),
        done => done?,
    }
    Ok(())
}
