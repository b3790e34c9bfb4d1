//! What a person should look at next, in this case: which records, of whom, from when to when.

use std::time::Duration;

use soc_domain::finding::{FindingClass, ObservableKind, Principal, Resource, ResourceKind};
use soc_domain::verdict::{Judgement, Verdict};

use super::case::{Case, Seen, is_name, minute, name_of};

/// Look-ups begin this long before the first activity and end this long after the last.
const MARGIN: Duration = Duration::from_secs(60 * 60);
/// A longer name of a control would not leave room for its resource.
const LONGEST_CONTROL: usize = 32;
/// As many steps as an analysis may have.
const MOST: usize = 8;
/// How many steps of one sort there are at most.
const MOST_OF_A_SORT: usize = 2;

/// The steps, the most telling first; the last says what would change the verdict.
pub(super) fn next_steps(case: &Case<'_>, floor: &Judgement) -> Vec<String> {
    if case.seen.is_empty() {
        return vec!["Find out why the incident has no finding that can be read.".to_owned()];
    }
    if case.is_sample() {
        return vec!["Nothing: it is a sample. Ask who made it if nobody says so.".to_owned()];
    }
    let window = window(case);
    let seen = case.alarming();
    let mut steps = Vec::new();
    steps.extend(first_different(seen.iter().filter_map(|seen| look_up_principal(seen, &window))));
    steps.extend(first_different(seen.iter().filter_map(|seen| look_at_resource(seen, &window))));
    steps.extend(first_different(seen.iter().filter_map(|seen| look_for_other_end(seen, &window))));
    steps.extend(first_different(seen.iter().filter_map(|seen| look_for_domain(seen))));
    steps.truncate(MOST.saturating_sub(1));
    steps.push(what_would_change_it(case, floor));
    steps
}

fn first_different(steps: impl Iterator<Item = String>) -> Vec<String> {
    let mut different = Vec::new();
    for step in steps {
        if different.len() < MOST_OF_A_SORT && !different.contains(&step) {
            different.push(step);
        }
    }
    different
}

fn window(case: &Case<'_>) -> String {
    match (case.began(), case.ended()) {
        (Some(began), Some(ended)) => {
            format!("from {} to {}", minute(began.minus(MARGIN)), minute(ended.plus(MARGIN)))
        }
        (None, _) | (_, None) => "around the time of the finding".to_owned(),
    }
}

fn look_up_principal(seen: &Seen, window: &str) -> Option<String> {
    let (_, who) = seen.principal()?;
    let key = who.access_key_id.as_deref().filter(|key| is_name(key));
    Some(match key {
        Some(key) => {
            format!("CloudTrail: look up AccessKeyId {key} {window}; note new keys, policies and roles.")
        }
        None => format!("CloudTrail: look up {} {} {window}.", sort_of(who), name_of(who)?),
    })
}

fn sort_of(who: &Principal) -> &'static str {
    match who.kind.as_str() {
        "IAMUser" => "user",
        "AssumedRole" | "Role" => "role",
        "Root" => "the root user",
        _other => "principal",
    }
}

fn look_at_resource(seen: &Seen, window: &str) -> Option<String> {
    let (_, resource) = seen.resource()?;
    let id = &resource.id;
    if seen.finding.class == FindingClass::Control {
        let kind = seen.finding.kind.as_str();
        let control = if is_name(kind) && kind.len() <= LONGEST_CONTROL { kind } else { "the control" };
        return Some(format!(
            "Look at {id}: when did {control} begin to fail, and who changed it; then mend it."
        ));
    }
    if seen.finding.class == FindingClass::Vulnerability {
        return Some(format!(
            "Look at {id}: can it be reached from outside, and is there a version without it?"
        ));
    }
    look_at_kind(resource, window)
}

fn look_at_kind(resource: &Resource, window: &str) -> Option<String> {
    let id = &resource.id;
    Some(match resource.kind {
        ResourceKind::AwsEc2Instance => {
            format!(
                "EC2: look at {id}: groups, instance role, who started it; take a snapshot before changing it."
            )
        }
        ResourceKind::AwsS3Bucket | ResourceKind::AwsS3Object => {
            format!("S3: look at {id}: policy, public access, and data events {window}.")
        }
        ResourceKind::AwsIamUser | ResourceKind::AwsIamRole => {
            format!("IAM: look at {id}: keys, policies and trust that were changed {window}.")
        }
        ResourceKind::AwsEksCluster | ResourceKind::KubernetesWorkload => {
            format!(
                "EKS: read the audit log of {id} {window}: new bindings, secrets read, workloads started."
            )
        }
        ResourceKind::AwsEcsCluster | ResourceKind::Container => {
            format!("Containers: look at {id}: image, role, and what was started {window}.")
        }
        ResourceKind::AwsRdsDbInstance => {
            format!("RDS: look at {id}: is it reachable from outside, and which logins were there {window}?")
        }
        ResourceKind::AwsLambdaFunction => {
            format!("Lambda: look at {id}: who changed its code or its role, and what it called {window}.")
        }
        ResourceKind::AwsEc2Volume => format!("EC2: look at {id}: which instance uses it, who shared it."),
        ResourceKind::AwsEc2SecurityGroup => {
            format!("EC2: look at {id}: which rules are open, who added them.")
        }
        ResourceKind::AwsIamAccessKey | ResourceKind::AwsAccount | ResourceKind::Other => return None,
    })
}

fn look_for_other_end(seen: &Seen, window: &str) -> Option<String> {
    let remote = seen.finding.remotes.iter().find(|remote| remote.ip.parse::<std::net::IpAddr>().is_ok())?;
    Some(format!("Flow logs and CloudTrail: who else spoke with {} {window}?", remote.ip))
}

fn look_for_domain(seen: &Seen) -> Option<String> {
    let mut domains = seen.finding.observables.iter().filter(|seen| seen.kind == ObservableKind::Domain);
    let domain = domains.find(|domain| is_name(&domain.value))?;
    Some(format!("DNS logs: which other hosts asked for {} ?", domain.value))
}

fn what_would_change_it(case: &Case<'_>, floor: &Judgement) -> String {
    let who = case.gravest().and_then(Seen::principal).and_then(|(_, who)| name_of(who));
    match (floor.verdict, who) {
        (Verdict::TruePositive, _) if case.is_all(FindingClass::Control) => {
            "Settled once the control passes, or its exception is recorded.".to_owned()
        }
        (Verdict::TruePositive | Verdict::Suspicious, Some(name)) => {
            format!("It would change the verdict if the owner of {name} can show that the activity was theirs.")
        }
        (Verdict::TruePositive | Verdict::Suspicious, None) => {
            "It would change the verdict if the owner of the resource can show that it was planned.".to_owned()
        }
        (Verdict::InsufficientData, _) => {
            "It would change the verdict if resource and principal became known: read the product's own record."
                .to_owned()
        }
        (Verdict::Benign | Verdict::FalsePositive | Verdict::Duplicate | Verdict::Test, _) => {
            "It would change the verdict if the same address or principal had success anywhere.".to_owned()
        }
    }
}
