//! One incident with everything that is known about it, for people.

use serde::Serialize;
use soc_domain::action::{Action, ActionState};
use soc_domain::analysis::Analysis;
use soc_domain::approval::{Answer, Approval, ApprovalState};
use soc_domain::assess::Assessment;
use soc_domain::evidence::Citation;
use soc_domain::finding::Finding;
use soc_domain::incident::{Analysed, Incident};
use soc_domain::notice::harmless;
use soc_domain::plan::{Plan, Step};
use soc_domain::time::Timestamp;
use soc_domain::verdict::{Judgement, Verdict};
use soc_ledger::Entry;

use super::state::difference;
use super::table::table;
use super::text::{heading, severity, short, time, wrapped};
use crate::app::App;

/// How many entries of the ledger are shown.
const TAIL: usize = 8;

/// What stands below a label.
const LABEL_ROOM: &str = "            ";

/// An incident and what belongs to it.
#[derive(Debug, Serialize)]
pub(crate) struct Detail {
    pub(crate) incident: Incident,
    pub(crate) assessment: Option<Assessment>,
    pub(crate) judgement: Option<Judgement>,
    pub(crate) analysis: Option<Analysis>,
    pub(crate) plan: Option<Plan>,
    pub(crate) actions: Vec<Action>,
    pub(crate) approvals: Vec<Approval>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) findings_total: u64,
    pub(crate) ledger: Vec<Entry>,
}

/// The incident as text.
pub(crate) fn for_people(app: &App<'_>, detail: &Detail) -> String {
    let sections = [
        (None, what(app, &detail.incident)),
        (Some("Why this verdict"), verdict(detail)),
        (Some("Why this priority"), priority(detail)),
        (Some("What happened"), narrative(detail)),
        (Some("Plan"), plan(detail)),
        (Some("Actions"), actions(app, detail)),
        (Some("Findings"), findings(detail)),
        (Some("Ledger"), ledger(detail)),
    ];
    let mut text = Vec::new();
    for (title, lines) in sections {
        if lines.is_empty() {
            continue;
        }
        if let Some(title) = title {
            text.extend([String::new(), heading(title, app.out.colour)]);
        }
        text.extend(lines);
    }
    text.join("\n")
}

fn what(app: &App<'_>, incident: &Incident) -> Vec<String> {
    let priority = incident.priority.map_or_else(String::new, |priority| format!("P{priority} "));
    let list = |names: &std::collections::BTreeSet<String>| {
        let names: Vec<String> = names.iter().map(|name| harmless(name)).collect();
        if names.is_empty() { "-".to_owned() } else { names.join(", ") }
    };
    let mut lines = vec![
        harmless(&incident.title),
        format!(
            "{priority}{}, {} ({}), {}",
            severity(incident.severity, app.out.colour),
            incident.status.name(),
            incident.stage.name(),
            incident.id,
        ),
    ];
    let verdict = format!(
        "{}, {} %",
        incident.standing_verdict().map_or("none yet", Verdict::name),
        incident.confidence
    );
    let rows = [
        ("verdict", verdict),
        ("from", format!("{} to {}", time(incident.first_seen), time(incident.last_seen))),
        ("accounts", list(&incident.accounts)),
        ("tactics", list(&incident.tactics)),
        ("principals", list(&incident.principals)),
        ("resources", list(&incident.resources)),
    ];
    for (label, value) in rows {
        let indented = wrapped(&value, LABEL_ROOM);
        lines.push(format!("{label:<12}{}", indented.trim_start()));
    }
    if let Some(into) = incident.merged_into {
        lines.push(format!("it became part of {into}"));
    }
    lines
}

fn cited(citation: &Citation) -> String {
    let finding = citation.finding.map(|id| format!("{id} ")).unwrap_or_default();
    format!("{finding}{}", harmless(&citation.pointer))
}

fn verdict(detail: &Detail) -> Vec<String> {
    let Some(judgement) = &detail.judgement else { return Vec::new() };
    let mut lines: Vec<String> = Vec::new();
    let mut last = "";
    for ground in &judgement.because {
        if ground.text != last {
            lines.push(wrapped(&harmless(&ground.text), "  "));
            last = &ground.text;
        }
        lines.push(format!("    {}", cited(&ground.citation)));
    }
    lines
}

fn priority(detail: &Detail) -> Vec<String> {
    let Some(assessment) = &detail.assessment else { return Vec::new() };
    let reasons = assessment.reasons.iter();
    let mut lines: Vec<String> = reasons
        .map(|reason| {
            let (text, pointer) = (harmless(&reason.text), harmless(&reason.citation.pointer));
            let indented = wrapped(&format!("{text} [{pointer}]"), "        ");
            format!("  {:+4}  {}", reason.weight, indented.trim_start())
        })
        .collect();
    lines.push(format!("  {:4}  the score, of 100", assessment.score));
    if let Some(suppressed) = &assessment.suppressed {
        let (reason, owner) = (harmless(&suppressed.reason), harmless(&suppressed.owner));
        lines.push(format!("  suppressed until {}: {reason} ({owner})", harmless(&suppressed.expires)));
    }
    lines
}

