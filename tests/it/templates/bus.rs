//! Who may put events where we read them, and which of them we read.
//!
//! Apart because an open bus is valid CloudFormation: to a linter, a policy for everybody is a policy.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::template::{Resource, Templates, listed, statements, text_of};
use crate::workspace::{assert_clean, assert_names};

/// Every detail-type that we can read; the rules route each of them, and nothing else.
const DETAIL_TYPES: &[&str] = &[
    "AWS API Call via CloudTrail",
    "AWS Console Sign In via CloudTrail",
    "Findings Imported V2",
    "GuardDuty Finding",
    "GuardDuty Malware Protection Object Scan Result",
    "Security Hub Findings - Custom Action",
    "Security Hub Findings - Imported",
    "Security Hub Insight Results",
];

/// Operators disable these two in an emergency, by name.
const NAMED: &[&str] = &["${Prefix}-guardduty-findings", "${Prefix}-securityhub-findings"];

const SIMULATOR: &str = "soc.simulator";

/// A bus policy opens the bus to an organisation's role for given sources, or it is a fault.
fn policy_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for policy in templates.of_kind("AWS::Events::EventBusPolicy") {
        let statement = policy.property("/Statement");
        if statement.pointer("/Condition").is_none() {
            faults.push(policy.says("opens the bus to everybody"));
            continue;
        }
        for (condition, what) in [
            ("/Condition/StringEquals/aws:PrincipalOrgID", "organisation"),
            ("/Condition/StringEquals/events:source", "source"),
            ("/Condition/ArnLike/aws:PrincipalArn", "role"),
        ] {
            if statement.pointer(condition).is_none() {
                faults.push(policy.says(&format!("opens the bus without a condition on the {what}")));
            }
        }
    }
    for bus in templates.of_kind("AWS::Events::EventBus").filter(|bus| !bus.property("/Policy").is_null()) {
        let is_open =
            |statement: &&Value| statement.pointer("/Condition/StringEquals/aws:PrincipalOrgID").is_none();
        if statements(bus.property("/Policy")).iter().any(is_open) {
            faults.push(bus.says("opens the bus without a condition on the organisation"));
        }
    }
    faults
}

fn is_intake(rule: &Resource<'_>) -> bool {
    rule.template.name == "intake"
}

fn words(value: &Value) -> Vec<String> {
    listed(value).into_iter().map(text_of).collect()
}

fn route_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    let mut routed = BTreeSet::new();
    for rule in templates.of_kind("AWS::Events::Rule").filter(is_intake) {
        let sources = words(rule.property("/EventPattern/source"));
        let detail_types = words(rule.property("/EventPattern/detail-type"));
        let is_simulated = sources.iter().any(|source| source == SIMULATOR);
        if sources.is_empty() || detail_types.is_empty() || sources.iter().any(|source| source.contains('{'))
        {
            faults.push(rule.says("is not narrow: it names no source or no detail-type"));
        }
        if is_simulated && rule.at("/Condition") != Some(&json!("Simulator")) {
            faults.push(rule.says("lets made-up findings in although AllowSimulator is off"));
        }
        if !is_simulated {
            let is_known = |name: &String| DETAIL_TYPES.contains(&name.as_str());
            faults.extend(
                detail_types
                    .iter()
                    .filter(|name| !is_known(name))
                    .map(|name| rule.says(&format!("routes {name:?}, which nobody reads"))),
            );
            faults.extend(
                detail_types
                    .iter()
                    .filter(|name| routed.contains(*name))
                    .map(|name| rule.says(&format!("routes {name:?} a second time"))),
            );
            routed.extend(detail_types);
        }
    }
    let missing = DETAIL_TYPES.iter().filter(|name| !routed.contains(**name));
    faults.extend(missing.map(|name| format!("intake.yaml: no rule routes {name:?}")));
    let names: BTreeSet<String> =
        templates.of_kind("AWS::Events::Rule").map(|rule| text_of(rule.property("/Name"))).collect();
    let unnamed = NAMED.iter().filter(|name| !names.contains(**name));
    faults.extend(unnamed.map(|name| format!("intake.yaml: there is no rule {name:?}")));
    faults
}

/// What a target does not take for a day lies in a queue; records spread by event, never by account.
fn target_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for rule in templates.of_kind("AWS::Events::Rule") {
        for target in listed(rule.property("/Targets")) {
            let queue = target.pointer("/DeadLetterConfig/Arn").map(text_of).unwrap_or_default();
            if !matches!(queue.as_str(), "EventsDlqArn" | "Undelivered.Arn")
                || target.get("RetryPolicy").is_none()
            {
                faults.push(rule.says("has a target without a dead-letter queue or without retries"));
            }
            let is_spread = target.pointer("/KinesisParameters/PartitionKeyPath") == Some(&json!("$.id"));
            if is_intake(&rule) && !is_spread {
                faults.push(rule.says("does not spread its records by the event's id"));
            }
        }
    }
    faults
}

#[test]
fn only_the_organisation_s_forwarding_role_may_put_events_for_us() {
    assert_clean(&policy_faults(&Templates::read().unwrap()));
}

#[test]
fn every_detail_type_that_we_read_is_routed_by_one_narrow_rule() {
    assert_clean(&route_faults(&Templates::read().unwrap()));
}

#[test]
fn no_rule_drops_what_its_target_does_not_take() {
    assert_clean(&target_faults(&Templates::read().unwrap()));
}

#[test]
fn a_bus_that_is_open_to_everybody_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted("members-bus", "        Condition:\n", "        Conditions:\n").unwrap();
    assert_names(&policy_faults(&planted), &["members-bus.yaml: Members", "everybody"]);
}

#[test]
fn a_bus_without_an_organisation_condition_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted("members-bus", "aws:PrincipalOrgID", "aws:PrincipalAccount").unwrap();
    assert_names(&policy_faults(&planted), &["members-bus.yaml: Members", "organisation"]);
}

#[test]
fn a_rule_for_every_source_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted("intake", "        source: [aws.signin]\n", "").unwrap();
    assert_names(&route_faults(&planted), &["intake.yaml: ConsoleSignIns", "not narrow"]);
}

#[test]
fn a_detail_type_without_a_rule_and_a_simulator_that_is_always_on_are_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted("intake", "[Findings Imported V2]", "[GuardDuty Finding]").unwrap();
    let faults = route_faults(&planted);
    assert!(
        faults.iter().any(|fault| fault.contains("no rule routes \"Findings Imported V2\"")),
        "{faults:?}"
    );
    let planted = templates.planted("intake", "    Condition: Simulator\n", "").unwrap();
    assert_names(&route_faults(&planted), &["intake.yaml: SimulatedFindings", "AllowSimulator"]);
}

#[test]
fn a_target_without_a_queue_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates
        .planted("workflow", "          DeadLetterConfig: { Arn: !Ref EventsDlqArn }\n", "")
        .unwrap();
    assert_names(&target_faults(&planted), &["workflow.yaml: ParkUnfinished", "dead-letter"]);
    let planted =
        templates.planted("intake", "PartitionKeyPath: $.id", "PartitionKeyPath: $.account").unwrap();
    assert_names(&target_faults(&planted), &["intake.yaml", "event's id"]);
}
