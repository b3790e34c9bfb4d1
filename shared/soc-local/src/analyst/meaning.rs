//! What GuardDuty's finding types mean, in our words, with the ATT&CK techniques that they stand for.
//!
//! Sources: "GuardDuty finding types", Amazon GuardDuty User Guide; technique descriptions at attack.mitre.org
//! (Enterprise, cloud platforms). A type that is not here is described by its purpose, and an unknown purpose
//! by nothing but its name.

use soc_domain::finding::{Compliance, Finding, FindingClass};
use soc_domain::finding_type::FindingType;

/// What one group of finding types means.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    /// `Purpose:Resource/Part`: no resource stands for every one, and the part is anywhere in what follows.
    pattern: &'static str,
    /// A clause that stands after the time.
    says: &'static str,
    techniques: &'static [&'static str],
}

const fn row(pattern: &'static str, says: &'static str, techniques: &'static [&'static str]) -> Meaning {
    Meaning { pattern, says, techniques }
}

/// The first row that fits counts.
const MEANINGS: &[Meaning] = &[
    row(
        "AttackSequence:/CompromisedCredentials",
        "credentials were stolen and used in several steps",
        &["T1078.004"],
    ),
    row(
        "AttackSequence:/CompromisedData",
        "stored data was reached and taken or destroyed in several steps",
        &["T1078.004", "T1530", "T1485"],
    ),
    row("AttackSequence:/", "several signals form one attack", &[]),
    row("Backdoor:/C&CActivity", "the resource spoke to a command and control server", &["T1071"]),
    row("Backdoor:/DenialOfService", "the resource took part in a denial of service", &["T1498"]),
    row("Backdoor:/Spambot", "the resource sent spam", &["T1496"]),
    row("Backdoor:/", "the resource behaved as if somebody else controlled it", &["T1071"]),
    row("Behavior:/", "the traffic of the resource was unlike what is usual for it", &["T1095"]),
    row(
        "CredentialAccess:RDS/SuccessfulBruteForce",
        "a database login succeeded after many guesses",
        &["T1110", "T1078"],
    ),
    row("CredentialAccess:RDS/FailedLogin", "database logins were tried and failed", &["T1110"]),
    row(
        "CredentialAccess:RDS/SuccessfulLogin",
        "somebody logged in to a database in an unusual way or from a suspicious place",
        &["T1078"],
    ),
    row(
        "CredentialAccess:Kubernetes/",
        "secrets of a cluster were sought in an unusual way or from a suspicious place",
        &["T1552.007"],
    ),
    row(
        "CredentialAccess:/AnomalousBehavior",
        "credentials or secrets were sought in an unusual way",
        &["T1552"],
    ),
    row("CredentialAccess:/", "credentials were sought from a suspicious place", &["T1552"]),
    row("CryptoCurrency:/", "the resource spoke to the network of a crypto-currency", &["T1496"]),
    row("DefenseEvasion:/ProcessInjection", "one process wrote into another", &["T1055"]),
    row("DefenseEvasion:/FilelessExecution", "a program ran from memory only", &["T1027"]),
    row("DefenseEvasion:/Unusual", "name resolution went round the usual servers", &["T1071.004"]),
    row("DefenseEvasion:Runtime/KernelModuleLoaded", "a module was loaded into the kernel", &[]),
    row("DefenseEvasion:Runtime/PtraceAntiDebugging", "a program guarded itself against being watched", &[]),
    row(
        "DefenseEvasion:Runtime/SuspiciousCommand",
        "a command ran that hides tracks or weakens monitoring",
        &["T1562"],
    ),
    row(
        "DefenseEvasion:IAMUser/BedrockLoggingDisabled",
        "the logging of model calls was switched off",
        &["T1562.008"],
    ),
    row(
        "DefenseEvasion:/",
        "calls that weaken monitoring or controls were made in an unusual way",
        &["T1562"],
    ),
    row(
        "Discovery:S3/",
        "buckets or objects were listed in an unusual way or from a suspicious place",
        &["T1619"],
    ),
    row("Discovery:RDS/", "a database was probed from a suspicious place", &["T1046"]),
    row("Discovery:Runtime/", "a command ran that explores the host", &["T1082"]),
    row(
        "Discovery:Kubernetes/",
        "a cluster was explored in an unusual way or from a suspicious place",
        &["T1580"],
    ),
    row("Discovery:/MaliciousIPCaller", "resources were listed from an address of ill repute", &["T1580"]),
    row("Discovery:/", "resources were listed in an unusual way", &["T1580", "T1526"]),
    row("Execution:/ReverseShell", "a shell was handed to a remote address", &["T1059"]),
    row("Execution:/SuspiciousFile", "a suspicious file was found", &["T1204"]),
    row("Execution:Kubernetes/WorkloadDeployed", "a workload was started in an unusual way", &[]),
    row("Execution:Kubernetes/Exec", "a command ran inside a pod in an unusual way", &["T1059"]),
    row("Execution:/Malicious", "a malicious file was found or run", &["T1204"]),
    row("Execution:/", "a program or command ran that is not usual here", &["T1059"]),
    row("Exfiltration:IAMUser/", "data was taken out with calls that are not usual", &["T1537"]),
    row(
        "Exfiltration:/",
        "data was read from storage in an unusual way or from a suspicious place",
        &["T1530"],
    ),
    row("Impact:/PortSweep", "the resource tried one port on many addresses", &["T1046"]),
    row("Impact:/WinRMBruteForce", "the resource guessed passwords of others", &["T1110"]),
    row(
        "Impact:/BitcoinDomainRequest",
        "the resource asked for a domain of crypto-currency miners",
        &["T1496"],
    ),
    row("Impact:/CryptoMiner", "a miner ran on the resource", &["T1496"]),
    row("Impact:S3/Permission", "permissions on storage were changed in an unusual way", &[]),
    row(
        "Impact:Kubernetes/",
        "resources of a cluster were changed from a suspicious place or without a login",
        &["T1485"],
    ),
    row(
        "Impact:/AnomalousBehavior",
        "data or resources were changed or deleted in an unusual way",
        &["T1485"],
    ),
    row(
        "Impact:/MaliciousIPCaller",
        "data or resources were changed from an address of ill repute",
        &["T1485"],
    ),
    row("Impact:/", "the resource asked for domains of ill repute or was used to do harm", &["T1071"]),
    row("InitialAccess:/", "somebody got in, or tried to, in an unusual way", &["T1078"]),
    row("Object:/", "a malicious object was found in storage", &["T1204"]),
    row("PenTest:/", "calls came from a machine with penetration-testing tools", &["T1078.004", "T1580"]),
    row("Persistence:Runtime/", "a command ran that sets up access that lasts", &[]),
    row(
        "Persistence:Kubernetes/ContainerWithSensitiveMount",
        "a container was started with a sensitive folder of its host",
        &["T1611"],
    ),
    row("Persistence:/", "access that lasts was set up in an unusual way", &["T1098"]),
    row("Policy:/RootCredentialUsage", "the root user was used", &["T1078.004"]),
    row("Policy:/DashboardExposed", "an administration page was opened to the internet", &["T1133"]),
    row("Policy:/ExposedDashboard", "an administration page was opened to the internet", &["T1133"]),
    row("Policy:/", "a setting that protects the resource was weakened", &[]),
    row("PrivilegeEscalation:/ContainerMounts", "a container reached for its host", &["T1611"]),
    row("PrivilegeEscalation:/DockerSocket", "a container reached for its host", &["T1611"]),
    row("PrivilegeEscalation:/RuncContainerEscape", "a container broke out to its host", &["T1611"]),
    row("PrivilegeEscalation:/CGroups", "a container reached for its host", &["T1611"]),
    row(
        "PrivilegeEscalation:/PrivilegedContainer",
        "a container was started with the rights of its host",
        &["T1611"],
    ),
    row("PrivilegeEscalation:Runtime/ElevationToRoot", "a process made itself root", &["T1548"]),
    row(
        "PrivilegeEscalation:Runtime/",
        "a program or command tried to get higher rights on the host",
        &["T1068"],
    ),
    row("PrivilegeEscalation:/", "higher rights were obtained in an unusual way", &["T1098"]),
    row("Recon:/PortProbe", "an open port was probed from outside", &["T1595"]),
    row("Recon:/Portscan", "the resource scanned ports of others", &["T1046"]),
    row("Recon:/", "the account was explored from a suspicious place", &["T1580"]),
    row("Stealth:/CloudTrailLoggingDisabled", "the recording of API calls was switched off", &["T1562.008"]),
    row("Stealth:/PasswordPolicyChange", "the password policy was weakened", &["T1556"]),
    row("Stealth:/", "logging was switched off or reduced", &["T1562.008"]),
    row("Trojan:/DNSDataExfiltration", "data left in DNS requests", &["T1048"]),
    row("Trojan:/DGADomainRequest", "the resource asked for machine-made domain names", &["T1568.002"]),
    row("Trojan:/DropPoint", "the resource spoke to a place where stolen data is put", &["T1041"]),
    row("Trojan:/PhishingDomainRequest", "the resource asked for a domain used for phishing", &["T1566"]),
    row("Trojan:/", "the resource behaved as if malware ran on it", &["T1071"]),
    row(
        "UnauthorizedAccess:/InstanceCredentialExfiltration",
        "credentials of an instance were used elsewhere",
        &["T1552.005", "T1078.004"],
    ),
    row(
        "UnauthorizedAccess:/ResourceCredentialExfiltration",
        "credentials of a resource were used elsewhere",
        &["T1552", "T1078.004"],
    ),
    row("UnauthorizedAccess:/SSHBruteForce", "SSH logins were guessed", &["T1110"]),
    row("UnauthorizedAccess:/RDPBruteForce", "RDP logins were guessed", &["T1110"]),
    row("UnauthorizedAccess:/TorIPCaller", "calls came through the Tor network", &["T1090.003", "T1078.004"]),
    row("UnauthorizedAccess:/Tor", "the Tor network was used", &["T1090.003"]),
    row(
        "UnauthorizedAccess:/MetadataDNSRebind",
        "the instance metadata was asked for by a trick with DNS",
        &["T1552.005"],
    ),
    row(
        "UnauthorizedAccess:/ConsoleLogin",
        "somebody signed in to the console in an unusual way",
        &["T1078.004"],
    ),
    row(
        "UnauthorizedAccess:EC2/MaliciousIPCaller",
        "the resource spoke with an address on a threat list",
        &["T1071"],
    ),
    row(
        "UnauthorizedAccess:Lambda/MaliciousIPCaller",
        "the resource spoke with an address on a threat list",
        &["T1071"],
    ),
    row("UnauthorizedAccess:/MaliciousIPCaller", "calls came from an address of ill repute", &["T1078.004"]),
    row("UnauthorizedAccess:/", "somebody without the right to it used the resource", &["T1078"]),
];

