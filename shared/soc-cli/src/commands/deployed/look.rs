//! `soc incidents` and `soc audit` on a stack.

use soc_aws::dynamodb::{Store, Wanted};
use soc_aws::stack::Stack;
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Status};
use soc_domain::severity::Severity;
use soc_pipeline::ports::{Actions, Approvals, Dossier, Findings, Incidents};

use crate::app::App;
use crate::commands::audit::{Newest, listing as entries, report};
use crate::commands::incidents::{Named, keep_most_important, listing, unknown};
use crate::failure::{Exit, Failure};
use crate::output::detail::{self, Detail};

/// How many findings of an incident are shown.
const FINDINGS: usize = 20;
/// How many incidents are held beyond those that are wanted, before they are sorted.
const HELD: usize = 1_000;

pub(super) async fn incidents(
    app: &App<'_>,
    stack: &Stack,
    (status, severity, limit): (Option<Status>, Option<Severity>, usize),
) -> Result<Exit, Failure> {
    let mut kept: Vec<Incident> = Vec::new();
    let mut take = |incident: Incident| {
        kept.push(incident);
        if kept.len() >= limit.saturating_add(HELD) {
            keep_most_important(&mut kept, limit);
        }
    };
    stack.store()?.each_incident(Wanted { status, severity }, &mut take).await?;
    keep_most_important(&mut kept, limit);
    if app.out.for_people() {
        app.out.text(&listing(&kept))?
    } else {
        app.out.list(&kept)?
    }
    Ok(Exit::Ok)
}

pub(super) async fn incident(app: &App<'_>, stack: &Stack, given: &str) -> Result<Exit, Failure> {
    let store = stack.store()?;
    let named = Named::read(app, given)?;
    let id = match named.is_whole() {
        true => named.least,
        false => named.only(app, &store.incidents_beginning(named.suffix).await?)?,
    };
    let detail = everything(app, &store, id).await?;
    if app.out.for_people() {
        app.out.text(&detail::for_people(app, &detail))?;
    } else {
        app.out.json(&detail)?;
    }
    Ok(Exit::Ok)
}

async fn everything(app: &App<'_>, store: &Store, id: IncidentId) -> Result<Detail, Failure> {
    let Some(found) = Incidents::get(store, id).await? else {
        return Err(unknown(app, &id.to_string()));
    };
    let incident = found.value;
    let documents = Dossier::fetch(store, id, incident.generation).await?;
    let findings = Findings::of_incident(store, id, FINDINGS).await?;
    let approvals = Approvals::of_incident(store, id).await?;
    let actions = Actions::of_incident(store, id).await?;
    let mut ledger = Vec::new();
    store.each_entry(&id.to_string(), &mut |entry| ledger.push(entry)).await?;
    Ok(Detail {
        incident,
        assessment: documents.assessment,
        judgement: documents.judgement,
        analysis: documents.analysis,
        plan: documents.plan,
        actions,
        approvals: approvals.into_iter().map(|found| found.value).collect(),
        findings: findings.findings,
        findings_total: findings.total,
        ledger,
    })
}

pub(super) async fn audit(app: &App<'_>, stack: &Stack) -> Result<Exit, Failure> {
    report(app, &stack.verify_ledger(app.now()).await?)
}

pub(super) async fn log(app: &App<'_>, stack: &Stack, limit: usize) -> Result<Exit, Failure> {
    let store = stack.store()?;
    let mut newest = Newest::new(limit);
    for chain in store.chains_with_rows().await? {
        store.each_entry(&chain, &mut |entry| newest.take(entry)).await?;
    }
    let newest = newest.entries();
    if app.out.for_people() {
        app.out.text(&entries(&newest))?
    } else {
        app.out.list(&newest)?
    }
    Ok(Exit::Ok)
}
