//! The queue and its changes.

use fastrand::Rng;
use soc_domain::approval::ApprovalState;
use soc_domain::id::IncidentId;
use soc_domain::incident::Incident;
use soc_domain::severity::Severity;
use soc_pipeline::error::PortErrorKind;
use soc_pipeline::ports::desk::{
    Assignee, Changes, Fold, PageAsk, Pattern, Queue, QueueAsk, QueueCounts, QueueFilter, QueueRow,
    QueueSort, Turn,
};
use soc_pipeline::ports::{Actions, Approvals, FindingWrite, Findings, Incidents, Quarantine};

use super::population::{SORTS, drawn, filter, populate};
use super::{Desk, Suite};
use crate::build::{START, action, approval, finding, incident, incident_id, quarantined, row};
use crate::conformance::{Check, Fault, same, there};

pub(super) fn sentences<D: Desk, F: Fn() -> D>(suite: &mut Suite<F>) {
    suite.holds("every filter accepts what a plain walk accepts, in the plain order", async |desk: &D| {
        filters(desk).await
    });
    suite.holds("each condition does what it says", async |desk: &D| conditions(desk).await);
    suite.holds("pages follow each other without gap or repetition, in every order", async |desk: &D| {
        pages(desk).await
    });
    suite.holds("what does not move is listed once, whoever writes between the pages", async |desk: &D| {
        pages_under_writes(desk).await
    });
    suite.holds("a place of another order is Rejected", async |desk: &D| {
        populate(desk.store(), &mut Rng::with_seed(1), 3).await?;
        let page = desk.reader().page(&ask(QueueSort::Gravest, PageAsk::start(1))).await?;
        let place = there(page.page.next)?;
        match desk.reader().page(&ask(QueueSort::Importance, PageAsk::after(place, 1))).await {
            Err(error) if error.kind == PortErrorKind::Rejected => Ok(()),
            other => Err(Fault(format!("expected Rejected, found {other:?}"))),
        }
    });
    suite.holds("counts are those of all pages", async |desk: &D| counts(desk).await);
    suite.holds(
        "rows are whole, in the order that is asked, without those that are absent",
        async |desk: &D| rows(desk).await,
    );
    suite.holds("whoever follows the cursor is told of every write", async |desk: &D| follow(desk).await);
    suite.holds("a cursor of another store means that everything changed", async |desk: &D| {
        populate(desk.store(), &mut Rng::with_seed(2), 3).await?;
        let changed = desk.reader().changed(Some(Turn(u64::MAX >> 2)), 10).await?;
        same((changed.incidents.len(), changed.more), (3, false))
    });
    suite.holds("changes count what waits for people", async |desk: &D| {
        let before = desk.reader().changed(None, 10).await?;
        same((before.approvals_waiting, before.quarantine, before.incidents.len()), (0, 0, 0))?;
        Actions::save(desk.store(), &action("a"), None).await?;
        Approvals::save(desk.store(), &approval(&action("a")), None).await?;
        desk.store().put(&quarantined("odd")).await?;
        let after = desk.reader().changed(None, 10).await?;
        same((after.approvals_waiting, after.quarantine), (1, 1))
    });
}

fn ask(sort: QueueSort, from: PageAsk<soc_pipeline::ports::desk::QueuePlace>) -> QueueAsk {
    QueueAsk { filter: QueueFilter { merged_too: true, ..QueueFilter::default() }, sort, from }
}

async fn listed<D: Desk>(desk: &D, filter: &QueueFilter, sort: QueueSort) -> Result<Vec<QueueRow>, Fault> {
    let mut from = PageAsk::start(7);
    let mut rows = Vec::new();
    loop {
        let ask = QueueAsk { filter: filter.clone(), sort, from };
        let page = desk.reader().page(&ask).await?;
        same(page.page.rows.len() <= 7, true)?;
        rows.extend(page.page.rows);
        match page.page.next {
            Some(place) => from = PageAsk::after(place, 7),
            None => {
                same(page.total, rows.len() as u64)?;
                return Ok(rows);
            }
        }
    }
}

fn ids(rows: &[QueueRow]) -> Vec<IncidentId> {
    rows.iter().map(|row| row.incident.id).collect()
}

