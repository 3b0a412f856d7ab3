//! Who is calling, and what may they do: API keys, access tokens, sessions of people, sign-in links and the built-in roles.
//!
//! A key, a sign-in link and a session are proved by 256 random bits each, so a plain hash is enough to store them and
//! checking one costs microseconds; outcomes are kept for at most a second, so that a revoked one stops acting within one.
//! It must never know HTTP, the database or a spec: it sees keys and sessions through ports and answers with a `Caller`.

mod authenticator;
mod either;
mod gate;
mod hydra;
mod key;
mod kratos;
mod local;
pub mod matrix;
mod memory;
mod ory;
mod people;
mod remembered;
pub mod roles;
mod secret;
mod sessions;
mod sign_in;
mod ticket;
mod tokens;

pub use authenticator::{KeyAuthenticator, KeyChecker, VerifiedKey};
pub use either::{EitherOwners, EitherSessions};
pub use gate::Gate;
pub use hydra::{
    Client, ConsentGiven, ConsentRequest, GrantedConsent, HydraAdmin, HydraError, HydraTokens, JwtTokens,
    LoginAccepted, LoginRequest, OpaqueTokens, Registration, Trusted,
};
pub use key::{ApiKey, MalformedKey};
pub use kratos::flows;
pub use kratos::{KratosPeople, KratosSessions};
pub use local::{KeyStore, LocalKeys, Owners, StoredKey};
pub use ory::{OryAddressError, OryServer};
pub use people::{
    Invitation, MalformedPersonId, NewPerson, People, PeopleError, PeopleQuery, Person, PersonId, PersonPage,
    PersonSession, RoleChange,
};
pub use remembered::RememberedSessions;
pub use secret::SecretHash;
pub use sessions::{
    Assurance, COOKIE_BYTES_MAX, SECOND_FACTOR_NEEDED, SESSION_COOKIE, SessionId, Sessions, VerifiedPerson,
    is_cookie_value,
};
pub use sign_in::{Issued, LOCAL_PERSON, LocalSessions, StoredTicket, TicketStore};
pub use ticket::Ticket;
pub use tokens::{ClientId, Holder, TOKEN_BYTES_MAX, TokenAuthenticator, TokenChecker, VerifiedToken};
