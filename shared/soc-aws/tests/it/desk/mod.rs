//! What people read: the suites, and what they do not ask: late rows, several functions, long chains, lost heads.

mod size;

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use soc_aws::dynamodb::desk::Desk;
use soc_aws::dynamodb::{Store, Tables};
use soc_domain::finding::{Finding, Remote};
use soc_domain::id::IncidentId;
use soc_domain::incident::{Incident, Stage};
use soc_domain::policy::{DEFAULT, Policy};
use soc_domain::wire::Content;
use soc_ledger::{Draft, Entry};
use soc_pipeline::ingest::{Arrival, Ingest, Landed};
use soc_pipeline::ports::desk::{
    ChainPlace, Chains as _, Changes as _, Entities as _, Entity, EntryPlace, Files as _, PageAsk,
    Queue as _, QueueAsk, QueueFilter, QueueSort, Turn,
};
use soc_pipeline::ports::{FindingWrite, Findings, Incidents, Ledger, Origin};
use soc_testkit::build::{START, at, finding, incident, incident_id, row};
use soc_testkit::conformance::{self, Verdict};

use crate::bed::{Bed, bed, inside, run};

/// A store, and whoever reads it.
struct Office {
    store: Store,
    desk: Desk,
}

impl Office {
    fn new(bed: &Bed) -> Self {
        let store = bed.store();
        Self { desk: Desk::new(store.clone()), store }
    }
}

impl conformance::Desk for Office {
    type Store = Store;
    type Reader = Desk;

    fn store(&self) -> &Store {
        &self.store
    }

    fn reader(&self) -> &Desk {
        &self.desk
    }
}

fn check(what: &str, suite: impl FnOnce(&Bed) -> Verdict) {
    let Some(bed) = bed(what) else { return };
    if let Err(broken) = inside(|| suite(&bed)) {
        panic!("{what}:\n{broken}");
    }
}

#[test]
fn the_desk_keeps_the_guarantees_of_the_queue() {
    check("the queue", |bed| conformance::queue(|| Office::new(bed)));
}

#[test]
fn the_desk_keeps_the_guarantees_of_files_lists_and_chains() {
    check("lists", |bed| conformance::lists(|| Office::new(bed)));
}

#[test]
fn the_desk_keeps_the_guarantees_of_figures_and_entities() {
    check("figures", |bed| conformance::figures(|| Office::new(bed)));
}

/// Writes an incident as a writer would whose clock is so many microseconds behind.
async fn save_late(bed: &Bed, tables: &Tables, store: &Store, (name, micros): (&str, i64)) -> IncidentId {
    let saved = incident(name);
    Incidents::save(store, &saved, None, None).await.unwrap();
    let client = aws_sdk_dynamodb::Client::new(&bed.config);
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let suffix = saved.id.suffix();
    let key = [("pk", format!("incident|{}:{suffix}", suffix.len())), ("sk", "row".to_owned())];
    let key = key.map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
    let found = client.get_item().table_name(&tables.soc).set_key(Some(key.clone().into()));
    let found = found.consistent_read(true).send().await.unwrap().item.unwrap();
    let (turn, rest) = found["gsi3sk"].as_s().unwrap().split_once('|').unwrap();
    let turn: u64 = turn.parse().unwrap();
    let late = format!("{:020}|{rest}", turn.checked_add_signed(-micros).unwrap());
    let update = client.update_item().table_name(&tables.soc).set_key(Some(key.into()));
    let update =
        update.update_expression("SET gsi3sk = :late").expression_attribute_values(":late", text(&late));
    update.send().await.unwrap();
    saved.id
}

/// What a reader is told who goes on from cursor to cursor.
async fn told(desk: &Desk, cursor: &mut Turn) -> Vec<IncidentId> {
    let mut told = Vec::new();
    loop {
        let changed = desk.changed(Some(*cursor), 2).await.unwrap();
        told.extend(changed.incidents);
        *cursor = changed.cursor;
        if !changed.more {
            return told;
        }
    }
}

#[test]
fn a_write_by_a_clock_that_is_behind_is_told_by_each_function_whoever_gave_the_cursor() {
    let Some(bed) = bed("late changes") else { return };
    run(async {
        let tables = bed.tables().await;
        let store = bed.store_with(&bed.config, &tables);
        let desks = [(); 2].map(|()| Desk::new(store.clone()));
        for name in ["one", "two", "three"] {
            Incidents::save(&store, &incident(name), None, None).await.unwrap();
        }
        let mut cursors = [Turn::default(); 2];
        for (desk, cursor) in desks.iter().zip(&mut cursors) {
            *cursor = desk.changed(None, 1).await.unwrap().cursor;
        }
        let late = save_late(&bed, &tables, &store, ("late", 5_000_000)).await;
        // Each is asked with its own cursor, which names what is new once; then with the other's, which names it again.
        let before = cursors;
        for (desk, cursor) in desks.iter().zip(&mut cursors) {
            assert_eq!(told(desk, cursor).await, [late]);
            assert_eq!(told(desk, cursor).await, []);
        }
        for (desk, mut others) in desks.iter().zip([before[1], before[0]]) {
            assert!(told(desk, &mut others).await.contains(&late));
        }
    });
}

