//! T3, a crafted finding makes us hurt a victim: no sequence of findings exceeds the budget of actions, and what is
//! protected is never called upon. Counted where the account is asked, not where the machine says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use soc_domain::action::{Action, ActionState, Change, Observation, Target, Tier};
use soc_domain::finding::{Principal, RecordState};
use soc_domain::time::Timestamp;
use soc_pipeline::error::{PortError, PortErrorKind, PortResult};
use soc_pipeline::handlers::World;
use soc_pipeline::ports::{Account, Clock};
use soc_samples::Sample;
use soc_samples::wire::{Form, record};

use super::desk::{Desk, Nobody, asked};
use super::paper::Call;
use crate::bed::{Bed, policy_with};
use crate::cast::{event, events, host, instance_arn, key_arn, key_id, miner, stolen_key};
use soc_domain::policy::Policy;

/// How many sequences of findings, where nobody says otherwise.
const SEQUENCES: usize = 16;

/// How many findings each has.
const LENGTH: usize = 30;

const HOUR: Duration = Duration::from_secs(3_600);

const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];

/// A finding that calls for an action: of any account, about any of some resources.
fn crafted(chance: &mut Rng, number: usize) -> Sample {
    let name = format!("crafted {number}");
    let victim = format!("victim-{}", chance.u8(..25));
    let account = ACCOUNTS[chance.usize(..ACCOUNTS.len())].to_owned();
    let sample = if chance.bool() {
        miner(&name, &victim)
    } else {
        let key = stolen_key(&name, &victim);
        let principal = key.principal.clone().map(|user| Principal { account: account.clone(), ..user });
        // Known bad, so that the machine is sure enough to act by itself.
        let kind = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS".to_owned();
        Sample { principal, kind, ..key }
    };
    let archived = chance.u8(..10) == 0;
    let record_state = if archived { RecordState::Archived } else { RecordState::Active };
    Sample { account, record_state, score: chance.f64() * 3.5 + 6.5, ..sample }
}

/// The most calls of one account within any hour.
fn most_in_an_hour(calls: &[Call]) -> usize {
    let within = |first: &Call, call: &&Call| {
        call.account == first.account && first.at <= call.at && call.at <= first.at.plus(HOUR)
    };
    calls.iter().map(|first| calls.iter().filter(|call| within(first, call)).count()).max().unwrap_or(0)
}

fn budget_of(actions: u32) -> [(&'static str, String); 1] {
    [("actions_per_account_hour = 20", format!("actions_per_account_hour = {actions}"))]
}

/// An account whose answers get lost now and then: the change is made or not, and nobody hears.
struct Deaf<'a> {
    desk: &'a Desk,
    /// Set for the next change: it is made, and its answer is lost.
    loses: AtomicBool,
}

#[async_trait]
impl Account for Deaf<'_> {
    async fn observe(&self, target: &Target) -> PortResult<Option<Observation>> {
        self.desk.account.observe(target).await
    }
    async fn apply(&self, target: &Target, change: &Change) -> PortResult<()> {
        self.desk.account.apply(target, change).await?;
        if self.loses.swap(false, Ordering::Relaxed) {
            return Err(PortError::new(PortErrorKind::Timeout, "change the account"));
        }
        Ok(())
    }
}

/// Runs one sequence and answers what the account was asked, and how many actions were held back.
fn sequence(seed: u64, budget: u32) -> (Vec<Call>, usize) {
    let mut chance = Rng::with_seed(seed);
    let [(from, to)] = budget_of(budget);
    let desk = Desk::under(Policy::parse(&policy_with(&[(from, to.as_str())])).unwrap());
    let deaf = Deaf { desk: &desk, loses: AtomicBool::new(false) };
    for number in 0..LENGTH {
        let mut sample = crafted(&mut chance, number);
        // Several resources in one finding are several actions of one plan.
        let more = (0..chance.u8(..3)).map(|more| host(&format!("more-{number}-{more}")));
        sample.targets.extend(more);
        let form = if chance.bool() { Form::Asff } else { Form::Ocsf };
        let record = record(&sample, form);
        deaf.loses.store(chance.u8(..6) == 0, Ordering::Relaxed);
        let world = World { account: &deaf, ..desk.world(&Nobody) };
        desk.handle_in(&record, &world);
        desk.clock.forward(Duration::from_secs(chance.u64(..900)));
    }
    let actions = desk.actions();
    let held = actions.iter().filter(|action| action.tier == Tier::Approve).count();
    (desk.account.calls(), held)
}

#[test]
fn no_sequence_of_findings_exceeds_the_budget_of_any_account_in_any_hour() {
    let sequences = asked("SOC_TEST_SEQUENCES", SEQUENCES);
    let (mut calls, mut held, mut full) = (0, 0, 0);
    for seed in 0..sequences as u64 {
        let budget = 1 + u32::try_from(seed % 3).unwrap();
        let (made, left) = sequence(seed, budget);
        let most = most_in_an_hour(&made);
        assert!(most <= budget as usize, "seed {seed}: {most} of {budget}: {made:#?}");
        (calls, held, full) = (calls + made.len(), held + left, full + usize::from(most == budget as usize));
    }
    println!(
        "{sequences} sequences: {calls} changes, {held} actions held back, the budget used up in {full}"
    );
    assert!(calls > sequences && held > sequences && full > sequences / 2, "{calls} {held} {full}");
}