/// Questions about some incidents, so that `waiting` has something to find.
async fn ask_some<D: Desk>(desk: &D, incidents: &[Incident]) -> Check {
    for incident in incidents.iter().step_by(3) {
        let mut asked = approval(&action(&incident.id.to_string()));
        asked.incident = incident.id;
        if incident.severity == Severity::Low {
            asked.state = ApprovalState::Denied;
        }
        Approvals::save(desk.store(), &asked, None).await?;
    }
    Ok(())
}

async fn filters<D: Desk>(desk: &D) -> Check {
    let mut rng = Rng::with_seed(7);
    let incidents = populate(desk.store(), &mut rng, 60).await?;
    ask_some(desk, &incidents).await?;
    let all: Vec<IncidentId> = incidents.iter().map(|incident| incident.id).collect();
    let all = desk.reader().rows(&all).await?;
    same(all.len(), incidents.len())?;
    let mut hits = 0;
    for round in 0..250 {
        let filter = filter(&mut rng);
        let sort = SORTS.get(round % SORTS.len()).copied().unwrap_or_default();
        let mut expected: Vec<&QueueRow> = all.iter().filter(|row| filter.accepts(row)).collect();
        expected.sort_by_key(|row| (sort.rank(row), row.incident.id));
        let expected: Vec<IncidentId> = expected.into_iter().map(|row| row.incident.id).collect();
        hits += expected.len();
        let found = ids(&listed(desk, &filter, sort).await?);
        if found != expected {
            return Err(Fault(format!("{filter:?}: found {found:?}, expected {expected:?}")));
        }
    }
    same(hits > 500, true)
}

async fn conditions<D: Desk>(desk: &D) -> Check {
    let mut one = incident("one");
    one.title = "Schlüssel aus Tor\nbenutzt".to_owned();
    one.accounts = ["111122223333".to_owned()].into();
    one.assignee = Some("ann".to_owned());
    let mut other = incident("other");
    other.title = "Port scan".to_owned();
    other.accounts = ["1111".to_owned(), "x\na111122223333".to_owned()].into();
    Incidents::save(desk.store(), &one, None, None).await?;
    Incidents::save(desk.store(), &other, None, None).await?;
    let filter = QueueFilter::default;
    let is = |text: &str| vec![Pattern::Is(text.to_owned())];
    let (both, first, second) = (vec![one.id, other.id], vec![one.id], vec![other.id]);
    let cases = [
        (QueueFilter { account: is("111122223333"), ..filter() }, first.clone()),
        (QueueFilter { account: vec![Pattern::parse("1111*")], ..filter() }, both),
        (QueueFilter { account: is("1111"), ..filter() }, second.clone()),
        (QueueFilter { text: Fold::of("SCHLÜSSEL tor"), ..filter() }, first.clone()),
        (QueueFilter { text: Fold::of("schlüssel scan"), ..filter() }, Vec::new()),
        (QueueFilter { text: Fold::of(&other.id.to_string()), ..filter() }, second.clone()),
        (QueueFilter { assignee: vec![Assignee::Nobody], ..filter() }, second),
        (QueueFilter { assignee: vec![Assignee::Person("ann".to_owned())], ..filter() }, first),
    ];
    for (filter, mut expected) in cases {
        let mut found = ids(&listed(desk, &filter, QueueSort::NewestOpened).await?);
        found.sort_unstable();
        expected.sort_unstable();
        same((&filter, found), (&filter, expected))?;
    }
    Ok(())
}

async fn pages<D: Desk>(desk: &D) -> Check {
    let incidents = populate(desk.store(), &mut Rng::with_seed(3), 40).await?;
    for sort in SORTS {
        let filter = QueueFilter { merged_too: true, ..QueueFilter::default() };
        let rows = listed(desk, &filter, sort).await?;
        let mut found = ids(&rows);
        let ranks: Vec<_> = rows.iter().map(|row| (sort.rank(row), row.incident.id)).collect();
        same(ranks.is_sorted(), true)?;
        found.sort_unstable();
        let mut expected: Vec<IncidentId> = incidents.iter().map(|incident| incident.id).collect();
        expected.sort_unstable();
        same(found, expected)?;
    }
    Ok(())
}

