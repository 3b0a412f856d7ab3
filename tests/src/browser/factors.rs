//! Second factors and the way back in, in a real browser with the real Kratos and its mail.

use fantoccini::{Client, Locator};
use totp_rs::{Builder, Secret};

use super::accounts::{go, path, send, sign_up, visit};
use super::{PATIENCE, find, say, until_text};
use crate::people::{people, person};
use crate::stack::{CrochetSite, PASSWORD, fresh_address};
use crate::tokens::Log;

/// The codes that an authenticator app would show for this secret.
fn app(secret: &str) -> impl Fn() -> String + use<> {
    let secret = Secret::try_from_base32(secret.trim()).unwrap();
    let app = Builder::new().with_secret(secret).build_noncompliant();
    move || app.generate_current().to_string()
}

async fn sign_out(page: &Client) {
    find(page, ".who button").await.click().await.unwrap();
    until_text(page, "You are signed out.").await;
}

async fn sign_in(page: &Client, site: &CrochetSite, email: &str, password: &str) {
    go(page, site, "/login").await;
    say(page, "#password-identifier", email).await;
    say(page, "#password-password", password).await;
    send(page, "password").await;
}

/// The texts of what a page shows as code in one form.
async fn codes(page: &Client, group: &str) -> Vec<String> {
    let shown = format!("form[data-group={group}] code");
    find(page, &shown).await;
    let mut codes = Vec::new();
    for element in page.find_all(Locator::Css(&shown)).await.unwrap() {
        codes.push(element.text().await.unwrap());
    }
    codes
}

#[test]
fn an_authenticator_app_is_asked_for_after_the_password() {
    visit(async |browser, site, kratos| {
        let (page, email) = (&browser.page, fresh_address("ada"));
        sign_up(page, site, &email).await;
        let subject = person(&people(kratos), &email).await.id.subject();
        let hers = format!("who={subject}&operation=sign_in");
        let times_let_in = async || Log(site).entries(&hers).await.len();
        go(page, site, "/settings").await;
        find(page, "form[data-group=totp] img").await;
        let code = app(&codes(page, "totp").await[0]);
        say(page, "#totp-totp_code", &code()).await;
        send(page, "totp").await;
        find(page, "button[name=totp_unlink]").await;
        sign_out(page).await;
        assert_eq!(times_let_in().await, 1, "when she signed up");

        sign_in(page, site, &email, PASSWORD).await;
        until_text(page, "the second step").await;
        // The first factor alone opens nothing.
        go(page, site, "/contexts").await;
        until_text(page, "the second step").await;
        say(page, "#totp-totp_code", "000000").await;
        send(page, "totp").await;
        until_text(page, "invalid").await;
        assert_eq!(times_let_in().await, 1, "nor is it recorded that she is in");
        say(page, "#totp-totp_code", &code()).await;
        send(page, "totp").await;
        find(page, ".who form").await;
        assert_eq!(times_let_in().await, 2);
        assert_ne!(path(page).await, "/login");
    });
}

#[test]
fn a_backup_code_lets_in_once_in_place_of_the_app() {
    visit(async |browser, site, _| {
        let (page, email) = (&browser.page, fresh_address("ada"));
        sign_up(page, site, &email).await;
        go(page, site, "/settings").await;
        find(page, "button[name=lookup_secret_regenerate]")
            .await
            .click()
            .await
            .unwrap();
        let codes = codes(page, "lookup_secret").await;
        assert_eq!(codes.len(), 12, "{codes:?}");
        find(page, "button[name=lookup_secret_confirm]")
            .await
            .click()
            .await
            .unwrap();
        find(page, "button[name=lookup_secret_reveal]").await;
        for good in [true, false] {
            sign_out(page).await;
            sign_in(page, site, &email, PASSWORD).await;
            until_text(page, "the second step").await;
            say(page, "#lookup_secret-lookup_secret", &codes[0]).await;
            send(page, "lookup_secret").await;
            if good {
                find(page, ".who form").await;
            } else {
                until_text(page, "used").await;
                say(page, "#lookup_secret-lookup_secret", &codes[1]).await;
                send(page, "lookup_secret").await;
                find(page, ".who form").await;
            }
        }
    });
}

#[test]
fn whoever_has_forgotten_their_password_gets_back_in_by_mail_and_sets_another() {
    visit(async |browser, site, kratos| {
        let (page, email) = (&browser.page, fresh_address("ada"));
        sign_up(page, site, &email).await;
        go(page, site, "/").await;
        sign_out(page).await;
        go(page, site, "/login").await;
        let link = page.wait().at_most(PATIENCE);
        let link = link.for_element(Locator::LinkText("Forgot your password? Get back in"));
        link.await.unwrap().click().await.unwrap();
        say(page, "#code-email", &email).await;
        send(page, "code").await;
        say(page, "#code-code", "000000").await;
        send(page, "code").await;
        until_text(page, "invalid").await;
        say(page, "#code-code", &kratos.mail.to(&email, "recover").code()).await;
        send(page, "code").await;
        find(page, "#password-password").await;
        assert_eq!(path(page).await, "/settings");
        let another = "another horse 43";
        say(page, "#password-password", another).await;
        send(page, "password").await;
        until_text(page, "saved").await;
        sign_out(page).await;
        sign_in(page, site, &email, PASSWORD).await;
        until_text(page, "credentials are invalid").await;
        sign_in(page, site, &email, another).await;
        find(page, ".who form").await;
    });
}
