//! An administrator who has never seen the product gives a colleague a role and explains a refusal, by what the pages
//! show and nothing else. Each click is counted: a page that takes more of them has become harder to use.

use fantoccini::{Client, Locator};

use super::accounts::{go, sign_up, until_role, visit};
use super::{find, press, say, until_text};
use crate::people::grant;
use crate::stack::{Visitor, fresh_address};
use crate::wait::until_async;

/// From the start page to a role that is given.
const CLICKS_FOR_A_ROLE: u32 = 5;
/// From the log, where the refusal stands, to the answer.
const CLICKS_FOR_A_REASON: u32 = 3;

/// Somebody who clicks.
struct Newcomer<'a> {
    page: &'a Client,
    clicks: u32,
}

impl Newcomer<'_> {
    async fn link(&mut self, label: &str) {
        // What is swapped while it is looked at is looked at again.
        until_async(&format!("the link {label}"), async || {
            let link = self.page.find(Locator::LinkText(label)).await.ok()?;
            link.click().await.ok()
        })
        .await;
        self.clicks += 1;
    }

    async fn tick(&mut self, css: &str) {
        find(self.page, css).await.click().await.unwrap();
        self.clicks += 1;
    }

    async fn button(&mut self, label: &str) {
        press(self.page, label).await;
        self.clicks += 1;
    }
}

#[test]
fn a_newcomer_gives_a_role_and_explains_a_refusal_in_few_clicks() {
    visit(async |browser, site, kratos| {
        let (page, ada, bob) = (&browser.page, fresh_address("ada"), fresh_address("bob"));
        let colleague = Visitor::register(kratos, &bob, "Bob").await;
        grant(kratos, &bob, &["viewer"]).await;
        sign_up(page, site, &ada).await;
        grant(kratos, &ada, &["admin"]).await;
        let refused = reqwest::Client::new()
            .post(format!("{}/api/contexts/v1/contexts", site.url))
            .header("cookie", format!("crochet_session={}", colleague.session()))
            .header("origin", &site.url);
        assert_eq!(refused.send().await.unwrap().status().as_u16(), 403);
        until_role(page, site, "admin").await;

        // "Bob cannot create a context, why?"
        let mut newcomer = Newcomer { page, clicks: 0 };
        newcomer.link("Audit").await;
        let refused = "//tr[contains(., 'create_context') and contains(., 'person:')]//a[.='Why?']";
        until_async("the refusal in the log", async || {
            let Ok(why) = page.find(Locator::XPath(refused)).await else {
                page.refresh().await.unwrap();
                return None;
            };
            why.click().await.ok()
        })
        .await;
        newcomer.clicks += 1;
        until_text(page, "Denied:").await;
        until_text(page, "which viewer does not grant").await;
        newcomer.link("Give them a role").await;
        assert_eq!(newcomer.clicks, CLICKS_FOR_A_REASON);

        let mut newcomer = Newcomer { page, clicks: 0 };
        go(page, site, "/").await;
        newcomer.link("People").await;
        say(page, "#address", &bob).await;
        newcomer.button("Search").await;
        until_text(page, "Everybody").await;
        newcomer.link("Bob").await;
        until_text(page, "Where they are signed in").await;
        newcomer.tick("[name='role:editor']").await;
        newcomer.button("Save the roles").await;
        until_text(page, "The roles count within a second").await;
        assert_eq!(newcomer.clicks, CLICKS_FOR_A_ROLE);

        // Asked for by address, as people know each other.
        go(page, site, "/roles/why").await;
        say(page, "#subject", &bob).await;
        let choice = "#operation option[value='contexts/create_context']";
        find(page, choice).await.click().await.unwrap();
        press(page, "Ask").await;
        until_text(page, "Allowed:").await;
        until_text(page, "which editor grants").await;
        go(page, site, &format!("/audit?operation=create_context&who={bob}")).await;
        until_text(page, "needs contexts:write").await;
        go(page, site, &format!("/audit?operation=create_context&who={ada}")).await;
        until_text(page, "Nothing is recorded that fits").await;
    });
}

#[test]
fn somebody_who_may_look_nobody_up_still_asks_about_themselves_by_their_address() {
    visit(async |_, site, kratos| {
        let (email, other) = (fresh_address("bob"), fresh_address("ada"));
        let bob = Visitor::register(kratos, &email, "Bob").await;
        Visitor::register(kratos, &other, "Ada").await;
        grant(kratos, &email, &["viewer"]).await;
        let why = async |address: &str| {
            let asked = format!(
                "{}/roles/why?operation=contexts%2Fcreate_context&subject={address}",
                site.url
            );
            let asked = reqwest::Client::new().get(asked).header("accept", "text/html");
            let asked = asked.header("cookie", format!("crochet_session={}", bob.session()));
            asked.send().await.unwrap().text().await.unwrap()
        };
        let own = why(&email).await;
        assert!(own.contains("which viewer does not grant"), "{own}");
        assert!(!own.contains("Give them a role"), "{own}");
        let others = why(&other).await;
        assert!(others.contains("people:read"), "{others}");
    });
}
