//! GuardDuty's finding types, taken apart: `Purpose:Resource/Family.Mechanism!Variant`
//! ("GuardDuty finding format", Amazon GuardDuty User Guide). An unknown type still has a purpose and a
//! resource class; a text of another form has neither, and no decision fails for it.

use crate::catalogue::ResourceClass;

/// The parts of a finding type; absent parts are empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FindingType<'a> {
    /// What the activity is for: `Recon`, `CryptoCurrency`, ...
    pub purpose: &'a str,
    /// What is affected: `EC2`, `IAMUser`, `S3`, `Runtime`, ...
    pub resource: &'a str,
    /// The family: `BitcoinTool`, `PortProbeUnprotectedPort`, ...
    pub family: &'a str,
    /// How it was detected: `B`, `Custom`, `Reputation`, ...
    pub mechanism: &'a str,
    /// The artifact: `DNS`, ...
    pub variant: &'a str,
}

impl<'a> FindingType<'a> {
    /// Takes a type apart.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let Some((purpose, rest)) = text.split_once(':') else { return Self::default() };
        let Some((resource, rest)) = rest.split_once('/') else { return Self::default() };
        let (rest, variant) = rest.split_once('!').unwrap_or((rest, ""));
        let (family, mechanism) = rest.split_once('.').unwrap_or((rest, ""));
        Self { purpose, resource, family, mechanism, variant }
    }

    /// The ATT&CK tactic that the purpose stands for, where it stands for one.
    #[must_use]
    pub fn tactic(&self) -> Option<&'static str> {
        Some(match self.purpose {
            "Recon" => "Reconnaissance",
            "Discovery" | "PenTest" => "Discovery",
            "InitialAccess" | "UnauthorizedAccess" => "Initial Access",
            "Execution" => "Execution",
            "Persistence" => "Persistence",
            "PrivilegeEscalation" => "Privilege Escalation",
            "DefenseEvasion" | "Stealth" => "Defense Evasion",
            "CredentialAccess" => "Credential Access",
            "Backdoor" | "Trojan" => "Command and Control",
            "Exfiltration" => "Exfiltration",
            "Impact" | "CryptoCurrency" => "Impact",
            _ => return None,
        })
    }

    /// What the type is about, by its purpose and family, else by its resource.
    #[must_use]
    pub fn class(&self) -> ResourceClass {
        match (self.purpose, self.family) {
            ("AttackSequence", _) => ResourceClass::AttackSequence,
            ("Execution", "MaliciousFile" | "SuspiciousFile") => ResourceClass::Malware,
            _ => self.resource_class(),
        }
    }

    /// What the resource in the type's name is; also that of a scan, of a sequence and of a type that is not
    /// listed.
    #[must_use]
    pub fn resource_class(&self) -> ResourceClass {
        match self.resource {
            "EC2" => ResourceClass::Instance,
            "Runtime" | "Container" => ResourceClass::Runtime,
            "IAMUser" | "IAM" => ResourceClass::AccessKey,
            "S3" | "S3Object" => ResourceClass::Bucket,
            "Lambda" => ResourceClass::Function,
            "Kubernetes" | "EKS" => ResourceClass::Cluster,
            "ECS" => ResourceClass::Tasks,
            "RDS" => ResourceClass::Database,
            _ => ResourceClass::Other,
        }
    }

    /// Somebody knocks from outside and nothing says that a door opened.
    #[must_use]
    pub fn is_inbound_probe(&self) -> bool {
        matches!(self.family, "PortProbeUnprotectedPort" | "PortProbeEMRUnprotectedPort" | "Portscan")
            || self.family.ends_with("BruteForce")
    }

    /// The product saw something that has hardly any harmless reason: known bad peers, miners, malware.
    #[must_use]
    pub fn is_known_bad(&self) -> bool {
        matches!(self.purpose, "Backdoor" | "CryptoCurrency" | "Trojan")
            || [
                "C&CActivity",
                "MaliciousFile",
                "InstanceCredentialExfiltration",
                "ReverseShell",
                "BitcoinTool",
            ]
            .iter()
            .any(|family| self.family.starts_with(family))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_five_parts_are_found() {
        let parts = FindingType::parse("Backdoor:EC2/C&CActivity.B!DNS");
        let expected = FindingType {
            purpose: "Backdoor",
            resource: "EC2",
            family: "C&CActivity",
            mechanism: "B",
            variant: "DNS",
        };
        assert_eq!(parts, expected);
        assert!(parts.is_known_bad());
        assert_eq!(parts.tactic(), Some("Command and Control"));
    }

    #[test]
    fn a_text_of_another_form_has_no_parts() {
        assert_eq!(FindingType::parse("Recon:EC2 PortProbeUnprotectedPort"), FindingType::default());
        assert_eq!(FindingType::parse("IAM.3"), FindingType::default());
    }
}
