//! Words, rules, search and ports; pure, no I/O.
//!
//! What an ortho is, how a text becomes words, how orthos are found (all at once, or as a text grows) and the steps
//! of the pipeline that does so over many workers. Ids are hashes over words, so the same texts give the same
//! orthos in every store. It must never know HTTP, SQL, queues or clocks.

pub mod context;
pub mod ids;
pub mod ortho;
pub mod phrases;
pub mod pipeline;
pub mod ports;
pub mod search;
pub mod text;

pub use context::{Bounds, ContextSettings, SettingsError};
pub use ids::{OrthoId, Pair, RemediationId, Version, WordId};
pub use ortho::{Ortho, Remediation, Shape};
pub use pipeline::{Report, ReportedOrtho, WorkPayload};
pub use text::{Preset, TokeniserOptions};
