//! The ATT&CK techniques that an analysis may name: the cloud (`IaaS`) matrix of MITRE ATT&CK Enterprise v18
//! and what GuardDuty reports beyond it. A technique that is not here is struck from an answer and counted.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::incident::tactics_of;

/// The tactics of ATT&CK Enterprise v18, in the order of its matrix.
pub const TACTICS: [&str; 14] = [
    "Reconnaissance",
    "Resource Development",
    "Initial Access",
    "Execution",
    "Persistence",
    "Privilege Escalation",
    "Defense Evasion",
    "Credential Access",
    "Discovery",
    "Lateral Movement",
    "Collection",
    "Command and Control",
    "Exfiltration",
    "Impact",
];

type Technique = (&'static str, &'static str, &'static [&'static str]);

/// Technique ids with their names and the tactics that they serve, sorted by id.
const TECHNIQUES: [Technique; 68] = [
    ("T1016", "System Network Configuration Discovery", &["Discovery"]),
    ("T1018", "Remote System Discovery", &["Discovery"]),
    ("T1020", "Automated Exfiltration", &["Exfiltration"]),
    ("T1021", "Remote Services", &["Lateral Movement"]),
    ("T1027", "Obfuscated Files or Information", &["Defense Evasion"]),
    ("T1029", "Scheduled Transfer", &["Exfiltration"]),
    ("T1036", "Masquerading", &["Defense Evasion"]),
    ("T1041", "Exfiltration Over C2 Channel", &["Exfiltration"]),
    ("T1046", "Network Service Discovery", &["Discovery"]),
    ("T1048", "Exfiltration Over Alternative Protocol", &["Exfiltration"]),
    ("T1049", "System Network Connections Discovery", &["Discovery"]),
    ("T1053", "Scheduled Task/Job", &["Execution", "Persistence", "Privilege Escalation"]),
    ("T1055", "Process Injection", &["Privilege Escalation", "Defense Evasion"]),
    ("T1059", "Command and Scripting Interpreter", &["Execution"]),
    ("T1068", "Exploitation for Privilege Escalation", &["Privilege Escalation"]),
    ("T1069", "Permission Groups Discovery", &["Discovery"]),
    ("T1070", "Indicator Removal", &["Defense Evasion"]),
    ("T1071", "Application Layer Protocol", &["Command and Control"]),
    ("T1074", "Data Staged", &["Collection"]),
    (
        "T1078",
        "Valid Accounts",
        &["Initial Access", "Persistence", "Privilege Escalation", "Defense Evasion"],
    ),
    ("T1082", "System Information Discovery", &["Discovery"]),
    ("T1087", "Account Discovery", &["Discovery"]),
    ("T1090", "Proxy", &["Command and Control"]),
    ("T1095", "Non-Application Layer Protocol", &["Command and Control"]),
    ("T1098", "Account Manipulation", &["Persistence", "Privilege Escalation"]),
    ("T1105", "Ingress Tool Transfer", &["Command and Control"]),
    ("T1110", "Brute Force", &["Credential Access"]),
    ("T1119", "Automated Collection", &["Collection"]),
    ("T1133", "External Remote Services", &["Initial Access", "Persistence"]),
    ("T1136", "Create Account", &["Persistence"]),
    ("T1189", "Drive-by Compromise", &["Initial Access"]),
    ("T1190", "Exploit Public-Facing Application", &["Initial Access"]),
    ("T1199", "Trusted Relationship", &["Initial Access"]),
    ("T1201", "Password Policy Discovery", &["Discovery"]),
    ("T1204", "User Execution", &["Execution"]),
    ("T1485", "Data Destruction", &["Impact"]),
    ("T1486", "Data Encrypted for Impact", &["Impact"]),
    ("T1490", "Inhibit System Recovery", &["Impact"]),
    ("T1491", "Defacement", &["Impact"]),
    ("T1496", "Resource Hijacking", &["Impact"]),
    ("T1498", "Network Denial of Service", &["Impact"]),
    ("T1499", "Endpoint Denial of Service", &["Impact"]),
    ("T1518", "Software Discovery", &["Discovery"]),
    ("T1525", "Implant Internal Image", &["Persistence"]),
    ("T1526", "Cloud Service Discovery", &["Discovery"]),
    ("T1528", "Steal Application Access Token", &["Credential Access"]),
    ("T1530", "Data from Cloud Storage", &["Collection"]),
    ("T1531", "Account Access Removal", &["Impact"]),
    ("T1535", "Unused/Unsupported Cloud Regions", &["Defense Evasion"]),
    ("T1537", "Transfer Data to Cloud Account", &["Exfiltration"]),
    ("T1538", "Cloud Service Dashboard", &["Discovery"]),
    ("T1546", "Event Triggered Execution", &["Persistence", "Privilege Escalation"]),
    ("T1548", "Abuse Elevation Control Mechanism", &["Privilege Escalation", "Defense Evasion"]),
    ("T1550", "Use Alternate Authentication Material", &["Defense Evasion", "Lateral Movement"]),
    ("T1552", "Unsecured Credentials", &["Credential Access"]),
    ("T1556", "Modify Authentication Process", &["Persistence", "Defense Evasion", "Credential Access"]),
    ("T1562", "Impair Defenses", &["Defense Evasion"]),
    ("T1565", "Data Manipulation", &["Impact"]),
    ("T1566", "Phishing", &["Initial Access"]),
    ("T1567", "Exfiltration Over Web Service", &["Exfiltration"]),
    ("T1568", "Dynamic Resolution", &["Command and Control"]),
    ("T1571", "Non-Standard Port", &["Command and Control"]),
    ("T1578", "Modify Cloud Compute Infrastructure", &["Defense Evasion"]),
    ("T1580", "Cloud Infrastructure Discovery", &["Discovery"]),
    ("T1595", "Active Scanning", &["Reconnaissance"]),
    ("T1611", "Escape to Host", &["Privilege Escalation"]),
    ("T1619", "Cloud Storage Object Discovery", &["Discovery"]),
    ("T1622", "Debugger Evasion", &["Defense Evasion", "Discovery"]),
];

