//! Secrets in the configuration: shown to nobody, neither by `config explain` nor by what is said of a mistake.

use super::planted::Planted;
use crate::crochet::{Ran, crochet};

fn configured(command: &[&str], settings: &[String]) -> Ran {
    let settings = settings
        .iter()
        .flat_map(|setting| ["--set".to_owned(), setting.clone()]);
    let command = command.iter().map(|word| (*word).to_owned());
    crochet(command.chain(settings))
}

fn says_nothing(planted: &Planted, ran: &Ran) {
    let said = format!("{}{}", ran.out, ran.err);
    assert!(planted.found_in(&said).is_empty(), "{said}");
}

/// Settings with secrets in them.
fn secrets(planted: &mut Planted) -> Vec<String> {
    let password = planted.plant("the password of a server", "planted-for-a-server");
    let key = planted.plant("the service key", "planted-service-key");
    let secret = planted.plant("the secret of the client", "planted-client-secret");
    let mut settings = vec![
        format!("remote.key={key}"),
        format!("oauth.client_secret={secret}"),
    ];
    let addresses = [
        "people.kratos_url",
        "people.kratos_admin_url",
        "oauth.hydra_url",
        "oauth.hydra_admin_url",
        "oauth.issuer",
        "remote.url",
        "remote.urls.work",
    ];
    settings.extend(addresses.map(|name| format!("{name}=http://crochet:{password}@127.0.0.1:9")));
    settings
}

#[test]
fn settings_are_explained_without_their_secrets() {
    let mut planted = Planted::default();
    let settings = secrets(&mut planted);
    for form in [&["config", "explain"][..], &["config", "explain", "--json"]] {
        let ran = configured(form, &settings);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.out.contains("http://***@127.0.0.1:9"), "{ran:?}");
        says_nothing(&planted, &ran);
    }
}

#[test]
fn what_is_wrong_with_a_setting_is_said_without_its_secret() {
    let mut planted = Planted::default();
    let number = planted.plant("a secret of digits", "918273645546372819");
    let password = planted.plant("the password of a server", "planted-for-a-server");
    let folder = tempfile::tempdir().unwrap();
    let data = format!("data={}", folder.path().join("data").display());
    let listen = "listen=127.0.0.1:0".to_owned();
    let address = format!("ftp://crochet:{password}@127.0.0.1");
    let good = "http://127.0.0.1:9".to_owned();
    for wrong in [
        vec![format!("oauth.client_secret={number}")],
        vec![format!("remote.key=[{number}]")],
        vec![
            format!("people.kratos_url={address}"),
            format!("people.kratos_admin_url={good}"),
        ],
        vec![
            format!("people.kratos_url={good}"),
            format!("people.kratos_admin_url={address}"),
        ],
        vec![
            "oauth.issuer=http://localhost".to_owned(),
            format!("oauth.hydra_url={address}"),
            format!("oauth.hydra_admin_url={good}"),
        ],
        vec![
            "oauth.issuer=http://localhost".to_owned(),
            format!("oauth.hydra_url={good}"),
            format!("oauth.hydra_admin_url={address}"),
        ],
        vec![
            "oauth.client_id=worker".to_owned(),
            "oauth.client_secret=abc".to_owned(),
            format!("oauth.hydra_url={address}"),
            "only=worker".to_owned(),
            format!("remote.url={good}"),
        ],
        vec![
            "only=worker".to_owned(),
            "remote.key=ck_0123456789_abc".to_owned(),
            format!("remote.url={address}"),
        ],
    ] {
        let settings: Vec<String> = wrong.iter().chain([&data, &listen]).cloned().collect();
        let ran = configured(&["serve"], &settings);
        assert!(ran.code.is_some_and(|code| code > 0), "{wrong:?}: {ran:?}");
        says_nothing(&planted, &ran);
    }
}
