//! A person lets a program in: what they are asked, what they can give, what is remembered, and how it ends.

use std::time::{Duration, Instant};

use crochet_auth::People as _;
use crochet_client::{Crochet, Error, LoginFile, SignIn};

use super::with_site;
use crate::people::{grant, people, person};
use crate::stack::{CrochetSite, Page, Surfer, Visitor, fresh_address};

/// Nobody listens there: the tests read what the browser would bring.
const BACK: &str = "http://127.0.0.1:9/callback";

/// A program that waits for its browser, and the page on which that is.
async fn begin(site: &CrochetSite, surfer: &mut Surfer, scopes: &[&str]) -> (SignIn, Page) {
    let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let sign_in = SignIn::begin(&site.url, BACK, &scopes).await.unwrap();
    let page = surfer.go(sign_in.url()).await;
    (sign_in, page)
}

/// Answers the question of a page.
async fn answer(surfer: &mut Surfer, page: &Page, said: &[(&str, &str)]) -> Page {
    assert_eq!(page.status, 200, "{page:?}");
    let (token, challenge) = (page.hidden("csrf"), page.hidden("consent_challenge"));
    let mut fields = vec![("csrf", &*token), ("consent_challenge", &*challenge)];
    fields.extend(said);
    surfer.send("/consent", &fields).await
}

