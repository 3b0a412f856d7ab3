//! Schemas: keywords, references, names, cycles, shapes.

use serde_json::json;

use super::{HEAD, read, sound};
use crate::ir::{Additional, IntegerWidth, Shape, Specs, StringFormat};
use crate::lint::Profile;
use crate::read::read_text;

fn schemas(schemas: &str) -> Specs {
    sound(&format!("paths: {{}}\ncomponents:\n  schemas:\n{schemas}"))
}

fn shape<'a>(specs: &'a Specs, name: &str) -> Shape<'a> {
    specs.shape(specs.named("t", name).expect("the schema is declared").id)
}

#[test]
fn every_keyword_is_kept() {
    let specs = schemas(
        "    S: {type: object, title: T, description: D, nullable: true, readOnly: true, deprecated: true, format: f, default: {a: 4},
        example: {a: 2}, minProperties: 1, maxProperties: 9, required: [a], additionalProperties: false, x-mine: 7,
        externalDocs: {url: 'http://a'}, xml: {name: s}, properties: {a: {type: integer, minimum: 1, exclusiveMinimum: true,
        maximum: 9, multipleOf: 2}, b: {type: string, minLength: 1, maxLength: 2.0, pattern: a, writeOnly: true},
        c: {type: array, items: {}, minItems: 1, maxItems: 2, uniqueItems: true}, d: {enum: [z, a, null]}}}",
    );
    let schema = specs.named("t", "S").expect("it is declared");
    assert!(schema.nullable && schema.read_only && schema.deprecated);
    assert_eq!(
        (schema.title.as_deref(), schema.description.as_deref()),
        (Some("T"), Some("D"))
    );
    assert_eq!(
        (schema.default.clone(), schema.examples[0].0.clone()),
        (Some(json!({"a": 4})), json!({"a": 2}))
    );
    assert_eq!(
        (schema.object.min_properties, schema.object.max_properties),
        (Some(1), Some(9))
    );
    assert_eq!(
        (schema.object.additional, schema.extensions.get("x-mine")),
        (Additional::Forbidden, Some(&json!(7)))
    );
    let part = |name: &str| specs.schema(schema.property(name).expect("it is declared").schema);
    assert!(
        part("a")
            .number
            .minimum
            .as_ref()
            .is_some_and(|bound| bound.exclusive)
    );
    assert_eq!(part("a").number.multiple_of, Some(2.into()));
    assert_eq!(
        (part("b").string.max_length, part("b").string.pattern.as_deref()),
        (Some(2), Some("a"))
    );
    assert!(part("b").write_only && part("c").array.unique_items);
    assert_eq!(
        part("d").enumeration,
        Some(vec![json!("z"), json!("a"), json!(null)])
    );
    assert!(
        schema.property("a").is_some_and(|one| one.required)
            && !schema.property("b").is_some_and(|one| one.required)
    );
}

#[test]
fn a_reference_over_files_is_a_module_and_a_name() {
    let main = format!(
        "{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{properties: {{b: {{$ref: 'common.yaml#/components/schemas/B'}}}}}}}}}}"
    );
    let common =
        format!("{HEAD}paths: {{}}\ncomponents: {{schemas: {{B: {{type: string, description: Bee}}}}}}");
    let (specs, report) = read_text(
        &[("s/main.yaml", &main), ("s/common.yaml", &common)],
        Profile::Foreign,
    );
    assert_eq!(report.diagnostics, []);
    let property = specs
        .named("main", "A")
        .and_then(|a| a.property("b"))
        .expect("it is declared");
    let name = specs
        .schema(property.schema)
        .name
        .as_ref()
        .expect("it has a name");
    assert_eq!(name.to_string(), "common::B");
    assert_eq!(specs.named("common", "B").map(|b| b.id), Some(property.schema));
}

#[test]
fn a_schema_of_a_file_that_was_not_asked_for_belongs_to_who_refers_to_it() {
    let main = format!(
        "{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{items: {{$ref: 'pet.yaml'}}}}, pet: {{}}}}}}"
    );
    let (specs, _) = read_text(
        &[("main.yaml", &main), ("pet.yaml", "type: string")],
        Profile::Foreign,
    );
    // `pet.yaml` is no document, so reading it as one fails; as a part of `main.yaml` it is sound.
    let spec = specs.document("main").expect("it is read");
    let names: Vec<_> = spec
        .schemas
        .iter()
        .map(|id| specs.schema(*id).name.clone().map(|name| name.to_string()))
        .collect();
    assert_eq!(
        names,
        [
            Some("main::A".to_owned()),
            Some("main::pet".to_owned()),
            Some("main::pet_2".to_owned())
        ]
    );
}

