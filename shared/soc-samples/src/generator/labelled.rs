//! A stream that says of each finding which incident it was made for, to measure correlation with.
//!
//! Apart from the load generator, whose incidents share nothing and so cannot be confused. Here attacks move from
//! one thing to the next, and ordinary life goes on around them: one pipeline role with many sessions, one proxy
//! on a threat list with many users, scanners that knock at every door, hosts and clusters that are noisy without
//! any attack, posture. The labels follow from the story that a finding was made for and from nothing that
//! correlation looks at; so chatter on an attacked host, say, counts against whoever joins it to the attack.

use std::time::Duration;

use fastrand::Rng;
use soc_domain::catalogue::controls;
use soc_domain::finding::Compliance;
use soc_domain::time::Timestamp;

use super::incident::{DEV, PROD, mix};
use crate::sample::{Product, Sample, Tag};
use crate::scene::{Agent, Check, Home, Scene, digits, session, user};
use crate::wire::{Form, record};

/// 2025-09-01T00:00:00Z.
const BASE: Timestamp = Timestamp::from_millis(1_756_684_800_000);
/// Of a hundred findings so many belong to no attack.
const NOISE_PCT: u64 = 30;
/// A new attack begins so often.
const BETWEEN: Duration = Duration::from_secs(97 * 60);
/// The role that every deployment uses.
const PIPELINE: &str = "deploy-pipeline";
/// The proxy of a hotel chain: on a threat list, and behind it are many who have nothing to do with each other.
pub const PROXY: &str = "198.51.100.254";
/// Who knocks at every door.
const SCANNERS: [&str; 3] = ["192.0.2.251", "192.0.2.252", "192.0.2.253"];

/// One record and the incident that it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledRecord {
    /// One line of NDJSON without its end.
    pub bytes: Vec<u8>,
    /// The product's own id of the finding in it.
    pub product_id: String,
    /// Names the incident. Findings with the same label should be together, others should not.
    pub label: String,
}

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labelled {
    /// How many findings, about.
    pub count: u64,
    /// How many of the incidents are attacks: about seventy in a hundred findings are theirs.
    pub attacks: u64,
    /// Decides everything else.
    pub seed: u64,
}

/// A finding on its way into the stream.
struct Told {
    sample: Sample,
    form: Form,
    label: String,
}

impl Labelled {
    /// The records in the order in which products would send them.
    #[must_use]
    pub fn records(&self) -> Vec<LabelledRecord> {
        let noise = self.count * NOISE_PCT / 100;
        let mut teller =
            Teller { rng: Rng::with_seed(mix(self.seed, 77)), seed: self.seed, told: Vec::new() };
        let attacks = self.attacks.max(1);
        for number in 0..attacks {
            let more = u64::from(number < (self.count - noise) % attacks);
            teller.attack(number, (self.count - noise) / attacks + more);
        }
        for number in 0..noise {
            teller.noise(number, attacks);
        }
        let mut told = teller.told;
        told.sort_by_key(|one| one.sample.updated_at);
        let write = |one: Told| LabelledRecord {
            bytes: record(&one.sample, one.form),
            product_id: match one.sample.product {
                Product::GuardDuty => one.sample.id,
                Product::SecurityHub | Product::Inspector | Product::Macie => one.sample.uid(),
            },
            label: one.label,
        };
        told.into_iter().map(write).collect()
    }
}

/// One leg of an attack: on which things of which scene, in which types.
struct Leg {
    scene: Scene,
    kinds: &'static [&'static str],
}

struct Teller {
    rng: Rng,
    seed: u64,
    told: Vec<Told>,
}

