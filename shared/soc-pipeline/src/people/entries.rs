//! What people's changes leave in the ledger: ids, hashes, names of our enums and of persons; never a text.

use std::collections::BTreeMap;

use soc_domain::id::{IncidentId, sha256_hex};
use soc_domain::people::{Deed, Operation};
use soc_ledger::Draft;

/// The entry of a change in the chain of one of its incidents.
pub(super) fn done(operation: &Operation, incident: IncidentId) -> Draft {
    let what = match &operation.deed {
        Deed::Verdict(_) => "verdict_given",
        Deed::Assignee(_) => "incident_assigned",
        Deed::Status(_) => "status_set",
        Deed::Comment { .. } => "comment_added",
        Deed::Merge(_) => "incident_merged_by_person",
        Deed::Split(_) => "incident_split",
    };
    let mut details = about(operation);
    if let Some(reason) = &operation.reason {
        details.insert("reason_sha256".to_owned(), sha256_hex(&[reason.as_bytes()]));
    }
    draft(incident, &operation.by, what, details)
}

/// The entry of an undoing in the chain of one of its incidents.
pub(super) fn undone(operation: &Operation, incident: IncidentId) -> Draft {
    let by = operation.undone.as_ref().map_or(operation.by.as_str(), |undone| undone.by.as_str());
    draft(incident, by, "operation_undone", about(operation))
}

pub(super) fn draft(incident: IncidentId, by: &str, what: &str, details: BTreeMap<String, String>) -> Draft {
    Draft {
        chain: incident.to_string(),
        actor: by.to_owned(),
        what: what.to_owned(),
        subject: incident.to_string(),
        details,
    }
}

fn about(operation: &Operation) -> BTreeMap<String, String> {
    let mut details = BTreeMap::from([
        ("operation".to_owned(), operation.id.to_string()),
        ("deed".to_owned(), operation.deed.name().to_owned()),
    ]);
    let mut add = |name: &str, value: String| {
        details.insert(name.to_owned(), value);
    };
    if let Some(job) = operation.job {
        add("job", job.to_string());
    }
    match &operation.deed {
        Deed::Verdict(edit) => {
            let name = |given: &Option<soc_domain::incident::PeopleVerdict>| {
                given.as_ref().map_or("none", |given| given.verdict.name()).to_owned()
            };
            add("before", name(&edit.before));
            add("after", name(&edit.after));
        }
        Deed::Assignee(edit) => {
            add("before", edit.before.clone().unwrap_or_else(|| "nobody".to_owned()));
            add("after", edit.after.clone().unwrap_or_else(|| "nobody".to_owned()));
        }
        Deed::Status(edit) => {
            add("before", edit.before.status.name().to_owned());
            add("after", edit.after.status.name().to_owned());
        }
        Deed::Comment { comment } => add("comment", comment.to_string()),
        Deed::Merge(merge) => {
            add("merged", operation.incident.to_string());
            add("into", merge.into.to_string());
            add("findings", merge.findings.len().to_string());
        }
        Deed::Split(split) => {
            add("created", split.created.to_string());
            add("findings", split.findings.len().to_string());
        }
    }
    details
}
