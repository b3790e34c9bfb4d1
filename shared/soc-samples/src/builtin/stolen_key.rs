//! The first attack: the key of a release user, used from a Tor exit.

use super::cast::{DEV, RELEASE_BOT, call, guardduty, remote};
use super::{Entry, Story, at};
use crate::sample::{Sample, Sequence, Signal, Target};
use crate::wire::Form;

/// The address from which the key is used.
const TOR_EXIT: &str = "203.0.113.66";

/// One step: what GuardDuty called it, and the API call behind it.
struct Step {
    kind: &'static str,
    score: f64,
    minute: u64,
    service: &'static str,
    call: &'static str,
    form: Form,
}

const fn step(kind: &'static str, score: f64, minute: u64, form: Form) -> Step {
    Step { kind, score, minute, service: "iam", call: "ListUsers", form }
}

const STEPS: [Step; 8] = [
    Step { call: "ListAccessKeys", ..step("Recon:IAMUser/TorIPCaller", 5.0, 10, Form::GuardDutyEvent) },
    Step {
        service: "sts",
        call: "GetCallerIdentity",
        ..step("UnauthorizedAccess:IAMUser/TorIPCaller", 5.0, 12, Form::GuardDutyEvent)
    },
    step("Discovery:IAMUser/AnomalousBehavior", 2.0, 18, Form::OcsfEvent),
    Step {
        service: "secretsmanager",
        call: "GetSecretValue",
        ..step("CredentialAccess:IAMUser/AnomalousBehavior", 5.0, 25, Form::AsffEvent)
    },
    Step {
        call: "CreateAccessKey",
        ..step("Persistence:IAMUser/AnomalousBehavior", 5.0, 31, Form::GuardDutyEvent)
    },
    Step {
        call: "AttachUserPolicy",
        ..step("PrivilegeEscalation:IAMUser/AnomalousBehavior", 5.0, 36, Form::GuardDutyEvent)
    },
    Step {
        service: "cloudtrail",
        call: "StopLogging",
        ..step("Stealth:IAMUser/CloudTrailLoggingDisabled", 2.0, 44, Form::GuardDutyEvent)
    },
    Step {
        service: "ec2",
        call: "DeleteFlowLogs",
        ..step("DefenseEvasion:IAMUser/AnomalousBehavior", 5.0, 47, Form::AsffEvent)
    },
];

/// The steps and the attack sequence that joins them.
pub(super) fn entries() -> Vec<Entry> {
    let mut all: Vec<Entry> = STEPS.iter().map(entry).collect();
    let signals = all.iter().map(|entry| signal(&entry.sample)).collect();
    all.push(Entry { story: Story::StolenKey, sample: sequence(signals), form: Form::GuardDutyEvent });
    all
}

fn by_the_user(sample: Sample) -> Sample {
    Sample {
        account: DEV.to_owned(),
        targets: vec![Target::AccessKey],
        principal: Some(RELEASE_BOT.principal()),
        remote: Some(remote(TOR_EXIT, Some("Tor Exit Node"))),
        ..sample
    }
}

fn entry(step: &Step) -> Entry {
    let title =
        format!("API {} was invoked by {} from Tor exit node {TOR_EXIT}.", step.call, RELEASE_BOT.name);
    let sample = Sample {
        act: call(step.service, step.call),
        ..by_the_user(guardduty(step.kind, step.score, step.minute, &title))
    };
    Entry { story: Story::StolenKey, sample, form: step.form }
}

fn signal(sample: &Sample) -> Signal {
    Signal {
        id: sample.id.clone(),
        kind: sample.kind.clone(),
        score: sample.score,
        first_seen: sample.first_seen,
        last_seen: sample.last_seen,
    }
}

fn sequence(signals: Vec<Signal>) -> Sample {
    let title =
        format!("Potential credential compromise of IAMUser/{} by a sequence of actions.", RELEASE_BOT.name);
    Sample {
        first_seen: at(10),
        sequence: Some(Sequence {
            signals,
            tactics: vec![
                "Discovery",
                "Credential Access",
                "Persistence",
                "Privilege Escalation",
                "Defense Evasion",
            ],
            techniques: vec!["T1087.004", "T1552", "T1098.001", "T1098.003", "T1562.008"],
            calls: vec!["iam:CreateAccessKey", "iam:AttachUserPolicy", "cloudtrail:StopLogging"],
        }),
        ..by_the_user(guardduty("AttackSequence:IAM/CompromisedCredentials", 9.3, 58, &title))
    }
}
