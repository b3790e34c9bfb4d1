//! T7, smuggled keys, expressions and SQL: any strings go in and come out as they were, different things have
//! different keys, and nothing that came in is ever evaluated.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;

use async_trait::async_trait;
use fastrand::Rng;
use serde_json::{Value, json};
use soc_domain::action::Target;
use soc_domain::analysis::{Analysis, Claim, Struck};
use soc_domain::correlate::{KeySpan, correlation_keys};
use soc_domain::finding::{Finding, Observable, ObservableKind, Principal, Remote};
use soc_domain::id::{ActionId, EventKey, FindingId, IncidentId, Place, QuarantineId, sha256_hex};
use soc_domain::incident::Incident;
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::verdict::Verdict;
use soc_local::store::Store;
use soc_local::workflow::{Step, TaskError, Tasks, incident_machine};
use soc_pipeline::ports::{
    Actions, Approvals, Correlations, Document, Dossier, FindingRow, FindingWrite, Findings, Incidents,
    Quarantine, Quarantined, RawBytes, StartWorkflow, Workflows,
};
use soc_samples::wire::{Form, value};
use soc_testkit::memory::Memory;
use soc_testkit::{block_on, build};

use super::fields::{leaf, leaves};
use crate::bed::Bed;
use crate::cast::miner;

/// What a separator, a length, a quote or an expression could be mistaken for.
const PIECES: [&str; 26] = [
    "",
    "a",
    "aa",
    "|",
    ":",
    "1:a",
    "|1:a",
    "a|1:a",
    "/",
    "\\",
    "\u{0}",
    "\u{1}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}a",
    "é",
    "e\u{301}",
    "\u{feff}",
    "\u{202e}",
    "漢",
    "😀",
    "'",
    "'; DROP TABLE findings; --",
    "\" OR 1=1",
    "%_",
    "?1",
    "{% $states.input %}",
    "{% $eval('1+1') %}",
    "${Triage}",
];

/// Every list of at most three pieces.
fn lists() -> Vec<Vec<&'static str>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for length in 1..=3 {
        let shorter: Vec<Vec<&str>> = all.iter().filter(|list| list.len() == length - 1).cloned().collect();
        all.extend(
            shorter.iter().flat_map(|list| PIECES.iter().map(|piece| [&list[..], &[*piece]].concat())),
        );
    }
    all
}

#[track_caller]
fn assert_all_different<K: Ord + std::fmt::Debug>(keys: impl IntoIterator<Item = (K, String)>) {
    let mut seen: BTreeMap<K, String> = BTreeMap::new();
    for (key, of) in keys {
        if let Some(other) = seen.insert(key, of.clone()) {
            panic!("one key for {other} and {of}");
        }
    }
}

#[test]
fn different_parts_have_different_ids_and_keys_and_the_same_have_the_same() {
    let lists = lists();
    assert!(lists.len() > 18_000);
    let said = |list: &Vec<&str>| format!("{list:?}");
    assert_all_different(lists.iter().map(|list| (FindingId::from_parts(list), said(list))));
    assert_all_different(lists.iter().map(|list| (EventKey::from_parts(list), said(list))));
    let bytes = |list: &Vec<&'static str>| -> Vec<&'static [u8]> {
        list.iter().map(|part| part.as_bytes()).collect()
    };
    assert_all_different(lists.iter().map(|list| (sha256_hex(&bytes(list)), said(list))));
    for list in &lists {
        let id = FindingId::from_parts(list);
        assert_eq!((id, id.to_string().parse()), (FindingId::from_parts(list), Ok(id)));
    }
}

#[test]
fn different_findings_actions_and_correlations_never_share_a_key() {
    let triples = || lists().into_iter().filter(|list| list.len() == 3);
    let said = |list: &[&str]| format!("{list:?}");
    assert_all_different(triples().map(|list| {
        let place = Place { account: list[0].to_owned(), region: list[1].to_owned(), ..build::place() };
        (FindingId::derive(&place, "guardduty", list[2]), said(&list))
    }));
    assert_all_different(triples().map(|list| {
        let parameters = BTreeMap::from([(list[1].to_owned(), list[2].to_owned())]);
        let target = Target { resource: list[0].to_owned(), parameters, ..build::action("x").target };
        (ActionId::derive(build::incident_id("x"), &target, 0), said(&list))
    }));
    let policy = Policy::parse(DEFAULT).unwrap();
    let key_of = |list: &[&str]| {
        let [account, kind, name] = [list[0], list[1], list[2]].map(str::to_owned);
        let principal = Principal { kind, name, principal_id: None, access_key_id: None, account };
        let finding = Finding {
            principals: vec![principal],
            resources: Vec::new(),
            product: "x".to_owned(),
            ..build::finding("x")
        };
        correlation_keys(&finding, &policy.rules.correlation).pop()
    };
    // An empty account stands for the finding's own.
    let shown = triples().filter(|list| !list[0].is_empty() && !list[2].is_empty());
    assert_all_different(shown.map(|list| (key_of(&list).unwrap(), said(&list))));
}

