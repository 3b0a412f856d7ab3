//! A program that acts for itself: it gets access tokens with a client of its own, and renews them.
#![expect(clippy::print_stdout, reason = "an example talks to a person")]

use crochet_client::{ClientCredentials, Crochet, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let server = variable("CROCHET_URL");
    let tokens = ClientCredentials::new(
        &format!("{server}/.ory/hydra/oauth2/token"),
        variable("CLIENT_ID"),
        variable("CLIENT_SECRET"),
    )?
    .scopes(["contexts:read"])
    .audience("crochet");
    let api = Crochet::at(&server, tokens)?;
    for context in api.list_contexts().await?.items {
        println!("{}", context.id);
    }
    Ok(())
}
