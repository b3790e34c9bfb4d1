//! Writing the audit chain: one chain for each incident, one for what stands outside any.

use std::collections::BTreeMap;

use soc_domain::approval::MACHINE;
use soc_domain::id::IncidentId;
use soc_domain::time::Timestamp;
use soc_ledger::Draft;

use crate::error::PortResult;
use crate::ports::Ledger;

/// The chain of what stands outside any incident.
pub const OUTSIDE: &str = "soc";

/// Appends what the machine did. Details are ids, hashes and figures, never text from a finding.
pub(crate) async fn note(
    ledger: &dyn Ledger,
    at: Timestamp,
    incident: Option<IncidentId>,
    what: &str,
    subject: &str,
    details: BTreeMap<String, String>,
) -> PortResult<()> {
    note_by(ledger, at, Entry { incident, actor: MACHINE, what, subject, details }).await
}

/// What an entry says.
pub(crate) struct Entry<'a> {
    pub(crate) incident: Option<IncidentId>,
    pub(crate) actor: &'a str,
    pub(crate) what: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) details: BTreeMap<String, String>,
}

/// Appends what somebody did.
pub(crate) async fn note_by(ledger: &dyn Ledger, at: Timestamp, entry: Entry<'_>) -> PortResult<()> {
    let draft = Draft {
        chain: entry.incident.map_or_else(|| OUTSIDE.to_owned(), |incident| incident.to_string()),
        actor: entry.actor.to_owned(),
        what: entry.what.to_owned(),
        subject: entry.subject.to_owned(),
        details: entry.details,
    };
    ledger.append(draft, at).await
}