fn text(chance: &mut Rng) -> String {
    let some = chance.usize(1..6);
    (0..some).map(|_piece| PIECES[chance.usize(..PIECES.len())]).collect()
}

/// A finding in which every string that no rule binds is hostile.
fn hostile_finding(chance: &mut Rng, name: &str) -> Finding {
    let mut finding = build::finding(name);
    let some = |chance: &mut Rng| (0..3).map(|_text| text(chance)).collect::<Vec<_>>();
    finding.principals = some(chance)
        .into_iter()
        .map(|name| Principal {
            kind: text(chance),
            name,
            principal_id: Some(text(chance)),
            access_key_id: Some(text(chance)),
            account: text(chance),
        })
        .collect();
    finding.remotes = some(chance)
        .into_iter()
        .map(|ip| Remote {
            ip,
            port: Some(443),
            country: Some(text(chance)),
            organization: Some(text(chance)),
            threat_lists: vec![text(chance)],
        })
        .collect();
    finding.observables = vec![Observable { kind: ObservableKind::Domain, value: text(chance) }];
    finding.generator = Some(text(chance));
    let mut value = serde_json::to_value(&finding).unwrap();
    for found in leaves(&value) {
        let hostile = Value::from(text(chance));
        let before = std::mem::replace(leaf(&mut value, &found.pointer), hostile);
        if serde_json::from_value::<Finding>(value.clone()).is_err() {
            // An id, a time or a closed name: nothing else fits there.
            *leaf(&mut value, &found.pointer) = before;
        }
    }
    let mut finding: Finding = serde_json::from_value(value).unwrap();
    finding.resources[0].tags = (0..5).map(|_tag| (text(chance), text(chance))).collect();
    finding
}

/// Writes hostile strings through every port and reads them back.
async fn round_trip<S>(store: &S, chance: &mut Rng, number: usize)
where
    S: Findings + Incidents + Correlations + Dossier + Quarantine + Actions + Approvals + Workflows,
{
    let name = format!("finding {number}");
    let finding = hostile_finding(chance, &name);
    let mut incident = build::incident(&name);
    incident.title = text(chance);
    incident.kind = text(chance);
    incident.principals = (0..3).map(|_name| text(chance)).collect();
    incident.resources = (0..3).map(|_arn| text(chance)).collect();
    let message = StartWorkflow { incident: incident.id, generation: 1 };
    Incidents::save(store, &incident, None, Some(message)).await.unwrap();
    assert_eq!(Incidents::get(store, incident.id).await.unwrap().unwrap().value, incident);

    let row: FindingRow = build::row(finding.clone(), incident.id);
    let write = FindingWrite { row: &row, event: finding.event_key(), raw: b"'; --", at: build::START };
    Findings::record(store, write, None).await.unwrap();
    assert_eq!(Findings::get(store, finding.id).await.unwrap().unwrap().value, row);
    assert_eq!(
        Findings::of_incident(store, incident.id, 9).await.unwrap().findings,
        std::slice::from_ref(&finding)
    );

    let policy = Policy::parse(DEFAULT).unwrap();
    let span = KeySpan { incident: incident.id, from: build::START, to: build::at(9), resources: [1].into() };
    let mut last = HashMap::new();
    for (second, key) in (0_u64..).zip(correlation_keys(&finding, &policy.rules.correlation)) {
        let known = store.spans(&key).await.unwrap();
        let span = KeySpan { to: build::at(second), from: build::at(second), ..span.clone() };
        store.set_spans(&key, std::slice::from_ref(&span), known.map(|found| found.version)).await.unwrap();
        last.insert(key.as_str().to_owned(), (key, span));
    }
    for (key, span) in last.into_values() {
        assert_eq!(store.spans(&key).await.unwrap().unwrap().value, [span], "{key:?}");
    }
    documents(store, chance, &incident).await;
    records(store, chance, (&name, &incident)).await;
}

async fn documents<S: Dossier>(store: &S, chance: &mut Rng, incident: &Incident) {
    let analysis = Analysis {
        by: text(chance),
        verdict: Verdict::Suspicious,
        confidence: 1,
        summary: text(chance),
        claims: vec![Claim {
            text: text(chance),
            evidence: vec![text(chance)],
            techniques: vec![text(chance)],
            entities: vec![text(chance)],
        }],
        next_steps: vec![text(chance)],
        struck: Struck::default(),
    };
    store.keep(incident.id, 1, Document::Analysis(&analysis)).await.unwrap();
    assert_eq!(store.fetch(incident.id, 1).await.unwrap().analysis, Some(analysis));
}

