//! Access tokens (OAuth 2): how a program gets one for itself, how a person lets a program in, and where that is kept.
//!
//! The `oauth2` crate speaks the protocol; here is only what is ours: where the authorization server of a Crochet is
//! found, when a token is renewed, and that one renewal serves all who wait. No secret is ever part of an address or of
//! an error.

mod credentials;
mod discovery;
mod exchange;
mod file;
mod sign_in;
#[cfg(test)]
mod tests;

pub use credentials::ClientCredentials;
pub use exchange::OauthError;
pub use file::{Login, LoginFile};
pub use sign_in::SignIn;
