//! The last steps: names for schemas that have none and need one, and which schemas contain themselves.

use std::collections::HashSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::context::Normaliser;
use super::names;
use crate::diagnostic::Diagnostic;
use crate::ir::{ComponentName, Schema, SchemaId, Specs};

impl Normaliser<'_> {
    /// The finished set of documents.
    pub(super) fn finish(mut self) -> (Specs, Vec<Diagnostic>) {
        self.adopt();
        mark_cycles(&mut self.schemas);
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
        let mut taken: HashSet<ComponentName> = self
            .schemas
            .iter()
            .filter_map(|schema| schema.name.clone())
            .collect();
        let strays = std::mem::take(&mut self.strays);
        for (id, module) in strays {
            let Schema { location, .. } = &self.schemas[id.index()];
            let wish = names::stray(&location.file, &location.pointer);
            let named = |name: &str| ComponentName {
                module: module.clone(),
                name: name.to_owned(),
            };
            let name = named(&names::unused(&wish, |name| taken.contains(&named(name))));
            taken.insert(name.clone());
            self.schemas[id.index()].name = Some(name);
        }
        let listed: HashSet<SchemaId> = self
            .documents
            .iter()
            .flat_map(|spec| spec.schemas.iter().copied())
            .collect();
        let homeless: Vec<SchemaId> = self
            .schemas
            .iter()
            .filter(|schema| schema.name.is_some() && !listed.contains(&schema.id))
            .map(|schema| schema.id)
            .collect();
        for id in homeless {
            self.settle(id, &mut taken);
        }
    }

    fn settle(&mut self, id: SchemaId, taken: &mut HashSet<ComponentName>) {
        let Some(wish) = self.schemas[id.index()].name.clone() else {
            return;
        };
        if let Some(home) = self.documents.iter_mut().find(|spec| spec.module == wish.module) {
            home.schemas.push(id);
            return;
        }
        let Some(home) = self.documents.first_mut() else {
            return;
        };
        let named = |name: &str| ComponentName {
            module: home.module.clone(),
            name: name.to_owned(),
        };
        let name = named(&names::unused(&wish.name, |name| taken.contains(&named(name))));
        taken.insert(name.clone());
        home.schemas.push(id);
        self.schemas[id.index()].name = Some(name);
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
