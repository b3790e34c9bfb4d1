//! The end of a run for people: what came in, what it means, what was done, what waits, what to try next.

use std::collections::BTreeMap;

use soc_domain::action::{Action, ActionState, Tier};
use soc_domain::approval::{Approval, ApprovalState};
use soc_domain::incident::{Incident, Status};
use soc_domain::plan::Plan;
use soc_domain::severity::Severity;
use soc_local::runner::{Soc, Summary};
use soc_pipeline::ports::{Actions, Approvals, Documents, Dossier, Findings};

use super::text::{heading, resource_name, several, severity, short};
use crate::app::App;
use crate::failure::Failure;

/// How many incidents are told.
const TOLD: usize = 5;

/// How many incidents are looked through for them, and for actions and proposals.
const LOOKED_AT: usize = 100;

/// How many actions and proposals of a kind are listed.
const LISTED: usize = 4;

/// An incident and what belongs to it.
struct Case {
    incident: Incident,
    documents: Documents,
    actions: Vec<Action>,
    findings: u64,
}

/// The summary as text.
pub(crate) async fn for_people(app: &App<'_>, soc: &Soc, summary: &Summary) -> Result<String, Failure> {
    let mut cases = Vec::new();
    for incident in soc.store().top_incidents(LOOKED_AT)? {
        cases.push(case(soc, incident).await?);
    }
    let waiting = Approvals::in_state(soc.store(), ApprovalState::Pending, LISTED).await?;
    let mut lines = came_in(summary);
    lines.extend(what_there_is(summary));
    lines.extend(important(app, &cases));
    lines.extend(done(app, summary, &cases));
    lines.extend(asked(app, soc, summary, &waiting).await?);
    lines.extend(proposed(app, summary, &cases));
    lines.extend(next(app, summary, &cases));
    // Titles and names are findings' own words, and this is shown to whoever looks on.
    Ok(soc.without_secrets(&lines.join("\n")))
}

async fn case(soc: &Soc, incident: Incident) -> Result<Case, Failure> {
    let store = soc.store();
    let documents = Dossier::fetch(store, incident.id, incident.generation).await?;
    let actions = Actions::of_incident(store, incident.id).await?;
    let findings = Findings::of_incident(store, incident.id, 1).await?.total;
    Ok(Case { incident, documents, actions, findings })
}

fn came_in(summary: &Summary) -> Vec<String> {
    if summary.received == 0 {
        return vec!["nothing new came in".to_owned()];
    }
    let first = format!(
        "{} came in, in {} ms: {} new, {} updated, {}, {}, {} quarantined; {} lost",
        several(summary.received, "record"),
        summary.wall_ms,
        summary.recorded,
        summary.updated,
        several(summary.duplicates, "duplicate"),
        several(summary.events, "event"),
        summary.quarantined,
        summary.lost,
    );
    vec![first]
}

fn what_there_is(summary: &Summary) -> Vec<String> {
    let incidents = &summary.incidents;
    let by_severity = Severity::ALL.iter().rev().map(|severity| severity.name());
    let statuses = [Status::New, Status::InProgress, Status::OnHold, Status::Resolved, Status::Closed];
    vec![format!(
        "{}: {} ({})",
        several(incidents.total, "incident"),
        counted(by_severity, &incidents.by_severity),
        counted(statuses.iter().map(|status| status.name()), &incidents.by_status),
    )]
}

/// `2 High, 1 Low`: those that there are, in the order of the names.
fn counted<'a>(names: impl Iterator<Item = &'a str>, counts: &BTreeMap<String, u64>) -> String {
    let some = names.filter_map(|name| counts.get(name).map(|count| format!("{count} {name}")));
    let some: Vec<String> = some.collect();
    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
}

fn important(app: &App<'_>, cases: &[Case]) -> Vec<String> {
    let open = cases.iter().filter(|case| case.incident.status != Status::Closed).take(TOLD);
    let mut lines = Vec::new();
    for case in open {
        if lines.is_empty() {
            lines.extend([String::new(), heading("The most important incidents", app.out.colour)]);
        }
        let incident = &case.incident;
        let priority = incident.priority.map_or_else(|| "P-".to_owned(), |priority| format!("P{priority}"));
        let verdict =
            incident.standing_verdict().map_or("no verdict yet", soc_domain::verdict::Verdict::name);
        let id = short_id(incident);
        lines.push(format!(
            "  {priority} {} {id}  {}",
            severity(incident.severity, app.out.colour),
            short(&incident.title, 74),
        ));
        lines.push(format!("     {verdict}, {} %: {}", incident.confidence, short(&why(case), 70)));
        lines.push(format!("     {}; {}", several(case.findings, "finding"), handled(case)));
    }
    lines
}

