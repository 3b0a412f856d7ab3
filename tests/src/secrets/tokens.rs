//! The way of codes, tokens and the secrets of programs.

use std::fs;

use crochet_client::{LoginFile, SignIn};
use serde_json::Value;

use super::journey::{BACK, CONTEXTS, Journey, TOKEN};
use crate::people::grant;
use crate::stack::{Hydra, Kratos, Surfer, Visitor};
use crate::tokens::Program;

impl Journey<'_> {
    pub(super) async fn tokens(&mut self, kratos: &Kratos, hydra: &Hydra, ada: &(String, Visitor)) {
        let (email, visitor) = ada;
        grant(kratos, email, &["viewer"]).await;
        let mut surfer = Surfer::of(self.site, Some(visitor));
        let scopes = ["contexts:read".to_owned()];
        let sign_in = SignIn::begin(&self.site.url, BACK, &scopes).await.unwrap();
        let page = surfer.go(sign_in.url()).await;
        let (token, challenge) = (page.hidden("csrf"), page.hidden("consent_challenge"));
        let allowed = [
            ("csrf", &*token),
            ("consent_challenge", &*challenge),
            ("do", "allow"),
        ];
        let back = surfer.send("/consent", &allowed).await;
        let query = back.brought().to_owned();
        let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
        let code = code.unwrap().1.into_owned();
        self.planted.plant("a code", &code);
        let login = sign_in.finish(&query).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("login.json");
        LoginFile::at(file.clone()).write(&login).unwrap();
        let login: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let text = |name: &str| login[name].as_str().unwrap().to_owned();
        let access = self.planted.plant("an access token", text("access_token"));
        let refresh = self.planted.plant("a refresh token", text("refresh_token"));
        self.present("authorization", format!("Bearer {access}")).await;
        let misplaced = self.get(&format!("{CONTEXTS}?access_token={access}"));
        self.ask(misplaced).await;
        let of_terminal = [("client_id", "crochet-cli"), ("redirect_uri", BACK)];
        for (name, kind, secret) in [
            ("code", "authorization_code", &code),
            ("refresh_token", "refresh_token", &refresh),
            ("refresh_token", "refresh_token", &refresh),
        ] {
            let mut fields = of_terminal.to_vec();
            fields.extend([("grant_type", kind), (name, &**secret)]);
            let request = self.form(TOKEN, &fields);
            self.ask(request).await;
        }
        self.sent(&surfer);
        self.programs(hydra).await;
    }

    /// Programs that act for themselves, with both kinds of tokens.
    async fn programs(&mut self, hydra: &Hydra) {
        for kind in ["jwt", "opaque"] {
            let program = Program::register(hydra, kind, "contexts:read").await;
            let secret = self.planted.plant("the secret of a program", &program.secret);
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_id", &*program.id),
                ("client_secret", &*secret),
                ("audience", "crochet"),
                ("scope", "contexts:read"),
            ];
            let (status, given) = self.ask(self.form(TOKEN, &fields)).await;
            assert_eq!(status, 200, "{given}");
            let given: Value = serde_json::from_str(&given).unwrap();
            let token = given["access_token"].as_str().unwrap().to_owned();
            self.planted.plant("a token of a program", &token);
            self.present("authorization", format!("Bearer {token}")).await;
            self.present("authorization", format!("Bearer {token}x")).await;
            // Its registration says that it proves itself otherwise.
            let basic = self.form(TOKEN, &fields[..1]);
            self.ask(basic.basic_auth(&program.id, Some(&secret))).await;
            let wrong = self
                .planted
                .plant("a wrong secret of a program", "planted-wrong-secret");
            let wrong = [("client_secret", &*wrong), fields[0], fields[1]];
            self.ask(self.form(TOKEN, &wrong)).await;
        }
    }
}
