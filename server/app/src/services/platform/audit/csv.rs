//! Entries as a table of RFC 4180.

use bytes::Bytes;
use chrono::SecondsFormat;
use crochet_domain::ports::AuditRecord;
use crochet_openapi::Problem;

const NAMES: [&str; 11] = [
    "at",
    "subject",
    "kind",
    "on_behalf_of",
    "spec",
    "operation_id",
    "resource",
    "outcome",
    "missing",
    "request_id",
    "address",
];

/// The line before the first entry.
pub(super) fn names() -> Result<Bytes, Problem> {
    written(|table| table.write_record(NAMES))
}

/// These entries, a line for each.
pub(super) fn rows(records: &[AuditRecord]) -> Result<Bytes, Problem> {
    written(|table| {
        for record in records {
            table.write_record(row(record))?;
        }
        Ok(())
    })
}

fn row(record: &AuditRecord) -> [String; 11] {
    [
        record.at.to_rfc3339_opts(SecondsFormat::Millis, true),
        record.subject.clone(),
        record.kind.clone(),
        record.on_behalf_of.clone().unwrap_or_default(),
        record.spec.clone(),
        record.operation.clone(),
        record.resource.clone(),
        record.outcome.as_str().to_owned(),
        record.missing.join(" "),
        record.request_id.clone(),
        record.address.clone().unwrap_or_default(),
    ]
    .map(|cell| as_text(&cell))
}

/// Spreadsheets take a cell that begins so for a formula, and callers choose their request ids.
fn as_text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn written(write: impl FnOnce(&mut csv::Writer<&mut Vec<u8>>) -> csv::Result<()>) -> Result<Bytes, Problem> {
    let mut bytes = Vec::new();
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut bytes);
    let done = write(&mut table).and_then(|()| Ok(table.flush()?));
    drop(table);
    // Memory takes whatever is written to it.
    done.map_err(|_| Problem::internal())?;
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use crochet_domain::ports::{AuditEntryId, AuditedOutcome};

    use super::*;

    #[test]
    fn a_cell_stays_a_text_whatever_it_says() {
        let record = AuditRecord {
            id: AuditEntryId::generate(),
            at: DateTime::UNIX_EPOCH,
            subject: "a \"b\", c".to_owned(),
            kind: "person".to_owned(),
            on_behalf_of: None,
            spec: "platform".to_owned(),
            operation: "create_key".to_owned(),
            resource: "/x".to_owned(),
            outcome: AuditedOutcome::Denied,
            missing: vec!["keys:write".to_owned(), "keys:read".to_owned()],
            request_id: "=HYPERLINK(1)".to_owned(),
            address: Some("192.0.2.7".to_owned()),
        };
        let line = String::from_utf8(rows(&[record]).unwrap().to_vec()).unwrap();
        assert_eq!(
            line,
            "1970-01-01T00:00:00.000Z,\"a \"\"b\"\", c\",person,,platform,create_key,/x,denied,\
             keys:write keys:read,'=HYPERLINK(1),192.0.2.7\r\n"
        );
    }
}
