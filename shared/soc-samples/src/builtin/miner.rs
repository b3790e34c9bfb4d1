//! The second attack: a brute force and a miner on a development instance.

use super::cast::{BUILD_RUNNER, DEV, again, connection, guardduty, remote};
use super::{Entry, Story};
use crate::sample::{Act, Direction, Sample};
use crate::wire::Form;

/// Whence the login came and whither the host spoke afterwards.
const INTRUDER: &str = "203.0.113.140";
/// The pool.
const POOL: &str = "203.0.113.141";

/// The findings, and the miner's look-up a second time with a higher count.
pub(super) fn entries() -> Vec<Entry> {
    let mut all = network();
    all.extend(inside());
    let lookup = find(&all, "CryptoCurrency:EC2/BitcoinTool.B!DNS").map(|entry| again(entry, 9, 171));
    all.extend(lookup);
    all
}

fn find<'a>(all: &'a [Entry], kind: &str) -> Option<&'a Entry> {
    all.iter().find(|entry| entry.sample.kind == kind)
}

fn on_the_runner(sample: Sample, form: Form) -> Entry {
    let sample = Sample {
        account: DEV.to_owned(),
        targets: vec![BUILD_RUNNER.target()],
        tags: BUILD_RUNNER.tags.to_vec(),
        ..sample
    };
    Entry { story: Story::CryptoMiner, sample, form }
}

/// What the network showed.
fn network() -> Vec<Entry> {
    let listed = |ip| Some(remote(ip, Some("ProofPoint")));
    let lookup = |kind, minute, domain: &str| Sample {
        act: Act::Dns(domain.to_owned()),
        ..guardduty(kind, 8.0, minute, &format!("The build runner queried the listed domain {domain}."))
    };
    let brute_force = Sample {
        remote: listed(INTRUDER),
        act: connection(Direction::Inbound, 22),
        count: 340,
        ..guardduty(
            "UnauthorizedAccess:EC2/SSHBruteForce",
            2.0,
            120,
            "203.0.113.140 is performing SSH brute force attacks against the build runner.",
        )
    };
    let caller = Sample {
        remote: listed(INTRUDER),
        act: connection(Direction::Outbound, 41_210),
        ..guardduty(
            "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
            5.0,
            131,
            "The build runner is communicating with an address on a custom threat list.",
        )
    };
    let volume = Sample {
        remote: listed(POOL),
        act: connection(Direction::Outbound, 41_880),
        ..guardduty(
            "Behavior:EC2/TrafficVolumeUnusual",
            5.0,
            158,
            "The build runner sends an unusual volume of traffic to one remote host.",
        )
    };
    vec![
        on_the_runner(brute_force, Form::GuardDutyEvent),
        on_the_runner(caller, Form::GuardDutyEvent),
        on_the_runner(
            lookup("CryptoCurrency:EC2/BitcoinTool.B!DNS", 142, "pool.miner.example.com"),
            Form::GuardDutyEvent,
        ),
        on_the_runner(
            lookup("Backdoor:EC2/C&CActivity.B!DNS", 151, "control.miner.example.com"),
            Form::OcsfEvent,
        ),
        on_the_runner(volume, Form::AsffEvent),
    ]
}

/// What the runtime agent saw on the host.
fn inside() -> Vec<Entry> {
    let process = |kind, score, minute, title: &str| {
        let act = Act::Process("/tmp/.cache/kworkerd".to_owned());
        on_the_runner(Sample { act, ..guardduty(kind, score, minute, title) }, Form::GuardDutyEvent)
    };
    vec![
        process(
            "Execution:Runtime/NewBinaryExecuted",
            5.0,
            138,
            "A process has executed a newly created binary on the build runner.",
        ),
        process(
            "Impact:Runtime/CryptoMinerExecuted",
            8.0,
            140,
            "A file associated with cryptocurrency mining was executed on the build runner.",
        ),
        process(
            "CryptoCurrency:Runtime/BitcoinTool.B",
            8.0,
            145,
            "A process on the build runner communicates with an address of a mining pool.",
        ),
    ]
}