fn narrative(detail: &Detail) -> Vec<String> {
    let Some(analysis) = &detail.analysis else {
        return match &detail.incident.analysis {
            Analysed::Skipped { reason } => vec![format!("  no analysis: {}", harmless(reason))],
            Analysed::NotYet | Analysed::Done { .. } => Vec::new(),
        };
    };
    let mut lines = vec![wrapped(&harmless(&analysis.summary), "  ")];
    for (number, claim) in analysis.claims.iter().enumerate() {
        let text = wrapped(&harmless(&claim.text), "      ");
        lines.push(format!("  {:>2}. {}", number + 1, text.trim_start()));
        let cited: Vec<String> = claim.evidence.iter().map(|pointer| harmless(pointer)).collect();
        lines.push(wrapped(&format!("[{}]", cited.join(" ")), "      "));
    }
    if !analysis.next_steps.is_empty() {
        lines.push("  next:".to_owned());
        for step in &analysis.next_steps {
            lines.push(format!("  -{}", wrapped(&harmless(step), "    ").split_off(3)));
        }
    }
    let struck = analysis.struck.total();
    let by = harmless(&analysis.by);
    lines.push(match struck {
        0 => format!("  by {by}"),
        some => format!("  by {by}; {some} statements without evidence were struck"),
    });
    lines
}

fn plan(detail: &Detail) -> Vec<String> {
    let Some(plan) = &detail.plan else { return Vec::new() };
    let mut lines = Vec::new();
    for step in &plan.steps {
        lines.extend(one_step(step));
    }
    for guide in &plan.guides {
        let where_to =
            guide.resource.as_deref().map(|arn| format!(" ({})", harmless(arn))).unwrap_or_default();
        lines.push(wrapped(&format!("[person] {}{where_to}", harmless(&guide.text)), "  "));
        lines.push(format!("    {}", cited(&guide.citation)));
    }
    lines
}

fn one_step(step: &Step) -> Vec<String> {
    let mut lines = vec![
        format!("  [{}] {} {}", step.tier.name(), step.target.kind, harmless(&step.target.resource)),
        format!("    {}", step.id),
    ];
    if let (Some(before), Some(change)) = (&step.before, &step.change) {
        lines.push(format!("    {}", difference(before, &change.applied_to(before))));
    }
    for reason in &step.reasons {
        lines.push(wrapped(&format!("because {}", harmless(reason)), "    "));
    }
    lines
}

fn actions(app: &App<'_>, detail: &Detail) -> Vec<String> {
    let mut lines = Vec::new();
    for action in &detail.actions {
        let note = action.note.as_deref().map(|note| format!(": {}", harmless(note))).unwrap_or_default();
        lines.push(format!("  {} {} {}{note}", action.id, action.state.name(), action.target.kind));
        if let Some(at) = action.done_at {
            let until = action.expires_at.map(|until| format!(", ends {}", time(until))).unwrap_or_default();
            let is_certain = !matches!(action.state, ActionState::Intent | ActionState::Unknown);
            let what = if is_certain { "done" } else { "begun" };
            lines.push(format!("    {what} {} for {}{until}", time(at), harmless(&action.owner)));
        }
        if action.state == ActionState::Done {
            lines.push(format!("    {}", app.decision("reverse", action.id)));
        }
        lines.extend(question(app, detail.approvals.iter().find(|approval| approval.action == action.id)));
    }
    lines
}

fn question(app: &App<'_>, approval: Option<&Approval>) -> Vec<String> {
    let Some(approval) = approval else { return Vec::new() };
    let mut lines = vec![format!(
        "    approval {}: {} of {} consented, until {}",
        approval.state.name(),
        approval.decisions.len(),
        approval.persons,
        time(approval.expires_at)
    )];
    for decision in &approval.decisions {
        let reason = decision.reason.as_deref().map(|why| format!(": {}", harmless(why))).unwrap_or_default();
        let said = match decision.answer {
            Answer::Approve => "approve",
            Answer::Deny => "deny",
        };
        lines.push(format!("      {} {said} {}{reason}", time(decision.at), harmless(&decision.person)));
    }
    if approval.state == ApprovalState::Pending {
        lines.push(format!("    {}", app.decision("approve", approval.action)));
    }
    lines
}

fn findings(detail: &Detail) -> Vec<String> {
    let rows = detail.findings.iter().map(|finding| {
        [
            finding.ended().map(time).unwrap_or_default(),
            finding.severity.to_string(),
            finding.count.to_string(),
            short(finding.resources.first().map_or("-", |resource| resource.id.as_str()), 36),
            short(&finding.kind, 120),
        ]
    });
    let mut lines: Vec<String> = table(["LAST SEEN", "SEVERITY", "COUNT", "RESOURCE", "TYPE"], rows)
        .lines()
        .map(str::to_owned)
        .collect();
    let more = detail.findings_total.saturating_sub(detail.findings.len() as u64);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

fn ledger(detail: &Detail) -> Vec<String> {
    let tail = detail.ledger.iter().skip(detail.ledger.len().saturating_sub(TAIL));
    let rows = tail.map(|entry| {
        [
            time(Timestamp::from_millis(entry.at_ms)),
            harmless(&entry.actor),
            harmless(&entry.what),
            harmless(&entry.subject),
        ]
    });
    table(["AT", "WHO", "WHAT", "ON"], rows).lines().map(str::to_owned).collect()
}
