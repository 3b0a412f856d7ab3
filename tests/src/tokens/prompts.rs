//! What programs may ask about a person by OpenID Connect: that they prove now who they are, that nobody is asked
//! anything, and that they are signed out.

use serde_json::json;

use super::{post_form, register, with_site};
use crate::people::whose_is;
use crate::stack::{CrochetSite, Hydra, Kratos, PASSWORD, Page, Surfer, Visitor, fresh_address};

const BACK: &str = "http://127.0.0.1:9/callback";
const AFTER: &str = "http://127.0.0.1:9/bye";
/// As in RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const PROOF: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A program that people sign in to; gives its id.
async fn notes(hydra: &Hydra) -> String {
    let program = json!({
        "client_name": "Notes", "grant_types": ["authorization_code"], "response_types": ["code"],
        "scope": "openid", "redirect_uris": [BACK], "post_logout_redirect_uris": [AFTER],
        "token_endpoint_auth_method": "none",
    });
    let made = register(hydra, &program).await;
    made["client_id"]
        .as_str()
        .unwrap_or_else(|| panic!("{made}"))
        .to_owned()
}

/// Where that program sends browsers, with more to ask.
fn door(client: &str, more: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client)
        .append_pair("redirect_uri", BACK)
        .append_pair("response_type", "code")
        .append_pair("scope", "openid")
        .append_pair("state", "abcdefgh")
        .append_pair("code_challenge", PROOF)
        .append_pair("code_challenge_method", "S256")
        .finish();
    format!("/.ory/hydra/oauth2/auth?{query}{more}")
}

/// Goes there, says yes, for good, on the page that asks, and brings the program what it wants.
async fn allow(surfer: &mut Surfer, client: &str) -> Page {
    let page = surfer.go(&door(client, "")).await;
    page.says(&["Notes", "in?"]);
    let (token, challenge) = (page.hidden("csrf"), page.hidden("consent_challenge"));
    let fields = [
        ("csrf", &*token),
        ("consent_challenge", &*challenge),
        ("do", "allow"),
        ("remember", "1"),
    ];
    surfer.send("/consent", &fields).await
}

/// Ada, who lets that program in: with her browser, the id of the program, and what was brought to it.
async fn ada_lets_notes_in(
    site: &CrochetSite,
    kratos: &Kratos,
    hydra: &Hydra,
) -> (Visitor, Surfer, String, Page) {
    let ada = Visitor::register(kratos, &fresh_address("ada"), "Ada").await;
    let notes = notes(hydra).await;
    let mut surfer = Surfer::of(site, Some(&ada));
    let back = allow(&mut surfer, &notes).await;
    (ada, surfer, notes, back)
}

fn brought(page: &Page, wanted: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(page.brought().as_bytes());
    pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
}

/// Proves once more who one is, on the page that asks.
async fn say_password(surfer: &mut Surfer, page: &Page) -> Page {
    assert!(page.place.starts_with("/login?flow="), "{page:?}");
    let (token, email) = (page.hidden("csrf_token"), page.hidden("identifier"));
    let action = page
        .place
        .replacen("/login", "/.ory/kratos/self-service/login", 1);
    let fields = [
        ("csrf_token", &*token),
        ("method", "password"),
        ("identifier", &*email),
        ("password", PASSWORD),
    ];
    surfer.send(&action, &fields).await
}

#[test]
fn a_program_may_want_people_to_prove_now_who_they_are() {
    with_site(async |site, kratos, hydra| {
        let (_, mut surfer, notes, back) = ada_lets_notes_in(site, kratos, hydra).await;
        assert!(brought(&back, "code").is_some(), "{back:?}");
        for wants in ["&prompt=login", "&max_age=0"] {
            let page = surfer.go(&door(&notes, wants)).await;
            let back = say_password(&mut surfer, &page).await;
            assert!(brought(&back, "code").is_some(), "{wants}: {back:?}");
        }
        // Whoever has proved it less than an hour ago need not do so again.
        let back = surfer.go(&door(&notes, "&max_age=3600")).await;
        assert!(brought(&back, "code").is_some(), "{back:?}");
    });
}

#[test]
fn a_program_may_want_that_nobody_is_asked_anything() {
    with_site(async |site, kratos, hydra| {
        let refused = async |surfer: &mut Surfer, notes: &str, why: &str| {
            let back = surfer.go(&door(notes, "&prompt=none")).await;
            assert_eq!(brought(&back, "error").as_deref(), Some(why), "{back:?}");
        };
        let notes = notes(hydra).await;
        let mut nobody = Surfer::of(site, None);
        refused(&mut nobody, &notes, "login_required").await;

        let ada = Visitor::register(kratos, &fresh_address("ada"), "Ada").await;
        let mut surfer = Surfer::of(site, Some(&ada));
        // Hydra knows nobody in this browser yet, however well we do.
        refused(&mut surfer, &notes, "login_required").await;
        allow(&mut surfer, &notes).await;
        let back = surfer.go(&door(&notes, "&prompt=none")).await;
        assert!(brought(&back, "code").is_some(), "{back:?}");

        // What Hydra remembers of the browser is worth nothing without a session here.
        surfer.forget("crochet_session");
        refused(&mut surfer, &notes, "login_required").await;
    });
}

/// The token that says who signed in, as the program gets it.
async fn id_token(site: &CrochetSite, client: &str, back: &Page) -> String {
    let code = brought(back, "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("client_id", client),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    let given = post_form(&format!("{}/.ory/hydra/oauth2/token", site.url), &form).await;
    let token = &given["id_token"];
    token.as_str().unwrap_or_else(|| panic!("{given}")).to_owned()
}

#[test]
fn a_program_may_send_people_to_sign_out_and_they_are_asked() {
    with_site(async |site, kratos, hydra| {
        let (ada, mut surfer, notes, back) = ada_lets_notes_in(site, kratos, hydra).await;
        let who = id_token(site, &notes, &back).await;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token_hint", &who)
            .append_pair("post_logout_redirect_uri", AFTER)
            .append_pair("state", "until-then")
            .finish();
        let page = surfer
            .go(&format!("/.ory/hydra/oauth2/sessions/logout?{query}"))
            .await;
        assert!(page.place.starts_with("/logout?logout_challenge="), "{page:?}");
        page.says(&["Sign out"]);
        assert!(
            whose_is(kratos, ada.session()).await.is_some(),
            "nobody has said yes"
        );
        let (token, challenge) = (page.hidden("csrf"), page.hidden("logout_challenge"));
        let fields = [("csrf", &*token), ("logout_challenge", &*challenge)];
        let back = surfer.send("/logout", &fields).await;
        assert!(back.place.starts_with(AFTER), "{back:?}");
        assert_eq!(brought(&back, "state").as_deref(), Some("until-then"));
        assert!(whose_is(kratos, ada.session()).await.is_none());
        // Hydra has forgotten the browser too.
        let page = surfer.go(&door(&notes, "")).await;
        assert!(page.place.starts_with("/login?flow="), "{page:?}");
        let page = surfer.go("/logout?logout_challenge=made-up").await;
        assert_eq!(page.status, 410, "{page:?}");
    });
}