/// The client of a program that was let in.
async fn program(sign_in: SignIn, back: &Page) -> (Crochet, tempfile::TempDir) {
    let login = sign_in.finish(back.brought()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = LoginFile::at(folder.path().join("login.json"));
    file.write(&login).unwrap();
    (Crochet::at(login.server(), file).unwrap(), folder)
}

async fn scopes(api: &Crochet) -> Vec<String> {
    let caller = api.read_caller().await.unwrap();
    caller.scopes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_person_is_asked_in_plain_words_and_gives_no_more_than_they_may() {
    with_site(async |site, kratos, _| {
        let email = fresh_address("ada");
        let ada = Visitor::register(kratos, &email, "Ada <b>").await;
        grant(kratos, &email, &["viewer"]).await;
        let mut surfer = Surfer::of(site, Some(&ada));
        let (sign_in, page) = begin(site, &mut surfer, &["orthos:read", "contexts:write"]).await;
        page.says(&[
            "Crochet on the command line",
            "Ada &lt;b&gt;",
            "Read orthos, counts per shape and the existence filter.",
            "Go on while you are away",
            "what you may not do yourself",
            "Create contexts.",
        ]);
        let back = answer(&mut surfer, &page, &[("do", "allow")]).await;
        let (api, _folder) = program(sign_in, &back).await;
        assert_eq!(scopes(&api).await, ["orthos:read"]);
        let refused = api.create_context("Mine").await.map(drop).unwrap_err();
        assert!(matches!(refused, Error::Denied { .. }), "{refused:?}");

        // With another role the token can still do no more than it was given for, and with none nothing.
        grant(kratos, &email, &["editor"]).await;
        within_a_second(async || scopes(&api).await == ["orthos:read"]).await;
        grant(kratos, &email, &[]).await;
        within_a_second(async || scopes(&api).await.is_empty()).await;
    });
}

#[test]
fn what_is_remembered_is_not_asked_again_and_gives_no_more_than_the_person_may_now() {
    with_site(async |site, kratos, hydra| {
        let email = fresh_address("ada");
        let ada = Visitor::register(kratos, &email, "Ada").await;
        grant(kratos, &email, &["editor"]).await;
        let mut surfer = Surfer::of(site, Some(&ada));
        let wanted = ["orthos:read", "contexts:write"];
        let (sign_in, page) = begin(site, &mut surfer, &wanted).await;
        let back = answer(&mut surfer, &page, &[("do", "allow"), ("remember", "1")]).await;
        let (first, _folder) = program(sign_in, &back).await;
        assert_eq!(scopes(&first).await, ["contexts:write", "orthos:read"]);

        grant(kratos, &email, &["viewer"]).await;
        let mut fewer = Vec::new();
        within_a_second(async || {
            let (sign_in, back) = begin(site, &mut surfer, &wanted).await;
            let (second, _folder) = program(sign_in, &back).await;
            fewer = scopes(&second).await;
            fewer == ["orthos:read"]
        })
        .await;

        surfer
            .go("/programs")
            .await
            .says(&["Crochet on the command line", "Read orthos"]);
        let token = surfer.go("/programs").await.hidden("csrf");
        let ended = [("csrf", &*token), ("program", "crochet-cli")];
        surfer.send("/programs", &ended).await.says(&["let in no more"]);
        within_a_second(async || matches!(first.read_caller().await, Err(Error::SignedOut(_)))).await;
        let (_, asked) = begin(site, &mut surfer, &wanted).await;
        asked.says(&["in?"]);
        let id = person(&people(kratos), &email).await.id;
        assert!(admin(hydra).consents_of(&id).await.unwrap().is_empty());
    });
}

#[test]
fn a_person_who_says_no_gives_nothing() {
    with_site(async |site, kratos, _| {
        let ada = Visitor::register(kratos, &fresh_address("ada"), "Ada").await;
        let mut surfer = Surfer::of(site, Some(&ada));
        let (sign_in, page) = begin(site, &mut surfer, &[]).await;
        let back = answer(&mut surfer, &page, &[("do", "refuse")]).await;
        let refused = sign_in.finish(back.brought()).await.unwrap_err().to_string();
        assert!(refused.contains("does not allow it"), "{refused}");
        // The question is answered; a second answer changes nothing.
        let again = answer(&mut surfer, &page, &[("do", "allow")]).await;
        assert!(again.place.contains("error") || again.status == 410, "{again:?}");
    });
}

#[test]
fn an_answer_for_another_sign_in_or_without_the_token_of_the_form_is_none() {
    with_site(async |site, kratos, _| {
        let ada = Visitor::register(kratos, &fresh_address("ada"), "Ada").await;
        let mut surfer = Surfer::of(site, Some(&ada));
        let (sign_in, page) = begin(site, &mut surfer, &[]).await;
        let forged = [
            ("consent_challenge", &*page.hidden("consent_challenge")),
            ("do", "allow"),
        ];
        let forged = surfer.send("/consent", &forged).await;
        assert_eq!(forged.status, 403, "{forged:?}");
        let back = answer(&mut surfer, &page, &[("do", "allow")]).await;
        let other = SignIn::begin(&site.url, BACK, &[]).await.unwrap();
        assert!(
            other.finish(back.brought()).await.is_err(),
            "it was not asked for by this one"
        );
        assert!(sign_in.finish(back.brought()).await.is_ok());
    });
}

#[test]
fn nobody_answers_for_somebody_else() {
    with_site(async |site, kratos, _| {
        let ada = Visitor::register(kratos, &fresh_address("ada"), "Ada").await;
        let bob = Visitor::register(kratos, &fresh_address("bob"), "Bob").await;
        let mut of_ada = Surfer::of(site, Some(&ada));
        let (_, page) = begin(site, &mut of_ada, &[]).await;
        let mut of_bob = Surfer::of(site, Some(&bob));
        let seen = of_bob.go(&page.place).await;
        assert_eq!(seen.status, 403, "{seen:?}");
        seen.says(&["somebody else"]);
        // Somebody else in the same browser begins anew, and is asked themselves.
        of_ada.sign_in_as(&bob);
        let (_, page) = begin(site, &mut of_ada, &[]).await;
        page.says(&["Bob"]);
    });
}

#[test]
fn whoever_is_not_signed_in_does_so_first_and_a_link_of_the_terminal_is_not_enough() {
    with_site(async |site, _, _| {
        let mut nobody = Surfer::of(site, None);
        let (_, page) = begin(site, &mut nobody, &[]).await;
        assert!(page.place.starts_with("/login?flow="), "{page:?}");
        page.says(&["Sign in", "name=\"identifier\""]);
        let again = nobody.go("/consent?consent_challenge=made-up").await;
        assert!(again.place.starts_with("/login?flow="), "{again:?}");
        let answered = nobody.go("/login?login_challenge=made-up").await;
        assert_eq!(answered.status, 410, "{answered:?}");
    });
}

#[test]
fn whoever_is_disabled_has_let_in_nobody_within_a_second() {
    with_site(async |site, kratos, hydra| {
        let email = fresh_address("ada");
        let ada = Visitor::register(kratos, &email, "Ada").await;
        grant(kratos, &email, &["viewer"]).await;
        let mut surfer = Surfer::of(site, Some(&ada));
        let (sign_in, page) = begin(site, &mut surfer, &["orthos:read"]).await;
        let back = answer(&mut surfer, &page, &[("do", "allow"), ("remember", "1")]).await;
        let (api, _folder) = program(sign_in, &back).await;
        assert_eq!(scopes(&api).await, ["orthos:read"]);
        let people = people(kratos).with_programs(admin(hydra));
        let id = person(&people, &email).await.id;
        people.set_disabled(&id, true).await.unwrap();
        within_a_second(async || matches!(api.read_caller().await, Err(Error::SignedOut(_)))).await;
        assert!(admin(hydra).consents_of(&id).await.unwrap().is_empty());
        // Being let back in brings nothing back to life.
        people.set_disabled(&id, false).await.unwrap();
        assert!(matches!(api.read_caller().await, Err(Error::SignedOut(_))));
    });
}

fn admin(hydra: &crate::stack::Hydra) -> crochet_auth::HydraAdmin {
    let trusted = crochet_auth::Trusted {
        issuer: hydra.issuer.clone(),
        audience: super::AUDIENCE.to_owned(),
    };
    crochet_auth::HydraAdmin::at(&hydra.admin(), trusted).unwrap()
}

/// Fails unless it is so within a second; what was asked in time may be answered a little later.
async fn within_a_second(mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    loop {
        let asked = Instant::now();
        if is_so().await {
            return;
        }
        assert!(asked - began <= Duration::from_secs(1), "not within a second");
    }
}
