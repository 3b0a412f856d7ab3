//! Sign-in links and the sessions that they opened. A link that is spent and a session that is ended are gone.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, number, text};
use crate::tables::{Step, index, table};

pub(crate) const STEP: Step = Step {
    name: "m0006_sign_in",
    tables,
    indexes,
};

const TICKETS: [&str; 2] = ["sign_in_links", "sessions"];

fn tables() -> Vec<TableCreateStatement> {
    TICKETS.map(tickets).into()
}

fn indexes() -> Vec<IndexCreateStatement> {
    TICKETS.map(|name| index(name, &["expires_at"])).into()
}

fn tickets(name: &'static str) -> TableCreateStatement {
    table(
        name,
        &["id"],
        [text("id"), bytes("hash"), text("role"), number("expires_at")],
    )
}