/// What a finding says, and the techniques that it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) says: &'static str,
    pub(super) techniques: &'static [&'static str],
}

/// Reads a finding: threats by their type, everything else by its class.
pub(super) fn reading(finding: &Finding) -> Reading {
    let plain = |says| Reading { says, techniques: &[] };
    match finding.class {
        FindingClass::Control if finding.compliance == Some(Compliance::Passed) => plain("a control passed"),
        FindingClass::Control => plain("a control found a setting that is not as it should be"),
        FindingClass::Vulnerability => plain("software with a known weakness was found"),
        FindingClass::Threat | FindingClass::Other => threat(&finding.kind),
    }
}

fn threat(kind: &str) -> Reading {
    let given = FindingType::parse(kind);
    let rest = kind.split_once('/').map_or("", |(_, rest)| rest);
    match MEANINGS.iter().find(|row| row.fits(&given, rest)) {
        Some(row) => Reading { says: row.says, techniques: row.techniques },
        None => Reading { says: "the product reported something that we have no words for", techniques: &[] },
    }
}

impl Meaning {
    /// `rest` is what follows the first slash of the type.
    fn fits(&self, given: &FindingType<'_>, rest: &str) -> bool {
        let Some((purpose, after)) = self.pattern.split_once(':') else { return false };
        if given.purpose.is_empty() || purpose != given.purpose {
            return false;
        }
        let (resource, family) = after.split_once('/').unwrap_or((after, ""));
        (resource.is_empty() || resource == given.resource) && rest.contains(family)
    }
}

#[cfg(test)]
mod tests {
    use soc_domain::attack::technique_name;

    use super::*;

    #[test]
    fn every_technique_of_the_table_exists() {
        for row in MEANINGS {
            for id in row.techniques {
                assert!(technique_name(id).is_some(), "{id} of {row:?}");
            }
        }
    }

    #[test]
    fn no_row_is_hidden_by_an_earlier_one() {
        for (index, row) in MEANINGS.iter().enumerate() {
            let given = FindingType::parse(row.pattern);
            let rest = row.pattern.split_once('/').map_or("", |(_, rest)| rest);
            let first = MEANINGS.iter().position(|other| other.fits(&given, rest));
            assert_eq!(first, Some(index), "{row:?}");
        }
    }

    #[test]
    fn an_unknown_type_still_has_a_reading() {
        for kind in ["", "IAM.3", "NewPurpose:EC2/Something", "Recon:", "/", ":/"] {
            assert!(threat(kind).techniques.is_empty(), "{kind}");
        }
    }
}
