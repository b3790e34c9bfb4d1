//! A test bed: the local form on a folder of its own, with a clock that only the test moves.
//!
//! Apart from the tests so that each of them is only its story. It drives the real runner, store and simulated
//! account; what it reads back it reads through their public face, or as rows of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use soc_domain::action::{Action, ActionState, Tier};
use soc_domain::approval::{Answer, Approval, Decision};
use soc_domain::finding::Finding;
use soc_domain::id::{ActionId, IncidentId};
use soc_domain::incident::Incident;
use soc_domain::plan::Plan;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::time::Timestamp;
use soc_local::account::SimulatedAccount;
use soc_local::input::Input;
use soc_local::runner::{Access, Decided, RunOptions, Silent, Soc, Summary};
use soc_local::store::{IncidentFilter, Store};
use soc_pipeline::approve::Refused;
use soc_pipeline::ports::{Actions, Approvals, Clock, Findings, Origin};
use soc_testkit::block_on;
use tempfile::TempDir;

/// When the clock of a bed begins: the morning after the built-in day.
const MORNING: &str = "2026-03-03T09:00:00Z";

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn at_morning() -> Self {
        Self(AtomicI64::new(Timestamp::parse(MORNING).unwrap().as_millis()))
    }

    pub(crate) fn forward(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).expect("a test waits for less than an age");
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Which actions may be done at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repertoire {
    /// Isolation and keys: a story about how one action goes is about one action. The others are for people.
    Two,
    /// As the default policy says.
    Full,
}

/// A policy in which only isolation and keys have a rule: an action without one is guidance for a person.
pub(crate) fn only_two(policy: &str) -> String {
    let mut kept = String::new();
    for table in policy.split_inclusive('\n').collect::<Vec<_>>().chunk_by(|_, next| !next.starts_with('[')) {
        let name = table.first().unwrap_or(&"").trim();
        let is_other = name.starts_with("[actions.")
            && !["[actions.isolate-instance]", "[actions.deactivate-access-key]"].contains(&name);
        if !is_other {
            kept.push_str(&table.concat());
        }
    }
    kept
}

/// A plan without what is left to people for want of a rule.
pub(crate) fn with_rules(mut plan: Plan) -> Plan {
    plan.steps.retain(|step| !step.reasons.iter().any(|why| why.contains("the policy has no rule")));
    plan
}

/// The default policy with some lines changed; each must be there.
pub(crate) fn policy_with(changes: &[(&str, &str)]) -> String {
    let mut text = DEFAULT.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the default policy has no {from:?}");
        text = text.replacen(from, to, 1);
    }
    text
}

/// An action as the outcome of a run is compared: without what ids and clocks add.
pub(crate) type Deed = (String, String, Tier, ActionState);

/// What one run of findings came to, whatever the order in which they arrived.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// For each incident: the products' ids of its findings, its severity and its verdict.
    pub(crate) incidents: BTreeSet<(BTreeSet<String>, String, String)>,
    pub(crate) deeds: BTreeSet<Deed>,
}

/// The local form on a folder of its own.
pub(crate) struct Bed {
    folder: TempDir,
    pub(crate) clock: Arc<HandClock>,
    repertoire: Repertoire,
    soc: Option<Soc>,
}

impl Bed {
    /// With the default policy, as far as it is about isolation and keys.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// With the default policy, changed, and all that it lets be done.
    pub(crate) fn with_every_action(changes: &[(&str, &str)]) -> Self {
        Self::of(Repertoire::Full, changes)
    }

    /// With the default policy, changed.
    pub(crate) fn with(changes: &[(&str, &str)]) -> Self {
        Self::of(Repertoire::Two, changes)
    }

