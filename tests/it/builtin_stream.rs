//! The built-in stream through the local form: what the stories become, undisturbed and disturbed.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use soc_domain::action::{Action, ActionState, KeyStatus, Tier};
use soc_domain::approval::Approval;
use soc_domain::finding::{Compliance, Finding, RecordState, WorkflowStatus};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Stage, Status};
use soc_domain::notice::Notice;
use soc_domain::plan::Plan;
use soc_domain::severity::Severity;
use soc_domain::verdict::Verdict;
use soc_local::account::{Listed, ResourceState};
use soc_local::runner::{Progress, RunOptions};
use soc_pipeline::ports::Dossier;
use soc_samples::{Disorder, Story, builtin, perturb, stories};
use soc_testkit::block_on;

use crate::bed::{Bed, Outcome, assert_adds_up};

/// What one run of the stream left behind. Made once: these tests only look.
struct Day {
    outcome: Outcome,
    incidents: Vec<(Incident, Vec<Finding>)>,
    plans: BTreeMap<IncidentId, Plan>,
    actions: Vec<Action>,
    approvals: Vec<Approval>,
    applied: BTreeMap<String, usize>,
    account: Vec<Listed>,
    /// The incident, as the rows name it, and the status of each execution.
    executions: Vec<(String, String)>,
}

static DAY: LazyLock<Day> = LazyLock::new(|| {
    let bed = Bed::with_every_action(&[]);
    let summary = bed.run_builtin();
    assert_adds_up(&summary);
    assert_eq!((summary.received, summary.quarantined), (builtin().len() as u64, 0));
    let plan = |incident: &Incident| {
        let fetched = Dossier::fetch(bed.store(), incident.id, incident.generation);
        Some((incident.id, block_on(fetched).unwrap().plan?))
    };
    let rows = bed.rows();
    let mut executions = rows.prepare("SELECT incident, status FROM executions").unwrap();
    let executions = executions.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let incidents = bed.incidents();
    Day {
        outcome: bed.outcome(),
        plans: incidents.iter().filter_map(plan).collect(),
        actions: bed.actions(),
        approvals: bed.approvals(),
        applied: bed.applied_to(),
        account: bed.soc().account().list().unwrap(),
        executions: executions.collect::<Result<_, _>>().unwrap(),
        incidents: incidents
            .into_iter()
            .map(|incident| {
                let findings = bed.findings_of(incident.id);
                (incident, findings)
            })
            .collect(),
    }
});

impl Day {
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.incidents.iter().flat_map(|(_, findings)| findings)
    }

    /// The only incident that has findings of the story.
    fn incident_of(&self, story: Story) -> &(Incident, Vec<Finding>) {
        let names = names_of(story);
        let touches = |findings: &[Finding]| findings.iter().any(|one| names.contains(&one.product_id));
        let mut found = self.incidents.iter().filter(|(_, findings)| touches(findings));
        let only = found.next().expect("an incident of the story");
        assert_eq!(found.next(), None, "{story:?} is in pieces");
        only
    }

    fn tiers_of(&self, story: Story) -> BTreeSet<Tier> {
        let plan = &self.plans[&self.incident_of(story).0.id];
        plan.steps.iter().map(|step| step.tier).collect()
    }
}

/// The products' ids of a story's findings.
fn names_of(story: Story) -> BTreeSet<String> {
    let row = stories().into_iter().find(|row| row.story == story).unwrap();
    row.finding_ids.into_iter().collect()
}

const STORIES: [Story; 18] = [
    Story::StolenKey,
    Story::CryptoMiner,
    Story::DataTheft,
    Story::DeveloperKey,
    Story::BreakGlass,
    Story::ManagedByStack,
    Story::ClusterTakeover,
    Story::BucketRansom,
    Story::InfectedHost,
    Story::TaskEscape,
    Story::OpenCluster,
    Story::DatabaseBreakIn,
    Story::FunctionMiner,
    Story::Botnet,
    Story::PhishedDesktop,
    Story::ModelHarvest,
    Story::RootUse,
    Story::RedTeam,
];

