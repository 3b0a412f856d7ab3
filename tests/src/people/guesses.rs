//! Passwords cannot be guessed through Crochet: whoever sends too many wrong ones has to wait.

use crate::stack::{CrochetSite, Surfer, Visitor, fresh_address, own_kratos};

/// As `docs/login.md` says.
const WRONG_MAX: usize = 30;
const FORM: &str = "/.ory/kratos/self-service/login";

#[test]
fn whoever_sends_too_many_wrong_passwords_waits_and_others_who_are_in_go_on() {
    let Some(kratos) = own_kratos() else { return };
    let site = CrochetSite::beside(&kratos, None);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let ada = Visitor::register(&kratos, &fresh_address("ada"), "Ada").await;
        let mut thief = Surfer::of(&site, None);
        for _ in 0..WRONG_MAX {
            let guess = [
                ("method", "password"),
                ("identifier", "ada"),
                ("password", "guess"),
            ];
            let page = thief.send(FORM, &guess).await;
            assert_ne!(page.status, 429, "{page:?}");
        }
        let page = thief.send(FORM, &[("method", "password")]).await;
        assert_eq!(page.status, 429, "{page:?}");
        page.says(&["Too much at once"]);
        let mut ada = Surfer::of(&site, Some(&ada));
        assert_eq!(ada.go("/settings").await.status, 200);
    });
}
