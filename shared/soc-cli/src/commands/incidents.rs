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
            let detail = look(&soc, find(app, &soc, id)?).await?;
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
        kept.sort_by_key(|incident| {
            let priority = incident.priority.unwrap_or(u8::MAX);
            (priority, Reverse(incident.severity), Reverse(incident.last_seen), incident.id)
        });
        kept.truncate(limit);
    }
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
            incident.verdict.map_or("-", soc_domain::verdict::Verdict::name).to_owned(),
            time(incident.last_seen),
            short(&incident.title, 120),
        ]
    });
    table(["PRI", "SEVERITY", "STATUS", "ID", "VERDICT", "LAST SEEN", "TITLE"], rows)
}

/// The incident that is meant by an id or the beginning of one.
fn find(app: &App<'_>, soc: &Soc, given: &str) -> Result<IncidentId, Failure> {
    let list = || format!("list them with `{}`", app.command("incidents list"));
    let suffix = given.strip_prefix(IncidentId::PREFIX).unwrap_or(given);
    // The least id with this beginning: digits sort before letters, and 2 is the first digit there is.
    let least = format!("{}{suffix:2<ID_LENGTH$}", IncidentId::PREFIX).parse::<IncidentId>();
    let Some(least) = least.ok().filter(|_| !suffix.is_empty()) else {
        return Err(Failure::new(format!("{given} is no id of an incident")).hint(list()));
    };
    if suffix.len() == ID_LENGTH {
        return Ok(least);
    }
    let filter = IncidentFilter { after: Some(least), limit: 2, ..IncidentFilter::default() };
    let near = soc.store().list_incidents(filter)?;
    let mut meant = near.iter().filter(|incident| incident.id.suffix().starts_with(suffix));
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one.id),
        (Some(_), Some(_)) => {
            Err(Failure::new(format!("more than one incident begins with {given}"))
                .hint("give more of the id"))
        }
        (None, _) => Err(unknown(given).hint(list())),
    }
}

fn unknown(given: &str) -> Failure {
    Failure::new(format!("there is no incident {given}"))
}

async fn look(soc: &Soc, id: IncidentId) -> Result<Detail, Failure> {
    let store = soc.store();
    let Some(found) = Incidents::get(store, id).await? else {
        return Err(unknown(&id.to_string()).hint("list them with `soc incidents list`"));
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