/// The stories that the machine ends by itself.
const CONTAINED: [Story; 5] =
    [Story::CryptoMiner, Story::DeveloperKey, Story::Botnet, Story::PhishedDesktop, Story::ModelHarvest];

#[test]
fn every_story_is_exactly_one_incident_and_nothing_else_joins_it() {
    for story in STORIES {
        let (_, findings) = DAY.incident_of(story);
        let names: BTreeSet<String> = findings.iter().map(|finding| finding.product_id.clone()).collect();
        assert_eq!(names, names_of(story), "{story:?}");
        assert_eq!(findings.len(), names.len(), "{story:?}");
    }
}

#[test]
fn every_finding_of_the_stream_is_recorded_once() {
    // Beside them, the result of a malware scan without a threat is read as a finding too.
    let scans = DAY.findings().filter(|finding| finding.kind.contains("Malware Protection")).count();
    let labelled: usize = stories().iter().map(|row| row.finding_ids.len()).sum();
    let ids: BTreeSet<_> = DAY.findings().map(|finding| finding.id).collect();
    assert_eq!((ids.len(), DAY.findings().count()), (labelled + scans, labelled + scans));
}

#[test]
fn the_stream_becomes_far_fewer_incidents_of_which_few_are_grave() {
    let findings = DAY.findings().count();
    let incidents = DAY.incidents.len();
    assert!(
        findings >= 303 && incidents * 10 <= findings * 4,
        "{incidents} incidents of {findings} findings"
    );
    let count = |severity| DAY.incidents.iter().filter(|(incident, _)| incident.severity == severity).count();
    let grave = count(Severity::Critical);
    assert!((4..=8).contains(&grave), "{grave} Critical");
    assert!(count(Severity::Low) + count(Severity::Informational) >= incidents / 2);
}

#[test]
fn all_three_tiers_occur_and_each_does_what_it_says() {
    for story in CONTAINED {
        assert_eq!(DAY.tiers_of(story), [Tier::Auto].into(), "{story:?}");
    }
    for story in [Story::DataTheft, Story::BucketRansom, Story::InfectedHost] {
        assert!(DAY.tiers_of(story).contains(&Tier::Approve), "{story:?}");
    }
    assert_eq!(DAY.tiers_of(Story::BreakGlass), [Tier::Guide].into());
    assert_eq!(DAY.tiers_of(Story::ManagedByStack), [Tier::Guide].into());
    for action in &DAY.actions {
        let expected = match action.tier {
            Tier::Auto => ActionState::Done,
            Tier::Approve => ActionState::Planned,
            Tier::Guide => panic!("guidance is no action: {action:#?}"),
        };
        assert_eq!(action.state, expected, "{action:#?}");
    }
    let production = DAY.incident_of(Story::DataTheft).0.id;
    assert!(DAY.approvals.iter().any(|approval| approval.incident == production && approval.persons == 2));
    for approval in &DAY.approvals {
        let action = DAY.actions.iter().find(|action| action.id == approval.action).unwrap();
        let (incident, _) =
            DAY.incidents.iter().find(|(incident, _)| incident.id == approval.incident).unwrap();
        let grave = incident.severity == Severity::Critical
            || action.reasons.iter().any(|why| why == "it is tagged as production");
        assert_eq!(approval.persons, if grave { 2 } else { 1 }, "{approval:#?}");
    }
}

#[test]
fn contained_incidents_are_resolved_and_what_waits_stays_new() {
    for story in CONTAINED {
        let (incident, _) = DAY.incident_of(story);
        assert_eq!((incident.status, incident.stage), (Status::Resolved, Stage::Done), "{story:?}");
        assert_eq!(incident.verdict, Some(Verdict::TruePositive), "{story:?}");
    }
    let (incident, _) = DAY.incident_of(Story::DataTheft);
    assert_eq!((incident.status, incident.stage), (Status::New, Stage::AwaitingApproval));
    assert_eq!(DAY.incident_of(Story::StolenKey).0.severity, Severity::Critical);
}

