//! What is left to people, by what is affected. Ours to say, never to do.

use crate::catalogue::{ResourceClass, class_of};
use crate::evidence::Evidence;
use crate::finding::{Finding, FindingClass, ResourceKind};
use crate::finding_type::FindingType;
use crate::severity::Severity;

use super::Guide;

/// How many guides a plan has at most.
const MOST_GUIDES: usize = 8;

/// Guidance for the alarming findings of at least Medium, one for each kind of thing to do and resource.
pub(super) fn guides(evidence: &Evidence) -> Vec<Guide> {
    let mut guides: Vec<Guide> = Vec::new();
    for (at, finding) in evidence.findings.iter().enumerate() {
        if !finding.is_alarming() || finding.sample || finding.severity < Severity::Medium {
            continue;
        }
        for (text, resource) in advice(finding) {
            let known = guides.iter().any(|guide| guide.text == text && guide.resource == resource);
            if !known && guides.len() < MOST_GUIDES {
                guides.push(Guide { text: text.to_owned(), resource, citation: evidence.cite(at, "/kind") });
            }
        }
    }
    guides
}

fn advice(finding: &Finding) -> Vec<(&'static str, Option<String>)> {
    if finding.class == FindingClass::Control {
        let resource = finding.resources.first().map(|resource| resource.arn.clone());
        return vec![(
            "apply the control's remediation, or suppress it with a reason and an expiry",
            resource,
        )];
    }
    if finding.class == FindingClass::Vulnerability {
        let resource = finding.resources.first().map(|resource| resource.arn.clone());
        return vec![("patch or replace the affected package or image", resource)];
    }
    let mut advice = Vec::new();
    for resource in &finding.resources {
        if let Some(text) = by_resource(resource.kind, finding) {
            advice.push((text, Some(resource.arn.clone())));
        }
    }
    let session_keys = finding
        .principals
        .iter()
        .filter(|principal| principal.access_key_id.as_deref().is_some_and(|key| key.starts_with("ASIA")));
    for principal in session_keys {
        let text = "revoke the role's older sessions (deny by aws:TokenIssueTime) and look for what they did in CloudTrail";
        advice.push((text, Some(principal.name.clone())));
    }
    if finding.principals.iter().any(|principal| principal.kind == "Root") {
        advice.push((
            "secure the root user: change its password, remove its access keys, check its MFA device",
            None,
        ));
    }
    if advice.is_empty() {
        let resource = finding.resources.first().map(|resource| resource.arn.clone());
        advice.push((by_class(class_of(&finding.kind)), resource));
    }
    advice
}

/// What is said where no resource of the finding tells more: no finding is left without a word.
fn by_class(class: ResourceClass) -> &'static str {
    match class {
        ResourceClass::Instance => {
            "find the instance, and preserve its volumes and metadata before anything else"
        }
        ResourceClass::Runtime => "find the host or container, and keep its processes and disks for evidence",
        ResourceClass::AccessKey => "find the principal, and review in CloudTrail what it did and created",
        ResourceClass::Bucket => {
            "find the bucket, and check its policy, its public access block and its access log"
        }
        ResourceClass::Function => "find the function, and compare its code and its role with its release",
        ResourceClass::Cluster => "find the cluster, and review its audit log and its role bindings",
        ResourceClass::Tasks => "find the task, and save its evidence before it is stopped",
        ResourceClass::Database => "find the database, and review its logins and who can reach it",
        ResourceClass::Malware => "keep the scanned copy for evidence, and do not restore from it",
        ResourceClass::AttackSequence => "go through the signals of the sequence in the order of their time",
        ResourceClass::Other => "read the finding in its product and decide: no step is known for its type",
    }
}

fn by_resource(kind: ResourceKind, finding: &Finding) -> Option<&'static str> {
    let parts = FindingType::parse(&finding.kind);
    Some(match kind {
        ResourceKind::AwsEc2Instance if parts.is_inbound_probe() => {
            "close the probed port to the internet, or restrict it to known addresses"
        }
        ResourceKind::AwsEc2Instance => {
            "preserve evidence beside the snapshots of the volumes: save metadata and console output first"
        }
        ResourceKind::AwsS3Bucket | ResourceKind::AwsS3Object => {
            "check the bucket's policy and public access block, and its access log for what was read or removed"
        }
        ResourceKind::AwsRdsDbInstance => {
            "rotate the database's credentials and restrict its security group to the application"
        }
        ResourceKind::AwsLambdaFunction => {
            "compare the function's code with its release, and set its concurrency to zero while you look"
        }
        ResourceKind::AwsEksCluster | ResourceKind::KubernetesWorkload | ResourceKind::Container => {
            "isolate the workload with a network policy, keep the pod for evidence, check its service account"
        }
        ResourceKind::AwsEcsCluster => "stop the task after its evidence is saved, and check its task role",
        ResourceKind::AwsIamUser | ResourceKind::AwsIamAccessKey => {
            "review what the principal did in CloudTrail since the first activity, and what it created"
        }
        ResourceKind::AwsIamRole => "review the role's trust policy and its recent sessions",
        ResourceKind::AwsEc2Volume => "do not delete the volume: it is evidence; detach and snapshot it",
        ResourceKind::AwsEc2SecurityGroup => "remove the rule that opens the group to everybody",
        ResourceKind::AwsAccount | ResourceKind::Other => return None,
    })
}