/// The name of a technique, by its id or that of one of its sub-techniques (`T1078`, `T1078.004`).
#[must_use]
pub fn technique_name(id: &str) -> Option<&'static str> {
    let (parent, sub) = id.split_once('.').map_or((id, None), |(parent, sub)| (parent, Some(sub)));
    if sub.is_some_and(|sub| sub.len() != 3 || !sub.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    listed(parent).map(|(_, name, _)| *name)
}

/// The tactics that a technique serves, in the order of the matrix; none for one that is not listed.
#[must_use]
pub fn tactics_of_technique(id: &str) -> &'static [&'static str] {
    let parent = id.split_once('.').map_or(id, |(parent, _sub)| parent);
    listed(parent).map_or(&[], |(_, _, tactics)| tactics)
}

fn listed(parent: &str) -> Option<&'static Technique> {
    let found = TECHNIQUES.binary_search_by_key(&parent, |(known, _, _)| known).ok()?;
    TECHNIQUES.get(found)
}

/// One field of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The tactic's name; empty where neither the finding nor the matrix says one.
    pub tactic: String,
    /// The technique's id; empty for a tactic without one. As findings write it: hostile.
    pub technique: String,
}

/// The fields of the matrix that a finding stands in, each once.
///
/// A finding names tactics and techniques, but not which belongs to which. A technique stands under those of the
/// finding's tactics that it serves; if it serves none of them, or the finding names none, under the first that it serves;
/// if it is not listed, under the finding's first. A tactic that none of the finding's techniques serves stands alone.
#[must_use]
pub fn marks_of(finding: &Finding) -> BTreeSet<Mark> {
    let tactics: BTreeSet<&str> = tactics_of(finding).filter(|tactic| !tactic.is_empty()).collect();
    let mut marks = BTreeSet::new();
    let mut mark = |tactic: &str, technique: &str| {
        marks.insert(Mark { tactic: tactic.to_owned(), technique: technique.to_owned() });
    };
    let mut alone = tactics.clone();
    for technique in finding.techniques.iter().filter(|technique| !technique.is_empty()) {
        let serves = tactics_of_technique(technique);
        let mut stands = false;
        for tactic in serves.iter().filter(|tactic| tactics.contains(**tactic)) {
            mark(tactic, technique);
            alone.remove(tactic);
            stands = true;
        }
        if !stands {
            let first = serves.first().or(tactics.first());
            mark(first.copied().unwrap_or_default(), technique);
            first.map(|tactic| alone.remove(tactic));
        }
    }
    for tactic in alone {
        mark(tactic, "");
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_technique_serves_tactics_of_the_matrix_in_its_order() {
        for (id, _, tactics) in TECHNIQUES {
            let places: Vec<_> =
                tactics.iter().map(|tactic| TACTICS.iter().position(|known| known == tactic)).collect();
            assert!(!places.is_empty() && places.iter().all(Option::is_some), "{id}: {tactics:?}");
            assert!(places.is_sorted(), "{id}: {tactics:?}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_finds_sub_techniques() {
        assert!(TECHNIQUES.is_sorted_by_key(|(id, _, _)| *id));
        assert_eq!(technique_name("T1078.004"), Some("Valid Accounts"));
        for unknown in ["T9999", "T1078.4", "T1078.abc", "", "valid accounts"] {
            assert_eq!(technique_name(unknown), None, "{unknown}");
        }
    }
}
