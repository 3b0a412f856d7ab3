//! People with accounts, in a real browser and with the real Kratos: with scripts and without.

use fantoccini::{Client, Locator};
use serde_json::json;

use super::chromium::Chromium;
use super::{FORBIDDEN, WATCH, find, pictures, press, say, strings, until_text};
use crate::left_out;
use crate::people::{grant, whose_is};
use crate::stack::{CrochetSite, Kratos, PASSWORD, Visitor, fresh_address, shared_site};
use crate::wait::until_async;

/// Runs a visit to the Crochet whose people the shared Kratos keeps.
pub(super) fn visit(tour: impl AsyncFnOnce(&Chromium, &CrochetSite, &Kratos)) {
    let Some((site, kratos)) = shared_site() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let Some(browser) = Chromium::start().await else {
            left_out::say("the browser, as chromium or chromedriver is not installed");
            return;
        };
        tour(&browser, site, kratos).await;
        browser.close().await;
    });
}

pub(super) async fn go(page: &Client, site: &CrochetSite, path: &str) {
    page.goto(&format!("{}{path}", site.url)).await.unwrap();
}

/// Sends the form of a method.
pub(super) async fn send(page: &Client, group: &str) {
    let button = format!("form[data-group={group}] button:not([type=button])");
    find(page, &button).await.click().await.unwrap();
}

/// Signs up as far as the question for a password.
async fn begin_to_sign_up(page: &Client, site: &CrochetSite, email: &str) {
    go(page, site, "/registration").await;
    say(page, "#profile-traits-email", email).await;
    say(page, "#profile-traits-name", "Ada <b>Lovelace</b>").await;
    send(page, "profile").await;
    find(page, "#password-password").await;
}

pub(super) async fn sign_up(page: &Client, site: &CrochetSite, email: &str) {
    begin_to_sign_up(page, site, email).await;
    say(page, "#password-password", PASSWORD).await;
    send(page, "password").await;
    find(page, "#code-code").await;
}

async fn session(page: &Client) -> String {
    let cookie = page.get_named_cookie("crochet_session").await.unwrap();
    assert_eq!(cookie.http_only(), Some(true));
    cookie.value().to_owned()
}

/// Goes to the start page until it says that whoever is signed in has this role.
pub(super) async fn until_role(page: &Client, site: &CrochetSite, role: &str) {
    let is = format!("//div[@class='who'][contains(., '({role})')]");
    until_async(&format!("the role {role}"), async || {
        go(page, site, "/").await;
        page.find(Locator::XPath(&is)).await.ok()
    })
    .await;
}

pub(super) async fn path(page: &Client) -> String {
    page.current_url().await.unwrap().path().to_owned()
}

#[test]
fn without_scripts_a_person_signs_up_confirms_their_address_and_signs_out_and_in() {
    visit(async |browser, site, kratos| {
        let (page, email) = (&browser.page, fresh_address("ada"));
        browser
            .tell("Emulation.setScriptExecutionDisabled", json!({"value": true}))
            .await;
        begin_to_sign_up(page, site, &email).await;
        say(page, "#password-password", "short").await;
        send(page, "password").await;
        until_text(page, "at least 10 characters").await;
        let field = find(page, "#password-password").await;
        assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
        let said = field.attr("aria-describedby").await.unwrap().unwrap();
        let said = find(page, &format!("#{said}")).await.text().await.unwrap();
        assert!(said.contains("at least 10 characters"), "{said}");
        say(page, "#password-password", PASSWORD).await;
        send(page, "password").await;
        find(page, "#code-code").await;
        say(page, "#code-code", &kratos.mail.to(&email, "verif").code()).await;
        send(page, "code").await;
        until_text(page, "verified").await;

        go(page, site, "/").await;
        until_text(page, "You are signed in as Ada <b>Lovelace</b>").await;
        until_text(page, "You have no role").await;
        let cookie = session(page).await;
        assert!(whose_is(kratos, &cookie).await.is_some());
        find(page, ".who button").await.click().await.unwrap();
        until_text(page, "You are signed out.").await;
        assert!(
            whose_is(kratos, &cookie).await.is_none(),
            "the session ended at Kratos too"
        );

        go(page, site, "/contexts").await;
        assert_eq!(path(page).await, "/login");
        say(page, "#password-identifier", &email).await;
        say(page, "#password-password", "not the password").await;
        send(page, "password").await;
        until_text(page, "credentials are invalid").await;
        find(page, "main [role=alert]").await;
        say(page, "#password-password", PASSWORD).await;
        send(page, "password").await;
        find(page, ".who form").await;
        assert_eq!(path(page).await, "/contexts", "back to where they wanted to go");
    });
}

