//! What the conformance suites do not ask: pages, long documents, races, lost answers, crashes in the middle, expiry.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use soc_aws::blobs::Blobs;
use soc_aws::dynamodb::{Cursor, Store, Tables};
use soc_aws::s3::{S3Blobs, read_object};
use soc_domain::action::{Action, ActionState};
use soc_domain::incident::{Incident, Status};
use soc_ledger::{Draft, verify_all};
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::{
    Actions, Approvals, FindingRow, FindingWrite, Findings, Incidents, Ledger, Quarantine, Quarantined,
    RawBytes, StartWorkflow,
};
use soc_testkit::build::{START, action, approval, at, finding, incident, incident_id, quarantined, row};

use crate::bed::{Bed, bed, loader, run, unique};
use crate::faults::network::{Network, Sky, Weather};

/// A store in `tables` on a network with this weather, and the network.
pub(crate) async fn store_in(bed: &Bed, tables: &Tables, sky: &Arc<Sky>) -> (Store, Network) {
    let under = SharedHttpConnector::new(aws_smithy_http_client::Connector::builder().build_http());
    let network = Network::new(sky, &under);
    let retry = aws_config::retry::RetryConfig::standard()
        .with_max_attempts(5)
        .with_initial_backoff(std::time::Duration::from_millis(1));
    let config = loader(&bed.endpoint).http_client(network.clone()).retry_config(retry).load().await;
    (bed.store_with(&config, tables), network)
}

async fn record(store: &Store, row: &FindingRow) {
    let event = row.finding.event_key();
    store.record(FindingWrite { row, event, raw: b"{}", at: START }, None).await.unwrap();
}

#[test]
fn bytes_in_a_bucket_are_put_once_and_read_back() {
    let Some(bed) = bed("bytes in a bucket") else { return };
    run(async {
        let client = aws_sdk_s3::Client::new(&bed.config);
        let bucket = unique("evidence");
        let here = aws_sdk_s3::types::CreateBucketConfiguration::builder();
        let here = here.location_constraint("eu-central-1".into()).build();
        let make = client.create_bucket().bucket(&bucket).create_bucket_configuration(here);
        make.send().await.unwrap();
        let blobs = S3Blobs::new(client.clone(), bucket.clone());
        assert_eq!(blobs.get("raw/a").await.unwrap(), None);
        blobs.put_if_absent("raw/a", b"first").await.unwrap();
        blobs.put_if_absent("raw/a", b"second").await.unwrap();
        assert_eq!(blobs.get("raw/a").await.unwrap().as_deref(), Some(b"first".as_slice()));
        assert_eq!(read_object(&client, (&bucket, "raw/a"), 5).await.unwrap(), b"first");
        let too_long = read_object(&client, (&bucket, "raw/a"), 4).await.unwrap_err();
        assert_eq!(too_long.kind, PortErrorKind::Rejected);
        let absent = read_object(&client, (&bucket, "raw/b"), 5).await.unwrap_err();
        assert_eq!(absent.kind, PortErrorKind::NotFound);
    });
}

#[test]
fn what_is_too_long_for_a_row_is_read_back_whole() {
    let Some(bed) = bed("long documents") else { return };
    let store = bed.store();
    run(async {
        let mut long = finding("long");
        long.description = "\u{e9}".repeat(300_000);
        let written = row(long, incident_id("long"));
        record(&store, &written).await;
        let read = Findings::get(&store, written.finding.id).await.unwrap().unwrap().value;
        assert_eq!(read, written);
        assert_eq!(store.of_incident_all("long").await, 1);
        let raw = RawBytes::Inline(vec![0xff; 700_000]);
        let record = Quarantined { raw, ..quarantined("long") };
        store.put(&record).await.unwrap();
        assert_eq!(Quarantine::get(&store, record.id).await.unwrap(), Some(record));
    });
}

/// How many findings an incident has.
trait OfIncident {
    async fn of_incident_all(&self, name: &str) -> u64;
}

impl OfIncident for Store {
    async fn of_incident_all(&self, name: &str) -> u64 {
        let found = Findings::of_incident(self, incident_id(name), usize::MAX).await.unwrap();
        assert_eq!(found.findings.len() as u64, found.total);
        found.total
    }
}

