//! Whose session a cookie is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crochet_auth::{Assurance, People as _, RememberedSessions, SECOND_FACTOR_NEEDED, Sessions as _};
use serde_json::json;

use super::{people, person, sessions, whose, with_kratos};
use crate::stack::{Visitor, fresh_address};

#[test]
fn whoever_registers_is_recognised_by_their_cookie_and_has_no_role() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        let ada = Visitor::register(kratos, &email, "Ada <b>Lovelace</b>").await;
        let known = whose(kratos, &ada).await.unwrap();
        assert_eq!(known.name, "Ada <b>Lovelace</b>");
        assert_eq!(known.email.as_deref(), Some(&*email));
        assert!(known.roles.is_empty());
        assert_eq!(known.assurance, Assurance::OneFactor);
        let listed = person(&people(kratos), &email).await;
        assert_eq!(&*known.subject, listed.id.subject());
    });
}

#[test]
fn a_cookie_that_kratos_did_not_make_is_nobodys() {
    with_kratos(async |kratos| {
        let ada = Visitor::register(kratos, &fresh_address("ada"), "Ada").await;
        let sessions = sessions(kratos);
        let good = ada.session();
        // In the middle, where every bit of the encoding counts.
        let (at, old) = (good.len() / 2, good.as_bytes()[good.len() / 2]);
        let other = if old == b'A' { "B" } else { "A" };
        let forged = format!("{}{other}{}", &good[..at], &good[at + 1..]);
        let cut = &good[..good.len() - 8];
        let long = "a".repeat(5_000);
        for bad in ["x", &forged, cut, &long, "a\r\nX-Session-Token: b", ""] {
            assert_eq!(sessions.check(bad).await.unwrap(), None, "{bad}");
        }
        assert!(sessions.check(good).await.unwrap().is_some());
    });
}

#[test]
fn signing_out_ends_the_session() {
    with_kratos(async |kratos| {
        let mut ada = Visitor::register(kratos, &fresh_address("ada"), "Ada").await;
        let cookie = ada.session().to_owned();
        let (_, logout) = ada
            .ask(reqwest::Method::GET, "/self-service/logout/browser", None)
            .await;
        let token = logout["logout_token"].as_str().unwrap();
        let path = format!("/self-service/logout?token={token}");
        let (status, said) = ada.ask(reqwest::Method::GET, &path, None).await;
        assert_eq!(status, 204, "{said}");
        assert_eq!(sessions(kratos).check(&cookie).await.unwrap(), None);
    });
}

#[test]
fn somebody_with_a_second_factor_is_asked_for_it() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        let mut ada = Visitor::register(kratos, &email, "Ada").await;
        let (status, codes) = ada
            .pass(
                "settings",
                json!({"method": "lookup_secret", "lookup_secret_regenerate": true}),
            )
            .await;
        assert_eq!(status, 200, "{codes}");
        let (status, said) = ada
            .submit(
                "settings",
                &codes,
                json!({"method": "lookup_secret", "lookup_secret_confirm": true}),
            )
            .await;
        assert_eq!(status, 200, "{said}");
        let again = Visitor::sign_in(kratos, &email).await.unwrap();
        let refused = sessions(kratos).check(again.session()).await.unwrap_err();
        assert_eq!((refused.status, &*refused.type_uri), (403, SECOND_FACTOR_NEEDED));
    });
}

#[test]
fn whoever_gets_back_in_by_mail_has_ended_their_other_sessions() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        let old = Visitor::register(kratos, &email, "Ada").await;
        let mut ada = Visitor::to(kratos);
        let (_, sent) = ada
            .pass("recovery", json!({"method": "code", "email": email}))
            .await;
        let code = kratos.mail.to(&email, "recover").code();
        let (status, said) = ada
            .submit("recovery", &sent, json!({"method": "code", "code": code}))
            .await;
        assert!(ada.is_signed_in(), "{status} {said}");
        assert!(whose(kratos, &ada).await.is_some());
        assert_eq!(whose(kratos, &old).await, None);
    });
}

#[test]
fn a_remembered_session_is_gone_within_a_second_of_its_end() {
    with_kratos(async |kratos| {
        let email = fresh_address("ada");
        let ada = Visitor::register(kratos, &email, "Ada").await;
        let people = people(kratos);
        let id = person(&people, &email).await.id;
        let remembered = RememberedSessions::new(Arc::new(sessions(kratos)), Duration::from_secs(1));
        assert!(remembered.check(ada.session()).await.unwrap().is_some());
        people.revoke_sessions(&id).await.unwrap();
        let revoked = Instant::now();
        assert!(
            remembered.check(ada.session()).await.unwrap().is_some(),
            "it is remembered"
        );
        let mut seen_last = revoked;
        loop {
            let asked = Instant::now();
            if remembered.check(ada.session()).await.unwrap().is_none() {
                break;
            }
            seen_last = asked;
        }
        assert!(
            seen_last - revoked <= Duration::from_secs(1),
            "{:?}",
            seen_last - revoked
        );
    });
}
