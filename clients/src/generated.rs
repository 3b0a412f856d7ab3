//! What the build script has written from the specs.

#![allow(
    missing_docs,
    unreachable_pub,
    unused,
    clippy::all,
    clippy::pedantic,
    clippy::panic,
    clippy::unwrap_used
)]

pub(crate) mod transport {
    include!(concat!(env!("OUT_DIR"), "/transport/modules.rs"));
}

pub mod adapter {
    include!(concat!(env!("OUT_DIR"), "/adapter/modules.rs"));
}

pub mod calls {
    include!(concat!(env!("OUT_DIR"), "/calls/modules.rs"));
}

mod values {
    include!(concat!(env!("OUT_DIR"), "/values/modules.rs"));
}

#[cfg(test)]
pub(crate) mod echo {
    include!(concat!(env!("OUT_DIR"), "/echo/modules.rs"));
}
