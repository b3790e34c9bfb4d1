//! `soc policy`: check a policy, print the default one.

use serde_json::json;
use soc_domain::notice::harmless;
use soc_domain::policy::{DEFAULT, Mode, Policy};

use crate::app::{App, read_policy};
use crate::args::Policy as Command;
use crate::failure::{Exit, Failure};
use crate::output::text::several;

pub(super) fn run(app: &App<'_>, command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Show => app.out.text(DEFAULT)?,
        Command::Check { file } => {
            let policy = read_policy(file)?;
            if app.out.for_people() {
                app.out.text(&brief(&policy))?;
            } else {
                let mode = policy.rules.response.mode;
                app.out.json(&json!({ "ok": true, "sha256": policy.sha256, "mode": mode }))?;
            }
        }
        Command::Put { .. } => return Err(super::no_stack()),
    }
    Ok(Exit::Ok)
}

/// What a policy says, in a few lines.
pub(super) fn brief(policy: &Policy) -> String {
    let rules = &policy.rules;
    let mode = match rules.response.mode {
        Mode::Off => "off: nothing is planned and nothing is done",
        Mode::DryRun => "dry-run: plans are written and nothing is done",
        Mode::Approve => "approve: every action needs a person",
        Mode::Auto => "auto: each action's tier decides",
    };
    let mut lines = vec![
        format!("the policy is sound (sha256 {})", policy.sha256),
        format!("response     {mode}"),
        format!(
            "workflow     from {}; people are told from {}",
            rules.workflow.floor, rules.notice.min_severity
        ),
    ];
    for (kind, rule) in &rules.actions {
        lines.push(format!(
            "action       {kind}: {}; alone from {}, {} % and up to {}",
            rule.tier.name(),
            rule.min_severity,
            rule.min_confidence,
            several(rule.max_blast_radius, "thing"),
        ));
    }
    let (persons, production) = (rules.approval.persons, rules.approval.persons_production);
    let people = several(persons, "person");
    lines.push(format!(
        "approval     {people}, {production} in production and for Critical; no answer within {} means no",
        rules.approval.timeout
    ));
    lines.push(format!("containment  ends by itself after {}", rules.containment.expiry));
    let listed = |list: &[String]| {
        let shown = if list.is_empty() { "none".to_owned() } else { list.join(", ") };
        harmless(&shown)
    };
    let (protected, enrolled) = (&rules.protected, &rules.enrolled);
    lines.push(format!(
        "protected    tags {}; principals {}",
        listed(&protected.tags),
        listed(&protected.principals)
    ));
    lines.push(format!(
        "             ARNs {}; accounts {}",
        listed(&protected.arns),
        listed(&protected.accounts)
    ));
    lines.push(format!(
        "enrolled     accounts {}; regions {}",
        listed(&enrolled.accounts),
        listed(&enrolled.regions)
    ));
    lines.push(format!("suppressions {}", rules.suppressions.len()));
    lines.join("\n")
}
