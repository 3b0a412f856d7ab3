//! What the peers read and write: the types of `bench.yaml`, as each framework wants them.

use poem_openapi::{Enum, Object};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize, JsonSchema)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Vm,
    Disk,
    Net,
}

/// Without rules: what a bare handler parses.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Item {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) score: f64,
    pub(crate) active: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// With rules: what poem-openapi parses and checks.
#[derive(Debug, Object)]
pub(crate) struct CheckedItem {
    #[oai(validator(minimum(value = "0")))]
    pub(crate) id: i64,
    #[oai(validator(min_length = 1, max_length = 64, pattern = "^[a-z][a-z0-9-]*$"))]
    pub(crate) name: String,
    pub(crate) kind: Kind,
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub(crate) score: f64,
    pub(crate) active: bool,
    #[oai(validator(max_length = 200))]
    pub(crate) note: Option<String>,
}

#[derive(Debug, Object, Serialize, JsonSchema)]
pub(crate) struct Small {
    pub(crate) status: String,
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) ok: bool,
}

#[derive(Debug, Object, Serialize, JsonSchema)]
pub(crate) struct Count {
    pub(crate) n: i64,
    pub(crate) sum: i64,
}

pub(crate) fn small() -> Small {
    Small {
        status: "ok".into(),
        id: 42,
        name: "crochet".into(),
        ok: true,
    }
}

pub(crate) fn count(ids: impl Iterator<Item = i64>) -> Count {
    let (n, sum) = ids.fold((0, 0), |(n, sum), id| (n + 1, sum + id));
    Count { n, sum }
}

/// The body of the write: a thousand things.
pub(crate) fn body() -> Vec<u8> {
    let items: Vec<Item> = (0..1000)
        .map(|id| Item {
            id,
            name: format!("item-{id}"),
            kind: Kind::Disk,
            score: 12.5,
            active: true,
            note: (id % 2 == 0).then(|| "some note text".into()),
        })
        .collect();
    serde_json::to_vec(&items).expect("plain data always serialises")
}