#[test]
fn an_incident_whose_findings_alone_changed_is_told() {
    let Some(bed) = bed("touched incidents") else { return };
    let Office { store, desk } = Office::new(&bed);
    run(async {
        let held = incident("a");
        Incidents::save(&store, &held, None, None).await.unwrap();
        let mut cursor = desk.changed(None, 1).await.unwrap().cursor;
        let turn = desk.rows(&[held.id]).await.unwrap()[0].turn;
        Incidents::touch(&store, held.id).await.unwrap();
        Incidents::touch(&store, incident_id("absent")).await.unwrap();
        assert_eq!(told(&desk, &mut cursor).await, [held.id]);
        let rows = desk.rows(&[held.id]).await.unwrap();
        assert!(rows[0].turn > turn && rows[0].incident == held);
    });
}

/// Takes a finding in, as a delivery of the stream.
async fn deliver(store: &Store, finding: &Finding, raw: &[u8]) -> Landed {
    let policy = Policy::parse(DEFAULT).unwrap();
    let ingest = Ingest {
        findings: store,
        incidents: store,
        correlations: store,
        quarantine: store,
        events: store,
        ledger: store,
        policy: &policy,
    };
    let content = Ok(Content::Finding(Box::new(finding.clone()), Vec::new()));
    let (source, origin) = ("stream", Origin::Owner);
    let arrival = Arrival { source, offset: 0, line: 1, raw, spilled: None, content, origin, at: at(90) };
    ingest.one(arrival).await.unwrap()
}

#[test]
fn a_revision_that_says_nothing_new_of_its_incident_is_told_once_and_a_repetition_never() {
    let Some(bed) = bed("revisions") else { return };
    let Office { store, desk } = Office::new(&bed);
    run(async {
        let first = finding("a");
        let later = Finding { count: 2, updated_at: Some(at(80)), ..first.clone() };
        assert_eq!(deliver(&store, &first, b"{}").await, Landed::Recorded(first.id));
        let mut cursor = desk.changed(None, 1).await.unwrap().cursor;
        let before = Incidents::get(&store, incident_id("a")).await.unwrap();
        assert_eq!(deliver(&store, &later, b"[]").await, Landed::Updated(first.id));
        assert_eq!(Incidents::get(&store, incident_id("a")).await.unwrap(), before);
        assert_eq!(told(&desk, &mut cursor).await, [incident_id("a")]);
        assert_eq!(deliver(&store, &later, b"[]").await, Landed::Duplicate(first.id));
        assert_eq!(told(&desk, &mut cursor).await, []);
    });
}

#[test]
fn a_queue_of_many_pages_of_an_index_is_read_whole_by_a_new_function() {
    let Some(bed) = bed("a long queue") else { return };
    let store = bed.store();
    run(async {
        let mut all = Vec::new();
        for number in 0..120 {
            // Some 13 KB each: a partition of the index has more than one page can hold.
            let mut one = incident(&format!("{number}"));
            one.resources.extend((0..250).map(|one| format!("arn:aws:s3:::{one}{}", "x".repeat(300))));
            Incidents::save(&store, &one, None, None).await.unwrap();
            all.push(one.id);
        }
        let ask = |from| QueueAsk { filter: QueueFilter::default(), sort: QueueSort::OldestOpened, from };
        let page = Desk::new(store).page(&ask(PageAsk::start(200))).await.unwrap();
        let mut found: Vec<IncidentId> = page.page.rows.iter().map(|row| row.incident.id).collect();
        found.sort_unstable();
        all.sort_unstable();
        assert_eq!((found, page.total, page.page.next), (all, 120, None));
    });
}

