//! The last steps: names for schemas that have none and need one, which schemas contain themselves, which are objects.

use std::collections::HashSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::context::Normaliser;
use super::names::{self, Register};
use crate::diagnostic::Diagnostic;
use crate::ir::{JsonType, Schema, SchemaId, Specs};

impl Normaliser<'_> {
    /// The finished set of documents.
    pub(super) fn finish(mut self) -> (Specs, Vec<Diagnostic>) {
        self.adopt();
        mark_cycles(&mut self.schemas);
        mark_objects(&mut self.schemas);
        (
            Specs {
                documents: self.documents,
                schemas: self.schemas,
            },
            self.diagnostics,
        )
    }

    /// Gives every named schema to a document. Schemas of files that are only referred to, and schemas that are
    /// referred to without being components, go to the document that referred to them first.
    fn adopt(&mut self) {
        let mut register = Register::of(self.schemas.iter().filter_map(|schema| schema.name.clone()));
        for (id, module) in std::mem::take(&mut self.strays) {
            let Schema { location, .. } = &self.schemas[id.index()];
            let wish = names::stray(&location.file, &location.pointer);
            self.schemas[id.index()].name = Some(register.claim(&module, &wish));
        }
        let listed = self
            .documents
            .iter()
            .flat_map(|spec| spec.schemas.iter().copied());
        let listed: HashSet<SchemaId> = listed.collect();
        for schema in self
            .schemas
            .iter_mut()
            .filter(|schema| !listed.contains(&schema.id))
        {
            let Some(name) = &mut schema.name else { continue };
            if let Some(home) = self.documents.iter_mut().find(|spec| spec.module == name.module) {
                home.schemas.push(schema.id);
            } else if let Some(home) = self.documents.first_mut() {
                home.schemas.push(schema.id);
                *name = register.claim(&home.module, &name.name);
            }
        }
    }
}

/// Marks the schemas that contain themselves, and those that do so without an array or map between.
fn mark_cycles(schemas: &mut [Schema]) {
    for members in cycles(schemas, Schema::children) {
        for member in members {
            schemas[member.index()].recursive = true;
        }
    }
    for (number, members) in cycles(schemas, Schema::direct_children).into_iter().enumerate() {
        for member in members {
            schemas[member.index()].cycle = u32::try_from(number).ok();
        }
    }
}

fn cycles(schemas: &[Schema], children: fn(&Schema) -> Vec<SchemaId>) -> Vec<Vec<SchemaId>> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(schemas.len(), schemas.len());
    for _ in schemas {
        graph.add_node(());
    }
    for schema in schemas {
        for child in children(schema) {
            graph.add_edge(
                NodeIndex::new(schema.id.index()),
                NodeIndex::new(child.index()),
                (),
            );
        }
    }
    let contains_itself = |node: NodeIndex| graph.contains_edge(node, node);
    kosaraju_scc(&graph)
        .into_iter()
        .filter(|members| members.len() > 1 || members.iter().any(|member| contains_itself(*member)))
        .map(|members| members.into_iter().map(|node| schemas[node.index()].id).collect())
        .collect()
}

/// Whether the values of a schema are objects.
enum Objecthood<'a> {
    Yes,
    No,
    /// As long as all of these are.
    If(&'a [SchemaId]),
}

fn objecthood(schema: &Schema) -> Objecthood<'_> {
    let rules = &schema.object;
    if let Some(target) = &schema.alias_of {
        return Objecthood::If(std::slice::from_ref(target));
    }
    if !schema.one_of.is_empty() || !schema.any_of.is_empty() {
        return Objecthood::No;
    }
    match schema.types.as_slice() {
        [JsonType::Object] => Objecthood::Yes,
        [] if !rules.properties.is_empty() || !rules.required.is_empty() => Objecthood::Yes,
        [] if !schema.all_of.is_empty() => Objecthood::If(&schema.all_of),
        _ => Objecthood::No,
    }
}

/// Marks the objects. Everything that may be one is taken for one until a member that is none says otherwise, which
/// then is passed on to whoever builds on it: each arrow is walked once.
fn mark_objects(schemas: &mut [Schema]) {
    let mut builders: Vec<Vec<usize>> = vec![Vec::new(); schemas.len()];
    let mut is_object = vec![true; schemas.len()];
    let mut refuted = Vec::new();
    for (index, schema) in schemas.iter().enumerate() {
        match objecthood(schema) {
            Objecthood::Yes => {}
            Objecthood::No => {
                is_object[index] = false;
                refuted.push(index);
            }
            Objecthood::If(members) => members
                .iter()
                .for_each(|member| builders[member.index()].push(index)),
        }
    }
    while let Some(index) = refuted.pop() {
        for builder in &builders[index] {
            if std::mem::replace(&mut is_object[*builder], false) {
                refuted.push(*builder);
            }
        }
    }
    for (schema, is_object) in schemas.iter_mut().zip(is_object) {
        schema.is_object = is_object;
    }
}
