//! The Rust client, generated from the specs.
//!
//! `net` sends and asks again, `wire` and `events` read answers; `generated` holds, for each spec, progenitor's
//! client, the adapter that implements the same trait as the server over HTTP, and a builder for each operation; `oauth`
//! gets access tokens.
//! By hand are only [`Crochet`] itself and what makes a text, a progress or a grid pleasant. This crate must never
//! know how a server is made.

mod calling;
#[cfg(test)]
mod calls_tests;
mod crochet;
#[cfg(test)]
mod docs_tests;
mod env;
mod error;
mod events;
mod generated;
mod net;
mod oauth;
mod progress;
#[cfg(test)]
mod roundtrip;
#[cfg(test)]
mod testing;
mod upload;
mod value;
#[doc(hidden)]
pub mod wire;

/// What generated code stands on; not for hand-written code.
#[doc(hidden)]
pub mod support {
    pub use crate::calling::{Given, pages};
    pub use crate::events::resuming;
    pub use crate::net::{Call, Flow, Forward, Session};
    pub use crate::value::{FromText, checked};
    pub use crate::wire;
    pub use crate::wire::Unanswered;
}

pub use calling::Answer;
pub use crochet::Crochet;
pub use crochet_api as types;
pub use error::Error;
pub use generated::{adapter, calls};
pub use net::{
    Anonymous, Authorize, AuthorizeError, Connection, ConnectionBuilder, Credential, EndpointError,
    Endpoints, Patience, Retries,
};
pub use oauth::{ClientCredentials, Login, LoginFile, OauthError, SignIn};
pub use upload::Upload;
pub use value::Value;

/// The stored expansion of the small spec that uses every feature: types and routes beside the client that belongs
/// to them, compiled here and walked by `roundtrip` like our own specs.
#[cfg(test)]
#[allow(
    missing_docs,
    unreachable_pub,
    unused,
    clippy::all,
    clippy::pedantic,
    clippy::panic,
    clippy::unwrap_used
)]
#[path = "../../openapi/codegen/testdata/tea_house"]
mod golden {
    #[path = ""]
    pub(crate) mod api {
        #[rustfmt::skip]
        #[path = "api.rs"]
        pub mod tea_house;
    }

    #[rustfmt::skip]
    pub(crate) mod routes;

    #[path = "client"]
    pub(crate) mod transport {
        #[rustfmt::skip]
        #[path = "transport.rs"]
        pub mod tea_house;
    }

    #[path = "client"]
    pub(crate) mod adapter {
        #[rustfmt::skip]
        #[path = "adapter.rs"]
        pub mod tea_house;
    }

    #[path = "client"]
    mod calls {
        #[rustfmt::skip]
        #[path = "calls.rs"]
        pub mod tea_house;
    }

    #[path = "client"]
    mod values {
        #[rustfmt::skip]
        #[path = "values.rs"]
        pub mod tea_house;
    }

    #[path = "client"]
    pub(crate) mod echo {
        #[rustfmt::skip]
        #[path = "echo.rs"]
        pub mod tea_house;
    }
}
