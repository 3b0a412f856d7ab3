//! The real Kratos, Hydra and a mail server, as `deploy/ory` configures them, on ports and a folder of their own.
//!
//! Most suites share one Kratos, each with people of its own; a suite that stops it starts another. `tests/run` builds
//! the servers; where they are not built, the suites that need them say so and prove nothing.

mod daemon;
mod kratos;
mod mail;
mod ports;
mod server;
mod site;
mod visitor;

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::crochet::EXECUTABLE;

pub(crate) use kratos::Kratos;
pub(crate) use site::CrochetSite;
pub(crate) use visitor::{PASSWORD, Visitor, fresh_address};

/// Where `tests/run` puts what it builds, beside what cargo builds.
fn built(name: &str) -> PathBuf {
    let executable = PathBuf::from(EXECUTABLE);
    let target = executable
        .ancestors()
        .nth(2)
        .expect("cargo builds into a folder of a profile");
    target.join("stack").join(name)
}

/// The Kratos of this test run, or none where none is built. It ends with the process, however that ends.
pub(crate) fn shared_kratos() -> Option<&'static Kratos> {
    static SHARED: OnceLock<Option<Kratos>> = OnceLock::new();
    SHARED.get_or_init(own_kratos).as_ref()
}

/// A Crochet beside the Kratos that all share, and that Kratos. It ends with the process too.
pub(crate) fn shared_site() -> Option<(&'static CrochetSite, &'static Kratos)> {
    static SHARED: OnceLock<CrochetSite> = OnceLock::new();
    let kratos = shared_kratos()?;
    Some((SHARED.get_or_init(|| CrochetSite::beside(kratos)), kratos))
}

/// A Kratos of a suite's own, to be stopped and started.
pub(crate) fn own_kratos() -> Option<Kratos> {
    let program = built("kratos");
    if !program.is_file() {
        println!(
            "left out: {} is not built; tests/run builds it",
            program.display()
        );
        return None;
    }
    Some(Kratos::start(program))
}
