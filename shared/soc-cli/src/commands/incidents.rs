//! `soc incidents`: list them, show one with everything that is known about it.

use std::cmp::Reverse;

use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_local::runner::{Access, Soc};
use soc_local::store::IncidentFilter;
use soc_pipeline::ports::{Actions, Approvals, Dossier, Findings, Incidents};

use crate::app::App;
use crate::args::Incidents as Command;
use crate::failure::{Exit, Failure};
use crate::output::detail::{self, Detail};
use crate::output::table::table;
use crate::output::text::{short, time};

/// How many incidents are looked at together.
const PAGE: usize = 500;

/// How many findings of an incident are shown.
const FINDINGS: usize = 20;

/// How many characters an id has behind its prefix.
const ID_LENGTH: usize = 26;

pub(super) async fn run(app: &App<'_>, command: &Command) -> Result<Exit, Failure> {
    let soc = app.open_existing(Access::Read)?;
    match command {
        Command::List { status, severity, limit, .. } => {
            let filter = IncidentFilter {
                status: *status,
                severity: *severity,
                limit: PAGE,
                ..IncidentFilter::default()
            };
            let incidents = most_important(&soc, filter, *limit)?;
            if app.out.for_people() {
                app.out.text(&listing(&incidents))?;
            } else {
                app.out.list(&incidents)?;
            }
        }
        Command::Show { id, .. } => {
            let detail = look(app, &soc, find(app, &soc, id)?).await?;
            if app.out.for_people() {
                app.out.text(&detail::for_people(app, &detail))?;
            } else {
                app.out.json(&detail)?;
            }
        }
    }
    Ok(Exit::Ok)
}

/// The most important incidents that pass the filter. Holds a page more than it answers.
fn most_important(soc: &Soc, mut filter: IncidentFilter, limit: usize) -> Result<Vec<Incident>, Failure> {
    let mut kept: Vec<Incident> = Vec::new();
    loop {
        let page = soc.store().list_incidents(filter)?;
        let Some(last) = page.last() else { return Ok(kept) };
        filter.after = Some(last.id);
        kept.extend(page);
        keep_most_important(&mut kept, limit);
    }
}

/// Sorts, and drops all but the first ones.
pub(super) fn keep_most_important(kept: &mut Vec<Incident>, limit: usize) {
    kept.sort_by_key(|incident| {
        let priority = incident.priority.unwrap_or(u8::MAX);
        (priority, Reverse(incident.severity), Reverse(incident.last_seen), incident.id)
    });
    kept.dedup_by_key(|incident| incident.id);
    kept.truncate(limit);
}

pub(super) fn listing(incidents: &[Incident]) -> String {
    if incidents.is_empty() {
        return "no incidents".to_owned();
    }
    let rows = incidents.iter().map(|incident| {
        [
            incident.priority.map_or_else(|| "-".to_owned(), |priority| format!("P{priority}")),
            incident.severity.to_string(),
            incident.status.name().to_owned(),
            incident.id.suffix().chars().take(8).collect(),
            incident.standing_verdict().map_or("-", soc_domain::verdict::Verdict::name).to_owned(),
            time(incident.last_seen),
            short(&incident.title, 120),
        ]
    });
    table(["PRI", "SEVERITY", "STATUS", "ID", "VERDICT", "LAST SEEN", "TITLE"], rows)
}

/// What somebody typed to name an incident: the beginning of its id, or all of it.
pub(super) struct Named<'a> {
    given: &'a str,
    /// What was typed, without the prefix of ids.
    pub(super) suffix: &'a str,
    /// The least id with this beginning.
    pub(super) least: IncidentId,
}

impl<'a> Named<'a> {
    pub(super) fn read(app: &App<'_>, given: &'a str) -> Result<Self, Failure> {
        let suffix = given.strip_prefix(IncidentId::PREFIX).unwrap_or(given);
        // Digits sort before letters, and 2 is the first digit there is.
        let least = format!("{}{suffix:2<ID_LENGTH$}", IncidentId::PREFIX).parse::<IncidentId>();
        match least.ok().filter(|_| !suffix.is_empty()) {
            Some(least) => Ok(Self { given, suffix, least }),
            None => Err(Failure::new(format!("{given} is no id of an incident")).hint(list(app))),
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.suffix.len() == ID_LENGTH
    }

    /// The only one of those that begin so.
    pub(super) fn only(&self, app: &App<'_>, meant: &[IncidentId]) -> Result<IncidentId, Failure> {
        match meant {
            [one] => Ok(*one),
            [] => Err(unknown(app, self.given)),
            _ => Err(Failure::new(format!("more than one incident begins with {}", self.given))
                .hint("give more of the id")),
        }
    }
}

fn list(app: &App<'_>) -> String {
    format!("list them with `{}`", app.command("incidents list"))
}

/// The incident that is meant by an id or the beginning of one.
fn find(app: &App<'_>, soc: &Soc, given: &str) -> Result<IncidentId, Failure> {
    let named = Named::read(app, given)?;
    if named.is_whole() {
        return Ok(named.least);
    }
    let filter = IncidentFilter { after: Some(named.least), limit: 2, ..IncidentFilter::default() };
    let near = soc.store().list_incidents(filter)?;
    let ids = near.iter().map(|incident| incident.id);
    let meant: Vec<IncidentId> = ids.filter(|id| id.suffix().starts_with(named.suffix)).collect();
    named.only(app, &meant)
}

pub(super) fn unknown(app: &App<'_>, given: &str) -> Failure {
    Failure::new(format!("there is no incident {given}")).hint(list(app))
}

async fn look(app: &App<'_>, soc: &Soc, id: IncidentId) -> Result<Detail, Failure> {
    let store = soc.store();
    let Some(found) = Incidents::get(store, id).await? else {
        return Err(unknown(app, &id.to_string()));
    };
    let incident = found.value;
    let documents = Dossier::fetch(store, id, incident.generation).await?;
    let findings = Findings::of_incident(store, id, FINDINGS).await?;
    let approvals = Approvals::of_incident(store, id).await?;
    Ok(Detail {
        incident,
        assessment: documents.assessment,
        judgement: documents.judgement,
        analysis: documents.analysis,
        plan: documents.plan,
        actions: Actions::of_incident(store, id).await?,
        approvals: approvals.into_iter().map(|found| found.value).collect(),
        findings: findings.findings,
        findings_total: findings.total,
        ledger: store.ledger_chain(&id.to_string())?,
    })
}
