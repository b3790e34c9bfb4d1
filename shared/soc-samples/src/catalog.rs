//! Names that products really use: GuardDuty's finding types and Security Hub's control ids.
//!
//! Apart, because they are facts of others ("GuardDuty finding types", Amazon GuardDuty User Guide; "Security Hub
//! controls reference", AWS Security Hub User Guide) and change with them, not with us.

/// What a finding type is about, as far as the made finding's shape depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceClass {
    /// An EC2 instance, seen from the network.
    Instance,
    /// An EC2 instance, seen from inside by the runtime agent.
    Runtime,
    /// An access key of a user or of a role's session.
    AccessKey,
    /// An S3 bucket.
    Bucket,
    /// A Lambda function.
    Function,
    /// An EKS cluster.
    Cluster,
    /// An ECS cluster.
    Tasks,
    /// An RDS instance.
    Database,
}

/// One finding type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TypeRow {
    /// The type, as GuardDuty writes it.
    pub name: &'static str,
    /// The number behind the default severity: 2 Low, 5 Medium, 8 High.
    pub score: f64,
    /// What it is about.
    pub class: ResourceClass,
}

const fn row(name: &'static str, score: f64, class: ResourceClass) -> TypeRow {
    TypeRow { name, score, class }
}

/// One control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControlRow {
    /// The consolidated control id.
    pub id: &'static str,
    /// The number behind the severity when it fails: 2 Low, 5 Medium, 8 High, 9.5 Critical.
    pub score: f64,
    /// ASFF's type of the resource that it checks.
    pub kind: &'static str,
}

const fn control(id: &'static str, score: f64, kind: &'static str) -> ControlRow {
    ControlRow { id, score, kind }
}

/// The class of a type by its name, also of types that are not in [`TYPES`]; a container's is its host's.
#[must_use]
pub fn class_of(name: &str) -> ResourceClass {
    let after = name.split(':').nth(1).unwrap_or_default();
    match after.split('/').next().unwrap_or_default() {
        "IAMUser" | "IAM" => ResourceClass::AccessKey,
        "S3" => ResourceClass::Bucket,
        "Lambda" => ResourceClass::Function,
        "Kubernetes" | "EKS" => ResourceClass::Cluster,
        "ECS" => ResourceClass::Tasks,
        "RDS" => ResourceClass::Database,
        "Runtime" | "Container" => ResourceClass::Runtime,
        _ => ResourceClass::Instance,
    }
}

