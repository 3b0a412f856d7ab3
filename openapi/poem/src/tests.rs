//! The golden spec, compiled and served: what a generated service does with a request, from 401 to 501.

mod audit;
mod authorisation;
mod bodies;
mod framework;
mod house;
mod idempotency;
mod parameters;
mod replies;

/// The stored expansion of `openapi/codegen/testdata/tea_house/tea_house.yaml`.
#[expect(unreachable_pub, reason = "generated for a crate of its own")]
#[path = "../../codegen/testdata/tea_house"]
mod golden {
    #[path = ""]
    pub(super) mod api {
        #[rustfmt::skip]
        #[path = "api.rs"]
        pub(in crate::tests) mod tea_house;
    }
    #[rustfmt::skip]
    pub(super) mod routes;
    #[rustfmt::skip]
    pub(super) mod stubs;
}