#[test]
fn the_account_is_changed_once_for_each_action_that_was_done_and_nowhere_else() {
    let done = DAY.actions.iter().filter(|action| action.state == ActionState::Done);
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    done.for_each(|action| *expected.entry(action.target.resource.clone()).or_default() += 1);
    assert!(expected.len() >= 2, "{expected:?}");
    assert_eq!(DAY.applied, expected);
}

#[test]
fn the_protected_key_and_the_instance_of_a_stack_are_never_touched() {
    let untouched = Bed::with_every_action(&[]);
    untouched.soc().seed_account(&soc_samples::accounts()).unwrap();
    let mut seen = 0;
    for listed in untouched.soc().account().list().unwrap() {
        let is_theirs = match ResourceState::from_json(&listed.state).unwrap() {
            ResourceState::AccessKey(key) => key.user == "break-glass" && key.status == KeyStatus::Active,
            ResourceState::Instance(instance) => {
                instance.tags.keys().any(|tag| tag.starts_with("aws:cloudformation:"))
            }
            _ => false,
        };
        if is_theirs {
            seen += 1;
            assert!(
                DAY.account.contains(&listed) && !DAY.applied.contains_key(&listed.arn),
                "{}",
                listed.arn
            );
        }
    }
    assert_eq!(seen, 2);
}

#[test]
fn a_sample_ends_as_a_test_and_is_never_acted_on() {
    let is_sample = |findings: &[Finding]| findings.iter().any(|finding| finding.sample);
    let (incident, findings) = DAY.incidents.iter().find(|(_, findings)| is_sample(findings)).unwrap();
    assert_eq!((findings.len(), incident.severity), (1, Severity::High));
    assert_eq!((incident.verdict, incident.status), (Some(Verdict::Test), Status::Closed));
    assert!(DAY.actions.iter().all(|action| action.incident != incident.id));
    assert!(DAY.applied.keys().all(|arn| !arn.contains("i-99999999")));
}

#[test]
fn what_passed_or_was_suppressed_or_is_informational_starts_no_execution() {
    let is_quiet = |finding: &Finding| finding.effective_severity() == Severity::Informational;
    let quiet = || DAY.incidents.iter().filter(|(_, findings)| findings.iter().all(is_quiet));
    let findings: Vec<&Finding> = quiet().flat_map(|(_, findings)| findings).collect();
    assert!(findings.iter().any(|finding| finding.compliance == Some(Compliance::Passed)));
    assert!(findings.iter().any(|finding| finding.workflow_status == WorkflowStatus::Suppressed));
    for (incident, _) in quiet() {
        assert_eq!((incident.generation, incident.stage), (0, Stage::Recorded), "{incident:#?}");
        assert!(DAY.executions.iter().all(|(id, _)| id != incident.id.suffix()), "{incident:#?}");
    }
}

#[test]
fn what_is_archived_starts_no_execution() {
    let is_archived = |finding: &&Finding| finding.record_state == RecordState::Archived;
    let archived = &DAY.findings().find(is_archived).unwrap().product_id;
    let entry = soc_samples::entries().into_iter().find(|entry| entry.sample.id == *archived).unwrap();
    let alone = Bed::with_every_action(&[]);
    alone.run(&[soc_samples::wire::record(&entry.sample, entry.form)]);
    assert_eq!((alone.executions(), alone.incident().stage), ((0, 0), Stage::Recorded));
}

