//! One line for people: what a made-up finding says.

use soc_domain::finding_type::FindingType;

use crate::sample::{Act, Sample, Target};

/// The title of a finding, from its type, its first resource and its act.
pub(super) fn of(sample: &Sample) -> String {
    let parts = FindingType::parse(&sample.kind);
    let thing = thing(sample);
    if parts.purpose == "AttackSequence" {
        return format!("Potential compromise of {thing} by a sequence of actions.");
    }
    let how = match (parts.family, parts.mechanism) {
        (family, _) if family.starts_with("Tor") => "from a Tor exit node",
        (_, "Custom") => "from an address on a custom threat list",
        (family, _) if family.starts_with("MaliciousIP") => "from a known malicious address",
        (_, "FailedLogin") => "without success",
        _ if parts.purpose == "PenTest" => "from a computer made for penetration tests",
        _ => "under unusual circumstances",
    };
    match &sample.act {
        Act::Api(call) => {
            let who = sample.principal.as_ref().map_or("somebody", |principal| principal.name.as_str());
            format!("API {} was invoked by {who} {how}.", call.name)
        }
        Act::Kubernetes(_) if parts.family == "SuccessfulAnonymousAccess" => {
            format!("A Kubernetes API of {thing} was used by an anonymous user.")
        }
        Act::Kubernetes(_) if matches!(parts.purpose, "Policy") => {
            format!("{} on {thing}.", capital(&words(parts.family)))
        }
        Act::Kubernetes(_) => format!("A Kubernetes API of {thing} was invoked {how}."),
        Act::RdsLogin(user) => format!("Somebody logged in to {thing} as {user} {how}."),
        Act::Dns(domain) => {
            format!("{} on {thing}, which looked up {domain}.", capital(&words(parts.family)))
        }
        Act::Malware(path) => format!("{} {path} was found on {thing}.", capital(&words(parts.family))),
        Act::Nothing | Act::Connection { .. } | Act::PortProbe(_) | Act::Process(_) => {
            format!("{} on {thing}.", capital(&words(parts.family)))
        }
    }
}

fn thing(sample: &Sample) -> String {
    // A sequence about data names the key first that it was taken with.
    let target = if sample.kind.starts_with("AttackSequence:S3") {
        sample.targets.last()
    } else {
        sample.targets.first()
    };
    let Some(target) = target else { return "the account".to_owned() };
    match target {
        Target::Instance { id, .. } => format!("instance {id}"),
        Target::AccessKey => {
            let name = sample.principal.as_ref().map_or("somebody", |principal| principal.name.as_str());
            format!("the credentials of {name}")
        }
        Target::Bucket(name) => format!("bucket {name}"),
        Target::Object { bucket, .. } => format!("an object in bucket {bucket}"),
        Target::EksCluster(name) => format!("EKS cluster {name}"),
        Target::EcsCluster(name) => format!("ECS cluster {name}"),
        Target::Workload { name, .. } => format!("workload {name}"),
        Target::Container(container) => format!("container {}", container.name),
        Target::Database(name) => format!("database {name}"),
        Target::Function(name) => format!("function {name}"),
        Target::Volume(id) | Target::Snapshot(id) | Target::Image(id) => id.clone(),
        Target::RecoveryPoint(id) => format!("recovery point {id}"),
        Target::Named { arn, .. } => arn.clone(),
    }
}

/// `KernelModuleLoaded` as `kernel module loaded`, `UnusualDNSResolver` as `unusual DNS resolver`.
fn words(family: &str) -> String {
    let mut text = String::new();
    let mut before = ' ';
    let mut letters = family.chars().peekable();
    while let Some(letter) = letters.next() {
        let word = letters.peek().is_some_and(char::is_ascii_lowercase);
        let begins = letter.is_ascii_uppercase() && (word || before.is_ascii_lowercase());
        if begins && !text.is_empty() {
            text.push(' ');
        }
        text.push(if begins && word { letter.to_ascii_lowercase() } else { letter });
        before = letter;
    }
    text
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_told_in_words() {
        let told = ["KernelModuleLoaded", "UnusualDNSResolver", "PortProbeEMRUnprotectedPort", "C&CActivity"];
        let words = told.map(words);
        assert_eq!(
            words,
            [
                "kernel module loaded",
                "unusual DNS resolver",
                "port probe EMR unprotected port",
                "C&C activity"
            ]
        );
    }
}