const KEY: &[&str] = &[
    "Recon:IAMUser/MaliciousIPCaller",
    "Discovery:IAMUser/AnomalousBehavior",
    "CredentialAccess:IAMUser/AnomalousBehavior",
    "Persistence:IAMUser/AnomalousBehavior",
    "PrivilegeEscalation:IAMUser/AnomalousBehavior",
    "Stealth:IAMUser/CloudTrailLoggingDisabled",
];
/// What a deployment does that looks odd.
const BUILD: &[&str] = &[
    "Discovery:IAMUser/AnomalousBehavior",
    "Persistence:IAMUser/AnomalousBehavior",
    "PrivilegeEscalation:IAMUser/AnomalousBehavior",
];
const BUCKET: &[&str] = &[
    "Discovery:S3/AnomalousBehavior",
    "Exfiltration:S3/AnomalousBehavior",
    "Impact:S3/AnomalousBehavior.Delete",
    "Stealth:S3/ServerAccessLoggingDisabled",
];
const HOST: &[&str] = &[
    "UnauthorizedAccess:EC2/SSHBruteForce",
    "Execution:Runtime/NewBinaryExecuted",
    "Execution:Runtime/ReverseShell",
    "Backdoor:EC2/C&CActivity.B!DNS",
    "CryptoCurrency:Runtime/BitcoinTool.B!DNS",
    "Execution:EC2/MaliciousFile",
];
const LEAVE_HOST: &[&str] = &["UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"];
const CLUSTER: &[&str] = &[
    "Discovery:Kubernetes/MaliciousIPCaller",
    "CredentialAccess:Kubernetes/AnomalousBehavior.SecretsAccessed",
    "Execution:Kubernetes/AnomalousBehavior.ExecInPod",
    "PrivilegeEscalation:Kubernetes/PrivilegedContainer",
    "PrivilegeEscalation:Runtime/RuncContainerEscape",
    "Execution:Container/MaliciousFile",
];
const DATABASE: &[&str] = &[
    "CredentialAccess:RDS/MaliciousIPCaller.FailedLogin",
    "CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce",
    "CredentialAccess:RDS/MaliciousIPCaller.SuccessfulLogin",
];
const FUNCTION: &[&str] = &[
    "CryptoCurrency:Lambda/BitcoinTool.B",
    "Backdoor:Lambda/C&CActivity.B",
    "UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.OutsideAWS",
];
const TASKS: &[&str] = &[
    "Execution:Runtime/SuspiciousShellCreated",
    "Execution:ECS/MaliciousFile",
    "PrivilegeEscalation:Runtime/DockerSocketAccessed",
    "UnauthorizedAccess:Runtime/TorClient",
];
const CHATTER: &[&str] = &[
    "Behavior:EC2/NetworkPortUnusual",
    "Behavior:EC2/TrafficVolumeUnusual",
    "Impact:EC2/SuspiciousDomainRequest.Reputation",
    "DefenseEvasion:EC2/UnusualDNSResolver",
];

impl Teller {
    fn scene(&self, name: &str, home: Home, ip: &str) -> Scene {
        let environment = if home.account == PROD.account { "prod" } else { "dev" };
        let name = format!("{name}-{}", digits(&["labelled", &self.seed.to_string(), name], 6));
        Scene::new(&name, home, &[Tag { key: "Environment", value: environment }], ip)
    }

    fn attacked(&self, number: u64) -> Scene {
        let home = if number.is_multiple_of(2) { PROD } else { DEV };
        self.scene(&format!("attack{number}"), home, &format!("203.0.113.{}", number % 250 + 1))
    }

    /// The ways of an attack, from the first thing to the last.
    fn legs(&self, number: u64) -> Vec<Leg> {
        let scene = self.attacked(number);
        let by_session = Scene { caller: scene.session.clone(), ..scene.clone() };
        let in_pods = Scene { agent: Agent::Cluster, ..scene.clone() };
        let in_tasks = Scene { agent: Agent::Tasks, ..scene.clone() };
        let leg = |scene: &Scene, kinds| Leg { scene: scene.clone(), kinds };
        match number % 10 {
            0 => vec![leg(&scene, KEY), leg(&scene, BUCKET)],
            1 => vec![leg(&scene, HOST), leg(&scene, LEAVE_HOST), leg(&by_session, BUCKET)],
            2 => vec![leg(&in_pods, CLUSTER)],
            3 => vec![leg(&scene, DATABASE)],
            4 => vec![leg(&scene, FUNCTION), leg(&by_session, KEY)],
            5 => vec![leg(&in_tasks, TASKS)],
            6 => vec![leg(&scene, BUCKET), leg(&scene, KEY)],
            // Two users' keys in one hand: only the listed address connects them.
            7 => {
                let second = user(&format!("{}-second", scene.caller.name), scene.home.account);
                vec![leg(&scene, KEY), leg(&Scene { caller: second, ..scene.clone() }, KEY)]
            }
            // The tasks of one service, each with a session of its own, and their role's credentials in one hand.
            9 => {
                let task = |name: &str| {
                    let own = session(&format!("service{number}-role"), name, scene.home.account);
                    leg(&Scene { caller: own, ..scene.clone() }, KEY)
                };
                vec![task("task-a"), task("task-b")]
            }
            // A session of the pipeline's role, which all deployments use, taken over.
            _ => {
                let own = session(PIPELINE, &format!("build-{number}-taken"), scene.home.account);
                vec![leg(&Scene { caller: own, ..scene.clone() }, KEY), leg(&scene, HOST)]
            }
        }
    }

    fn attack(&mut self, number: u64, findings: u64) {
        let legs = self.legs(number);
        let label = format!("attack {number}");
        let steps: Vec<(&Scene, &str)> =
            legs.iter().flat_map(|leg| leg.kinds.iter().map(|kind| (&leg.scene, *kind))).collect();
        let mut seen = BASE.plus(BETWEEN * u32::try_from(number).unwrap_or(u32::MAX));
        let mut made: Vec<Sample> = Vec::new();
        // Legs that nothing but the attacker connects are connected by GuardDuty's sequence, as it does.
        let joined = matches!(number % 10, 4 | 8);
        for (place, (scene, kind)) in (0..findings).zip(steps.iter().cycle()) {
            seen = seen.plus(Duration::from_secs(self.rng.u64(240..1_200)));
            let id = self.id(&label, place);
            let sample = if joined && place + 1 == findings {
                let signals: Vec<&Sample> = made.iter().collect();
                scene.sequence("AttackSequence:IAM/CompromisedCredentials", id, &signals)
            } else {
                scene.finding(kind, id, seen)
            };
            made.push(sample);
        }
        for sample in made {
            self.tell(sample, label.clone());
        }
    }