const MANY: u64 = 130;

#[test]
fn an_incident_of_many_findings_is_read_and_moved_whole_however_often_the_mover_dies() {
    let Some(bed) = bed("many findings") else { return };
    run(async {
        let tables = bed.tables().await;
        let sky = Sky::new(7, Weather::default());
        let (store, _) = store_in(&bed, &tables, &sky).await;
        for number in 0..MANY {
            record(&store, &row(finding(&number.to_string()), incident_id("from"))).await;
        }
        assert_eq!(store.of_incident_all("from").await, MANY);
        sky.change(Weather { crash_before: 150, crash_after: 200, dropped_after: 150, ..Weather::default() });
        let mut deaths = 0;
        loop {
            let (mover, network) = store_in(&bed, &tables, &sky).await;
            // Blobs are not asked: these findings are short.
            let moving = Findings::move_all(&mover, incident_id("from"), incident_id("to"));
            tokio::select! {
                Ok(()) = moving => break,
                () = network.died.notified() => deaths += 1,
                else => {}
            }
        }
        sky.clear();
        assert!(deaths > 0, "nobody died");
        assert_eq!((store.of_incident_all("from").await, store.of_incident_all("to").await), (0, MANY));
        for number in 0..MANY {
            let read = Findings::get(&store, finding(&number.to_string()).id).await.unwrap().unwrap();
            assert_eq!((read.value.incident, read.version.0), (incident_id("to"), 2));
        }
    });
}

#[test]
fn of_many_who_save_the_same_action_at_once_exactly_one_succeeds() {
    let Some(bed) = bed("races of actions") else { return };
    let tables = run(bed.tables());
    let [one, other, third] = [(); 3].map(|()| bed.store_with(&bed.config, &tables));
    run(async {
        for number in 0..20 {
            let planned = action(&number.to_string());
            Actions::save(&one, &planned, None).await.unwrap();
            let intent = Action { state: ActionState::Intent, epoch: 1, ..planned };
            let (a, b, c) = tokio::join!(
                Actions::save(&one, &intent, Some(0)),
                Actions::save(&other, &intent, Some(0)),
                Actions::save(&third, &intent, Some(0)),
            );
            let winners = [a, b, c].into_iter().filter(Result::is_ok).count();
            assert_eq!(winners, 1);
        }
    });
}

#[test]
fn a_lost_answer_makes_no_conflict_of_our_own_write() {
    let Some(bed) = bed("lost answers") else { return };
    run(async {
        let tables = bed.tables().await;
        let sky = Sky::new(3, Weather { dropped_after: 400, ..Weather::default() });
        let (store, _) = store_in(&bed, &tables, &sky).await;
        let unless_lost = |saved: Result<(), soc_pipeline::error::PortError>| match saved {
            Ok(()) => {}
            Err(error) => assert_ne!(error.kind, PortErrorKind::Conflict, "{error}"),
        };
        for number in 0..40 {
            let planned = action(&number.to_string());
            // New: two rows as one step. Then one row by itself.
            unless_lost(Actions::save(&store, &planned, None).await);
            let taken = Action { epoch: 1, ..planned };
            unless_lost(Actions::save(&store, &taken, Some(0)).await);
        }
        assert!(*sky.struck.lock().unwrap() > 40);
    });
}

fn draft(subject: String) -> Draft {
    Draft {
        chain: "soc".to_owned(),
        actor: "machine".to_owned(),
        what: "record_quarantined".to_owned(),
        subject,
        details: BTreeMap::new(),
    }
}

