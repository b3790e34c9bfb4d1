//! A small stack on the emulator: found, looked at, and each fault planted in it shown by exactly one line.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::types::ComparisonOperator;
use soc_aws::stack::{Check, Outcome, Part, Stack, Subject, judge};

use crate::bed::{Bed, bed, run, unique};

/// One resource of each type that is looked at; names are prefixed with the stack's.
const TEMPLATE: &str = include_str!("stack.yaml");

fn deploy(bed: &Bed) -> String {
    let name = unique("small");
    let client = aws_sdk_cloudformation::Client::new(&bed.config);
    run(client.create_stack().stack_name(&name).template_body(TEMPLATE).send()).unwrap();
    for _ in 0..600 {
        let found = run(client.describe_stacks().stack_name(&name).send()).unwrap();
        let status = found.stacks()[0].stack_status().unwrap().as_str().to_owned();
        assert!(!status.contains("ROLLBACK") && !status.contains("FAILED"), "{status}");
        if status == "CREATE_COMPLETE" {
            return name;
        }
    }
    panic!("the stack {name} was not created");
}

fn checks(bed: &Bed, name: &str) -> Vec<Check> {
    let stack = run(Stack::find_with(bed.config.clone(), name)).unwrap();
    judge(&run(stack.look()), Subject::Emulator)
}

fn failed(bed: &Bed, name: &str) -> BTreeSet<(&'static str, String)> {
    let checks = checks(bed, name).into_iter().filter(|check| check.outcome == Outcome::Fail);
    checks.map(|check| (check.check, check.resource)).collect()
}

#[test]
fn names_come_from_the_stacks_resources() {
    let Some(bed) = bed("find a stack") else { return };
    let name = deploy(&bed);
    let stack = run(Stack::find_with(bed.config.clone(), &name)).unwrap();
    assert_eq!(stack.id(Part::Soc).unwrap(), format!("{name}-soc"));
    assert_eq!(stack.id(Part::Findings).unwrap(), format!("{name}-findings"));
    assert!(stack.id(Part::Remediate).is_err());
    assert_eq!((stack.region.as_str(), stack.account.as_str()), ("eu-central-1", "123456789012"));
    assert!(stack.allows_simulator() && !stack.is_production());
    assert!(run(Stack::find_with(bed.config.clone(), "no-such-stack")).is_err());
}

#[test]
fn each_planted_fault_is_one_more_line() {
    let Some(bed) = bed("faults in a stack") else { return };
    let name = deploy(&bed);
    let before = failed(&bed, &name);
    let mut planted = 0;
    let mut expect = |check: &'static str, resource: &str| {
        planted += 1;
        let now = failed(&bed, &name);
        assert!(now.contains(&(check, resource.to_owned())), "{check} {resource} in {now:?}");
        assert_eq!(now.len(), before.len() + planted, "{now:?}");
    };

    let rule = format!("{name}-rule");
    run(aws_sdk_eventbridge::Client::new(&bed.config).disable_rule().name(&rule).send()).unwrap();
    expect("rule enabled", &rule);

    let alarm = format!("{name}-alarm");
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&bed.config);
    let without_actions = cloudwatch
        .put_metric_alarm()
        .alarm_name(&alarm)
        .namespace("n")
        .metric_name("m")
        .statistic(aws_sdk_cloudwatch::types::Statistic::Sum)
        .period(60)
        .evaluation_periods(1)
        .threshold(0.0)
        .comparison_operator(ComparisonOperator::GreaterThanThreshold);
    run(without_actions.send()).unwrap();
    expect("alarm wired", &alarm);

    let bucket = format!("{name}-evidence");
    let s3 = aws_sdk_s3::Client::new(&bed.config);
    run(s3.delete_public_access_block().bucket(&bucket).send()).unwrap();
    expect("bucket private", &bucket);
}