#[test]
fn a_finding_with_more_names_than_a_step_holds_is_found_by_each_of_them() {
    let Some(bed) = bed("many names") else { return };
    let Office { store, desk } = Office::new(&bed);
    run(async {
        Incidents::save(&store, &incident("a"), None, None).await.unwrap();
        let mut many = finding("a");
        let remote = |number: u32| Remote {
            ip: format!("198.51.{}.{}", number / 250, number % 250),
            ..Remote::default()
        };
        many.remotes = (0..300).map(remote).collect();
        let written = row(many, incident_id("a"));
        let event = written.finding.event_key();
        store.record(FindingWrite { row: &written, event, raw: b"{}", at: START }, None).await.unwrap();
        for number in [0, 59, 60, 61, 159, 160, 299] {
            let address = Entity::Address(remote(number).ip);
            let facts = desk.entity(&address, 10).await.unwrap().unwrap();
            assert_eq!((facts.findings, facts.incidents), (1, vec![incident_id("a")]), "{number}");
        }
        // A revision that says nothing of them any more: its names were left, and name nothing.
        let found = desk.finding(written.finding.id).await.unwrap().unwrap();
        let mut fewer = found.row;
        fewer.finding.remotes.truncate(1);
        let version = Findings::get(&store, fewer.finding.id).await.unwrap().unwrap().version;
        let event = soc_domain::id::EventKey::from_parts(&["another"]);
        store
            .record(FindingWrite { row: &fewer, event, raw: b"[]", at: at(1) }, Some(version))
            .await
            .unwrap();
        assert_eq!(desk.entity(&Entity::Address(remote(299).ip), 10).await.unwrap(), None);
        assert!(desk.entity(&Entity::Address(remote(0).ip), 10).await.unwrap().is_some());
    });
}

fn draft(chain: &str) -> Draft {
    Draft {
        chain: chain.to_owned(),
        actor: "soc".to_owned(),
        what: "something".to_owned(),
        subject: "x".to_owned(),
        details: BTreeMap::new(),
    }
}

async fn newest(desk: &Desk, limit: usize) -> Vec<Entry> {
    let (mut from, mut rows) = (PageAsk::start(limit), Vec::new());
    loop {
        let page = desk.newest(None, from).await.unwrap();
        rows.extend(page.rows);
        let Some(place) = page.next else { return rows };
        from = PageAsk::after(place, limit);
    }
}

async fn oldest(desk: &Desk, limit: usize) -> Vec<Entry> {
    let (mut from, mut rows): (PageAsk<ChainPlace>, Vec<Entry>) = (PageAsk::start(limit), Vec::new());
    loop {
        let page = desk.oldest(None, from).await.unwrap();
        rows.extend(page.rows);
        let Some(place) = page.next else { return rows };
        from = PageAsk::after(place, limit);
    }
}

#[test]
fn long_chains_whose_clocks_went_back_come_by_time_and_each_row_once() {
    let Some(bed) = bed("long chains") else { return };
    let Office { store, desk } = Office::new(&bed);
    run(async {
        let mut rng = fastrand::Rng::with_seed(9);
        for number in 0..420_u64 {
            // One long chain, whose clock now and then goes back by up to a minute, and many short ones.
            let chain = if rng.u8(..4) > 0 { "soc".to_owned() } else { format!("inc_{}", rng.u8(..40)) };
            let back = if rng.u8(..20) == 0 { rng.u64(0..60) } else { 0 };
            store.append(draft(&chain), at((100 + number / 3) - back)).await.unwrap();
        }
        let mut expected = oldest(&desk, 90).await;
        assert_eq!(expected.len(), 420);
        assert!(expected.is_sorted_by_key(|entry| (entry.chain.clone(), entry.seq)));
        expected.sort_by(|one, other| {
            (other.at_ms, &one.chain, other.seq).cmp(&(one.at_ms, &other.chain, one.seq))
        });
        for limit in [1_000, 130, 37] {
            let places = |rows: &[Entry]| rows.iter().map(EntryPlace::of).collect::<Vec<_>>();
            assert_eq!(places(&newest(&desk, limit).await), places(&expected), "{limit}");
        }
    });
}

#[test]
fn a_head_that_was_taken_away_hides_no_row_of_a_judged_incident() {
    let Some(bed) = bed("lost heads") else { return };
    run(async {
        let tables = bed.tables().await;
        let store = bed.store_with(&bed.config, &tables);
        let desk = Desk::new(store.clone());
        let judged = Incident { stage: Stage::Triaged, ..incident("judged") };
        Incidents::save(&store, &judged, None, None).await.unwrap();
        for chain in [judged.id.to_string().as_str(), "soc"] {
            store.append(draft(chain), at(0)).await.unwrap();
            let client = aws_sdk_dynamodb::Client::new(&bed.config);
            let key = [("pk", format!("head|{}:{chain}", chain.len())), ("sk", "row".to_owned())];
            let key = key.map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
            client.delete_item().table_name(&tables.soc).set_key(Some(key.into())).send().await.unwrap();
        }
        assert_eq!(desk.head("soc").await.unwrap(), None);
        assert_eq!(oldest(&desk, 10).await.len(), 2);
        assert_eq!(desk.missing(10).await.unwrap(), Vec::<String>::new());
    });
}
