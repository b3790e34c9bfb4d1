//! `soc verify`: is the stack sound, and does a finding come through?

use std::time::Duration;

use serde::Serialize;
use soc_aws::stack::{Check, Outcome, Seen, Stack, Subject, judge};
use soc_domain::notice::harmless;

use super::sample;
use crate::app::App;
use crate::args::{SampleBy, Verify};
use crate::failure::{Exit, Failure};
use crate::output::say;

/// GuardDuty publishes a new finding within five minutes ("Processing GuardDuty findings with Amazon EventBridge",
/// Amazon GuardDuty User Guide); the rest takes seconds.
const BY_GUARDDUTY: u64 = 600;
const BY_US: u64 = 180;

/// How the checks are printed for programs.
#[derive(Serialize)]
struct Report<'a> {
    stack: &'a str,
    region: &'a str,
    passed: usize,
    failed: usize,
    skipped: usize,
    checks: &'a [Check],
}

pub(super) async fn verify(app: &App<'_>, stack: &Stack, args: &Verify) -> Result<Exit, Failure> {
    let subject = if args.emulator { Subject::Emulator } else { Subject::Account };
    let mut seen = Box::pin(stack.look()).await;
    if !args.no_sample {
        seen.push(reach(app, stack, args).await);
    }
    let checks = judge(&seen, subject);
    app.out.text(&report(app, stack, &checks)?)?;
    let failed = checks.iter().any(|check| check.outcome == Outcome::Fail);
    Ok(if failed { Exit::Error } else { Exit::Ok })
}

/// Sends a sample on its way and follows it.
async fn reach(app: &App<'_>, stack: &Stack, args: &Verify) -> Seen {
    let by = args.sample_by.unwrap_or(match (args.emulator, stack.allows_simulator()) {
        // Emulators know rules, and deliver nothing from them to a stream.
        (true, _) => SampleBy::Stream,
        (false, true) => SampleBy::Simulator,
        (false, false) => SampleBy::Guardduty,
    });
    let limit = args.wait.unwrap_or(if by == SampleBy::Guardduty { BY_GUARDDUTY } else { BY_US });
    if !app.globals.quiet {
        say(&format!("a sample finding is on its way; waiting at most {limit} s for its end"));
    }
    sample::reach(stack, by, (app.now(), Duration::from_secs(limit))).await
}

fn report(app: &App<'_>, stack: &Stack, checks: &[Check]) -> Result<String, Failure> {
    if app.out.for_people() {
        return Ok(lines(checks));
    }
    let unwritten =
        |error: serde_json::Error| Failure::new("cannot write the result as JSON").because(&error);
    if app.out.form == crate::args::Form::Jsonl {
        let all: Result<Vec<String>, _> = checks.iter().map(serde_json::to_string).collect();
        return all.map(|all| all.join("\n")).map_err(unwritten);
    }
    let count = |outcome| checks.iter().filter(|check| check.outcome == outcome).count();
    let report = Report {
        stack: &stack.name,
        region: &stack.region,
        passed: count(Outcome::Pass),
        failed: count(Outcome::Fail),
        skipped: count(Outcome::Skip),
        checks,
    };
    serde_json::to_string(&report).map_err(unwritten)
}

/// One line for each check, and how many there were of each kind.
fn lines(checks: &[Check]) -> String {
    let count = |outcome| checks.iter().filter(|check| check.outcome == outcome).count();
    let width = checks.iter().map(|check| check.check.len()).max().unwrap_or_default();
    let mut lines: Vec<String> = checks
        .iter()
        .map(|check| {
            let outcome = match check.outcome {
                Outcome::Pass => "pass",
                Outcome::Fail => "FAIL",
                Outcome::Skip => "skip",
            };
            let (resource, found) = (harmless(short_arn(&check.resource)), harmless(&check.found));
            let fix = check.fix.as_ref().map(|fix| format!("; fix: {fix}")).unwrap_or_default();
            format!("{outcome}  {:width$}  {resource}: {found}{fix}", check.check)
        })
        .collect();
    lines.push(format!(
        "{} passed, {} failed, {} skipped",
        count(Outcome::Pass),
        count(Outcome::Fail),
        count(Outcome::Skip)
    ));
    lines.join("\n")
}

/// What stands behind region and account in an ARN; everything else as it is.
fn short_arn(id: &str) -> &str {
    match id.starts_with("arn:") {
        true => id.splitn(6, ':').nth(5).unwrap_or(id),
        false => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(outcome: Outcome, resource: &str, fix: Option<&str>) -> Check {
        Check {
            check: "rule enabled",
            resource: resource.to_owned(),
            outcome,
            found: "DISABLED".to_owned(),
            fix: fix.map(str::to_owned),
        }
    }

    #[test]
    fn each_check_is_one_line_with_its_fix_and_the_last_line_counts() {
        let checks = [
            check(Outcome::Pass, "arn:aws:sns:eu-central-1:111122223333:soc-dev-notices", None),
            check(Outcome::Fail, "rule", Some("aws events enable-rule --name rule")),
            check(Outcome::Skip, "x\u{1b}[31m", None),
        ];
        assert_eq!(
            lines(&checks),
            "pass  rule enabled  soc-dev-notices: DISABLED\n\
             FAIL  rule enabled  rule: DISABLED; fix: aws events enable-rule --name rule\n\
             skip  rule enabled  x\\u{1b}[31m: DISABLED\n\
             1 passed, 1 failed, 1 skipped"
        );
    }
}
