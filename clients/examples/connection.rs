//! A connection of one's own making: several addresses, a token that is renewed, other limits.
#![expect(clippy::print_stdout, reason = "an example talks to a person")]

use std::time::Duration;

use async_trait::async_trait;
use crochet_client::{
    Authorize, AuthorizeError, Connection, Credential, Crochet, Endpoints, Error, Patience, Retries,
};

/// Fetches a token; `refused` is the one that a server no longer takes.
struct Tokens;

#[async_trait]
impl Authorize for Tokens {
    async fn credential(&self, refused: Option<&Credential>) -> Result<Option<Credential>, AuthorizeError> {
        let token = fetch_token(refused.is_some())
            .await
            .map_err(AuthorizeError::Unavailable)?;
        Credential::bearer(&token).map(Some)
    }
}

async fn fetch_token(anew: bool) -> Result<String, String> {
    Ok(if anew { "a newer token" } else { "a token" }.to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoints = Endpoints::at("http://127.0.0.1:7878")?.with("work", "http://127.0.0.1:7879")?;
    let connection = Connection::to(endpoints)
        .authorize(Tokens)
        .user_agent("holmes/1.0")
        .patience(Patience {
            per_try: Duration::from_secs(10),
            ..Patience::default()
        })
        .retries(Retries {
            again_max: 2,
            ..Retries::default()
        })
        .build()
        .map_err(Error::Setup)?;
    let api = Crochet::new(connection);
    println!("{:?}", api.read_build().await?);
    Ok(())
}