#[test]
fn a_component_that_only_refers_is_an_alias() {
    let specs = schemas("    A: {$ref: '#/components/schemas/B'}\n    B: {type: string, format: uuid}");
    let alias = specs.named("t", "A").expect("it is declared");
    assert_eq!(
        specs
            .resolve(alias.id)
            .name
            .as_ref()
            .map(|name| name.name.as_str()),
        Some("B")
    );
    assert_eq!(shape(&specs, "A"), Shape::String(StringFormat::Uuid));
}

#[test]
fn schemas_that_contain_themselves_are_marked_and_boxed_only_where_needed() {
    let specs = schemas(
        "    Tree: {type: object, properties: {children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
    Link: {type: object, properties: {next: {$ref: '#/components/schemas/Link'}, name: {$ref: '#/components/schemas/Name'}}}
    One: {type: object, properties: {two: {$ref: '#/components/schemas/Two'}}}
    Two: {type: object, properties: {one: {$ref: '#/components/schemas/One'}, tree: {$ref: '#/components/schemas/Tree'}}}
    Name: {type: string}",
    );
    let id = |name: &str| specs.named("t", name).expect("it is declared").id;
    let recursive: Vec<_> = ["Tree", "Link", "One", "Two", "Name"]
        .map(|name| specs.schema(id(name)).recursive)
        .into();
    assert_eq!(recursive, [true, true, true, true, false]);
    assert!(
        !specs.needs_box(id("Tree"), id("Tree")),
        "the array is an indirection already"
    );
    assert!(specs.needs_box(id("Link"), id("Link")) && !specs.needs_box(id("Link"), id("Name")));
    assert!(specs.needs_box(id("One"), id("Two")) && specs.needs_box(id("Two"), id("One")));
    assert!(!specs.needs_box(id("Two"), id("Tree")) && !specs.needs_box(id("Link"), id("One")));
}

#[test]
fn a_schema_referred_to_inside_another_gets_a_name() {
    let specs = schemas(
        "    A: {type: object, properties: {part: {type: object, properties: {again: {$ref: '#/components/schemas/A/properties/part'}}}}}",
    );
    let part = specs
        .named("t", "A")
        .and_then(|a| a.property("part"))
        .expect("it is declared")
        .schema;
    assert_eq!(
        specs.schema(part).name.as_ref().map(|name| name.name.as_str()),
        Some("part")
    );
    assert!(specs.documents[0].schemas.contains(&part));
}

#[test]
fn shapes_read_all_keywords_together() {
    let (specs, _) = read(
        "paths: {}\ncomponents:\n  schemas:
    Any: {}
    Int: {type: integer, format: int32}
    Words: {type: string, enum: [a, b, null], nullable: true}
    Values: {enum: [1, a]}
    Map: {type: object, additionalProperties: {type: string}}
    Free: {type: object}
    Untyped: {properties: {a: {}}}
    Wrapped: {description: D, allOf: [{$ref: '#/components/schemas/Int'}, {description: More}]}
    Sum: {allOf: [{$ref: '#/components/schemas/Untyped'}, {type: object, required: [a, b], properties: {b: {}}}]}
    Odd: {type: object, properties: {a: {}}, oneOf: [{type: object}]}",
    );
    assert_eq!(shape(&specs, "Any"), Shape::Any);
    assert_eq!(shape(&specs, "Int"), Shape::Integer(IntegerWidth::Int32));
    assert_eq!(shape(&specs, "Wrapped"), Shape::Integer(IntegerWidth::Int32));
    assert_eq!(shape(&specs, "Words"), Shape::StringEnum(vec!["a", "b"]));
    assert!(matches!(shape(&specs, "Values"), Shape::ValueEnum([_, _])));
    assert!(matches!(shape(&specs, "Map"), Shape::Map(Some(_))) && shape(&specs, "Free") == Shape::Map(None));
    assert_eq!(
        (shape(&specs, "Untyped"), shape(&specs, "Sum")),
        (Shape::Object, Shape::Object)
    );
    assert_eq!(shape(&specs, "Odd"), Shape::Mixed);
    let sum = specs.flatten(specs.named("t", "Sum").expect("it is declared").id);
    let properties: Vec<_> = sum
        .properties
        .iter()
        .map(|one| (one.name.as_str(), one.required))
        .collect();
    assert_eq!(properties, [("a", true), ("b", true)]);
}

#[test]
fn a_discriminator_knows_all_its_cases() {
    let specs = schemas(
        "    S: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: {propertyName: kind, mapping: {first: A}}}
    A: {type: object, properties: {kind: {type: string}}}
    B: {type: object, properties: {kind: {type: string}}}",
    );
    let cases = &specs
        .named("t", "S")
        .and_then(|s| s.discriminator.as_ref())
        .expect("it has one")
        .cases;
    let cases: Vec<_> = cases
        .iter()
        .map(|case| (case.value.as_str(), case.explicit))
        .collect();
    assert_eq!(cases, [("first", true), ("B", false)]);
}