/// The first ground of the verdict, else the first reason of triage.
fn why(case: &Case) -> String {
    let ground = case.documents.judgement.as_ref().and_then(|judgement| judgement.because.first());
    let reason = case.documents.assessment.as_ref().and_then(|assessment| assessment.reasons.first());
    match (ground, reason) {
        (Some(ground), _) => ground.text.clone(),
        (None, Some(reason)) => reason.text.clone(),
        (None, None) => "not judged".to_owned(),
    }
}

/// What was done about an incident, and what waits.
fn handled(case: &Case) -> String {
    let with = |test: &dyn Fn(&&Action) -> bool| case.actions.iter().filter(test).count() as u64;
    let done = with(&|action| action.state == ActionState::Done);
    let waits = with(&|action| action.state == ActionState::Planned && action.tier == Tier::Approve);
    let guides = case.documents.plan.as_ref().map_or(0, |plan| plan.count(Tier::Guide)) as u64;
    let counts = [(done, "done"), (waits, "waiting for approval"), (guides, "proposed for people")];
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") }
}

fn done(app: &App<'_>, summary: &Summary, cases: &[Case]) -> Vec<String> {
    let reversed = match summary.actions.reversed {
        0 => String::new(),
        some => format!(", {some} undone"),
    };
    let title = format!("Actions done: {}{reversed}", summary.actions.done);
    let mut lines = vec![String::new(), heading(&title, app.out.colour)];
    let all = cases.iter().flat_map(|case| &case.actions).filter(|action| action.state == ActionState::Done);
    for action in all.take(LISTED) {
        lines.push(format!("  {}  {}", label(action), action.id));
    }
    lines
}

fn label(action: &Action) -> String {
    format!("{} {}", action.target.kind, short(resource_name(&action.target.resource), 40))
}

async fn asked(
    app: &App<'_>,
    soc: &Soc,
    summary: &Summary,
    waiting: &[Approval],
) -> Result<Vec<String>, Failure> {
    let title = format!("Waiting for approval: {}", summary.approvals_waiting);
    let mut lines = vec![heading(&title, app.out.colour)];
    for approval in waiting {
        let action = Actions::get(soc.store(), approval.action).await?;
        let what = action.as_ref().map(label).unwrap_or_default();
        let persons = match approval.missing() {
            0 | 1 => String::new(),
            more => format!(" ({more} persons must consent, each with their own name)"),
        };
        lines.push(format!("  {what}{persons}"));
        lines.push(format!("    {}", app.decision("approve", approval.action)));
    }
    let more = summary.approvals_waiting.saturating_sub(waiting.len() as u64);
    if more > 0 {
        lines.push(format!("  and {more} more: each incident shows its own"));
    }
    Ok(lines)
}

fn proposed(app: &App<'_>, summary: &Summary, cases: &[Case]) -> Vec<String> {
    let title = format!("Proposed for people: {}", summary.actions.guide);
    let mut lines = vec![heading(&title, app.out.colour)];
    let mut told: Vec<(String, String, u64)> = Vec::new();
    for case in cases {
        let plan = case.documents.plan.as_ref();
        for text in plan.iter().flat_map(|plan| proposals(plan)) {
            match told.iter_mut().find(|(known, _, _)| *known == text) {
                Some((_, _, count)) => *count += 1,
                None => told.push((text, short_id(&case.incident), 1)),
            }
        }
    }
    for (text, id, count) in told.iter().take(LISTED) {
        let more = if *count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        lines.push(format!("  {} [{id}{more}]", short(text, 75)));
    }
    lines
}

/// What a plan leaves to people.
fn proposals(plan: &Plan) -> Vec<String> {
    let guided = plan.steps.iter().filter(|step| step.tier == Tier::Guide).map(|step| {
        let why = step.reasons.last().map_or("", String::as_str);
        format!("{} {}: {why}", step.target.kind, resource_name(&step.target.resource))
    });
    guided.chain(plan.guides.iter().map(|guide| guide.text.clone())).collect()
}

fn short_id(incident: &Incident) -> String {
    incident.id.suffix().chars().take(8).collect()
}

fn next(app: &App<'_>, summary: &Summary, cases: &[Case]) -> Vec<String> {
    let mut lines = vec![String::new(), heading("What to try next", app.out.colour)];
    if let Some(case) = cases.first() {
        let id = short_id(&case.incident);
        lines.push(format!("  {}", app.command(&format!("incidents show {id}"))));
    }
    let done = cases.iter().flat_map(|case| &case.actions).find(|action| action.state == ActionState::Done);
    if let Some(action) = done {
        lines.push(format!("  {}", app.decision("reverse", action.id)));
    }
    if summary.quarantined > 0 {
        lines.push(format!("  {}", app.command("quarantine list")));
    }
    lines.push(format!("  {}", app.command("audit verify")));
    lines.push(format!("  {}", app.command("ingest FILE...")));
    lines
}
