//! Incidents as a file: CSV for spreadsheets, JSON for programs, OCSF for other security tools.
//!
//! Apart from the list because what is written must be inert where it is opened: a spreadsheet takes a cell that begins
//! with a sign for a formula.

use serde::Deserialize;
use serde_json::{Value, json};
use soc_domain::incident::{Incident, Status};
use soc_domain::severity::Severity;
use soc_domain::verdict::Verdict;
use soc_pipeline::ports::desk::{PageAsk, QueueAsk, QueueRow, QueueSort};
use utoipa::ToSchema;

use super::filter::ExportQuery;
use crate::answer::{Attachment, Form};
use crate::dto::incident::IncidentRow;
use crate::input::Nothing;
use crate::person::Role;
use crate::problem::Problem;
use crate::route::{Asked, Name, Route, read};

/// How many incidents a file has at most.
const MOST: usize = 10_000;
/// How many are read together.
const TOGETHER: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![read("/export", Role::Viewer, Name("export", "Incidents as a file, at most 10,000"), export)]
}

/// As what incidents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    /// A table.
    Csv,
    /// As the API answers them.
    Json,
    /// Incident Finding events of OCSF 1.6.
    Ocsf,
}

async fn export(asked: Asked, _path: Nothing, query: ExportQuery) -> Result<Attachment, Problem> {
    let filter = query.filter(&asked.person.name)?;
    let mut ask = QueueAsk { filter, sort: QueueSort::Importance, from: PageAsk::start(TOGETHER) };
    let mut rows = Vec::new();
    while rows.len() < MOST {
        let found = asked.api.access.queue.page(&ask).await?;
        rows.extend(found.page.rows);
        let Some(next) = found.page.next else { break };
        ask.from = PageAsk::after(next, TOGETHER.min(MOST - rows.len().min(MOST - 1)));
    }
    rows.truncate(MOST);
    written(&rows, query.format())
}

fn written(rows: &[QueueRow], format: Format) -> Result<Attachment, Problem> {
    let json = |value: &Value| serde_json::to_vec(value).map_err(|error| Problem::internal(&error));
    Ok(match format {
        Format::Csv => Attachment { form: Form::Csv, name: "incidents.csv", bytes: csv(rows).into_bytes() },
        Format::Json => {
            let rows: Vec<IncidentRow> = rows.iter().map(Into::into).collect();
            let bytes = serde_json::to_vec(&rows).map_err(|error| Problem::internal(&error))?;
            Attachment { form: Form::Json, name: "incidents.json", bytes }
        }
        Format::Ocsf => {
            let events: Vec<Value> = rows.iter().map(|row| ocsf(&row.incident)).collect();
            Attachment { form: Form::Json, name: "incidents.ocsf.json", bytes: json(&Value::Array(events))? }
        }
    })
}

const COLUMNS: [&str; 17] = [
    "id",
    "title",
    "type",
    "severity",
    "status",
    "stage",
    "verdict",
    "confidence",
    "priority",
    "assignee",
    "accounts",
    "tactics",
    "entity",
    "findings",
    "opened_at",
    "first_seen",
    "last_seen",
];

