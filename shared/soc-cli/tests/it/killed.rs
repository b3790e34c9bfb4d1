//! `kill -9` at random points of a run, then the same command again: nothing is lost, and nothing is done twice on
//! the simulated account.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use fastrand::Rng;
use soc_domain::action::{ActionState, Tier};
use soc_domain::incident::{Outcome, Stage, Status};
use soc_domain::severity::Severity;
use soc_domain::verdict::Verdict;
use soc_local::account::SimulatedAccount;
use soc_local::store::{IncidentFilter, Store};
use soc_pipeline::ports::{Actions, Findings};
use soc_samples::wire::record;
use soc_samples::{Disorder, Plan, Story, entries, perturb};

use crate::shell::{Shell, assert_balanced};

/// How many kills, all in all, where nobody says otherwise. CI says 200.
const KILLS: usize = 20;

/// The variable that says otherwise.
const KILLS_VARIABLE: &str = "SOC_TEST_KILLS";

/// How often one data folder is killed before it may go on to the end.
const KILLS_A_FOLDER: usize = 5;

/// What a finished run leaves behind.
#[derive(Debug, PartialEq)]
struct End {
    incidents: BTreeMap<String, Incident>,
    actions: BTreeSet<(String, Tier, ActionState)>,
    /// Every change that was made in the account, in the order of their text: twice is two entries.
    applied: Vec<String>,
}

#[derive(Debug, PartialEq)]
struct Incident {
    severity: Severity,
    verdict: Option<Verdict>,
    status: Status,
    stage: Stage,
    outcome: Option<Outcome>,
    findings: BTreeSet<String>,
}

impl End {
    fn of(data: &Path) -> Self {
        let store = Store::open(data).expect("the store opens");
        let filter = IncidentFilter { limit: 10_000, ..IncidentFilter::default() };
        let mut end = Self { incidents: BTreeMap::new(), actions: BTreeSet::new(), applied: Vec::new() };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        for incident in store.list_incidents(filter).expect("incidents are listed") {
            let findings =
                runtime.block_on(Findings::of_incident(&store, incident.id, 10_000)).expect("findings");
            let findings = findings.findings.iter().map(|finding| finding.id.to_string()).collect();
            for action in runtime.block_on(Actions::of_incident(&store, incident.id)).expect("actions") {
                let what = format!("{} {}", action.target.kind, action.target.resource);
                end.actions.insert((what, action.tier, action.state));
            }
            let (severity, verdict, outcome) = (incident.severity, incident.verdict, incident.outcome);
            let (status, stage) = (incident.status, incident.stage);
            let seen = Incident { severity, verdict, status, stage, outcome, findings };
            end.incidents.insert(incident.id.to_string(), seen);
        }
        let account = SimulatedAccount::open(&data.join("account.sqlite")).expect("the account opens");
        end.applied =
            account.applied().expect("changes").iter().map(|change| format!("{change:?}")).collect();
        end.applied.sort();
        end
    }
}

/// What is killed over and over: the stories of the built-in day that change the account, or ask to.
const STORIES: [Story; 7] = [
    Story::StolenKey,
    Story::CryptoMiner,
    Story::DataTheft,
    Story::DeveloperKey,
    Story::BucketRansom,
    Story::Botnet,
    Story::ModelHarvest,
];

/// These stories and some more findings, copies, disorder and poison.
fn input(shell: &Shell) -> PathBuf {
    let disorder = Disorder { duplicates_pct: 5, shuffle_pct: 5, poison: 1, seed: 7 };
    let told = entries().into_iter().filter(|entry| STORIES.contains(&entry.story));
    let mut records = perturb(told.map(|entry| record(&entry.sample, entry.form)).collect(), disorder);
    let plan = Plan { count: 60, incidents: 10, duplicates_pct: 10, poison: 2, seed: 7, ..Plan::default() };
    records.extend(plan.records());
    let mut bytes = records.join(&b'\n');
    bytes.push(b'\n');
    shell.file("findings.ndjson", &bytes)
}

/// Lets the command run for `life`, then kills it. Answers whether it ended before.
fn kill_after(shell: &Shell, args: &[&str], life: Duration) -> bool {
    let mut command = shell.command(args);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
    std::thread::sleep(life);
    let ended = child.try_wait().expect("the child answers").is_some();
    child.kill().expect("the child can be killed");
    child.wait().expect("the child ends");
    ended
}

fn check(kills: usize, seed: u64) {
    let reference = Shell::new();
    let file = input(&reference);
    let args = ["--output", "json", "ingest", "findings.ndjson"];
    let started = Instant::now();
    assert_balanced(&reference.soc(&args).ended(0).json());
    let whole = started.elapsed();
    let expected = End::of(&reference.data());
    let unique: BTreeSet<_> = expected.applied.iter().collect();
    assert_eq!(unique.len(), expected.applied.len(), "an undisturbed run does nothing twice");
    assert!(expected.applied.len() >= 4, "there is something to do twice");

    let mut random = Rng::with_seed(seed);
    let mut done = 0;
    while done < kills {
        let shell = Shell::new();
        std::fs::copy(&file, shell.path("findings.ndjson")).expect("the file can be copied");
        for _kill in 0..KILLS_A_FOLDER {
            // A resumed run is shorter: points near the beginning of what is left matter as much.
            let life = whole.mul_f64(random.f64() * random.f64());
            done += usize::from(!kill_after(&shell, &args, life));
        }
        assert_balanced(&shell.soc(&args).ended(0).json());
        assert_eq!(End::of(&shell.data()), expected, "after kills up to number {done} with seed {seed}");
        shell.soc(&["audit", "verify"]).ended(0);
    }
}

#[test]
fn killed_at_random_points_a_run_loses_nothing_and_does_nothing_twice() {
    #[expect(clippy::disallowed_methods, reason = "a setting of this test alone")]
    let asked = std::env::var(KILLS_VARIABLE).ok();
    let kills = asked.map_or(KILLS, |text| text.parse().expect("a number of kills"));
    std::thread::scope(|scope| {
        for seed in [1, 2] {
            scope.spawn(move || check(kills / 2, seed));
        }
    });
}
