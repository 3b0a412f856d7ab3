//! Adds a text to a new context, follows the search and draws the best grids. Needs a server: `crochet serve`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to a person"
)]

use crochet_client::{Crochet, Error, Upload};
use futures_util::{StreamExt, TryStreamExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "scandal.txt".to_owned());
    let api = Crochet::from_env()?;
    let context = api.create_context("Holmes").await?.body;
    let ingest = api
        .upload_text(&context.id, "A Scandal in Bohemia", Upload::file(path))
        .await?
        .body;
    let mut progress = api.progress(&ingest);
    while let Some(now) = progress.try_next().await? {
        eprintln!("v{} {} orthos, {} left", now.version, now.orthos, now.work_left);
    }
    let mut orthos = api.list_orthos(&context.id).order("square").stream().take(10);
    while let Some(ortho) = orthos.try_next().await? {
        println!("{ortho}\n");
    }
    Ok(())
}
