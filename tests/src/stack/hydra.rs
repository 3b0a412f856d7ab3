//! A real Hydra with the configuration of `deploy/ory`.

use std::path::PathBuf;

use super::ports;
use super::server::{OryServer, PUBLIC_PORT, Recipe, SECRET, Variables};
use crate::wait::until;

/// A running Hydra; killed when dropped, and when the process ends.
pub(crate) struct Hydra {
    server: OryServer,
    /// What its tokens call it.
    pub(crate) issuer: String,
}

impl Hydra {
    /// Starts one for a Crochet on this port and waits until it is ready.
    pub(super) fn start(program: PathBuf, crochet: u16) -> Self {
        let issuer = format!("http://localhost:{crochet}/.ory/hydra");
        let variables = vec![
            ("URLS_SELF_ISSUER", issuer.clone()),
            ("URLS_SELF_PUBLIC", format!("{issuer}/")),
        ];
        let server = Self::server(program, variables);
        Self { server, issuer }
    }

    /// Starts one that is nobody's but its own: what people see of it is the test's to say.
    pub(super) fn provider(program: PathBuf) -> Self {
        let here = format!("http://127.0.0.1:{PUBLIC_PORT}");
        // Nobody listens there; a test reads where a browser would go.
        let page = |name| format!("http://127.0.0.1:9/{name}");
        let server = Self::server(
            program,
            vec![
                ("URLS_SELF_ISSUER", here.clone()),
                ("URLS_SELF_PUBLIC", here),
                ("URLS_LOGIN", page("login")),
                ("URLS_CONSENT", page("consent")),
                ("OAUTH2_PKCE_ENFORCED", "false".to_owned()),
            ],
        );
        let issuer = format!("http://127.0.0.1:{}", server.public);
        Self { server, issuer }
    }

    fn server(program: PathBuf, mut variables: Variables) -> OryServer {
        let recipe = Recipe {
            name: "hydra",
            serve: &["serve", "all"],
            ready: "/health/ready",
        };
        variables.push(("SECRETS_SYSTEM", SECRET.to_owned()));
        let server = OryServer::start(recipe, program, variables);
        // It makes its keys when they are first asked for, which takes it seconds.
        until("Hydra to have made its keys", || {
            ports::is_well(server.public, "/.well-known/jwks.json").then_some(())
        });
        server
    }

    /// Where it answers programs, without Crochet between.
    pub(crate) fn public(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.public)
    }

    /// Where it answers administrators.
    pub(crate) fn admin(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.admin)
    }

    /// Kills it without a warning, as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.server.kill();
    }

    /// Holds it still: it takes connections and never answers.
    pub(crate) fn pause(&mut self) {
        self.server.pause();
    }

    /// Lets it move again.
    pub(crate) fn go_on(&mut self) {
        self.server.go_on();
    }

    /// Starts it again on the same data and ports.
    pub(crate) fn start_again(&mut self) {
        assert!(self.server.run(), "Hydra does not start again");
    }
}
