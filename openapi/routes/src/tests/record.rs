//! What every operation demands of its caller, as somebody has reviewed it: `testdata/demands.txt`.
//!
//! The documents say who may call, and everything else is made from them, so nothing that is generated can tell that a
//! document has stopped demanding something. The record can: it is written down apart, and a change of it is read like
//! a change of code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::{env, fs};

use crochet_codegen::ir;
use crochet_openapi::Security;

const REFRESH: &str = "REFRESH_GOLDEN=1 cargo test -p crochet-routes record";

/// How an empty list of schemes or scopes is written.
const NOTHING: &str = "nothing";

/// What one operation demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Demand {
    /// The ways of proving who one is: any of them, each by all of its schemes. None at all lets everybody in.
    pub(super) ways: Vec<Vec<String>>,
    /// What the caller must hold, whichever way they came.
    pub(super) scopes: Vec<String>,
}

/// What every operation demands, by its spec and its name.
pub(super) type Demands = BTreeMap<(String, String), Demand>;

impl Demand {
    pub(super) fn of(security: &Security) -> Self {
        let ways = security.any_of.iter().map(|all_of| {
            let schemes = all_of.iter().map(|required| required.scheme.name.to_owned());
            schemes.collect()
        });
        Self {
            ways: ways.collect(),
            scopes: security.scopes.iter().map(|&scope| scope.to_owned()).collect(),
        }
    }

    /// As a document has it; one that says nothing demands nothing.
    pub(super) fn of_document(security: Option<&ir::Security>) -> Self {
        let alternatives = security.map_or(&[][..], |security| &security.alternatives);
        let ways = alternatives.iter().map(|alternative| {
            let schemes = alternative.schemes.iter().map(|used| used.scheme.clone());
            schemes.collect()
        });
        let scopes = security.map(ir::Security::scopes).unwrap_or_default();
        Self {
            ways: ways.collect(),
            scopes: scopes.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Whether nobody needs to be known.
    pub(super) fn is_public(&self) -> bool {
        self.ways.iter().all(Vec::is_empty)
    }

    fn write(&self) -> String {
        if self.is_public() && self.scopes.is_empty() {
            return "everybody".to_owned();
        }
        let several = |names: &Vec<String>| match names[..] {
            [] => NOTHING.to_owned(),
            _ => names.join(" and "),
        };
        let ways: Vec<_> = self.ways.iter().map(several).collect();
        format!("{}, by {}", several(&self.scopes), ways.join(" or "))
    }

    fn read(text: &str) -> Option<Self> {
        if text == "everybody" {
            return Some(Self {
                ways: Vec::new(),
                scopes: Vec::new(),
            });
        }
        let several = |text: &str| match text {
            NOTHING => Vec::new(),
            _ => text.split(" and ").map(str::to_owned).collect(),
        };
        let (scopes, ways) = text.split_once(", by ")?;
        Some(Self {
            ways: ways.split(" or ").map(several).collect(),
            scopes: several(scopes),
        })
    }
}

fn write(demands: &Demands) -> String {
    let line = |((spec, operation), demand): (&(String, String), &Demand)| {
        format!("{spec} {operation}: {}\n", demand.write())
    };
    demands.iter().map(line).collect()
}

fn read(line: &str) -> Option<((String, String), Demand)> {
    let (name, demand) = line.split_once(": ")?;
    let (spec, operation) = name.split_once(' ')?;
    Some(((spec.to_owned(), operation.to_owned()), Demand::read(demand)?))
}

/// The record. An operation that it does not know is entered as the table has it: whoever adds one has nothing else to
/// edit, and whoever reads their change sees what it demands.
pub(super) fn reviewed() -> Demands {
    static RECORD: LazyLock<Demands> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/demands.txt");
        let text = fs::read_to_string(&path).expect("the record is there");
        let read = |line| read(line).unwrap_or_else(|| panic!("no line of the record: {line}"));
        let known: Demands = text.lines().map(read).collect();
        let mut record = of_table();
        if env::var_os("REFRESH_GOLDEN").is_none() {
            record.extend(known);
        }
        if write(&record) != text {
            fs::write(&path, write(&record)).unwrap();
        }
        record
    });
    RECORD.clone()
}

/// What the table demands that routes and guards were generated with.
fn of_table() -> Demands {
    let demands = crate::OPERATIONS.iter().map(|operation| {
        let name = (operation.spec.to_owned(), operation.operation_id.to_owned());
        (name, Demand::of(&operation.security))
    });
    demands.collect()
}

/// The operations that demand something else than they should, or that only one of the two knows.
pub(super) fn differences(found: &Demands, reviewed: &Demands) -> BTreeSet<(String, String)> {
    let names = found.keys().chain(reviewed.keys());
    let differs = |name: &&(String, String)| found.get(*name) != reviewed.get(*name);
    names.filter(differs).cloned().collect()
}

#[test]
fn every_operation_demands_what_the_record_says() {
    let (found, reviewed) = (of_table(), reviewed());
    let told = |demands: &Demands, name: &(String, String)| {
        demands.get(name).map_or("nothing".to_owned(), Demand::write)
    };
    let complaints = differences(&found, &reviewed).into_iter().map(|name| {
        let (was, is) = (told(&reviewed, &name), told(&found, &name));
        format!("{} {} was to demand {was}; it demands {is}\n", name.0, name.1)
    });
    let complaints: String = complaints.collect();
    assert!(
        complaints.is_empty(),
        "{complaints}if that is wanted:\n  {REFRESH}"
    );
}

#[test]
fn a_demand_is_read_as_it_was_written() {
    for demand in reviewed().values() {
        assert_eq!(Demand::read(&demand.write()).as_ref(), Some(demand));
    }
    let optional = Demand {
        ways: vec![Vec::new(), vec!["apiKey".to_owned()]],
        scopes: Vec::new(),
    };
    assert_eq!(Demand::read(&optional.write()), Some(optional));
}