#[test]
fn somebody_without_a_role_is_refused_and_let_in_as_soon_as_they_have_one() {
    visit(async |browser, site, kratos| {
        let (page, email) = (&browser.page, fresh_address("ada"));
        sign_up(page, site, &email).await;
        go(page, site, "/contexts").await;
        until_text(page, "contexts:read").await;
        grant(kratos, &email, &["viewer"]).await;
        let granted = std::time::Instant::now();
        while page.source().await.unwrap().contains("You may not do this") {
            assert!(
                granted.elapsed() < std::time::Duration::from_secs(2),
                "still refused"
            );
            page.refresh().await.unwrap();
        }
        until_text(page, "Contexts").await;
    });
}

#[test]
fn a_person_sees_where_they_are_signed_in_and_ends_a_session() {
    visit(async |browser, site, kratos| {
        let (page, email) = (&browser.page, fresh_address("ada"));
        let elsewhere = Visitor::register(kratos, &email, "Ada").await;
        go(page, site, "/login").await;
        say(page, "#password-identifier", &email).await;
        say(page, "#password-password", PASSWORD).await;
        send(page, "password").await;
        find(page, ".who form").await;
        go(page, site, "/sessions").await;
        until_text(page, "here").await;
        press(page, "End").await;
        until_text(page, "The session is ended.").await;
        assert!(whose_is(kratos, elsewhere.session()).await.is_none());
        assert!(whose_is(kratos, &session(page).await).await.is_some());
    });
}

#[test]
fn a_passkey_lets_in_without_a_password_and_nothing_breaks_the_policy_of_the_page() {
    visit(async |browser, site, kratos| {
        let (page, email) = (&browser.page, fresh_address("ada"));
        browser
            .tell("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH}))
            .await;
        browser.tell("WebAuthn.enable", json!({})).await;
        let key = json!({"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "automaticPresenceSimulation": true,
        }});
        browser.tell("WebAuthn.addVirtualAuthenticator", key).await;
        sign_up(page, site, &email).await;
        go(page, site, "/settings").await;
        press(page, "Add passkey").await;
        find(page, "button[name=passkey_remove]").await;
        let forbidden = strings(page, FORBIDDEN).await;
        assert!(forbidden.is_empty(), "{forbidden:?}");
        let before = session(page).await;
        find(page, ".who button").await.click().await.unwrap();
        until_text(page, "You are signed out.").await;
        go(page, site, "/login").await;
        // The page has the browser offer its passkeys, and this one is always taken.
        find(page, ".who form").await;
        let after = session(page).await;
        assert_ne!(before, after);
        assert_eq!(whose_is(kratos, &after).await.unwrap().email, Some(email));
        assert!(whose_is(kratos, &before).await.is_none());
    });
}

/// Goes to a page again until it says this: a role counts within a second.
async fn until_let_in(page: &Client, text: &str) {
    let granted = std::time::Instant::now();
    while !page.source().await.unwrap().contains(text) {
        assert!(
            granted.elapsed() < std::time::Duration::from_secs(5),
            "still without {text}"
        );
        page.refresh().await.unwrap();
    }
}

#[test]
fn an_administrator_invites_finds_and_keeps_out_people_and_not_themselves() {
    visit(async |browser, site, kratos| {
        let (page, email, guest) = (&browser.page, fresh_address("ada"), fresh_address("guest"));
        sign_up(page, site, &email).await;
        grant(kratos, &email, &["admin", "bygone"]).await;
        go(page, site, &format!("/people?address={email}")).await;
        until_let_in(page, "Invite somebody").await;
        until_text(page, "Ada <b>Lovelace</b>").await;
        until_text(page, "is no more, grants nothing").await;
        go(page, site, "/people").await;
        say(page, "#email", &guest).await;
        find(page, "[name='role:viewer']").await.click().await.unwrap();
        press(page, "Invite").await;
        let code = find(page, "#code").await.prop("value").await.unwrap().unwrap();
        let way_in = find(page, "#page").await.prop("value").await.unwrap().unwrap();
        let recovery = format!("{}/recovery?flow=", site.url);
        assert!(way_in.starts_with(&recovery), "{way_in}");
        pictures::shuts_nobody_out(page, "an invitation").await;

        go(page, site, &format!("/people?address={guest}")).await;
        page.find(Locator::LinkText(&guest))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        until_text(page, "Keep them out").await;
        find(page, "[name='role:editor']").await.click().await.unwrap();
        press(page, "Save the roles").await;
        until_text(page, "The roles count within a second").await;
        press(page, "Disable the account").await;
        until_text(page, "signed out everywhere and kept out").await;
        press(page, "Enable the account").await;
        until_text(page, "They may sign in again.").await;

        go(page, site, &format!("/people?address={email}")).await;
        find(page, "main table a").await.click().await.unwrap();
        until_text(page, "This is your own account").await;
        find(page, "[name='role:admin']").await.click().await.unwrap();
        press(page, "Save the roles").await;
        until_text(page, "let somebody else do it").await;

        find(page, ".who button").await.click().await.unwrap();
        until_text(page, "You are signed out.").await;
        page.goto(&way_in).await.unwrap();
        say(page, "#code-code", &code).await;
        send(page, "code").await;
        find(page, ".who form").await;
        go(page, site, "/contexts").await;
        until_text(page, "Contexts").await;
    });
}
