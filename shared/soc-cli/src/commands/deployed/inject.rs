//! `soc inject` into a stack: sample findings of the products, or made-up ones where they can do no harm.

use serde::Serialize;
use serde_json::Value;
use soc_aws::stack::{Imported, Stack};
use soc_domain::catalogue::{controls, guardduty_type, guardduty_types};
use soc_domain::time::Timestamp;
use soc_pipeline::ports::{NotPut, StreamRecord};
use soc_samples::wire::{Form, value};
use soc_samples::{Plan, example};

use crate::app::App;
use crate::args::Inject;
use crate::commands::inject::{known, plan};
use crate::failure::{Exit, Failure};
use crate::output::text::several;

/// What was put where.
#[derive(Debug, Default, Serialize)]
struct Injected {
    /// Sample findings that GuardDuty makes.
    guardduty: usize,
    /// Findings that Security Hub took in.
    securityhub: usize,
    /// Events on the bus.
    simulated: usize,
    /// Records on the stream.
    stream: usize,
    /// Why the others are nowhere.
    refused: Vec<String>,
}

pub(super) async fn inject(app: &App<'_>, stack: &Stack, args: &Inject) -> Result<Exit, Failure> {
    let plan = plan(args)?;
    let injected = if args.simulate {
        simulate(stack, &plan).await?
    } else if args.stream {
        stream(stack, &plan).await?
    } else {
        samples(stack, args, app.now()).await?
    };
    if app.out.for_people() {
        app.out.text(&words(&injected))?;
    } else {
        app.out.json(&injected)?;
    }
    Ok(if injected.refused.is_empty() { Exit::Ok } else { Exit::Error })
}

fn words(injected: &Injected) -> String {
    let parts = [
        (injected.guardduty, "sample finding", "GuardDuty makes; they come within five minutes"),
        (injected.securityhub, "finding", "in Security Hub"),
        (injected.simulated, "event", "on the bus, as the simulator's"),
        (injected.stream, "record", "on the stream"),
    ];
    let mut lines: Vec<String> = parts
        .iter()
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, what, place)| format!("{} {place}", several(*count as u64, what)))
        .collect();
    lines.extend(injected.refused.iter().map(|why| format!("refused: {why}")));
    lines.join("\n")
}

fn reasons(not_put: &[NotPut]) -> Vec<String> {
    not_put
        .iter()
        .map(|one| {
            let cause = one.error.source.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
            format!("number {}: {}{cause}", one.index + 1, one.error)
        })
        .collect()
}

async fn simulate(stack: &Stack, plan: &Plan) -> Result<Injected, Failure> {
    if !stack.allows_simulator() {
        return Err(Failure::new(format!("{} takes no findings of a simulator", stack.name))
            .hint("deploy with AllowSimulator=true, or leave --simulate out: then the products make samples")
            .exit(Exit::NotPermitted));
    }
    if plan.poison > 0 {
        return Err(
            Failure::new("the event bus takes only events: --poison goes with --stream").exit(Exit::Usage)
        );
    }
    let events: Vec<Vec<u8>> = plan.records().collect();
    let not_put = stack.play(&events).await?;
    let simulated = events.len() - not_put.len();
    Ok(Injected { simulated, refused: reasons(&not_put), ..Injected::default() })
}

async fn stream(stack: &Stack, plan: &Plan) -> Result<Injected, Failure> {
    if stack.is_production() {
        return Err(Failure::new(format!(
            "{} is production: nothing is put past its event rules",
            stack.name
        ))
        .hint("leave --stream out: then the products make samples")
        .exit(Exit::NotPermitted));
    }
    let mut records = Vec::new();
    for (number, bytes) in plan.records().enumerate() {
        records.push(StreamRecord { key: format!("soc-inject-{}-{number}", plan.seed), bytes });
    }
    let not_put = stack.put_on_stream(&records).await?;
    let stream = records.len() - not_put.len();
    Ok(Injected { stream, refused: reasons(&not_put), ..Injected::default() })
}

/// Half from GuardDuty, half from Security Hub, unless only one of them knows the type.
async fn samples(stack: &Stack, args: &Inject, now: Timestamp) -> Result<Injected, Failure> {
    let kind = args.finding_type.as_deref().map(known).transpose()?;
    let count = usize::try_from(args.count).unwrap_or(usize::MAX);
    let types = types_of_guardduty(kind.as_deref(), count);
    if !types.is_empty() {
        stack.make_samples(&types).await?;
    }
    let rest = count.saturating_sub(types.len());
    let findings: Vec<Imported> = (0..rest).map(|number| imported(kind.as_deref(), (number, now))).collect();
    let not_put = stack.import(&findings).await?;
    Ok(Injected {
        guardduty: types.len(),
        securityhub: findings.len() - not_put.len(),
        refused: reasons(&not_put),
        ..Injected::default()
    })
}

/// GuardDuty makes at most one sample of a type.
fn types_of_guardduty(kind: Option<&str>, count: usize) -> Vec<String> {
    match kind {
        Some(kind) if guardduty_type(kind).is_some() => vec![kind.to_owned()],
        Some(_control) => Vec::new(),
        None => {
            let all = guardduty_types().iter().filter(|row| !row.name.starts_with("AttackSequence:"));
            let wanted = count.div_ceil(2);
            // From all over the catalogue, not the first letters of it.
            let step = (guardduty_types().len() / wanted.max(1)).max(1);
            all.step_by(step).take(wanted).map(|row| row.name.to_owned()).collect()
        }
    }
}

/// A finding for Security Hub: of the type, else of one control after the other.
fn imported(kind: Option<&str>, (number, now): (usize, Timestamp)) -> Imported {
    let all = controls();
    let control = all.get(number % all.len().max(1)).map_or("S3.8", |row| row.id);
    let seed = now.as_millis().unsigned_abs().wrapping_add(number as u64);
    let sample = example(kind.unwrap_or(control), seed);
    let asff = value(&sample, Form::Asff);
    let text = |pointer: &str, other: &str| {
        asff.pointer(pointer).and_then(Value::as_str).unwrap_or(other).to_owned()
    };
    Imported {
        id: format!("soc-inject/{}/{number}", now.as_millis()),
        title: text("/Title", "A sample finding"),
        description: text("/Description", "Made up by soc inject."),
        kind: text("/Types/0", "Software and Configuration Checks"),
        severity: text("/Severity/Label", "LOW"),
        resource: (text("/Resources/0/Type", "Other"), text("/Resources/0/Id", "sample")),
        at: now.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_types_are_as_many_as_asked_different_and_from_all_over_the_catalogue() {
        let types = types_of_guardduty(None, 10);
        assert_eq!(types.iter().collect::<BTreeSet<_>>().len(), 5);
        let tactics: BTreeSet<&str> = types.iter().filter_map(|name| name.split(':').next()).collect();
        assert!(tactics.len() > 2, "{types:?}");
        assert_eq!(types_of_guardduty(Some("S3.8"), 4), [""; 0]);
        assert_eq!(types_of_guardduty(Some("Recon:EC2/Portscan"), 4), ["Recon:EC2/Portscan"]);
    }

    #[test]
    fn imported_findings_have_ids_of_their_own_and_all_that_security_hub_wants() {
        let now = Timestamp::from_millis(1_772_442_000_123);
        let (one, other) = (imported(None, (0, now)), imported(None, (1, now)));
        assert_ne!(one.id, other.id);
        for text in [&one.title, &one.description, &one.kind, &one.severity, &one.resource.0, &one.resource.1]
        {
            assert!(!text.is_empty(), "{one:?}");
        }
    }
}
