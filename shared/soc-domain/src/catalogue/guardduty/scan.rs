//! Finding types that a malware scan or the joining of several signals gives.

use super::{CRITICAL, GuardDutyType, VARIES, row};
use crate::catalogue::ResourceClass::{AttackSequence, Malware};

pub(super) const TYPES: &[GuardDutyType] = &[
    row("AttackSequence:EC2/CompromisedInstanceGroup", CRITICAL, AttackSequence, "", &[]),
    row("AttackSequence:ECS/CompromisedCluster", CRITICAL, AttackSequence, "", &[]),
    row("AttackSequence:EKS/CompromisedCluster", CRITICAL, AttackSequence, "", &[]),
    row("AttackSequence:IAM/CompromisedCredentials", CRITICAL, AttackSequence, "", &[]),
    row("AttackSequence:S3/CompromisedData", CRITICAL, AttackSequence, "", &[]),
    row("Execution:Container/MaliciousFile", VARIES, Malware, "Execution", &[]),
    row("Execution:Container/SuspiciousFile", VARIES, Malware, "Execution", &[]),
    row("Execution:EC2/MaliciousFile", VARIES, Malware, "Execution", &[]),
    row("Execution:EC2/MaliciousFile!AMI", VARIES, Malware, "Execution", &[]),
    row("Execution:EC2/MaliciousFile!RecoveryPoint", VARIES, Malware, "Execution", &[]),
    row("Execution:EC2/MaliciousFile!Snapshot", VARIES, Malware, "Execution", &[]),
    row("Execution:EC2/SuspiciousFile", VARIES, Malware, "Execution", &[]),
    row("Execution:ECS/MaliciousFile", VARIES, Malware, "Execution", &[]),
    row("Execution:ECS/SuspiciousFile", VARIES, Malware, "Execution", &[]),
    row("Execution:Kubernetes/MaliciousFile", VARIES, Malware, "Execution", &[]),
    row("Execution:Kubernetes/SuspiciousFile", VARIES, Malware, "Execution", &[]),
    row("Execution:S3/MaliciousFile!RecoveryPoint", VARIES, Malware, "Execution", &[]),
];