fn csv(rows: &[QueueRow]) -> String {
    let mut text = COLUMNS.join(",");
    text.push_str("\r\n");
    for row in rows {
        let incident = &row.incident;
        let view = IncidentRow::from(row);
        let verdict = incident.standing_verdict().map_or("", Verdict::name);
        let cells = [
            view.id,
            view.title,
            view.kind,
            incident.severity.to_string(),
            incident.status.name().to_owned(),
            incident.stage.name().to_owned(),
            verdict.to_owned(),
            incident.confidence.to_string(),
            incident.priority.map(|priority| priority.to_string()).unwrap_or_default(),
            view.assignee.unwrap_or_default(),
            view.accounts.join(" "),
            view.tactics.join(" | "),
            view.entity.unwrap_or_default(),
            row.findings.to_string(),
            incident.opened_at.to_string(),
            incident.first_seen.to_string(),
            incident.last_seen.to_string(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| inert(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell as it is safe in a spreadsheet: quoted (RFC 4180), and with a `'` before what would begin a formula ("CSV
/// Injection", OWASP).
fn inert(cell: &str) -> String {
    let begins_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if begins_formula { "'" } else { "" };
    let text = format!("{guard}{cell}");
    if text.contains([',', '"', '\r', '\n', '\t', '\'']) || begins_formula {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

/// An Incident Finding (`class_uid` 2005) of OCSF 1.6.0.
fn ocsf(incident: &Incident) -> Value {
    let (severity_id, severity) = match incident.severity {
        Severity::Informational => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    };
    let (status_id, status) = match incident.status {
        Status::New => (1, "New"),
        Status::InProgress => (2, "In Progress"),
        Status::OnHold => (3, "On Hold"),
        Status::Resolved => (4, "Resolved"),
        Status::Closed => (5, "Closed"),
    };
    // Create, Update or Close: `type_uid` is class and activity together.
    let (activity_id, activity) = match incident.status {
        Status::Closed => (3, "Close"),
        Status::New => (1, "Create"),
        Status::InProgress | Status::OnHold | Status::Resolved => (2, "Update"),
    };
    let verdict = incident.standing_verdict().map(ocsf_verdict);
    let mut event = json!({
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2005,
        "class_name": "Incident Finding",
        "activity_id": activity_id,
        "activity_name": activity,
        "type_uid": 200_500 + activity_id,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "time": incident.opened_at.as_millis(),
        "start_time": incident.first_seen.as_millis(),
        "end_time": incident.last_seen.as_millis(),
        "message": incident.title,
        "metadata": {
            "version": "1.6.0",
            "uid": incident.id.to_string(),
            "profiles": ["incident"],
            "product": { "name": "ai-soc", "vendor_name": "ai-soc", "version": env!("CARGO_PKG_VERSION") },
        },
        "finding_info_list": [{
            "uid": incident.id.to_string(),
            "title": incident.title,
            "types": [incident.kind],
            "created_time": incident.opened_at.as_millis(),
            "first_seen_time": incident.first_seen.as_millis(),
            "last_seen_time": incident.last_seen.as_millis(),
        }],
    });
    if let (Some((id, name)), Some(members)) = (verdict, event.as_object_mut()) {
        members.insert("verdict_id".to_owned(), id.into());
        members.insert("verdict".to_owned(), name.into());
        members.insert("confidence_score".to_owned(), incident.confidence.into());
    }
    // One of the two must be there.
    let (who, name) = match &incident.assignee {
        Some(person) => ("assignee", person.as_str()),
        None => ("assignee_group", "unassigned"),
    };
    if let Some(members) = event.as_object_mut() {
        members.insert(who.to_owned(), json!({ "name": name }));
    }
    event
}

/// `verdict_id` of the Incident Finding.
fn ocsf_verdict(verdict: Verdict) -> (u8, &'static str) {
    match verdict {
        Verdict::FalsePositive => (1, "False Positive"),
        Verdict::TruePositive => (2, "True Positive"),
        Verdict::Suspicious => (4, "Suspicious"),
        Verdict::Benign => (5, "Benign"),
        Verdict::Test => (6, "Test"),
        Verdict::InsufficientData => (7, "Insufficient Data"),
        Verdict::Duplicate => (10, "Duplicate"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for hostile in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=HYPERLINK(\"http://x\",\"y\")"]
        {
            let cell = inert(hostile);
            assert!(cell.starts_with("\"'"), "{cell:?}");
            let inside = cell.trim_start_matches('"').trim_end_matches('"').replace("\"\"", "\"");
            assert_eq!(inside.trim_end_matches('"'), format!("'{hostile}").trim_end_matches('"'), "{cell:?}");
        }
        assert_eq!(inert("plain words"), "plain words");
        assert_eq!(inert("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
