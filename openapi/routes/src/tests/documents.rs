//! Documents that stop demanding something, or demand something else: for every operation of every spec in turn, the
//! documents are read with its `security` changed, and the record must name that operation and no other.

use std::collections::BTreeMap;

use crochet_codegen::{Profile, read_text};
use serde_json::{Value, json};

use super::record::{Demand, Demands, differences, reviewed};

/// One way of spoiling what an operation demands; `None` where there is nothing to spoil in this way.
type Spoil = fn(&Value) -> Option<Value>;

const SPOILS: [(&str, Spoil); 7] = [
    ("says nothing", |_| Some(Value::Null)),
    ("lets everybody in", |_| Some(json!([]))),
    ("lets in without proof too", |security| with(security, json!({}))),
    ("lacks a way in", |security| without(security, 1)),
    ("lacks the way that names the scopes", |security| {
        without(security, 0)
    }),
    ("lacks its scope", |security| with_scopes(security, &[])),
    ("has another scope", |security| {
        with_scopes(security, &["platform:unheard-of"])
    }),
];

fn with(security: &Value, alternative: Value) -> Option<Value> {
    let mut security = security.as_array()?.clone();
    security.push(alternative);
    Some(security.into())
}

fn without(security: &Value, index: usize) -> Option<Value> {
    let mut security = security.as_array()?.clone();
    (index < security.len()).then(|| security.remove(index))?;
    Some(security.into())
}

fn with_scopes(security: &Value, scopes: &[&str]) -> Option<Value> {
    let mut security = security.clone();
    let named = security.get_mut(0)?.get_mut("oauth2")?;
    (*named != json!(scopes)).then(|| *named = json!(scopes))?;
    Some(security)
}

/// Every document, by its name.
fn documents() -> BTreeMap<String, Value> {
    let read = crochet_api::SPECS.iter().map(|spec| {
        let document = serde_saphyr::from_str(spec.yaml).unwrap();
        (spec.name.to_owned(), document)
    });
    read.collect()
}

/// What documents demand.
fn demands(documents: &BTreeMap<String, Value>) -> Demands {
    let files: Vec<_> = documents
        .iter()
        .map(|(name, document)| (format!("{name}.yaml"), document.to_string()))
        .collect();
    let texts: Vec<_> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let (specs, _) = read_text(&texts, Profile::Foreign);
    let demands = specs.operations().map(|(spec, operation)| {
        let name = (spec.module.clone(), operation.name());
        (name, Demand::of_document(operation.security.as_ref()))
    });
    demands.collect()
}

/// What is left of a document without what has nothing to do with who may call: much less to read, many times.
fn bare(mut document: Value) -> Value {
    let components = document["components"].as_object_mut().unwrap();
    components.retain(|kind, _| kind == "securitySchemes");
    for item in document["paths"].as_object_mut().unwrap().values_mut() {
        for operation in item.as_object_mut().unwrap().values_mut() {
            if let Some(operation) = operation.as_object_mut() {
                operation.retain(|part, _| ["operationId", "security"].contains(&&**part));
            }
        }
    }
    document
}

/// Each path of each document that has any, as a document of its own beside the one that all refer to.
fn paths() -> Vec<(String, BTreeMap<String, Value>)> {
    let mut documents = documents();
    let common = bare(documents.remove("common").unwrap());
    let mut paths = Vec::new();
    for (spec, document) in documents {
        let document = bare(document);
        for (path, item) in document["paths"].as_object().unwrap() {
            let mut one = document.clone();
            one["paths"] = json!({ path: item });
            let both = [("common".to_owned(), common.clone()), (spec.clone(), one)];
            paths.push((spec.clone(), both.into()));
        }
    }
    paths
}

/// Where the operations of a document stand: their pointers, and their names.
fn operations(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if let Some(id) = operation["operationId"].as_str() {
                let path = path.replace('~', "~0").replace('/', "~1");
                found.push((format!("/paths/{path}/{method}"), id.to_owned()));
            }
        }
    }
    found
}

/// The document with the `security` of one operation spoilt.
fn spoilt(document: &Value, operation: &str, spoil: Spoil) -> Option<Value> {
    let mut document = document.clone();
    let operation = document.pointer_mut(operation)?.as_object_mut()?;
    match spoil(operation.get("security")?)? {
        Value::Null => operation.remove("security"),
        other => operation.insert("security".to_owned(), other),
    };
    Some(document)
}

#[test]
fn the_documents_demand_what_the_record_says() {
    assert_eq!(differences(&demands(&documents()), &reviewed()), [].into());
}

#[test]
fn whatever_any_operation_ceases_to_demand_is_noticed_and_nothing_else_is() {
    let (mut noticed, reviewed) = (0, reviewed());
    for (spec, mut documents) in paths() {
        let (sound, whole) = (documents[&spec].clone(), demands(&documents));
        for (pointer, id) in operations(&sound) {
            let name = (spec.clone(), id);
            assert_eq!(whole[&name], reviewed[&name]);
            for (how, spoil) in SPOILS {
                let Some(spoilt) = spoilt(&sound, &pointer, spoil) else {
                    continue;
                };
                documents.insert(spec.clone(), spoilt);
                let found = differences(&demands(&documents), &whole);
                let same = whole[&name].is_public() && found.is_empty();
                assert!(
                    same || found == [name.clone()].into(),
                    "{name:?} {how}: {found:?}"
                );
                noticed += found.len();
            }
        }
    }
    let closed = reviewed.values().filter(|demand| !demand.is_public()).count();
    assert!(noticed >= 6 * closed, "only {noticed} of {closed} operations");
}
