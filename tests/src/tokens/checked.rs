//! Which tokens are taken, and which are nobody's.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::json;

use super::{AUDIENCE, Program, ask, caller, with_site};

const SCOPES: &str = "contexts:read orthos:read work:admin";
const CONTEXTS: &str = "/api/contexts/v1/contexts";

#[test]
fn a_program_can_do_what_its_token_was_given_for_and_no_more() {
    with_site(async |site, _, hydra| {
        for kind in ["jwt", "opaque"] {
            let program = Program::register(hydra, kind, SCOPES).await;
            let token = program.token(hydra, AUDIENCE, "contexts:read").await;
            assert_eq!(token.starts_with("ory_at_"), kind == "opaque");
            let known = caller(site, &token).await.unwrap();
            assert_eq!(known["subject"], format!("client:{}", program.id));
            assert_eq!(known["kind"], "program");
            assert_eq!(known["scopes"], json!(["contexts:read"]));
            assert_eq!(ask(site, &token, CONTEXTS).await.0, 200, "{kind}");
            let (status, refused, _) = ask(site, &token, "/api/platform/v1/keys").await;
            assert_eq!(
                (status, &refused["missing"]),
                (403, &json!(["keys:read"])),
                "{refused}"
            );
        }
    });
}

#[test]
fn a_token_for_somebody_else_or_changed_is_nobodys_and_nobody_is_told_why() {
    with_site(async |site, _, hydra| {
        let mut told = Vec::new();
        for kind in ["jwt", "opaque"] {
            let program = Program::register(hydra, kind, SCOPES).await;
            let good = program.token(hydra, AUDIENCE, SCOPES).await;
            let others = program.token(hydra, "another", SCOPES).await;
            let nobodys = program.token(hydra, "", SCOPES).await;
            let (middle, old) = (good.len() / 2, good.as_bytes()[good.len() / 2]);
            let other = if old == b'A' { "B" } else { "A" };
            let changed = format!("{}{other}{}", &good[..middle], &good[middle + 1..]);
            let (cut, padded) = (&good[..good.len() - 8], format!("{good}A"));
            for bad in [&*others, &nobodys, &changed, cut, &padded] {
                let (status, mut said, _) = ask(site, bad, CONTEXTS).await;
                assert_eq!(status, 401, "{kind} {bad}");
                said.as_object_mut().unwrap().remove("request_id");
                told.push(said);
            }
            assert_eq!(ask(site, &good, CONTEXTS).await.0, 200);
        }
        told.dedup();
        assert_eq!(told.len(), 1, "{told:?}");
    });
}

#[test]
fn forged_tokens_are_nobodys() {
    with_site(async |site, _, hydra| {
        let program = Program::register(hydra, "jwt", SCOPES).await;
        let good = program.token(hydra, AUDIENCE, SCOPES).await;
        let (_, rest) = good.split_once('.').unwrap();
        let (claims, signature) = rest.split_once('.').unwrap();
        // {"alg":"none"}, {"alg":"none","typ":"JWT"}
        let none = ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"];
        let unsigned = none.iter().flat_map(|header| {
            [
                format!("{header}.{claims}."),
                format!("{header}.{claims}.{signature}"),
                format!("{header}.{claims}.e30"),
            ]
        });
        let long = format!("{good}{}", "A".repeat(20_000));
        let odd = ["..", "a.b.c", "ory_at_", "ory_at_x.y", "ck_x_y", "é.é.é"].map(str::to_owned);
        for bad in unsigned.chain([long]).chain(odd) {
            let request = Client::new().get(format!("{}{CONTEXTS}", site.url));
            let sent = request.header("authorization", format!("Bearer {bad}").into_bytes());
            let status = sent.send().await.unwrap().status().as_u16();
            assert_eq!(status, 401, "{bad:.40}");
        }
    });
}

#[test]
fn an_opaque_token_is_none_within_a_second_of_its_end() {
    with_site(async |site, _, hydra| {
        let program = Program::register(hydra, "opaque", SCOPES).await;
        let token = program.token(hydra, AUDIENCE, SCOPES).await;
        assert!(caller(site, &token).await.is_some());
        program.revoke(hydra, &token).await;
        let revoked = Instant::now();
        let mut seen_last = revoked;
        loop {
            let asked = Instant::now();
            if caller(site, &token).await.is_none() {
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
