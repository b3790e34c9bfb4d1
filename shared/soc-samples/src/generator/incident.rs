//! One generated incident: who and what it is about, and its findings.

use std::time::Duration;

use fastrand::Rng;
use soc_domain::catalogue::controls;
use soc_domain::finding::{Compliance, Remote};
use soc_domain::id::sha256_hex;
use soc_domain::time::Timestamp;

use super::Plan;
use super::focus::{Focus, Kinds};
use crate::sample::{Sample, Tag};
use crate::scene::{Agent, Check, Home, Scene, digits, score_of, user};
use crate::wire::Form;

/// 2025-06-01T00:00:00Z: long before the built-in day, so that neither correlates with the other.
const BASE: Timestamp = Timestamp::from_millis(1_748_736_000_000);
/// The accounts and the networks of the built-in stream, so that the simulated account can isolate in them.
pub(super) const DEV: Home = Home {
    account: "111122223333",
    region: "us-east-1",
    vpc: "vpc-0de5000000000001a",
    subnet: "subnet-0de5000000000001a",
};
pub(super) const PROD: Home = Home {
    account: "444455556666",
    region: "us-east-1",
    vpc: "vpc-09a0d0000000001b2",
    subnet: "subnet-09a0d0000000001b2",
};
/// The second and then every seventh incident about the same ends with an attack sequence, where GuardDuty has one for what it is about.
const SEQUENCE_EACH: u64 = 7;
/// How many findings a sequence names.
const SIGNALS: u64 = 3;

/// What follows from an incident.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Automatic,
    Other,
}

/// A finding and the form in which it is sent.
pub(super) struct Made {
    pub(super) sample: Sample,
    pub(super) form: Form,
}

/// One incident; everything in it follows from the seed and its number.
pub(super) struct Incident {
    seed: u64,
    number: u64,
    start: Timestamp,
    fate: Fate,
    focus: Focus,
    only: Option<String>,
    scene: Scene,
}