#[test]
fn the_budget_outlives_the_process() {
    let budget = [("actions_per_account_hour = 20", "actions_per_account_hour = 2")];
    let mut bed = Bed::with(&budget);
    let mut calls: Vec<Call> = Vec::new();
    let mut chance = Rng::with_seed(5);
    for number in 0..10 {
        let sample = miner(&format!("number {number}"), &format!("host-{number}"));
        let account = ACCOUNTS[chance.usize(..2)].to_owned();
        bed.run(&events(&[Sample { account, ..sample }]));
        let applied = bed.soc().account().applied().unwrap();
        for (resource, _change) in applied.into_iter().skip(calls.len()) {
            let account = resource.split(':').nth(4).unwrap_or_default().to_owned();
            calls.push(Call { at: bed.clock.now(), account, resource });
        }
        if number % 2 == 1 {
            bed.reopen_with(&budget);
        }
        bed.clock.forward(Duration::from_secs(chance.u64(..1_200)));
    }
    assert!(calls.len() >= 4, "{calls:#?}");
    assert!(most_in_an_hour(&calls) <= 2, "{calls:#?}");
}

#[test]
fn an_action_whose_answer_was_lost_counts_against_the_budget() {
    let [(from, to)] = budget_of(1);
    let desk = Desk::with(&[(from, to.as_str())]);
    let deaf = Deaf { desk: &desk, loses: AtomicBool::new(true) };
    let world = World { account: &deaf, ..desk.world(&Nobody) };
    desk.handle_in(&event(&miner("one", "one")), &world);
    desk.handle_in(&event(&miner("two", "two")), &world);
    let states: BTreeMap<_, _> = desk.actions().into_iter().map(|a| (a.target.resource, a.state)).collect();
    assert_eq!(states.get(&instance_arn("one")), Some(&ActionState::Intent), "{states:#?}");
    assert_eq!(desk.account.calls().len(), 1, "{states:#?}");
}

/// The ways to protect something: what to change in the policy, and what carries a tag.
fn protections(victim: &str) -> Vec<(&'static str, String, BTreeSet<String>)> {
    let (instance, key) = (instance_arn(victim), key_arn(victim));
    let none = BTreeSet::new;
    vec![
        ("arns = []", format!("arns = [\"{instance}\", \"{key}\"]"), none()),
        ("arns = []", "arns = [\"arn:aws:ec2:*\", \"arn:aws:iam:*\"]".to_owned(), none()),
        ("accounts = []", format!("accounts = [\"{}\"]", ACCOUNTS[0]), none()),
        ("principals = [", format!("principals = [\"{victim}\", "), none()),
        ("version = 1", "version = 1".to_owned(), [instance, key].into()),
    ]
}

/// Findings that try to have the victim hurt: every form, grave, repeated, joined with others.
fn attacks(victim: &str, chance: &mut Rng) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    for (number, form) in Form::ALL.into_iter().enumerate() {
        let mines = Sample { score: 9.9, count: 99, ..miner(&format!("mines {number}"), victim) };
        let kind = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS".to_owned();
        let stolen = Sample { kind, score: 9.9, ..stolen_key(&format!("stolen {number}"), victim) };
        // The principal of the key on the finding of the instance: joined into one incident.
        let both = Sample { principal: stolen.principal.clone(), ..mines.clone() };
        records.extend([mines, stolen, both].map(|sample| record(&sample, form)));
    }
    chance.shuffle(&mut records);
    records
}

fn is_about(action: &Action, victim: &str) -> bool {
    let resource = &action.target.resource;
    *resource == instance_arn(victim) || resource.ends_with(&key_id(victim))
}

#[test]
fn what_is_protected_is_never_called_upon() {
    let victim = "crown-jewels";
    for (number, (from, to, tagged)) in protections(victim).into_iter().enumerate() {
        let mut desk = Desk::with(&[(from, to.as_str())]);
        let protecting = BTreeMap::from([
            ("ai-soc:protected".to_owned(), "true".to_owned()),
            ("Environment".to_owned(), "dev".to_owned()),
        ]);
        desk.account.tags.extend(tagged.into_iter().map(|arn| (arn, protecting.clone())));
        for record in attacks(victim, &mut Rng::with_seed(number as u64)) {
            desk.handle(&record, &Nobody);
            desk.clock.forward(Duration::from_secs(70));
        }
        let calls = desk.account.calls();
        // A principal's protection is about its keys; the instance is another thing.
        let about_keys = from.starts_with("principals");
        let hurt = |call: &&Call| !about_keys || call.resource.contains(":access-key/");
        assert_eq!(calls.iter().filter(hurt).count(), 0, "{to}: {calls:#?}");
        let open: Vec<_> = desk.actions().into_iter().filter(|action| is_about(action, victim)).collect();
        let open = open.iter().filter(|action| !about_keys || action.target.resource.contains("access-key"));
        assert_eq!(open.count(), 0, "{to}: nobody is asked about what is protected");
    }
    // Unprotected, the same findings are acted on.
    let desk = Desk::new();
    for record in attacks(victim, &mut Rng::with_seed(1)) {
        desk.handle(&record, &Nobody);
    }
    assert!(!desk.actions().is_empty());
}

#[test]
fn a_longer_hour_would_be_seen() {
    let call = |minutes: u64| Call {
        at: Timestamp::from_millis(0).plus(Duration::from_secs(minutes * 60)),
        account: ACCOUNTS[0].to_owned(),
        resource: String::new(),
    };
    assert_eq!(most_in_an_hour(&[call(0), call(59), call(61), call(180)]), 2);
    assert_eq!(most_in_an_hour(&[call(0), call(60)]), 2, "the budget's hour has both of its ends");
}
