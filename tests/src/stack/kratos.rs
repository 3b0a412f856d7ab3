//! A real Kratos with the configuration of `deploy/ory`, and its mail in our hands.

use std::path::PathBuf;

use super::mail::MailServer;
use super::ports;
use super::server::{OryServer, Recipe, SECRET, Variables};

/// A running Kratos; killed when dropped, and when the process ends.
pub(crate) struct Kratos {
    server: OryServer,
    /// Where Crochet is to listen, for which this Kratos is configured.
    pub(crate) crochet: u16,
    /// Where its mail goes.
    pub(crate) mail: MailServer,
}

impl Kratos {
    /// Starts one, with these variables besides its own, and waits until it is ready.
    pub(super) fn start(program: PathBuf, more: Variables) -> Self {
        let recipe = Recipe {
            name: "kratos",
            serve: &["serve", "--watch-courier"],
            ready: "/admin/health/ready",
        };
        let mail = MailServer::start();
        let [crochet] = ports::free();
        let origin = format!("http://localhost:{crochet}");
        let smtp = format!("smtp://127.0.0.1:{}/?disable_starttls=true", mail.port());
        let mut variables = vec![
            ("SERVE_PUBLIC_BASE_URL", format!("{origin}/.ory/kratos/")),
            ("SELFSERVICE_METHODS_PASSKEY_CONFIG_RP_ORIGINS", origin),
            ("COURIER_SMTP_CONNECTION_URI", smtp),
            ("SECRETS_COOKIE", SECRET.to_owned()),
            ("SECRETS_CIPHER", SECRET.to_owned()),
            // What a password costs is Kratos's to prove.
            ("HASHERS_BCRYPT_COST", "4".to_owned()),
        ];
        variables.extend(more);
        Self {
            server: OryServer::start(recipe, program, variables),
            crochet,
            mail,
        }
    }

    /// Where it answers browsers, without Crochet between.
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
        assert!(self.server.run(), "Kratos does not start again");
    }
}
