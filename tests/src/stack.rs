//! The real Kratos, Hydra and a mail server, as `deploy/ory` configures them, on ports and a folder of their own.
//!
//! Most suites share one Kratos, each with people of its own; a suite that stops it starts another. `tests/run` builds
//! the servers; where they are not built, the suites that need them say so and prove nothing.

mod daemon;
mod hydra;
mod kratos;
mod mail;
mod ports;
mod server;
mod site;
mod surfer;
mod tls;
mod visitor;

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::crochet::EXECUTABLE;
use crate::left_out;
use server::Variables;

pub(crate) use daemon::Daemon;
pub(crate) use hydra::Hydra;
pub(crate) use kratos::Kratos;
pub(crate) use mail::MailServer;
pub(crate) use ports::{free, is_well};
pub(crate) use site::{CrochetSite, oauth, people};
pub(crate) use surfer::{Page, Surfer};
pub(crate) use tls::Authority;
pub(crate) use visitor::{PASSWORD, Visitor, fresh_address};

/// Where `tests/run` puts what it builds, beside what cargo builds.
pub(crate) fn built(name: &str) -> PathBuf {
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

/// The Hydra of this test run, for the same Crochet as the Kratos that all share.
pub(crate) fn shared_hydra() -> Option<&'static Hydra> {
    static SHARED: OnceLock<Option<Hydra>> = OnceLock::new();
    let hydra = || own_hydra(shared_kratos()?);
    SHARED.get_or_init(hydra).as_ref()
}

/// A Crochet beside the Kratos and the Hydra that all share, and that Kratos. It ends with the process too.
pub(crate) fn shared_site() -> Option<(&'static CrochetSite, &'static Kratos)> {
    static SHARED: OnceLock<CrochetSite> = OnceLock::new();
    let (kratos, hydra) = (shared_kratos()?, shared_hydra()?);
    Some((
        SHARED.get_or_init(|| CrochetSite::beside(kratos, Some(hydra))),
        kratos,
    ))
}

/// A Kratos of a suite's own, to be stopped and started.
pub(crate) fn own_kratos() -> Option<Kratos> {
    own_kratos_with(Vec::new())
}

/// The same with variables besides its own.
pub(crate) fn own_kratos_with(more: Variables) -> Option<Kratos> {
    program("kratos").map(|program| Kratos::start(program, more))
}

/// A Hydra at which people have accounts that have nothing to do with us.
pub(crate) fn own_provider() -> Option<Hydra> {
    program("hydra").map(Hydra::provider)
}

/// A Hydra of a suite's own, for the Crochet beside this Kratos.
pub(crate) fn own_hydra(kratos: &Kratos) -> Option<Hydra> {
    program("hydra").map(|program| Hydra::start(program, kratos.crochet))
}

fn program(name: &str) -> Option<PathBuf> {
    let program = built(name);
    let is_there = program.is_file();
    if !is_there {
        left_out::say(&format!("{name}, which is not built; tests/run builds it"));
    }
    is_there.then_some(program)
}