/// Finding types with their default severity.
pub const TYPES: &[TypeRow] = &[
    row("Backdoor:EC2/C&CActivity.B", 8.0, ResourceClass::Instance),
    row("Backdoor:EC2/C&CActivity.B!DNS", 8.0, ResourceClass::Instance),
    row("Backdoor:EC2/DenialOfService.Tcp", 8.0, ResourceClass::Instance),
    row("Backdoor:EC2/Spambot", 5.0, ResourceClass::Instance),
    row("Behavior:EC2/NetworkPortUnusual", 5.0, ResourceClass::Instance),
    row("Behavior:EC2/TrafficVolumeUnusual", 5.0, ResourceClass::Instance),
    row("CryptoCurrency:EC2/BitcoinTool.B", 8.0, ResourceClass::Instance),
    row("CryptoCurrency:EC2/BitcoinTool.B!DNS", 8.0, ResourceClass::Instance),
    row("DefenseEvasion:EC2/UnusualDNSResolver", 5.0, ResourceClass::Instance),
    row("Impact:EC2/AbusedDomainRequest.Reputation", 5.0, ResourceClass::Instance),
    row("Impact:EC2/BitcoinDomainRequest.Reputation", 8.0, ResourceClass::Instance),
    row("Impact:EC2/PortSweep", 8.0, ResourceClass::Instance),
    row("Impact:EC2/SuspiciousDomainRequest.Reputation", 2.0, ResourceClass::Instance),
    row("Impact:EC2/WinRMBruteForce", 2.0, ResourceClass::Instance),
    row("Recon:EC2/PortProbeUnprotectedPort", 2.0, ResourceClass::Instance),
    row("Recon:EC2/Portscan", 5.0, ResourceClass::Instance),
    row("Trojan:EC2/BlackholeTraffic", 5.0, ResourceClass::Instance),
    row("Trojan:EC2/DGADomainRequest.B", 8.0, ResourceClass::Instance),
    row("Trojan:EC2/DNSDataExfiltration", 8.0, ResourceClass::Instance),
    row("Trojan:EC2/DropPoint!DNS", 5.0, ResourceClass::Instance),
    row("UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", 5.0, ResourceClass::Instance),
    row("UnauthorizedAccess:EC2/MetadataDNSRebind", 8.0, ResourceClass::Instance),
    row("UnauthorizedAccess:EC2/RDPBruteForce", 2.0, ResourceClass::Instance),
    row("UnauthorizedAccess:EC2/SSHBruteForce", 2.0, ResourceClass::Instance),
    row("UnauthorizedAccess:EC2/TorClient", 8.0, ResourceClass::Instance),
    row("UnauthorizedAccess:EC2/TorRelay", 8.0, ResourceClass::Instance),
    row("CredentialAccess:IAMUser/AnomalousBehavior", 5.0, ResourceClass::AccessKey),
    row("DefenseEvasion:IAMUser/AnomalousBehavior", 5.0, ResourceClass::AccessKey),
    row("Discovery:IAMUser/AnomalousBehavior", 2.0, ResourceClass::AccessKey),
    row("Exfiltration:IAMUser/AnomalousBehavior", 8.0, ResourceClass::AccessKey),
    row("Impact:IAMUser/AnomalousBehavior", 8.0, ResourceClass::AccessKey),
    row("InitialAccess:IAMUser/AnomalousBehavior", 5.0, ResourceClass::AccessKey),
    row("PenTest:IAMUser/KaliLinux", 5.0, ResourceClass::AccessKey),
    row("Persistence:IAMUser/AnomalousBehavior", 5.0, ResourceClass::AccessKey),
    row("PrivilegeEscalation:IAMUser/AnomalousBehavior", 5.0, ResourceClass::AccessKey),
    row("Recon:IAMUser/MaliciousIPCaller", 5.0, ResourceClass::AccessKey),
    row("Recon:IAMUser/TorIPCaller", 5.0, ResourceClass::AccessKey),
    row("Stealth:IAMUser/CloudTrailLoggingDisabled", 2.0, ResourceClass::AccessKey),
    row("Stealth:IAMUser/PasswordPolicyChange", 2.0, ResourceClass::AccessKey),
    row("UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B", 5.0, ResourceClass::AccessKey),
    row(
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        8.0,
        ResourceClass::AccessKey,
    ),
    row("UnauthorizedAccess:IAMUser/MaliciousIPCaller", 5.0, ResourceClass::AccessKey),
    row("UnauthorizedAccess:IAMUser/TorIPCaller", 5.0, ResourceClass::AccessKey),
    row("Discovery:S3/AnomalousBehavior", 2.0, ResourceClass::Bucket),
    row("Discovery:S3/TorIPCaller", 5.0, ResourceClass::Bucket),
    row("Exfiltration:S3/AnomalousBehavior", 8.0, ResourceClass::Bucket),
    row("Impact:S3/AnomalousBehavior.Delete", 8.0, ResourceClass::Bucket),
    row("PenTest:S3/KaliLinux", 5.0, ResourceClass::Bucket),
    row("Policy:S3/BucketBlockPublicAccessDisabled", 2.0, ResourceClass::Bucket),
    row("Stealth:S3/ServerAccessLoggingDisabled", 2.0, ResourceClass::Bucket),
    row("UnauthorizedAccess:S3/TorIPCaller", 8.0, ResourceClass::Bucket),
    row("Backdoor:Lambda/C&CActivity.B", 8.0, ResourceClass::Function),
    row("CryptoCurrency:Lambda/BitcoinTool.B", 8.0, ResourceClass::Function),
    row("UnauthorizedAccess:Lambda/TorClient", 8.0, ResourceClass::Function),
    row("CryptoCurrency:Runtime/BitcoinTool.B", 8.0, ResourceClass::Runtime),
    row("DefenseEvasion:Runtime/FilelessExecution", 5.0, ResourceClass::Runtime),
    row("Execution:Runtime/NewBinaryExecuted", 5.0, ResourceClass::Runtime),
    row("Execution:Runtime/ReverseShell", 8.0, ResourceClass::Runtime),
    row("Impact:Runtime/CryptoMinerExecuted", 8.0, ResourceClass::Runtime),
    row("PrivilegeEscalation:Runtime/DockerSocketAccessed", 5.0, ResourceClass::Runtime),
    row("CredentialAccess:Kubernetes/MaliciousIPCaller", 8.0, ResourceClass::Cluster),
    row("Discovery:Kubernetes/TorIPCaller", 5.0, ResourceClass::Cluster),
    row("Execution:Kubernetes/ExecInKubeSystemPod", 5.0, ResourceClass::Cluster),
    row("Policy:Kubernetes/AnonymousAccessGranted", 8.0, ResourceClass::Cluster),
    row("CredentialAccess:RDS/AnomalousBehavior.FailedLogin", 2.0, ResourceClass::Database),
    row("CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce", 8.0, ResourceClass::Database),
    row("Discovery:RDS/MaliciousIPCaller", 5.0, ResourceClass::Database),
];

