//! What the generated Rust looks like, decided before anything is written.
//!
//! Names, types, arguments and replies are decided here once; the emitters of types, traits, routes and of
//! the client's adapter all read the same plan, so that they agree by construction. It reads `crate::ir`
//! and must never know tokens of whole items, a framework or a file.

mod defaults;
mod names;
mod operation;
mod reply;
mod rust_type;
mod schemas;
mod shape;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use crate::diagnostic::Diagnostic;
use crate::ir::{Operation, SchemaId, Spec, Specs};

pub use defaults::DefaultValue;
pub use names::{constant, method, module, pascal, snake, unique};
pub use operation::{Argument, BodyPlan, OperationPlan, ParamsPlan, RequestKind};
pub use reply::{HeaderField, Outcome, Payload, ReplyPlan};
pub use rust_type::{RustType, Scope, TypeName};
pub use shape::{Declaration, FieldPlan, Presence, TypeShape, VariantPlan};

/// Every decision about a set of documents.
pub struct Plan<'a> {
    /// The documents.
    pub specs: &'a Specs,
    /// The types to be written, by module, in the order of the documents.
    pub declarations: BTreeMap<String, Vec<Declaration<'a>>>,
    /// The operations, by module, in the order of the documents.
    pub operations: BTreeMap<String, Vec<OperationPlan<'a>>>,
    /// What a document says and the generated code does not.
    pub diagnostics: Vec<Diagnostic>,
    names: HashMap<SchemaId, TypeName>,
    taken: HashMap<String, HashSet<String>>,
    /// Schemas whose discriminator is written by the union that holds them, with its property.
    tagged: HashMap<SchemaId, String>,
}

impl<'a> Plan<'a> {
    /// Decides everything about `specs`.
    pub fn new(specs: &'a Specs) -> Self {
        let mut plan = Self {
            specs,
            declarations: BTreeMap::new(),
            operations: BTreeMap::new(),
            diagnostics: Vec::new(),
            names: HashMap::new(),
            taken: HashMap::new(),
            tagged: HashMap::new(),
        };
        plan.find_tagged();
        plan.name_everything();
        plan.declare_everything();
        for spec in &specs.documents {
            let operations = plan.plan_operations(spec);
            plan.operations.insert(spec.module.clone(), operations);
        }
        plan
    }

    /// The operations of one document.
    pub fn operations_of(&self, spec: &Spec) -> &[OperationPlan<'a>] {
        self.operations.get(&spec.module).map_or(&[], Vec::as_slice)
    }

    /// The plan of one operation.
    pub fn operation(&self, spec: &Spec, operation: &Operation) -> Option<&OperationPlan<'a>> {
        self.operations_of(spec)
            .iter()
            .find(|plan| std::ptr::eq(plan.operation, operation))
    }

    /// Every name that is taken in one module.
    pub fn names_in(&self, module: &str) -> &HashSet<String> {
        static NONE: LazyLock<HashSet<String>> = LazyLock::new(HashSet::new);
        self.taken.get(module).unwrap_or(&NONE)
    }

    /// The types of one document.
    pub fn declarations_of(&self, spec: &Spec) -> &[Declaration<'a>] {
        self.declarations.get(&spec.module).map_or(&[], Vec::as_slice)
    }

    /// The declaration behind a name.
    pub fn declaration(&self, name: &TypeName) -> Option<&Declaration<'a>> {
        let TypeName::Declared { module, name } = name else {
            return None;
        };
        self.declarations
            .get(module)?
            .iter()
            .find(|declaration| declaration.name == *name)
    }
}
