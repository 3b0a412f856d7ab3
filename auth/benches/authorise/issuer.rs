//! An issuer of signed tokens: a key pair made now, published on a port of this machine.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use crochet_auth::{JwtTokens, Trusted};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

/// The size that Hydra takes.
const SIZE: KeySize = KeySize::Rsa4096;

/// A checker of its tokens, and one of them.
pub(crate) fn issued(scopes: &[&str]) -> io::Result<(JwtTokens, String)> {
    let pair = KeyPair::generate(SIZE).expect("keys can be made");
    let port = publish(&pair)?;
    let trusted = Trusted {
        issuer: format!("http://127.0.0.1:{port}"),
        audience: "crochet".to_owned(),
    };
    let now = chrono::Utc::now().timestamp();
    let claims = json!({
        "iss": trusted.issuer, "aud": ["crochet"], "sub": "8991dd08-215a-47ab-b8b6-4384c0014d0c", "client_id": "cli",
        "scp": scopes, "iat": now, "nbf": now, "exp": now + 3600, "jti": "0b9b5c5a-8a0e-4a52-9a4c-2f5f7f1f7d11",
    });
    let part = |part: &Value| BASE64URL_NOPAD.encode(part.to_string().as_bytes());
    let message = format!(
        "{}.{}",
        part(&json!({"alg": "RS256", "kid": "k", "typ": "JWT"})),
        part(&claims)
    );
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message.as_bytes(),
        &mut signature,
    )
    .expect("a new key signs");
    let token = format!("{message}.{}", BASE64URL_NOPAD.encode(&signature));
    let tokens = JwtTokens::at(&trusted.issuer, &trusted).expect("this is an address");
    Ok((tokens, token))
}

/// Answers every request with the public key.
fn publish(pair: &KeyPair) -> io::Result<u16> {
    let public = pair.public_key();
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let keys = json!({"keys": [{
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k",
        "n": part(public.modulus().big_endian_without_leading_zero()),
        "e": part(public.exponent().big_endian_without_leading_zero()),
    }]})
    .to_string();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for mut asker in listener.incoming().map_while(Result::ok) {
            let mut head = [0; 4096];
            let read = asker.read(&mut head);
            let length = keys.len();
            let answered = read.and_then(|_| {
                write!(
                    asker,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
                     connection: close\r\n\r\n{keys}"
                )
            });
            // Whoever went away asks again.
            drop(answered);
        }
    });
    Ok(port)
}
