//! What a type of finding usually reports: an act that fits its name.

use fastrand::Rng;
use soc_domain::catalogue::ResourceClass;
use soc_domain::finding::ApiCall;

use super::shape_of;
use crate::sample::{Act, Direction};

/// An act for a type, also for types that are not in the table.
pub(super) fn of(kind: &str, rng: &mut Rng) -> Act {
    let class = shape_of(kind);
    if kind.contains("PortProbe") {
        return Act::PortProbe(rng.choice([22, 80, 443, 3389]).unwrap_or(22));
    }
    if kind.contains("DNS") || kind.contains("Domain") {
        return Act::Dns(format!("host-{}.example.com", rng.u32(..)));
    }
    match class {
        ResourceClass::Runtime => Act::Process(format!("/tmp/.x{}/worker", rng.u16(..))),
        ResourceClass::AccessKey => Act::Api(iam_call(kind)),
        ResourceClass::Bucket => Act::Api(bucket_call(kind)),
        ResourceClass::Cluster => Act::Kubernetes("/api/v1/namespaces/payments/secrets".to_owned()),
        ResourceClass::Database => Act::RdsLogin("report_reader".to_owned()),
        ResourceClass::Instance
        | ResourceClass::Function
        | ResourceClass::Tasks
        | ResourceClass::Malware
        | ResourceClass::AttackSequence
        | ResourceClass::Other => {
            let attacked = kind.starts_with("UnauthorizedAccess") && kind.contains("BruteForce");
            let (direction, local_port) =
                if attacked { (Direction::Inbound, 22) } else { (Direction::Outbound, rng.u16(32_768..)) };
            Act::Connection { direction, local_port }
        }
    }
}

/// Whether an act has an address at its other end.
pub(super) fn has_remote(act: &Act) -> bool {
    match act {
        Act::Api(_) | Act::Connection { .. } | Act::PortProbe(_) | Act::RdsLogin(_) | Act::Kubernetes(_) => {
            true
        }
        Act::Nothing | Act::Dns(_) | Act::Process(_) => false,
    }
}

fn call(service: &str, name: &str) -> ApiCall {
    ApiCall { service: format!("{service}.amazonaws.com"), name: name.to_owned() }
}

fn purpose(kind: &str) -> &str {
    kind.split(':').next().unwrap_or_default()
}

fn iam_call(kind: &str) -> ApiCall {
    match purpose(kind) {
        "CredentialAccess" => call("secretsmanager", "GetSecretValue"),
        "DefenseEvasion" => call("ec2", "DeleteFlowLogs"),
        "Stealth" => call("cloudtrail", "StopLogging"),
        "Exfiltration" => call("s3", "GetObject"),
        "Impact" => call("ec2", "RunInstances"),
        "Persistence" => call("iam", "CreateAccessKey"),
        "PrivilegeEscalation" => call("iam", "AttachUserPolicy"),
        "InitialAccess" | "UnauthorizedAccess" => call("sts", "GetCallerIdentity"),
        _ => call("iam", "ListUsers"),
    }
}

fn bucket_call(kind: &str) -> ApiCall {
    match purpose(kind) {
        "Discovery" => call("s3", "ListObjectsV2"),
        "Impact" => call("s3", "DeleteObject"),
        "Policy" => call("s3", "PutBucketPublicAccessBlock"),
        "Stealth" => call("s3", "PutBucketLogging"),
        _ => call("s3", "GetObject"),
    }
}