/// Controls with their severity.
pub const CONTROLS: &[ControlRow] = &[
    control("S3.1", 2.0, "AwsAccount"),
    control("S3.2", 9.5, "AwsS3Bucket"),
    control("S3.5", 5.0, "AwsS3Bucket"),
    control("S3.8", 8.0, "AwsS3Bucket"),
    control("S3.9", 5.0, "AwsS3Bucket"),
    control("EC2.2", 8.0, "AwsEc2SecurityGroup"),
    control("EC2.6", 5.0, "AwsEc2Vpc"),
    control("EC2.8", 8.0, "AwsEc2Instance"),
    control("EC2.13", 8.0, "AwsEc2SecurityGroup"),
    control("EC2.18", 8.0, "AwsEc2SecurityGroup"),
    control("EC2.19", 9.5, "AwsEc2SecurityGroup"),
    control("IAM.3", 5.0, "AwsIamUser"),
    control("IAM.8", 5.0, "AwsIamUser"),
    control("IAM.22", 5.0, "AwsIamUser"),
    control("RDS.2", 9.5, "AwsRdsDbInstance"),
    control("RDS.8", 2.0, "AwsRdsDbInstance"),
    control("Lambda.1", 9.5, "AwsLambdaFunction"),
    control("KMS.4", 5.0, "AwsKmsKey"),
    control("CloudTrail.1", 8.0, "AwsAccount"),
    control("CloudTrail.4", 2.0, "AwsCloudTrailTrail"),
    control("SNS.1", 2.0, "AwsSnsTopic"),
    control("SQS.1", 5.0, "AwsSqsQueue"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_every_row_follows_from_its_name() {
        for row in TYPES {
            assert_eq!(class_of(row.name), row.class, "{}", row.name);
        }
    }

    #[test]
    fn there_are_enough_types_and_controls_and_none_twice() {
        let mut names: Vec<_> = TYPES.iter().map(|row| row.name).collect();
        names.extend(CONTROLS.iter().map(|row| row.id));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TYPES.len() + CONTROLS.len());
        assert!(TYPES.len() >= 40 && CONTROLS.len() >= 20);
    }
}