#[test]
fn a_chain_that_many_append_to_while_answers_are_lost_has_every_entry_once() {
    let Some(bed) = bed("races of the ledger") else { return };
    run(async {
        let tables = bed.tables().await;
        let sky = Sky::new(5, Weather { dropped_after: 150, delayed: 200, ..Weather::default() });
        let (one, _) = store_in(&bed, &tables, &sky).await;
        let (other, _) = store_in(&bed, &tables, &sky).await;
        let appends = async |store: &Store, who: &str| {
            let mut told = 0;
            for number in 0..15 {
                let appended = store.append(draft(format!("{who}-{number}")), at(1)).await;
                told += usize::from(appended.is_ok());
            }
            told
        };
        let told = tokio::join!(appends(&one, "one"), appends(&other, "other"));
        sky.clear();
        let (heads, entries) =
            (one.ledger_heads().await.unwrap(), one.ledger_chain("soc", 0, 100).await.unwrap());
        let mut subjects: Vec<&str> = entries.iter().map(|entry| entry.subject.as_str()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        assert_eq!(subjects.len(), entries.len(), "an entry is there twice");
        assert!(entries.len() >= told.0 + told.1, "an entry is missing");
        assert_eq!(one.ledger_head("soc").await.unwrap().as_ref(), heads.first());
        assert_eq!(verify_all(heads, entries, None).faults, Vec::new());
    });
}

/// The head that was written with it is another's by then: the step's token tells that it is there, and its own row.
#[test]
fn an_entry_whose_answer_was_lost_is_there_once_although_others_appended_meanwhile() {
    let Some(bed) = bed("lost answers of the ledger") else { return };
    run(async {
        let tables = bed.tables().await;
        let sky = Sky::new(9, Weather { dropped_after: 400, ..Weather::default() });
        let (one, _) = store_in(&bed, &tables, &sky).await;
        let others = [(); 3].map(|()| bed.store_with(&bed.config, &tables));
        let appending = async {
            for number in 0..10 {
                drop(one.append(draft(number.to_string()), at(1)).await);
            }
        };
        let meanwhile = async |store: &Store| {
            loop {
                store.append(draft("another".to_owned()), at(1)).await.unwrap();
            }
        };
        tokio::select! {
            () = appending => {}
            () = async { tokio::join!(meanwhile(&others[0]), meanwhile(&others[1]), meanwhile(&others[2])); } => {}
        }
        let entries = others[0].ledger_chain("soc", 0, usize::MAX).await.unwrap();
        let mut ours: Vec<&str> = entries.iter().map(|entry| entry.subject.as_str()).collect();
        ours.retain(|subject| *subject != "another");
        let count = ours.len();
        ours.sort_unstable();
        ours.dedup();
        assert_eq!((ours.len(), entries.len() > 2 * count), (count, true), "an entry is there twice");
        let heads = others[0].ledger_heads().await.unwrap();
        assert_eq!(verify_all(heads, entries, None).faults, Vec::new());
    });
}

#[test]
fn a_row_of_the_ledger_is_never_written_again() {
    let Some(bed) = bed("rows of the ledger") else { return };
    run(async {
        let tables = bed.tables().await;
        let store = bed.store_with(&bed.config, &tables);
        store.append(draft("first".to_owned()), at(1)).await.unwrap();
        // Somebody took the head away: the chain would begin anew, over the row that is there.
        let client = aws_sdk_dynamodb::Client::new(&bed.config);
        let head = client.delete_item().table_name(&tables.soc);
        let head = head.key("pk", AttributeValue::S("head|3:soc".to_owned()));
        head.key("sk", AttributeValue::S("row".to_owned())).send().await.unwrap();
        store.append(draft("second".to_owned()), at(2)).await.unwrap_err();
        let entries = store.ledger_chain("soc", 0, 9).await.unwrap();
        assert_eq!(entries.first().map(|entry| entry.subject.as_str()), Some("first"));
    });
}

#[test]
fn only_findings_and_events_expire() {
    let Some(bed) = bed("expiry") else { return };
    run(async {
        let tables = bed.tables().await;
        let store = bed.store_with(&bed.config, &tables);
        record(&store, &row(finding("a"), incident_id("a"))).await;
        store.count_duplicate(finding("a").id).await.unwrap();
        let message = StartWorkflow { incident: incident_id("a"), generation: 1 };
        Incidents::save(&store, &incident("a"), None, Some(message)).await.unwrap();
        let done = Action { state: ActionState::Done, done_at: Some(at(5)), ..action("a") };
        Actions::save(&store, &done, None).await.unwrap();
        Approvals::save(&store, &approval(&done), None).await.unwrap();
        store.append(draft("first".to_owned()), at(1)).await.unwrap();
        let client = aws_sdk_dynamodb::Client::new(&bed.config);
        let rows = client.scan().table_name(&tables.soc).send().await.unwrap().items.unwrap();
        let text = |item: &std::collections::HashMap<String, AttributeValue>, name: &str| {
            item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
        };
        let (mut expiring, mut staying) = (Vec::new(), Vec::new());
        for item in &rows {
            let kind = |name| text(item, name).split('|').next().unwrap_or_default().to_owned();
            let list = if item.contains_key("expires") { &mut expiring } else { &mut staying };
            list.push(match kind("pk").as_str() {
                one @ ("effects" | "named") => one.to_owned(),
                pk => format!("{pk} {}", kind("sk")),
            });
        }
        expiring.sort();
        staying.sort();
        let of_findings = ["event row", "finding duplicates", "finding row", "incident finding", "named"];
        assert_eq!(expiring, of_findings);
        assert_eq!(
            staying,
            [
                "action question",
                "action row",
                "effects",
                "head row",
                "incident action",
                "incident message",
                "incident question",
                "incident row"
            ]
        );
    });
}

#[test]
fn people_find_incidents_by_queue_and_change_and_findings_by_account() {
    let Some(bed) = bed("lists") else { return };
    let store = bed.store();
    run(async {
        for (name, priority, seconds) in
            [("low", Some(3), 9), ("old", Some(1), 1), ("new", Some(1), 5), ("none", None, 9)]
        {
            let open = Incident { priority, last_seen: at(seconds), status: Status::New, ..incident(name) };
            Incidents::save(&store, &open, None, None).await.unwrap();
        }
        let ids = |found: &[Incident]| found.iter().map(|incident| incident.id).collect::<Vec<_>>();
        let queue = store.queue(Status::New, 3).await.unwrap();
        assert_eq!(ids(&queue), ["new", "old", "low"].map(incident_id));
        assert_eq!(store.queue(Status::Closed, 3).await.unwrap(), Vec::new());
        let (first, cursor) = store.changes(Cursor::default(), 3).await.unwrap();
        assert_eq!(ids(&first), ["low", "old", "new"].map(incident_id));
        let (rest, _) = store.changes(Cursor::from_number(cursor.number()), 3).await.unwrap();
        assert_eq!(ids(&rest).last(), Some(&incident_id("none")));
        record(&store, &row(finding("a"), incident_id("a"))).await;
        let account = finding("a").place.account;
        let day = (START, at(60));
        assert_eq!(store.findings_of_account(&account, day, 9).await.unwrap(), vec![finding("a")]);
        assert_eq!(store.findings_of_account("elsewhere", day, 9).await.unwrap(), Vec::new());
    });
}

#[test]
fn what_the_wire_does_has_the_kind_that_ports_promise() {
    let Some(bed) = bed("kinds of errors") else { return };
    run(async {
        let tables = bed.tables().await;
        let calm = Weather::default();
        for (weather, kind) in [
            (Weather { throttled: 1_000, ..calm }, PortErrorKind::Throttled),
            (Weather { down: 1_000, ..calm }, PortErrorKind::Unavailable),
            (Weather { dropped_before: 1_000, ..calm }, PortErrorKind::Unavailable),
            (Weather { dropped_after: 1_000, ..calm }, PortErrorKind::Timeout),
        ] {
            let (store, _) = store_in(&bed, &tables, &Sky::new(1, weather)).await;
            let error = Incidents::get(&store, incident_id("a")).await.unwrap_err();
            assert_eq!(error.kind, kind, "{error:?}");
        }
    });
}

#[test]
fn an_error_tells_its_kind_and_nothing_of_what_was_asked() {
    let Some(bed) = bed("errors") else { return };
    run(async {
        let tables = Tables { soc: unique("nowhere"), ledger: unique("nowhere") };
        let store = bed.store_with(&bed.config, &tables);
        let error = Findings::get(&store, finding("a").id).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::NotFound);
        let told = format!("{error}: {}", error.source().unwrap());
        assert!(
            told.starts_with("could not read a finding: not found: AWS answered ResourceNotFound"),
            "{told}"
        );
        assert!(!told.contains(&tables.soc) && !told.contains(finding("a").id.suffix()), "{told}");
    });
}