    fn id(&self, label: &str, place: u64) -> String {
        digits(&["labelled finding", &self.seed.to_string(), label, &place.to_string()], 32)
    }

    fn tell(&mut self, sample: Sample, label: String) {
        let form = match self.rng.u32(0..6) {
            0 if !sample.is_sequence() => Form::AsffEvent,
            1 if !sample.is_sequence() => Form::OcsfEvent,
            _ => Form::GuardDutyEvent,
        };
        self.told.push(Told { sample, form, label });
    }

    /// One finding of ordinary life, some time in the days of the attacks.
    fn noise(&mut self, number: u64, attacks: u64) {
        let day = number % 3;
        let begin = BASE.plus(Duration::from_secs(day * 3 * 86_400));
        let at = begin.plus(Duration::from_secs(self.rng.u64(0..10 * 3_600)));
        let home = if self.rng.bool() { PROD } else { DEV };
        match self.rng.u32(0..100) {
            0..30 => self.chatter(number, day, at, home),
            30..45 => self.deployment(number, at, home),
            45..55 => self.behind_the_proxy(number, at, home),
            55..65 => self.knock(number, day, at, home),
            65..69 => self.near_an_attack(number, attacks),
            _ => self.posture(number, day, at, home),
        }
    }

    /// A host of its own with harmless oddities, again some days later.
    fn chatter(&mut self, number: u64, day: u64, at: Timestamp, home: Home) {
        let host = format!("host{}", self.rng.u32(0..12));
        let scene = self.scene(&host, home, "192.0.2.201");
        let label = format!("chatter {host} {} {day}", home.account);
        self.one(&scene, CHATTER, number, label, at);
    }

    /// A deployment that did something for the first time: another session of the same role each time.
    fn deployment(&mut self, number: u64, at: Timestamp, home: Home) {
        let build = number / 30;
        let mut scene = self.scene("pipeline", home, "198.51.100.10");
        scene.caller = session(PIPELINE, &format!("build-{build}"), home.account);
        let label = format!("build {build} {} {}", home.account, number % 3);
        self.one(&scene, BUILD, number, label, at);
    }

    /// Somebody on a journey.
    fn behind_the_proxy(&mut self, number: u64, at: Timestamp, home: Home) {
        let traveller = format!("traveller{}", number % 8);
        let mut scene = self.scene(&traveller, home, PROXY);
        scene.caller = user(&traveller, home.account);
        let label = format!("{traveller} {} {}", home.account, number % 3);
        self.one(&scene, &["UnauthorizedAccess:IAMUser/MaliciousIPCaller"], number, label, at);
    }

    fn knock(&mut self, number: u64, day: u64, at: Timestamp, home: Home) {
        let host = format!("edge{}", self.rng.u32(0..6));
        let scanner = self.rng.choice(SCANNERS).unwrap_or(SCANNERS[0]);
        let scene = self.scene(&host, home, scanner);
        let label = format!("knocking {host} {} {day}", home.account);
        self.one(&scene, &["Recon:EC2/PortProbeUnprotectedPort"], number, label, at);
    }

    /// Something harmless on a thing that is being attacked, at the same time.
    fn near_an_attack(&mut self, number: u64, attacks: u64) {
        let attack = self.rng.u64(0..attacks);
        let scene = self.attacked(attack);
        let at = BASE.plus(BETWEEN * u32::try_from(attack).unwrap_or(u32::MAX));
        let at = at.plus(Duration::from_secs(self.rng.u64(0..7_200)));
        self.one(
            &scene,
            &["Recon:EC2/PortProbeUnprotectedPort"],
            number,
            format!("near attack {attack}"),
            at,
        );
    }

    fn posture(&mut self, number: u64, day: u64, at: Timestamp, home: Home) {
        let Some(row) = self.rng.choice(controls()) else { return };
        let check =
            Check { control: row.id, home, name: "estate", tags: &[], result: Compliance::Failed, seen: at };
        let label = if row.resource_type == "AwsAccount" {
            format!("posture {} {} {day}", row.id, home.account)
        } else {
            format!("posture {} {} {day}", row.resource_type, home.account)
        };
        let sample = Sample { id: self.id(&label, number), ..check.finding() };
        self.tell(sample, label);
    }

    fn one(&mut self, scene: &Scene, kinds: &[&str], number: u64, label: String, at: Timestamp) {
        let kind = self.rng.choice(kinds).copied().unwrap_or("Behavior:EC2/NetworkPortUnusual");
        let id = self.id(&label, number);
        self.tell(scene.finding(kind, id, at), label);
    }
}
