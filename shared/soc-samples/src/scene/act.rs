//! What a type of finding usually reports: an act that fits its name.

use soc_domain::catalogue::guardduty_type;
use soc_domain::finding::ApiCall;
use soc_domain::finding_type::FindingType;

use crate::sample::{Act, Direction};

/// The words of a scene that acts contain.
pub(super) struct Words<'a> {
    /// A domain name that nobody else uses.
    pub(super) domain: &'a str,
    /// A path of a file on a host, or of an object.
    pub(super) path: &'a str,
    /// A user of the database.
    pub(super) database_user: &'a str,
    /// The namespace in the cluster.
    pub(super) namespace: &'a str,
    /// A high port.
    pub(super) port: u16,
}

/// The number behind a type's default severity; attack sequences that are not listed are Critical, other
/// unknown types Medium.
pub(crate) fn score_of(kind: &str) -> f64 {
    let unknown = if kind.starts_with("AttackSequence:") { 9.0 } else { 5.0 };
    guardduty_type(kind).map_or(unknown, |row| row.score)
}

/// An act for a type, also for types that nobody knows.
pub(super) fn of(kind: &str, words: &Words<'_>) -> Act {
    let parts = FindingType::parse(kind);
    if parts.purpose == "AttackSequence" {
        return Act::Nothing;
    }
    if is_malware(&parts) {
        return Act::Malware(words.path.to_owned());
    }
    if parts.family.starts_with("PortProbe") {
        return Act::PortProbe(if parts.family.contains("EMR") { 8088 } else { 22 });
    }
    if is_lookup(&parts) {
        return Act::Dns(words.domain.to_owned());
    }
    match parts.resource {
        "Runtime" if is_traffic(&parts) => outbound(words.port),
        "Runtime" => Act::Process(words.path.to_owned()),
        "IAMUser" => Act::Api(iam_call(&parts)),
        "S3" => Act::Api(bucket_call(&parts)),
        "Kubernetes" => Act::Kubernetes(request(&parts, words.namespace)),
        "RDS" => Act::RdsLogin(words.database_user.to_owned()),
        _ => connection(&parts, words.port),
    }
}

/// Whether an act has an address at its other end.
pub(super) fn has_remote(act: &Act) -> bool {
    match act {
        Act::Api(_) | Act::Connection { .. } | Act::PortProbe(_) | Act::RdsLogin(_) | Act::Kubernetes(_) => {
            true
        }
        Act::Nothing | Act::Dns(_) | Act::Process(_) | Act::Malware(_) => false,
    }
}

/// Whether a scan of files is behind a type.
pub(super) fn is_malware(parts: &FindingType<'_>) -> bool {
    matches!(parts.purpose, "Execution" | "Object")
        && matches!(parts.family, "MaliciousFile" | "SuspiciousFile")
}

fn is_lookup(parts: &FindingType<'_>) -> bool {
    parts.variant == "DNS"
        || matches!(parts.family, "MetadataDNSRebind" | "DNSDataExfiltration")
        || parts.family.ends_with("DomainRequest")
}

fn is_traffic(parts: &FindingType<'_>) -> bool {
    matches!(
        parts.family,
        "C&CActivity" | "BitcoinTool" | "TorClient" | "TorRelay" | "DropPoint" | "BlackholeTraffic"
    )
}

fn outbound(local_port: u16) -> Act {
    Act::Connection { direction: Direction::Outbound, local_port }
}

/// The resource connects, except where somebody tries its passwords.
fn connection(parts: &FindingType<'_>, port: u16) -> Act {
    match (parts.purpose, parts.family) {
        ("UnauthorizedAccess", "SSHBruteForce") => {
            Act::Connection { direction: Direction::Inbound, local_port: 22 }
        }
        ("UnauthorizedAccess", "RDPBruteForce") => {
            Act::Connection { direction: Direction::Inbound, local_port: 3389 }
        }
        _ => outbound(port),
    }
}

fn call(service: &str, name: &str) -> ApiCall {
    ApiCall { service: format!("{service}.amazonaws.com"), name: name.to_owned() }
}

fn iam_call(parts: &FindingType<'_>) -> ApiCall {
    match (parts.purpose, parts.family) {
        (_, "BedrockLoggingDisabled") => call("bedrock", "DeleteModelInvocationLoggingConfiguration"),
        (_, "PasswordPolicyChange") => call("iam", "UpdateAccountPasswordPolicy"),
        (_, "ConsoleLoginSuccess") => call("signin", "ConsoleLogin"),
        ("CredentialAccess", _) => call("secretsmanager", "GetSecretValue"),
        ("DefenseEvasion", _) => call("ec2", "DeleteFlowLogs"),
        ("Stealth", _) => call("cloudtrail", "StopLogging"),
        ("Exfiltration", _) => call("s3", "GetObject"),
        ("Impact", _) => call("ec2", "RunInstances"),
        ("Persistence", _) => call("iam", "CreateAccessKey"),
        ("PrivilegeEscalation", _) => call("iam", "AttachUserPolicy"),
        ("Policy", _) => call("account", "GetContactInformation"),
        ("InitialAccess" | "UnauthorizedAccess", _) => call("sts", "GetCallerIdentity"),
        _ => call("iam", "ListUsers"),
    }
}

fn bucket_call(parts: &FindingType<'_>) -> ApiCall {
    let name = match (parts.purpose, parts.family, parts.mechanism) {
        (_, "AccountBlockPublicAccessDisabled", _) => return call("s3", "PutAccountPublicAccessBlock"),
        (_, "BucketBlockPublicAccessDisabled", _) => "PutBucketPublicAccessBlock",
        (_, "BucketPublicAccessGranted", _) => "PutBucketPolicy",
        (_, "BucketAnonymousAccessGranted", _) | ("Impact", _, "Permission") => "PutBucketAcl",
        ("Impact", _, "Write") => "PutObject",
        ("Impact", ..) => "DeleteObject",
        ("Stealth", ..) => "PutBucketLogging",
        ("Discovery", ..) => "ListObjectsV2",
        _ => "GetObject",
    };
    call("s3", name)
}

/// The path of a request to the Kubernetes API.
fn request(parts: &FindingType<'_>, namespace: &str) -> String {
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    match (parts.purpose, parts.family, parts.mechanism) {
        (_, "ExecInKubeSystemPod", _) => "/api/v1/namespaces/kube-system/pods/coredns-7f9c/exec".to_owned(),
        (_, _, "ExecInPod") => format!("/api/v1/namespaces/{namespace}/pods/api-7f9c/exec"),
        (_, _, "RoleCreated") => format!("{rbac}/clusterroles"),
        (_, "AdminAccessToDefaultServiceAccount" | "AnonymousAccessGranted", _)
        | (_, _, "RoleBindingCreated") => {
            format!("{rbac}/clusterrolebindings")
        }
        (_, _, "PermissionChecked") => "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews".to_owned(),
        (_, "ExposedDashboard" | "KubeflowDashboardExposed", _) => {
            format!("/api/v1/namespaces/{namespace}/services")
        }
        (_, "PrivilegedContainer" | "ContainerWithSensitiveMount", _) | ("Persistence" | "Execution", ..) => {
            format!("/api/v1/namespaces/{namespace}/pods")
        }
        ("CredentialAccess", ..) => format!("/api/v1/namespaces/{namespace}/secrets"),
        ("DefenseEvasion" | "Impact", ..) => format!("/api/v1/namespaces/{namespace}/events"),
        _ => "/api/v1/namespaces".to_owned(),
    }
}
