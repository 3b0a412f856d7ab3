//! Forged, expired, early, truncated and misdirected tokens. Those of the real Hydra are met in the suites.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "http://localhost:7878/.ory/hydra";

fn trusted() -> Trusted {
    Trusted {
        issuer: ISSUER.to_owned(),
        audience: "crochet".to_owned(),
    }
}

/// A key pair of a test's own: made now, so that no private key stands in the source.
struct Signer {
    pair: KeyPair,
    public: DecodingKey,
}

fn encoded(part: &Value) -> String {
    BASE64URL_NOPAD.encode(part.to_string().as_bytes())
}

impl Signer {
    fn new() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = DecodingKey::from_rsa_der(pair.public_key().as_ref());
        Self { pair, public }
    }

    fn sign(&self, claims: &Value) -> String {
        self.sign_with(&json!({"alg": "RS256"}), claims, &RSA_PKCS1_SHA256)
    }

    fn sign_with(&self, header: &Value, claims: &Value, padding: &'static dyn RsaEncoding) -> String {
        let message = format!("{}.{}", encoded(header), encoded(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair
            .sign(padding, &random, message.as_bytes(), &mut signature)
            .unwrap();
        format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))
    }

    fn reads(&self, token: &str) -> Option<VerifiedToken> {
        read(token, &self.public, &validation(&trusted()))
    }
}

fn claims() -> Value {
    let now = Utc::now().timestamp();
    json!({
        "iss": ISSUER, "aud": ["crochet"], "sub": "8991dd08", "client_id": "cli", "scp": ["orthos:read"],
        "iat": now, "nbf": now, "exp": now + 600,
    })
}

#[test]
fn a_good_token_is_its_persons_or_its_programs() {
    let signer = Signer::new();
    let token = signer.reads(&signer.sign(&claims())).unwrap();
    assert_eq!(token.holder, Holder::Person("8991dd08".parse().unwrap()));
    assert!(token.scopes.contains("orthos:read"));
    let mut own = claims();
    own["sub"] = json!("cli");
    let token = signer.reads(&signer.sign(&own)).unwrap();
    assert_eq!(token.holder, Holder::of("cli", "cli").unwrap());
}

#[test]
fn a_token_with_one_claim_wrong_or_missing_is_nobodys() {
    let signer = Signer::new();
    let now = Utc::now().timestamp();
    let wrong = [
        ("iss", json!("http://localhost:7878/.ory/hydra/")),
        ("iss", Value::Null),
        ("aud", json!(["another"])),
        ("aud", json!([])),
        ("aud", json!("cli")),
        ("aud", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", json!("soon")),
        ("exp", Value::Null),
        ("nbf", json!(now + 60)),
        ("nbf", Value::Null),
        ("sub", Value::Null),
        ("sub", json!("../admin")),
        ("client_id", Value::Null),
        ("scp", json!("orthos:read")),
    ];
    for (claim, value) in wrong {
        let mut claims = claims();
        claims[claim] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(claim);
        }
        assert_eq!(signer.reads(&signer.sign(&claims)), None, "{claim} {value}");
    }
}

#[test]
fn a_token_of_another_signer_or_algorithm_is_nobodys() {
    let (ours, theirs) = (Signer::new(), Signer::new());
    let good = ours.sign(&claims());
    assert_eq!(ours.reads(&theirs.sign(&claims())), None);
    let longer = ours.sign_with(&json!({"alg": "RS512"}), &claims(), &RSA_PKCS1_SHA512);
    assert_eq!(ours.reads(&longer), None);
    // The public key taken for a secret, which whoever knows it could sign with.
    let secret = EncodingKey::from_secret(ours.public.try_get_as_bytes().unwrap());
    let confused = encode(&Header::new(Algorithm::HS256), &claims(), &secret).unwrap();
    assert_eq!(ours.reads(&confused), None);
    let (_, rest) = good.split_once('.').unwrap();
    let (payload, _) = rest.split_once('.').unwrap();
    let none = encoded(&json!({"alg": "none", "typ": "JWT"}));
    for forged in [
        format!("{none}.{payload}."),
        format!("{none}.{payload}.x"),
        format!("{none}.{rest}"),
    ] {
        assert_eq!(ours.reads(&forged), None, "{forged}");
    }
}

#[test]
fn a_token_that_was_cut_or_changed_is_nobodys() {
    let signer = Signer::new();
    let good = signer.sign(&claims());
    for end in [0, 1, good.len() / 2, good.len() - 8] {
        assert_eq!(signer.reads(&good[..end]), None, "{end}");
    }
    let (header, rest) = good.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let mut greedy = claims();
    greedy["scp"] = json!(["roles:write"]);
    let greedy = encoded(&greedy);
    assert_eq!(signer.reads(&format!("{header}.{greedy}.{signature}")), None);
}

#[tokio::test]
async fn what_is_no_signed_token_is_not_even_looked_up() {
    // Nobody listens there: a look-up would be a problem.
    let tokens = JwtTokens::at("http://127.0.0.1:1", &trusted()).unwrap();
    let signer = Signer::new();
    let nameless = signer.sign(&claims());
    let long = format!("a.b.{}", "c".repeat(TOKEN_BYTES_MAX));
    for bad in ["", "a", "a.b", "a.b.c", "a.b.c.d", "ory_at_x.y", &nameless, &long] {
        assert_eq!(tokens.check(bad).await.unwrap(), None, "{bad}");
    }
    let other = signer.sign_with(&json!({"alg": "RS512", "kid": "k"}), &claims(), &RSA_PKCS1_SHA512);
    assert_eq!(tokens.check(&other).await.unwrap(), None);
    let header = json!({"alg": "RS256", "kid": "k"});
    let mut wordy = claims();
    wordy["iss"] = json!("x".repeat(TOKEN_BYTES_MAX));
    let wordy = signer.sign_with(&header, &wordy, &RSA_PKCS1_SHA256);
    assert_eq!(tokens.check(&wordy).await.unwrap(), None);
    let named = signer.sign_with(&header, &claims(), &RSA_PKCS1_SHA256);
    let refused = tokens.check(&named).await.unwrap_err();
    assert_eq!((refused.status, refused.retry_after_s), (503, Some(1)));
}

#[tokio::test]
async fn a_token_that_is_remembered_ends_at_its_time() {
    let tokens = JwtTokens::at("http://127.0.0.1:1", &trusted()).unwrap();
    for (ends, is_good) in [(60, true), (-1, false)] {
        let token = VerifiedToken {
            holder: Holder::of("cli", "cli").unwrap(),
            scopes: ["orthos:read"].into_iter().collect(),
            expires_at: Utc::now() + chrono::TimeDelta::seconds(ends),
        };
        tokens.verified.insert(fingerprint("a.b.c"), token).await;
        assert_eq!(tokens.check("a.b.c").await.unwrap().is_some(), is_good);
    }
}