    fn of(repertoire: Repertoire, changes: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock::at_morning());
        let mut bed = Self { folder, clock, repertoire, soc: None };
        bed.reopen_with(changes);
        bed
    }

    /// Ends the process, as far as the files can tell, and begins a new one under another policy.
    pub(crate) fn reopen_with(&mut self, changes: &[(&str, &str)]) {
        self.soc = None;
        self.soc = Some(self.open(Access::Drive, changes));
    }

    /// A further process on the same folder.
    pub(crate) fn open(&self, access: Access, changes: &[(&str, &str)]) -> Soc {
        let text = policy_with(changes);
        let text = if self.repertoire == Repertoire::Full { text } else { only_two(&text) };
        let policy = Policy::parse(&text).unwrap();
        Soc::open(&self.data(), access, policy, Arc::clone(&self.clock) as Arc<dyn Clock>).unwrap()
    }

    /// Ends the process and hands out the files' adapters themselves.
    pub(crate) fn halt(&mut self) -> (Store, SimulatedAccount) {
        self.soc = None;
        let account = SimulatedAccount::open(&self.data().join("account.sqlite")).unwrap();
        (Store::open(&self.data()).unwrap(), account)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn soc(&self) -> &Soc {
        self.soc.as_ref().expect("the bed is open")
    }

    pub(crate) fn store(&self) -> &Store {
        self.soc().store()
    }

    /// The store's file, as another program sees it.
    pub(crate) fn rows(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.data().join("soc.sqlite")).unwrap();
        connection.busy_timeout(Duration::from_secs(5)).unwrap();
        connection
    }

    /// One number out of the store's file.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.rows().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Writes records as NDJSON and names them as an input.
    pub(crate) fn input(&self, name: &str, records: &[Vec<u8>]) -> Input {
        let path = self.folder.path().join(name);
        std::fs::write(&path, ndjson(records)).unwrap();
        Input::Path(path)
    }

    /// Takes records in, which the owner vouches for, and drives everything to its end.
    pub(crate) fn run(&self, records: &[Vec<u8>]) -> Summary {
        self.run_from(records, Origin::Owner)
    }

    pub(crate) fn run_from(&self, records: &[Vec<u8>], origin: Origin) -> Summary {
        let input = self.input("records.ndjson", records);
        self.run_inputs(&[input], &RunOptions { origin, ..RunOptions::default() })
    }

    /// Drives what can go on, without any input.
    pub(crate) fn go_on(&self) -> Summary {
        self.run_inputs(&[], &RunOptions::default())
    }

    pub(crate) fn run_inputs(&self, inputs: &[Input], options: &RunOptions) -> Summary {
        let ran = block_on(self.soc().run(inputs, options, &Silent)).unwrap().unwrap();
        assert!(ran.problems.is_empty(), "{:?}", ran.problems);
        ran.summary
    }

    /// The built-in stream through its own input.
    pub(crate) fn run_builtin(&self) -> Summary {
        self.run_inputs(&[Input::Builtin], &RunOptions::default())
    }

    pub(crate) fn incidents(&self) -> Vec<Incident> {
        self.store().list_incidents(IncidentFilter { limit: 1_000_000, ..IncidentFilter::default() }).unwrap()
    }

    /// The only incident that is no part of another one.
    pub(crate) fn incident(&self) -> Incident {
        let mut open = self.incidents();
        open.retain(|incident| incident.merged_into.is_none());
        assert_eq!(open.len(), 1, "{open:#?}");
        open.remove(0)
    }

    pub(crate) fn findings_of(&self, id: IncidentId) -> Vec<Finding> {
        block_on(Findings::of_incident(self.store(), id, 100_000)).unwrap().findings
    }

    /// The products' own ids of an incident's findings.
    pub(crate) fn names_in(&self, id: IncidentId) -> BTreeSet<String> {
        self.findings_of(id).into_iter().map(|finding| finding.product_id).collect()
    }

    pub(crate) fn actions_of(&self, id: IncidentId) -> Vec<Action> {
        block_on(Actions::of_incident(self.store(), id)).unwrap()
    }

    pub(crate) fn actions(&self) -> Vec<Action> {
        self.incidents().iter().flat_map(|incident| self.actions_of(incident.id)).collect()
    }

    /// The only action.
    pub(crate) fn action(&self) -> Action {
        let mut actions = self.actions();
        assert_eq!(actions.len(), 1, "{actions:#?}");
        actions.remove(0)
    }

    pub(crate) fn approvals(&self) -> Vec<Approval> {
        let of = |id| block_on(Approvals::of_incident(self.store(), id)).unwrap();
        self.incidents().iter().flat_map(|incident| of(incident.id)).map(|found| found.value).collect()
    }

    /// The newest question about an action.
    pub(crate) fn approval(&self, id: ActionId) -> Approval {
        block_on(Approvals::get(self.store(), id)).unwrap().expect("somebody was asked").value
    }

    pub(crate) fn approve(&self, id: ActionId, person: &str) -> Result<Decided, Refused> {
        self.decide(id, person, Answer::Approve)
    }

    pub(crate) fn decide(&self, id: ActionId, person: &str, answer: Answer) -> Result<Decided, Refused> {
        let person = person.to_owned();
        let decision = Decision { person, answer, reason: None, at: self.clock.now() };
        block_on(self.soc().decide(id, decision))
    }

    /// How many changes the account took, reversals too.
    pub(crate) fn applied(&self) -> usize {
        self.soc().account().applied().unwrap().len()
    }

    /// How many changes each resource of the account took.
    pub(crate) fn applied_to(&self) -> BTreeMap<String, usize> {
        let mut changes = BTreeMap::new();
        for (arn, _change) in self.soc().account().applied().unwrap() {
            *changes.entry(arn).or_default() += 1;
        }
        changes
    }

    /// How many executions there were, and how many of them ended well.
    pub(crate) fn executions(&self) -> (i64, i64) {
        let all = self.number("SELECT count(*) FROM executions");
        (all, self.number("SELECT count(*) FROM executions WHERE status = 'succeeded'"))
    }

    pub(crate) fn outcome(&self) -> Outcome {
        let merged = |incident: &Incident| incident.merged_into.is_some();
        let incidents = self.incidents().into_iter().filter(|incident| !merged(incident)).map(|incident| {
            let verdict = format!("{:?}", incident.verdict);
            (self.names_in(incident.id), incident.severity.name().to_owned(), verdict)
        });
        let deeds = self.actions().into_iter().map(|action| {
            (action.target.kind.name().to_owned(), action.target.resource, action.tier, action.state)
        });
        Outcome { incidents: incidents.collect(), deeds: deeds.collect() }
    }
}

/// Records as lines.
pub(crate) fn ndjson(records: &[Vec<u8>]) -> Vec<u8> {
    let mut text = records.join(&b'\n');
    text.push(b'\n');
    text
}

/// `received = recorded + updated + duplicates + events + quarantined`, and nothing lost.
pub(crate) fn assert_adds_up(summary: &Summary) {
    let Summary { received, recorded, updated, duplicates, events, quarantined, lost, .. } = summary;
    assert_eq!(*lost, 0, "{summary:?}");
    assert_eq!(*received, recorded + updated + duplicates + events + quarantined, "{summary:?}");
}

/// The folder with real findings beside the checkout, if it is there.
pub(crate) fn shared_data(folder: &str) -> Option<PathBuf> {
    let path: &Path = &crate::workspace::root();
    let data = path.parent()?.join("shared").join("data").join(folder);
    data.is_dir().then_some(data)
}
