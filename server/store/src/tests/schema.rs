//! The entities are those of the migrated schema.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, Statement,
};

use crate::entities;
use crate::testing::Fixture;

/// Column name -> (kind, may be null, place in the primary key or 0).
type Columns = BTreeMap<String, (String, bool, i64)>;

fn of_entity<E: EntityTrait>() -> (String, Columns) {
    let key: Vec<String> = E::PrimaryKey::iter()
        .map(|column| column.into_column().as_str().to_owned())
        .collect();
    let columns = E::Column::iter().map(|column| {
        let name = column.as_str().to_owned();
        let def = column.def();
        let place = key
            .iter()
            .position(|part| *part == name)
            .map_or(0, |at| at as i64 + 1);
        let kind = format!("{:?}", def.get_column_type());
        (name, (kind, def.is_null(), place))
    });
    (E::default().table_name().to_owned(), columns.collect())
}

/// The kind of column that SeaORM's generator makes of a declared type.
fn kind(declared: &str) -> &str {
    match declared {
        "uuid_text" => "Uuid",
        "integer" => "BigInteger",
        "text" => "Text",
        "blob" => "Blob",
        "boolean" => "Boolean",
        other => other,
    }
}

macro_rules! entities {
    ($($table:ident),+ $(,)?) => { vec![$(of_entity::<entities::$table::Entity>()),+] };
}

#[tokio::test]
async fn entities_match_the_migrated_schema() {
    let generated: BTreeMap<String, Columns> = entities![
        api_keys,
        audit_entries,
        contexts,
        corpora,
        dead_items,
        idempotency,
        ortho_words,
        orthos,
        phrase_sketches,
        pipeline_items,
        remediation_words,
        remediations,
        role_matrices,
        sentence_words,
        sentences,
        sessions,
        shape_counts,
        sightings,
        sign_in_links,
        survey_shapes,
        surveys,
        waves,
        words,
        work_dedup,
        work_items,
        work_queues,
    ]
    .into_iter()
    .collect();
    let fixture = Fixture::new().await;
    let database = fixture.store.reader();
    let ask =
        |sql: String| database.query_all_raw(Statement::from_string(database.get_database_backend(), sql));
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'seaql_%'";
    let mut migrated: BTreeMap<String, Columns> = BTreeMap::new();
    for row in ask(tables.to_owned()).await.unwrap() {
        let table: String = row.try_get("", "name").unwrap();
        let mut columns = Columns::new();
        for row in ask(format!("PRAGMA table_info({table})")).await.unwrap() {
            let declared: String = row.try_get("", "type").unwrap();
            let required: i64 = row.try_get("", "notnull").unwrap();
            let place: i64 = row.try_get("", "pk").unwrap();
            let name: String = row.try_get("", "name").unwrap();
            columns.insert(
                name,
                (kind(&declared.to_lowercase()).to_owned(), required == 0, place),
            );
        }
        migrated.insert(table, columns);
    }
    assert_eq!(
        generated, migrated,
        "refresh the entities as CONTRIBUTING.md says"
    );
}