/// Mixes two numbers into one (the finaliser of `SplitMix64`).
pub(super) fn mix(seed: u64, number: u64) -> u64 {
    let mut z = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Incident {
    /// The incident `number` of a plan.
    pub(super) fn new(plan: &Plan, number: u64) -> Self {
        let mut rng = Rng::with_seed(mix(plan.seed, number));
        let fate = if number.is_multiple_of(10) { Fate::Automatic } else { Fate::Other };
        let focus = match plan.finding_type.as_deref() {
            Some(kind) => Focus::of(kind),
            None => Focus::at(number),
        };
        let environment = match fate {
            Fate::Automatic => "dev",
            Fate::Other if rng.bool() => "prod",
            Fate::Other => "staging",
        };
        let home = if environment == "prod" { PROD } else { DEV };
        let tags = [
            Tag { key: "Environment", value: environment },
            Tag { key: "ManagedBy", value: "load-generator" },
        ];
        let days = Duration::from_secs(86_400 * (plan.seed % 200));
        Self {
            seed: plan.seed,
            number,
            start: BASE.plus(days).plus(Duration::from_secs(37 * number)),
            fate,
            focus,
            only: plan.finding_type.clone(),
            scene: scene(focus, home, &tags, Number { seed: plan.seed, number, fate }),
        }
    }

    /// The finding `index` of `total`. All of them fall into one hour, at most two minutes apart.
    pub(super) fn finding(&self, index: u64, total: u64) -> Made {
        let mut rng = Rng::with_seed(mix(mix(self.seed, self.number), index));
        let sample = match self.focus {
            Focus::Posture => self.check(index, total, &mut rng),
            _ if self.ends_with_sequence(index, total) => self.sequence(index, total),
            _ => self.threat(index, total),
        };
        let updated_at = sample.last_seen.plus(Duration::from_secs(120));
        // Only GuardDuty counts how often it saw something.
        let count = if self.focus == Focus::Posture { 1 } else { rng.u32(1..40) };
        let sample = Sample { count, updated_at, ..sample };
        let native = self.focus != Focus::Posture && (sample.is_sequence() || self.fate == Fate::Automatic);
        let form = match rng.u32(0..4) {
            0 if !native => Form::AsffEvent,
            1 if !native => Form::OcsfEvent,
            2 | 3 if self.focus == Focus::Posture && rng.bool() => Form::OcsfEvent,
            _ => Form::GuardDutyEvent,
        };
        Made { sample, form }
    }

    fn seen(&self, index: u64, total: u64) -> Timestamp {
        let step = (3_600_000 / total.max(1)).min(120_000);
        self.start.plus(Duration::from_millis(step * index))
    }

    /// The product's own id of a finding.
    fn id(&self, index: u64) -> String {
        let parts = [self.seed.to_le_bytes(), self.number.to_le_bytes(), index.to_le_bytes()];
        sha256_hex(&[&parts[0], &parts[1], &parts[2]]).chars().take(32).collect()
    }

    /// The place of a finding among all that its focus ever sends: consecutive ones take consecutive types.
    fn turn(&self, index: u64, total: u64) -> u64 {
        self.focus
            .ordinal(self.number)
            .wrapping_mul(total)
            .wrapping_add(index)
            .wrapping_add(self.seed % 1_000)
    }

    fn threat(&self, index: u64, total: u64) -> Sample {
        let high = self.fate == Fate::Automatic && index == 0;
        let turn = self.turn(index, total);
        let kind = match &self.only {
            Some(kind) => kind.as_str(),
            None if high => Kinds::of(self.focus).high(turn),
            None => Kinds::of(self.focus).at(turn),
        };
        let seen = self.seen(index, total);
        if kind.starts_with("AttackSequence:") {
            let earlier = self.scene.finding("Discovery:IAMUser/AnomalousBehavior", self.id(!index), seen);
            return self.scene.sequence(kind, self.id(index), &[&earlier]);
        }
        let sample = self.scene.finding(kind, self.id(index), seen);
        let score = if self.only.is_some() && self.fate == Fate::Automatic {
            score_of(kind).max(8.0)
        } else {
            sample.score
        };
        Sample { score, last_seen: seen.plus(Duration::from_secs(60)), ..sample }
    }

    fn ends_with_sequence(&self, index: u64, total: u64) -> bool {
        self.only.is_none()
            && total > SIGNALS
            && index + 1 == total
            && self.focus.ordinal(self.number) % SEQUENCE_EACH == 1
            && Kinds::of(self.focus).sequence.is_some()
    }

    fn sequence(&self, index: u64, total: u64) -> Sample {
        let earlier: Vec<Sample> = (0..SIGNALS).map(|earlier| self.threat(earlier, total)).collect();
        let earlier: Vec<&Sample> = earlier.iter().collect();
        let kind = Kinds::of(self.focus).sequence.unwrap_or("AttackSequence:IAM/CompromisedCredentials");
        let seen = self.seen(index, total);
        Sample { last_seen: seen, ..self.scene.sequence(kind, self.id(index), &earlier) }
    }

    /// A control: half of them pass.
    fn check(&self, index: u64, total: u64, rng: &mut Rng) -> Sample {
        let turn = self.turn(index, total);
        let control = match &self.only {
            Some(id) => id.as_str(),
            None if self.focus.ordinal(self.number) < SWEEPS => control_at(turn),
            None => self.focus.control_on_one_thing(self.number, index),
        };
        let result = if rng.bool() { Compliance::Failed } else { Compliance::Passed };
        let mut id = self.id(index);
        for place in [8, 13, 18, 23] {
            id.insert(place, '-');
        }
        let check = Check {
            control,
            home: self.scene.home,
            name: &self.scene.namespace,
            tags: &self.scene.tags,
            result,
            seen: self.seen(index, total),
        };
        Sample { id, last_seen: check.seen.plus(Duration::from_secs(60)), ..check.finding() }
    }
}

/// So many incidents of posture go through all controls, each on its own resource; later ones stay with one.
const SWEEPS: u64 = 6;

fn control_at(turn: u64) -> &'static str {
    let all = controls();
    let at = usize::try_from(turn).unwrap_or_default() % all.len().max(1);
    all.get(at).map_or("S3.8", |row| row.id)
}

/// What makes one incident's names its own.
#[derive(Clone, Copy)]
struct Number {
    seed: u64,
    number: u64,
    fate: Fate,
}

fn scene(focus: Focus, home: Home, tags: &[Tag], own: Number) -> Scene {
    let hex = digits(&["generated", &own.seed.to_string(), &own.number.to_string()], 12);
    let name = format!("{}-{hex}", focus.word());
    let remote = remote(own);
    let mut scene = Scene::new(&name, home, tags, &remote.ip);
    scene.remote = remote;
    scene.agent = match focus {
        Focus::Cluster => Agent::Cluster,
        Focus::Tasks => Agent::Tasks,
        _ => Agent::Host,
    };
    scene.caller = if focus == Focus::Session { scene.session.clone() } else { user(&name, home.account) };
    scene
}

/// One address for each incident: the IPv4 ranges for documentation (RFC 5737) while they last, then IPv6's
/// (RFC 3849).
fn remote(Number { number, fate, .. }: Number) -> Remote {
    let last = number % 254 + 1;
    let ip = match number / 254 {
        0 => format!("192.0.2.{last}"),
        1 => format!("198.51.100.{last}"),
        2 => format!("203.0.113.{last}"),
        _ => format!("2001:db8:{:x}:{:x}::1", (number >> 16) & 0xffff, number & 0xffff),
    };
    let listed = fate == Fate::Automatic || number.is_multiple_of(3);
    Remote {
        ip,
        port: Some(443),
        country: Some("Netherlands".to_owned()),
        organization: Some("Example Hosting".to_owned()),
        threat_lists: if listed { vec!["ProofPoint".to_owned()] } else { Vec::new() },
    }
}
