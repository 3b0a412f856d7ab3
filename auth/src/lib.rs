//! Who is calling, and what may they do: API keys, sessions and the built-in roles.
//!
//! A key proves its caller by 256 random bits, so a plain hash is enough to store it and checking one costs
//! microseconds; outcomes are kept for at most a second, so that a revoked key stops acting within one.
//! It must never know HTTP, the database or a spec: it sees keys and sessions through ports and answers with a `Caller`.

mod authenticator;
mod key;
mod local;
pub mod matrix;
mod remembered;
pub mod roles;
mod sessions;

pub use authenticator::{KeyAuthenticator, KeyChecker, VerifiedKey};
pub use key::{ApiKey, KeyHash, MalformedKey};
pub use local::{KeyStore, LocalKeys, Owners, StoredKey};
pub use remembered::RememberedSessions;
pub use sessions::{
    Assurance, COOKIE_BYTES_MAX, SECOND_FACTOR_NEEDED, SESSION_COOKIE, SessionId, Sessions, VerifiedPerson,
    is_cookie_value,
};