async fn pages_under_writes<D: Desk>(desk: &D) -> Check {
    let mut rng = Rng::with_seed(4);
    let still = populate(desk.store(), &mut rng, 40).await?;
    let mut listed = Vec::new();
    let mut from = PageAsk::start(3);
    let mut cursor = None;
    for number in 0.. {
        let page = desk.reader().page(&ask(QueueSort::Importance, from)).await?;
        cursor = cursor.or(Some(page.cursor));
        listed.extend(ids(&page.page.rows));
        let Some(place) = page.page.next else { break };
        from = PageAsk::after(place, 3);
        let new = drawn(&mut rng, &format!("new {number}"));
        let version = Incidents::save(desk.store(), &new, None, None).await?;
        let moved = Incident { priority: Some(1), severity: Severity::Critical, ..new };
        Incidents::save(desk.store(), &moved, Some(version), None).await?;
    }
    for incident in &still {
        same(listed.iter().filter(|id| **id == incident.id).count(), 1)?;
    }
    let changed = desk.reader().changed(cursor, 1_000).await?;
    same(changed.incidents.len() >= 10 && still.iter().all(|one| !changed.incidents.contains(&one.id)), true)
}

async fn counts<D: Desk>(desk: &D) -> Check {
    let mut rng = Rng::with_seed(5);
    let incidents = populate(desk.store(), &mut rng, 50).await?;
    ask_some(desk, &incidents).await?;
    for _round in 0..40 {
        let filter = filter(&mut rng);
        let rows = listed(desk, &filter, QueueSort::Importance).await?;
        let mut expected = QueueCounts { total: rows.len() as u64, ..QueueCounts::default() };
        for QueueRow { incident, waiting, .. } in &rows {
            *expected.by_status.entry(incident.status).or_default() += 1;
            *expected.by_severity.entry(incident.severity).or_default() += 1;
            *expected.by_stage.entry(incident.stage).or_default() += 1;
            if let Some(verdict) = incident.standing_verdict() {
                *expected.by_verdict.entry(verdict.name()).or_default() += 1;
            }
            expected.waiting += u64::from(*waiting > 0);
            expected.mine += u64::from(incident.assignee.as_deref() == Some("ann"));
            expected.unassigned += u64::from(incident.assignee.is_none());
        }
        same(desk.reader().counts(&filter, "ann").await?, expected)?;
    }
    Ok(())
}

async fn rows<D: Desk>(desk: &D) -> Check {
    let incidents = populate(desk.store(), &mut Rng::with_seed(6), 4).await?;
    let of = there(incidents.first())?.id;
    for name in ["f", "g"] {
        let row = row(finding(name), of);
        let event = row.finding.event_key();
        let write = FindingWrite { row: &row, event, raw: b"{}", at: START };
        desk.store().record(write, None).await?;
    }
    let mut asked = approval(&action("f"));
    asked.incident = of;
    Approvals::save(desk.store(), &asked, None).await?;
    let mut wanted: Vec<IncidentId> = incidents.iter().map(|incident| incident.id).rev().collect();
    wanted.insert(1, incident_id("absent"));
    let found = desk.reader().rows(&wanted).await?;
    wanted.remove(1);
    same(ids(&found), wanted)?;
    let last = there(found.last())?;
    same((&last.incident, last.findings, last.waiting), (there(incidents.first())?, 2, 1))
}

async fn follow<D: Desk>(desk: &D) -> Check {
    let mut rng = Rng::with_seed(8);
    let mut cursor = desk.reader().changed(None, 3).await?.cursor;
    for round in 0..20 {
        let mut written = Vec::new();
        for number in 0..rng.usize(0..9) {
            let new = drawn(&mut rng, &format!("{round} {number}"));
            let version = Incidents::save(desk.store(), &new, None, None).await?;
            if rng.bool() {
                Incidents::save(desk.store(), &new, Some(version), None).await?;
            }
            written.push(new.id);
        }
        let mut told = Vec::new();
        loop {
            let changed = desk.reader().changed(Some(cursor), 3).await?;
            same(changed.incidents.len() <= 3 && changed.cursor >= cursor, true)?;
            told.extend(changed.incidents);
            cursor = changed.cursor;
            if !changed.more {
                break;
            }
        }
        same(written.iter().all(|id| told.contains(id)), true)?;
        same(desk.reader().changed(Some(cursor), 3).await?.incidents, Vec::new())?;
    }
    Ok(())
}