async fn records<S>(store: &S, chance: &mut Rng, (name, incident): (&str, &Incident))
where
    S: Quarantine + Actions + Approvals + Workflows,
{
    let raw = RawBytes::Inline(text(chance).into_bytes());
    let (source, reason) = (text(chance), text(chance));
    let id = QuarantineId::from_parts(&[name, &source]);
    let record = Quarantined { id, source, reason, raw, ..build::quarantined(name) };
    store.put(&record).await.unwrap();
    assert_eq!(Quarantine::get(store, id).await.unwrap(), Some(record));

    let mut action = build::action(name);
    action.target.resource = text(chance);
    action.target.place.account = text(chance);
    action.target.parameters = (0..3).map(|_parameter| (text(chance), text(chance))).collect();
    action.owner = text(chance);
    action.note = Some(text(chance));
    action.done_at = Some(build::at(1));
    action.id = ActionId::derive(incident.id, &action.target, 0);
    Actions::save(store, &action, None).await.unwrap();
    assert_eq!(Actions::get(store, action.id).await.unwrap(), Some(action.clone()));
    let account = &action.target.place.account;
    assert!(store.done_since(account, build::START).await.unwrap() >= 1, "{account:?}");

    let approval = build::approval(&action);
    Approvals::save(store, &approval, None).await.unwrap();
    assert_eq!(Approvals::get(store, action.id).await.unwrap().map(|found| found.value), Some(approval));
    store.keep_token(StartWorkflow { incident: incident.id, generation: 1 }, &text(chance)).await.unwrap();
}

#[test]
fn any_strings_are_read_back_from_sqlite_as_they_were_written() {
    let store = Store::open_in_memory().unwrap();
    let mut chance = Rng::with_seed(3);
    for number in 0..150 {
        block_on(round_trip(&store, &mut chance, number));
    }
    // Every row is still there: nothing of it was a statement.
    assert_eq!(
        store
            .list_incidents(soc_local::store::IncidentFilter { limit: 999, ..Default::default() })
            .unwrap()
            .len(),
        150
    );
}

#[test]
fn any_strings_are_read_back_from_memory_as_they_were_written() {
    let store = Memory::new();
    let mut chance = Rng::with_seed(3);
    for number in 0..150 {
        block_on(round_trip(&store, &mut chance, number));
    }
}

/// Answers with expressions, and remembers what it was asked.
struct Expressive(Mutex<Vec<Value>>);

const EXPRESSIONS: [&str; 4] =
    ["{% $states.context %}", "{% 6 * 7 %}", "{% $eval('6 * 7') %}", "${Remediate}"];

#[async_trait]
impl Tasks for Expressive {
    async fn invoke(&self, _function: &str, payload: Value) -> Result<Value, TaskError> {
        let op = payload["op"].clone();
        self.0.lock().unwrap().push(payload);
        let hostile = || EXPRESSIONS.join(" ");
        Ok(match op.as_str().unwrap_or_default() {
            "assess" => json!({"route": "respond", "note": hostile()}),
            "analyze" => json!({"ai": "skipped", "reason": hostile()}),
            "plan" => json!({"auto": 1, "approve": 0, "guide": 0, "plan_sha256": hostile(),
                "approval_timeout_seconds": 60}),
            _ => json!({"done": 0, "outcome": hostile(), "told": hostile()}),
        })
    }
}

#[test]
fn no_expression_in_an_input_or_an_answer_is_evaluated() {
    let machine = incident_machine().unwrap();
    for hostile in EXPRESSIONS {
        let tasks = Expressive(Mutex::default());
        let input = json!({"incident_id": hostile, "generation": hostile});
        let mut execution = machine.start("x", input, 0);
        let mut ended = false;
        for _step in 0..50 {
            ended = block_on(machine.step(&mut execution, &tasks, 0)) == Step::Ended;
            if ended {
                break;
            }
        }
        let asked = tasks.0.into_inner().unwrap();
        assert!(ended && asked.len() >= 5, "{execution:?}");
        for payload in &asked {
            assert_eq!((&payload["incident_id"], &payload["generation"]), (&json!(hostile), &json!(hostile)));
        }
        let state = serde_json::to_string(&execution).unwrap();
        assert!(!state.contains("\"42\"") && !state.contains(":42"), "{state}");
    }
}

#[test]
fn nothing_of_a_finding_reaches_the_execution_that_answers_it() {
    let bed = Bed::new();
    let mut record: Value = value(&miner("mines", "runner"), Form::GuardDutyEvent);
    for found in leaves(&record).iter().filter(|found| found.is_free_text()) {
        let planted = format!("{} {{% $states.context %}} SMUGGLED'; DROP TABLE incidents; --", found.text);
        *leaf(&mut record, &found.pointer) = Value::from(planted);
    }
    bed.run(&[record.to_string().into_bytes()]);
    assert_eq!((bed.executions(), bed.applied()), ((1, 1), 1));
    let planted = "SELECT count(*) FROM executions WHERE instr(state || name, 'SMUGGLED') > 0";
    let kept = "SELECT count(*) FROM findings WHERE instr(doc, 'SMUGGLED') > 0";
    assert_eq!((bed.number(planted), bed.number(kept)), (0, 1));
}

#[test]
fn keys_that_were_only_joined_would_be_seen() {
    let joined: BTreeSet<String> = lists().iter().map(|list| list.join("|")).collect();
    assert!(joined.len() < lists().len());
    assert_ne!(IncidentId::from_parts(&["a", ""]), IncidentId::from_parts(&["", "a"]));
}