#[test]
fn every_execution_is_done_or_waits_for_a_person() {
    let asked: BTreeSet<&str> = DAY.approvals.iter().map(|approval| approval.incident.suffix()).collect();
    for (incident, status) in &DAY.executions {
        let expected = if asked.contains(incident.as_str()) { "waiting" } else { "succeeded" };
        assert_eq!(status, expected, "{incident}");
    }
    for (incident, _) in &DAY.incidents {
        let waits = asked.contains(incident.id.suffix());
        assert_eq!(waits, incident.stage == Stage::AwaitingApproval, "{incident:#?}");
        assert!(waits || matches!(incident.stage, Stage::Done | Stage::Recorded), "{incident:#?}");
    }
    assert!(!asked.is_empty());
}

#[test]
fn copies_disorder_and_poison_change_neither_partition_nor_severities_nor_verdicts_nor_actions() {
    let bed = Bed::with_every_action(&[]);
    bed.soc().seed_account(&soc_samples::accounts()).unwrap();
    let records = disturbed(1);
    assert_ne!(records, builtin());
    let summary = bed.run(&records);
    assert_adds_up(&summary);
    assert_eq!(summary.quarantined, 1);
    assert_eq!(bed.outcome(), DAY.outcome);
}

/// Five in a hundred come twice, five in a hundred out of order, one is no finding.
fn disturbed(seed: u64) -> Vec<Vec<u8>> {
    perturb(builtin(), Disorder { duplicates_pct: 5, shuffle_pct: 5, poison: 1, seed })
}

/// Ends the process, as far as anybody can tell, when so many people have been told something.
struct CrashAtNotice(AtomicU64);

impl Progress for CrashAtNotice {
    fn read(&self, _records: u64, _bytes: u64, _of: u64) {}
    fn driving(&self, _open: u64) {}
    fn problem(&self, _what: &str) {}
    fn notice(&self, _notice: &Notice) {
        assert_ne!(self.0.fetch_sub(1, Ordering::Relaxed), 1, "the crash that the test asked for");
    }
}

#[test]
fn a_crash_with_copies_disorder_and_poison_at_once_comes_to_the_same_and_does_nothing_twice() {
    let mut bed = Bed::with_every_action(&[]);
    bed.soc().seed_account(&soc_samples::accounts()).unwrap();
    let input = [bed.input("day.ndjson", &disturbed(2))];
    let crash = CrashAtNotice(AtomicU64::new(7));
    let crashed =
        catch_unwind(AssertUnwindSafe(|| block_on(bed.soc().run(&input, &RunOptions::default(), &crash))));
    assert!(crashed.is_err(), "the process died");
    let unfinished = bed.executions();
    assert!(unfinished.1 < unfinished.0, "{unfinished:?}");
    bed.reopen_with(&[]);
    let summary = bed.run_inputs(&input, &RunOptions::default());
    assert_adds_up(&summary);
    assert_eq!(summary.quarantined, 1);
    assert_eq!(bed.outcome(), DAY.outcome);
    assert_eq!(bed.applied_to(), DAY.applied);
}

#[test]
fn even_the_stream_backwards_comes_to_the_same() {
    let bed = Bed::with_every_action(&[]);
    bed.soc().seed_account(&soc_samples::accounts()).unwrap();
    let mut records = builtin();
    records.reverse();
    assert_adds_up(&bed.run(&records));
    assert_eq!(bed.outcome(), DAY.outcome);
}

#[test]
fn the_same_input_again_records_nothing_opens_nothing_and_does_nothing() {
    let bed = Bed::with_every_action(&[]);
    let input = [bed.input("day.ndjson", &builtin())];
    let first = bed.run_inputs(&input, &RunOptions::default());
    let before = (bed.incidents(), bed.actions(), bed.executions(), bed.applied_to(), bed.approvals());
    let again = bed.run_inputs(&input, &RunOptions::default());
    assert_adds_up(&again);
    assert_eq!((again.recorded, again.updated), (0, 0), "{again:?}");
    assert_eq!((again.received, again.incidents.total), (first.received, first.incidents.total));
    let after = (bed.incidents(), bed.actions(), bed.executions(), bed.applied_to(), bed.approvals());
    assert_eq!(after, before);
}
