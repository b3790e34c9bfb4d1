//! What a record is counted as: `SecurityEvent_<type>`, of a closed list. The type of a finding is written by others,
//! so it chooses among our names and never becomes one.

use soc_domain::finding::{Finding, FindingClass};
use soc_domain::finding_type::FindingType;
use soc_domain::wire::{Content, Event, EventContent};

/// GuardDuty's purposes, and the metrics that count them.
const PURPOSES: [(&str, &str); 19] = [
    ("AttackSequence", "SecurityEvent_AttackSequence"),
    ("Backdoor", "SecurityEvent_Backdoor"),
    ("Behavior", "SecurityEvent_Behavior"),
    ("CredentialAccess", "SecurityEvent_CredentialAccess"),
    ("CryptoCurrency", "SecurityEvent_CryptoCurrency"),
    ("DefenseEvasion", "SecurityEvent_DefenseEvasion"),
    ("Discovery", "SecurityEvent_Discovery"),
    ("Execution", "SecurityEvent_Execution"),
    ("Exfiltration", "SecurityEvent_Exfiltration"),
    ("Impact", "SecurityEvent_Impact"),
    ("InitialAccess", "SecurityEvent_InitialAccess"),
    ("PenTest", "SecurityEvent_PenTest"),
    ("Persistence", "SecurityEvent_Persistence"),
    ("Policy", "SecurityEvent_Policy"),
    ("PrivilegeEscalation", "SecurityEvent_PrivilegeEscalation"),
    ("Recon", "SecurityEvent_Recon"),
    ("Stealth", "SecurityEvent_Stealth"),
    ("Trojan", "SecurityEvent_Trojan"),
    ("UnauthorizedAccess", "SecurityEvent_UnauthorizedAccess"),
];

/// The metric that counts what was read; none for an event that says nothing of security.
#[must_use]
pub fn metric(content: &Content) -> Option<&'static str> {
    match content {
        Content::Finding(finding, _) => Some(of_finding(finding)),
        Content::Event(event) => of_event(event),
    }
}

fn of_finding(finding: &Finding) -> &'static str {
    if finding.sample {
        return "SecurityEvent_Test";
    }
    match finding.class {
        FindingClass::Threat => {
            let purpose = FindingType::parse(&finding.kind).purpose;
            let known = PURPOSES.iter().find(|(name, _)| *name == purpose);
            known.map_or("SecurityEvent_Threat", |(_, metric)| metric)
        }
        FindingClass::Control => "SecurityEvent_Control",
        FindingClass::Vulnerability => "SecurityEvent_Vulnerability",
        FindingClass::Other => "SecurityEvent_Other",
    }
}

/// A sign-in to the console that failed.
fn of_event(event: &Event) -> Option<&'static str> {
    match &event.content {
        EventContent::CloudTrail(record)
            if record.name == "ConsoleLogin" && record.sign_in.as_deref() == Some("Failure") =>
        {
            Some("SecurityEvent_AuthenticationFailure")
        }
        EventContent::CloudTrail(_)
        | EventContent::ModelInvocation(_)
        | EventContent::InsightResults(_)
        | EventContent::Other => None,
    }
}
